"""A file on its way into a ledger: checked whole, then recorded batch by batch.

Nothing is written before every line was read and decided as the import would decide it. What is in the ledger already
is passed over, so that an import that was broken off goes on when it is begun again, and one done twice adds nothing.
"""

from array import array
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from ledger.application import Ledger, Progress
from ledger.unit_of_work import Duplicate
from projections.calendars import shipped_calendars
from projections.policies import shipped_policy
from schemas.events import PROVIDER_LOG, Event, Proposal
from schemas.instants import to_micros
from schemas.problems import ImportDiffers, RuleBroken
from services.event_file import EventFile

__all__ = ["Intake"]

_LONG_AGO: Final = -(2**63)


@dataclass(slots=True)
class Intake:
    """One file for one ledger.

    `calendars` names a jurisdiction whose shipped calendars are merged with the file by `recorded_at`, at equal
    instants before it. `policy_texts` are the files of the policies that its events adopt.
    """

    ledger: Ledger
    file: EventFile
    calendars: str | None = None
    policy_texts: Sequence[bytes] = ()
    lines: int = 0
    _before: dict[int, list[Proposal]] = field(default_factory=lambda: defaultdict(list))
    _late: list[Proposal] = field(default_factory=list)

    def check(self, told: Callable[[int], None] = lambda _place: None) -> None:
        """Read and decide every line; `told` is given each one's place in the file.

        Raises LedgerError with the parameter `line`; ImportDiffers where the ledger has the event with other content.
        """
        unit = self.ledger.unit_to_check(
            self.file.journal(), policy_texts=self.policy_texts, shipped_policy=shipped_policy()
        )
        recorded = array("q")
        provider: list[tuple[int, int]] = []
        try:
            for number, place, taken in self.file.decided(unit, canonical=False):
                micros = _LONG_AGO if isinstance(taken, Duplicate) else to_micros(taken.recorded_at)
                recorded.append(micros)
                if isinstance(taken, Event) and taken.log == PROVIDER_LOG:
                    provider.append((number, micros))
                told(place)
        except RuleBroken as error:
            self._explain(error)
            raise
        self.lines = len(recorded)
        if self.calendars is not None:
            shipped = shipped_calendars(self.calendars)
            wanted = [one for one in shipped if one.id is None or unit.original(one.id) is None]
            for calendar in wanted:
                unit.take(calendar)
            self._merge(wanted, recorded, provider)

    def record(self) -> Iterator[Progress]:
        """Record the file that was checked, telling after each batch how far it has come."""
        done = Progress(0, 0, self.ledger.head().count)
        for done in self.ledger.import_(self._proposals(), policy_texts=self.policy_texts):
            yield done
        if self._late:
            late = self.ledger.import_shipped(self._late)
            yield Progress(done.added + len(late), done.present, self.ledger.head().count)

    def _proposals(self) -> Iterator[Proposal]:
        for number, proposal in self.file.proposals():
            yield from self._before.get(number, ())
            yield proposal
        yield from self._before.get(self.lines + 1, ())

    def _merge(self, shipped: Iterable[Proposal], recorded: Sequence[int], provider: list[tuple[int, int]]) -> None:
        """Find the line that each calendar goes before.

        That is the first one recorded no earlier, unless a line of the provider's log further down was recorded earlier
        still: then the calendar follows that line.
        """
        last = self.ledger.record.last_recorded_at(PROVIDER_LOG)
        number = 1
        for calendar in shipped:
            published = calendar.occurred_at
            if last is not None and published < last:
                self._late.append(calendar)
                continue
            micros = to_micros(published)
            behind = bisect_left(provider, micros, key=lambda line: line[1])
            number = max(number, provider[behind - 1][0] + 1 if behind else 1)
            while number <= len(recorded) and recorded[number - 1] < micros:
                number += 1
            self._before[number].append(calendar.model_copy(update={"recorded_at": published}))

    def _explain(self, error: RuleBroken) -> None:
        """Say that the ledger holds other content, where an id was used in it and not in the file itself."""
        if error.rule == "id-reused" and self.ledger.find(error.params["id"]) is not None:
            line = error.params["line"]
            raise ImportDiffers(event=error.params["id"], line=line) from None
