"""When two events say the same (EVENTS.md, "The same event twice").

Values are compared, not commitments: a value that was erased, or is known here only by its commitment, takes no part.
Instants are instants, whatever offset they were written with; an option left out equals its default.
"""

from typing import Any

from ledger.rules import Original
from schemas.events import Proposal
from schemas.model import Commitment, Model

__all__ = ["agree", "same_event"]


def agree(one: Any, other: Any) -> bool:
    """Whether two values of the language are equal as far as both are known."""
    if isinstance(one, Commitment) or isinstance(other, Commitment):
        return True
    if type(one) is not type(other):
        return False
    if isinstance(one, Model):
        names = type(one).model_fields
        return all(agree(getattr(one, name), getattr(other, name)) for name in names)
    if isinstance(one, tuple):
        return len(one) == len(other) and all(map(agree, one, other))
    return bool(one == other)


def same_event(proposal: Proposal, original: Original) -> bool:
    """Whether the proposal repeats the event taken under its id; `recorded_at` counts only where it is claimed."""
    said = original.said
    return (
        proposal.subject == said.subject
        and proposal.occurred_at == said.occurred_at
        and proposal.recorded_at in {None, original.recorded_at}
        and agree(proposal.actor, said.actor)
        and agree(proposal.data, said.data)
    )
