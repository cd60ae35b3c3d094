"""The life of a support policy: adopted in one version after another, each kept word for word by its hash."""

from dataclasses import dataclass

from ledger.rules import Context, Placement, place, refuse
from schemas.events import PROVIDER_LOG, Event, Proposal
from schemas.provider_events import PolicyAdopted

__all__ = ["Policy", "decide", "evolve"]


@dataclass(frozen=True, slots=True)
class Policy:
    """A policy as the rules see it: the hash of the version adopted last."""

    sha256: str
    version: int


def decide(proposal: Proposal, data: PolicyAdopted, context: Context) -> Placement:
    """Where the proposal is recorded; refused if nobody has the text. Raises RuleBroken with the rule's name."""
    if not context.has_policy_text(data.sha256):
        refuse("policy-text-missing", proposal, sha256=data.sha256)
    return place(proposal, PROVIDER_LOG, context)


def evolve(event: Event, data: PolicyAdopted) -> Policy:
    """The policy after the adoption."""
    return Policy(data.sha256, event.version)
