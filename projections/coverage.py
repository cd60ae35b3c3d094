"""Whether the support programme covers an incident at all (READINGS.md, response step 1; PROG-COMMERCIAL, CHANNELS)."""

from typing import NamedTuple

from projections.counted import Counted
from projections.diagram import Ask
from projections.history import Terms
from projections.local_time import LocalTime
from schemas.policy import Coverage, Level


class Cover(NamedTuple):
    """What an incident's coverage is judged by: the terms in force for it, its level, and the licence's last day."""

    coverage: Coverage
    level: Level
    terms: Terms
    local: LocalTime
    licensed_until: int

    def covers(self, counted: Counted, ask: Ask) -> bool:
        """Whether the edition, the licence on the date the opening counts, and the channel are the programme's."""
        opened_on = self.local.date_of(counted.opened)
        return (
            self.terms.edition in self.coverage.editions
            and self.terms.licence_from <= opened_on <= self.licensed_until
            and (counted.channel in self.level.channels.names or ask("unsupported-channel") == "clock-runs")
        )

    @property
    def lapses_at(self) -> int:
        """The first instant after the licence's last local day."""
        return self.local.instant(self.licensed_until + 1)


__all__ = ["Cover"]
