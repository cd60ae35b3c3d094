"""The life-cycle rules that hold for every kind of subject, and what a rule may ask about the rest of the ledger.

A rule is broken only by what cannot be true (an event from the future, a name already taken), never by what breaches
the contract: a late response is a fact to record. Each rule has a name, which the refusal carries (EVENTS.md, "Life of
an incident", "Who says what").
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple, NoReturn, Protocol

from schemas.contract_events import (
    ContactAuthorised,
    ContactRevoked,
    ContractRegistered,
    ContractValuesErased,
    LevelChanged,
    LicenceRenewed,
    ReadingAgreed,
)
from schemas.events import ActorKind, Data, Event, Proposal
from schemas.incident_events import (
    ClosedNotCovered,
    ContactAttempted,
    CorrectionAgreed,
    CustomerReplied,
    CustomerUnreachable,
    DisputeRuled,
    EvidenceAttached,
    IncidentConfirmed,
    IncidentCorrected,
    IncidentDisputed,
    IncidentMitigated,
    IncidentOpened,
    IncidentReopened,
    IncidentReprioritizationAgreed,
    IncidentReprioritized,
    IncidentResolved,
    IncidentResponded,
    IncidentValuesErased,
    InformationProvided,
    InformationRequested,
    StatusReported,
    ThirdPartySuspected,
    WorkStarted,
    WorkStopped,
)
from schemas.problems import RuleBroken
from schemas.provider_events import CalendarPublished, PolicyAdopted, ReleaseStagePassed

__all__ = [
    "MAY_RECORD",
    "TOLERANCE",
    "Context",
    "Original",
    "Placement",
    "place",
    "refuse",
    "too_late",
]

TOLERANCE: Final = timedelta(minutes=5)
"""How far the recorder's clock and the clock an event occurred by may disagree (EVENTS.md)."""

_SYSTEM: Final = frozenset[ActorKind](("system",))
_PROVIDER: Final = frozenset[ActorKind](("engineer", "system"))
_CUSTOMER: Final = frozenset[ActorKind](("customer",))
_PARTIES: Final = _CUSTOMER | _PROVIDER
_AUDITOR: Final = frozenset[ActorKind](("auditor",))
_EVERYBODY: Final = _PARTIES | _AUDITOR

MAY_RECORD: Final[Mapping[type[Data], frozenset[ActorKind]]] = {
    IncidentOpened: _PARTIES,
    IncidentConfirmed: _SYSTEM,
    IncidentResponded: _PROVIDER,
    IncidentReprioritized: _PARTIES,
    IncidentReprioritizationAgreed: _PARTIES,
    InformationRequested: _PROVIDER,
    InformationProvided: _CUSTOMER,
    WorkStarted: _PROVIDER,
    WorkStopped: _PROVIDER,
    IncidentMitigated: _PROVIDER,
    StatusReported: _PROVIDER,
    ContactAttempted: _PROVIDER,
    CustomerReplied: _PARTIES,
    ThirdPartySuspected: _PROVIDER,
    IncidentResolved: _PROVIDER,
    ClosedNotCovered: _PROVIDER,
    CustomerUnreachable: _PROVIDER,
    IncidentReopened: _CUSTOMER,
    IncidentCorrected: _PARTIES,
    CorrectionAgreed: _PARTIES,
    IncidentValuesErased: _SYSTEM,
    IncidentDisputed: _EVERYBODY,
    DisputeRuled: _AUDITOR,
    EvidenceAttached: _EVERYBODY,
    ContractRegistered: _SYSTEM,
    LevelChanged: _SYSTEM,
    LicenceRenewed: _SYSTEM,
    ContactAuthorised: _SYSTEM,
    ContactRevoked: _SYSTEM,
    ReadingAgreed: _SYSTEM,
    ContractValuesErased: _SYSTEM,
    PolicyAdopted: _SYSTEM,
    CalendarPublished: _SYSTEM,
    ReleaseStagePassed: _SYSTEM,
}
"""Who may record what (EVENTS.md, the table of that name)."""


class Original(NamedTuple):
    """An event taken earlier: what was said, with the values still known, and when it was recorded."""

    said: Proposal | Event
    recorded_at: datetime


class Placement(NamedTuple):
    """The log an accepted event lies in, and when it was recorded there."""

    log: str
    recorded_at: datetime


class Context(Protocol):
    """What a rule may ask about the ledger beyond the state of its own subject."""

    bare_claims: bool
    """Whether the other side's word may be claimed without evidence (an import may, the API may not)."""

    def stamp(self, proposal: Proposal, log: str) -> datetime:
        """When the proposal is recorded in the log. Raises RuleBroken for a claim that cannot be true."""

    def contract_exists(self, contract: str) -> bool:
        """Whether a contract of this id was registered."""

    def original(self, event_id: str) -> Original | None:
        """The event of this id, of whatever subject."""

    def levels(self, policy_id: str) -> frozenset[str] | None:
        """The levels of the policy's version in force; None where its text is not known here."""

    def has_policy_text(self, sha256: str) -> bool:
        """Whether the file of this hash is at hand, to be kept beside its adoption."""


def refuse(rule: str, proposal: Proposal, **params: Any) -> NoReturn:
    """Refuse a proposal by the rule it breaks."""
    raise RuleBroken(rule=rule, subject=proposal.subject, type=proposal.type, **params)


def place(proposal: Proposal, log: str, context: Context) -> Placement:
    """Where and when the proposal is recorded, if its actor may record it and it has happened by then.

    Raises RuleBroken (actor-may-not, occurs-in-the-future, and what the context's stamp refuses).
    """
    allowed = MAY_RECORD[type(proposal.data)]
    if proposal.actor.kind not in allowed:
        refuse(
            "actor-may-not",
            proposal,
            actor=proposal.actor.kind,
            allowed=", ".join(sorted(allowed)),
        )
    recorded_at = context.stamp(proposal, log)
    if too_late(proposal.occurred_at, recorded_at):
        refuse(
            "occurs-in-the-future",
            proposal,
            occurred_at=proposal.occurred_at,
            recorded_at=recorded_at,
        )
    return Placement(log, recorded_at)


def too_late(occurred_at: datetime, recorded_at: datetime) -> bool:
    """Whether something is said to occur more than five minutes after it was recorded."""
    return occurred_at > recorded_at and occurred_at - recorded_at > TOLERANCE
