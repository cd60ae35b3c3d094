"""The rules of an erasure: it names events of its own subject and values that they hold (EVENTS.md, values-erased).

The rule looks at where a personal value may stand, not at whether it is still there: erasing twice is no lie.
"""

from collections.abc import Sequence

from ledger.rules import Context, refuse
from schemas.commitments import personal_pointers
from schemas.events import Proposal, to_wire

__all__ = ["check_erasure"]


def check_erasure(proposal: Proposal, events: Sequence[str], fields: Sequence[str], context: Context) -> None:
    """Refuse an erasure in another subject's events, or of a field that none of them has. Raises RuleBroken."""
    present: set[str] = set()
    for event_id in events:
        original = context.original(event_id)
        if original is None or original.said.subject != proposal.subject:
            refuse("unknown-event", proposal, event=event_id)
        present.update(personal_pointers(to_wire(original.said)))
    for field in fields:
        if field not in present:
            refuse("no-such-value", proposal, field=field)
