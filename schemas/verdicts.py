"""The verdict on one incident, as printed on one line (EVENTS.md, Verdict).

Instants are integer microseconds since the epoch, UTC; `to_wire` prints them. The classes are named tuples, because a
hundred thousand of them are made in one run.
"""

from functools import lru_cache
from typing import Any, Literal, NamedTuple

from schemas.instants import from_micros, print_instant

VerdictName = Literal["met", "breached", "running", "not-covered", "not-applicable"]
Standing = Literal["kept", "broken", "disputed"]
DutyVerdict = Literal["met", "missing", "not-applicable"]
Span = tuple[int, int]


class Outcome(NamedTuple):
    """What one reading finds of one obligation: the verdict, when it fell due, when it was met or breached."""

    verdict: VerdictName
    due: int | None = None
    at: int | None = None
    uncovered: tuple[Span, ...] = ()

    @property
    def breached(self) -> bool:
        """Whether this reading finds a breach."""
        return self.verdict == "breached"


class ObligationVerdict(NamedTuple):
    """What all readings find of one obligation, counted over the questions that it depends on."""

    obligation: str
    clause: str
    literal: Outcome
    standing: Standing
    verdicts: dict[str, int]
    earliest_due: int | None
    latest_due: int | None
    depends_on: tuple[str, ...]
    decisive: tuple[str, ...]
    readings: int

    def to_wire(self) -> dict[str, Any]:
        """The obligation as it stands in the verdict line; continuous work has no due instants."""
        wire: dict[str, Any] = {"obligation": self.obligation, "clause": self.clause}
        at = print_micros(self.literal.at)
        if self.obligation == "continuous-work":
            spans = [[print_micros(start), print_micros(end)] for start, end in self.literal.uncovered]
            wire["literal"] = {"verdict": self.literal.verdict, "at": at, "uncovered": spans}
        else:
            wire["literal"] = {
                "verdict": self.literal.verdict,
                "due": print_micros(self.literal.due),
                "at": at,
            }
        wire["standing"] = self.standing
        wire["verdicts"] = self.verdicts
        if self.obligation != "continuous-work":
            wire["earliest_due"] = print_micros(self.earliest_due)
            wire["latest_due"] = print_micros(self.latest_due)
        wire["depends_on"] = list(self.depends_on)
        wire["decisive"] = list(self.decisive)
        wire["readings"] = self.readings
        return wire


class Duty(NamedTuple):
    """A duty beside the response, under the literal reading with the settled questions applied."""

    duty: str
    clause: str
    verdict: DutyVerdict


class PolicyName(NamedTuple):
    """The policy text that judged: its id, version and the SHA-256 of its file."""

    id: str
    version: str
    sha256: str


class IncidentVerdict(NamedTuple):
    """The verdict on one incident as of one instant."""

    incident: str
    as_of: int
    level: str
    policy: PolicyName
    obligations: tuple[ObligationVerdict, ...]
    duties: tuple[Duty, ...]

    @property
    def standing(self) -> Standing:
        """The worst of its obligations: broken, else disputed, else kept."""
        found = {obligation.standing for obligation in self.obligations}
        return "broken" if "broken" in found else "disputed" if "disputed" in found else "kept"

    def to_wire(self) -> dict[str, Any]:
        """The line of EVENTS.md as JSON values."""
        return {
            "incident": self.incident,
            "as_of": print_micros(self.as_of),
            "level": self.level,
            "policy": {
                "id": self.policy.id,
                "version": self.policy.version,
                "sha256": self.policy.sha256,
            },
            "obligations": [obligation.to_wire() for obligation in self.obligations],
            "duties": [{"duty": d.duty, "clause": d.clause, "verdict": d.verdict} for d in self.duties],
        }


class NotJudged(NamedTuple):
    """An incident that no verdict can be given on, because a calendar that a reading needs was never published."""

    incident: str
    as_of: int
    jurisdiction: str
    year: int

    def to_wire(self) -> dict[str, Any]:
        """The line of EVENTS.md as JSON values."""
        error = {
            "problem": "calendar-missing",
            "jurisdiction": self.jurisdiction,
            "year": self.year,
        }
        return {"incident": self.incident, "as_of": print_micros(self.as_of), "error": error}


@lru_cache(maxsize=4096)
def print_micros(micros: int | None) -> str | None:
    """An instant in microseconds as verdicts print it (EVENTS.md, Verdict)."""
    return None if micros is None else print_instant(from_micros(micros))


__all__ = [
    "Duty",
    "DutyVerdict",
    "IncidentVerdict",
    "NotJudged",
    "ObligationVerdict",
    "Outcome",
    "PolicyName",
    "Span",
    "Standing",
    "VerdictName",
    "print_micros",
]
