"""The life of a release: the stages of checking that it passed, in whatever order they were recorded (QC-STAGES)."""

from dataclasses import dataclass

from ledger.rules import Context, Placement, place
from schemas.events import PROVIDER_LOG, Event, Proposal

__all__ = ["Release", "decide", "evolve"]


@dataclass(frozen=True, slots=True)
class Release:
    """A release as the rules see it: how many stages were recorded."""

    version: int


def decide(proposal: Proposal, context: Context) -> Placement:
    """Where the proposal is recorded; refused if it cannot be true. Raises RuleBroken with the rule's name."""
    return place(proposal, PROVIDER_LOG, context)


def evolve(event: Event) -> Release:
    """The release after the stage."""
    return Release(event.version)
