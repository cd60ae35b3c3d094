"""When an event was recorded: by the ledger's clock, or as its source claims (EVENTS.md, "When it was recorded").

Whatever the clock does, `recorded_at` never decreases in a log.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import assert_never

from ledger.rules import refuse
from schemas.events import Proposal

__all__ = ["Bare", "Imported", "Live", "Stamping", "stamp"]


@dataclass(frozen=True, slots=True)
class Live:
    """Recorded now, by the ledger's clock."""

    now: datetime


@dataclass(frozen=True, slots=True)
class Imported:
    """Recorded when the source says, which is a claim; `now` is the ledger's clock, which no claim may be ahead of."""

    now: datetime


@dataclass(frozen=True, slots=True)
class Bare:
    """Recorded when the file says, with no ledger and no clock behind it."""


Stamping = Live | Imported | Bare


def stamp(stamping: Stamping, proposal: Proposal, log: str, last: datetime | None) -> datetime:
    """When the proposal is recorded in a log whose last event was recorded at `last`.

    A line that claims no instant was recorded when it occurred, or with the line before it in its log if that was
    later. Raises RuleBroken for a claim behind the log, or ahead of the ledger's clock.
    """
    match stamping:
        case Live(now):
            return now if last is None or now > last else last
        case Bare():
            return _claimed(proposal, log, last)
        case Imported(now):
            claimed = _claimed(proposal, log, last)
            if claimed > now and claimed != last:
                refuse(
                    "recorded-in-the-future",
                    proposal,
                    recorded_at=claimed,
                    now=now,
                )
            return claimed
        case _:
            assert_never(stamping)


def _claimed(proposal: Proposal, log: str, last: datetime | None) -> datetime:
    claimed = proposal.recorded_at
    if claimed is None:
        return proposal.occurred_at if last is None else max(proposal.occurred_at, last)
    if last is not None and claimed < last:
        refuse(
            "recorded-out-of-order",
            proposal,
            recorded_at=claimed,
            last=last,
            log=log,
        )
    return claimed
