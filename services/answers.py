"""Answers about one incident, the same on the command line and over HTTP, with what each says of itself.

The stamp of an answer: as of which instant it is, the position it was read at, whether it may change, which questions
were settled for it alone, and what in it is only one party's word for the other's.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from projections.case import Case
from projections.explain import explain
from projections.timeline import Timeline, timeline
from projections.verdict import Judgement
from schemas.verdicts import IncidentVerdict, print_micros
from services.judging import Dossier, Holdings

__all__ = ["Answer", "stamp", "stamp_one"]


@dataclass(frozen=True, slots=True)
class Answer:
    """One incident judged: what was read, as of when (microseconds), under which questions settled, what was found."""

    dossier: Dossier
    at: int
    settled: Mapping[str, str]
    judgement: Judgement
    found: IncidentVerdict

    @classmethod
    def of(cls, dossier: Dossier, as_of: int | None, settled: Mapping[str, str]) -> Self:
        """Judge what was read, by default as of its last instant. Raises UnknownIncident, Unjudgeable."""
        at = dossier.instant(as_of)
        return cls(dossier, at, settled, *dossier.judge(at, settled))

    def timeline(self) -> Timeline:
        """The incident laid out on one axis."""
        return timeline(self.judgement, explain(self.judgement, self.found), self.dossier.events)

    def verdict_wire(self) -> dict[str, Any]:
        """The verdict as JSON values, with the stamp."""
        return self._stamped(self.found.to_wire())

    def explanation_wire(self) -> dict[str, Any]:
        """The verdict with its arithmetic as JSON values, with the stamp."""
        return self._stamped(explain(self.judgement, self.found).to_wire())

    def timeline_wire(self) -> dict[str, Any]:
        """The picture as JSON values, with the stamp."""
        return self._stamped(self.timeline().to_wire())

    def _stamped(self, wire: Mapping[str, Any]) -> dict[str, Any]:
        return {**wire, **stamp_one(self.dossier, self.judgement.case, self.settled)}


def stamp(holdings: Holdings, as_of: int, settled: Mapping[str, str]) -> dict[str, Any]:
    """What every answer in JSON says of itself: the instant, the position it was read at, whether it may change.

    `settled_for_this_run` are the questions that were asked "what if", whatever the parties agreed.
    """
    return {
        "as_of": print_micros(as_of),
        "position": holdings.position,
        "provisional": holdings.is_provisional(as_of),
        "settled_for_this_run": dict(settled),
    }


def stamp_one(dossier: Dossier, case: Case, settled: Mapping[str, str]) -> dict[str, Any]:
    """The same of an answer about one incident, with what in it is only one party's word for the other's."""
    asserted = [claim.to_wire() for claim in dossier.asserted(case)]
    return {**stamp(dossier, case.as_of, settled), "asserted": asserted}
