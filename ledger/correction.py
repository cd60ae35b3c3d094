"""The rules of a correction: what it may name, and that it says truly what stands there.

`was` is compared with the value in the corrected event itself, whatever was corrected before; what was erased since, or
is known here only by its commitment, is not compared (EVENTS.md, "Life of an incident").
"""

from datetime import datetime
from typing import Any, Final

from ledger.rules import Context, Original, refuse, too_late
from ledger.sameness import agree
from schemas.events import Proposal
from schemas.incident_events import ClosedNotCovered, IncidentCorrected

__all__ = ["check_correction"]

_ABSENT: Final = object()


def check_correction(proposal: Proposal, data: IncidentCorrected, context: Context) -> None:
    """Refuse a correction of what is not there, of another correction, or into the future. Raises RuleBroken."""
    original = context.original(data.event)
    if original is None or original.said.subject != proposal.subject:
        refuse("unknown-event", proposal, event=data.event)
    if isinstance(original.said.data, IncidentCorrected):
        refuse("corrects-a-correction", proposal, event=data.event)
    stands = _value(original, data.field)
    if stands is _ABSENT:
        refuse("no-such-field", proposal, event=data.event, field=data.field, of=original.said.type)
    if not agree(data.was, stands):
        refuse("was-differs", proposal, event=data.event, field=data.field)
    if data.field == "occurred_at":
        assert isinstance(data.now, datetime)
        if too_late(data.now, original.recorded_at):
            refuse(
                "corrected-into-the-future",
                proposal,
                now=data.now,
                recorded_at=original.recorded_at,
            )


def _value(original: Original, field: str) -> Any:
    said = original.said
    if field == "occurred_at":
        return said.occurred_at
    if field == "actor.id":
        return said.actor.id if said.actor.kind == "customer" else _ABSENT
    if field == "reason" and isinstance(said.data, ClosedNotCovered):
        return _ABSENT
    value = getattr(said.data, field, None)
    return _ABSENT if value is None else value
