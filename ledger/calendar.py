"""The life of an official calendar: published for one jurisdiction and year, perhaps again.

No publication is undone; which one counts for an incident is a question of the reading (READINGS.md, Days).
"""

from dataclasses import dataclass

from ledger.rules import Context, Placement, place, refuse
from schemas.events import PROVIDER_LOG, Event, Proposal
from schemas.provider_events import CalendarPublished

__all__ = ["Calendar", "decide", "evolve"]


@dataclass(frozen=True, slots=True)
class Calendar:
    """A calendar as the rules see it: how often it was published."""

    version: int


def decide(proposal: Proposal, data: CalendarPublished, context: Context) -> Placement:
    """Where the proposal is recorded; refused under another year's name. Raises RuleBroken with the rule's name."""
    named = f"{data.jurisdiction}-{data.year:04}"
    if proposal.subject != named:
        refuse("calendar-misnamed", proposal, expected=named)
    return place(proposal, PROVIDER_LOG, context)


def evolve(event: Event) -> Calendar:
    """The calendar after the publication."""
    return Calendar(event.version)
