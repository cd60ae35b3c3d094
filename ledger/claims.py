"""Who asserts what for whom: an actor who records the other side's word makes a claim of it.

A claim counts like what it claims, but every view shows it as "asserted by", and over the API it needs evidence
(EVENTS.md, "Who says what").
"""

from dataclasses import dataclass

from schemas.contract_events import ReadingAgreed
from schemas.events import Event, Proposal
from schemas.incident_events import (
    CorrectionAgreed,
    IncidentCorrected,
    IncidentReprioritizationAgreed,
    IncidentReprioritized,
)
from schemas.model import Party

__all__ = ["Claim", "claim_of", "other_party"]


@dataclass(frozen=True, slots=True)
class Claim:
    """The word of one party as told by the other; `evidence` names what was attached to support it."""

    asserted_by: Party
    speaks_for: Party
    evidence: str | None


def other_party(party: Party) -> Party:
    """The party across the table."""
    return "provider" if party == "customer" else "customer"


def claim_of(event: Event | Proposal) -> Claim | None:
    """The claim that an event makes in the other party's name; None where its actor speaks for his own side alone.

    A reading agreed without a document is the provider's word for the customer's.
    """
    party, data = event.actor.party, event.data
    if party == "auditor":
        return None
    match data:
        case IncidentReprioritized():
            speaks = data.agreed or data.requested_by != party
        case IncidentCorrected():
            speaks = data.agreed_by_other_party
        case IncidentReprioritizationAgreed() | CorrectionAgreed():
            speaks = data.by != party
        case ReadingAgreed():
            return Claim(party, other_party(party), None) if data.document is None else None
        case _:
            return None
    return Claim(party, other_party(party), data.evidence) if speaks else None
