"""The contested questions of the contract and the answers its text admits (READINGS.md, Questions).

The first option of each is the literal one. The table is the specification's, in its order; what
each option does to the arithmetic is the judgement's business.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

__all__ = ["LITERAL_READING", "QUESTIONS", "Question", "literal_reading"]


@dataclass(frozen=True, slots=True)
class Question:
    """A point on which the contract's text admits several answers; the first is literal."""

    name: str
    options: tuple[str, ...]
    applies_to: str

    @property
    def literal(self) -> str:
        """The answer taken when nobody settled or asked for another."""
        return self.options[0]


_TABLE: Final = (
    Question("premium-hours", ("clock", "service"), "RESPONSE, level premium"),
    Question(
        "basic-p1-hours",
        ("clock", "roll-to-opening", "from-opening-of-service", "service"),
        "RESPONSE, level basic, priority 1",
    ),
    Question("premium-holidays", ("served", "not-served"), "service window of premium"),
    Question("working-saturdays", ("not-served", "served"), "service window of basic"),
    Question("short-days", ("full", "shortened"), "service windows of basic and premium"),
    Question(
        "decreed-days",
        ("served", "not-served"),
        "service window of basic, on days made non-working by decree",
    ),
    Question("calendar-changes", ("apply", "as-known-at-opening"), "all service windows"),
    Question("clock-start", ("received", "confirmed"), "RESPONSE"),
    Question(
        "reprioritized-clock",
        ("from-opening", "from-change", "tightest"),
        "RESPONSE after a priority change",
    ),
    Question("response-kind", ("engineer", "any-reply"), "RESPONSE"),
    Question("priority-authority", ("customer-alone", "mutual"), "PRIO-CHANGE"),
    Question("late-entries", ("as-occurred", "as-recorded"), "all clocks"),
    Question("corrections", ("agreed", "all"), "all clocks"),
    Question("continuous-work-hours", ("service", "round-the-clock"), "P1-CONTINUOUS"),
    Question("continuous-work-start", ("response", "opening"), "P1-CONTINUOUS"),
    Question("unsupported-channel", ("no-clock", "clock-runs"), "CHANNELS"),
    Question("licence-lapse", ("opened-in-term", "in-term-throughout"), "PROG-COMMERCIAL"),
    Question("unreachable-proof", ("two-attempts", "one-attempt"), "RES-UNREACHABLE"),
    Question("reopened-clock", ("no-clock", "restarts"), "RESPONSE after a repeated contact"),
)

QUESTIONS: Final[Mapping[str, Question]] = MappingProxyType({question.name: question for question in _TABLE})
LITERAL_READING: Final[Mapping[str, str]] = MappingProxyType({question.name: question.literal for question in _TABLE})


def literal_reading() -> dict[str, str]:
    """A fresh reading with the literal option of every question, to be changed by the caller."""
    return dict(LITERAL_READING)
