"""What happens in the life of an incident, one class an event type (EVENTS.md, Types)."""

from typing import ClassVar, Literal

from schemas.contract_events import Basis
from schemas.corrections import Correctable, CorrectedValue
from schemas.model import (
    Boolean,
    DataModel,
    EventId,
    EventIds,
    Identifier,
    Instant,
    Name,
    Notification,
    Party,
    PersonalReporter,
    PersonalText,
    Pointers,
    Priority,
    Sha256,
    Size,
    Text,
    Word,
)

__all__ = [
    "ClosedNotCovered",
    "ContactAttempted",
    "CorrectionAgreed",
    "CustomerReplied",
    "CustomerUnreachable",
    "DisputeRuled",
    "EvidenceAttached",
    "IncidentConfirmed",
    "IncidentCorrected",
    "IncidentData",
    "IncidentDisputed",
    "IncidentMitigated",
    "IncidentOpened",
    "IncidentReopened",
    "IncidentReprioritizationAgreed",
    "IncidentReprioritized",
    "IncidentResolved",
    "IncidentResponded",
    "IncidentValuesErased",
    "InformationProvided",
    "InformationRequested",
    "StatusReported",
    "ThirdPartySuspected",
    "WorkStarted",
    "WorkStopped",
]


class IncidentOpened(DataModel):
    """A user of the product came with a problem (PROG-OPEN, OPEN-EMAIL, PROBLEM-INFO)."""

    TYPE: ClassVar[str] = "incident.opened.v1"

    contract: Identifier
    channel: Word
    reporter: PersonalReporter
    priority: Priority
    title: PersonalText
    description: PersonalText | None = None
    impact: PersonalText | None = None
    error_text: PersonalText | None = None
    reproduction: PersonalText | None = None
    workaround: PersonalText | None = None


class IncidentConfirmed(DataModel):
    """The confirmation letter with the incident's number went out (OPEN-CONFIRM)."""

    TYPE: ClassVar[str] = "incident.confirmed.v1"

    to: PersonalText
    message_id: Text | None = None


class IncidentResponded(DataModel):
    """An engineer reacted to the incident (RESPONSE)."""

    TYPE: ClassVar[str] = "incident.responded.v1"

    engineer: Name
    channel: Word
    summary: PersonalText | None = None


class IncidentReprioritized(DataModel):
    """One party asked for another priority (PRIO-CHANGE); `agreed` claims the other's word."""

    TYPE: ClassVar[str] = "incident.reprioritized.v1"

    priority: Priority
    requested_by: Party
    agreed: Boolean = False
    reason: PersonalText | None = None
    evidence: EventId | None = None


class IncidentReprioritizationAgreed(DataModel):
    """The other party agreed to a change of priority (STATUS-AGREE)."""

    TYPE: ClassVar[str] = "incident.reprioritization-agreed.v1"

    request: EventId
    by: Party
    evidence: EventId | None = None


class InformationRequested(DataModel):
    """The engineer asked the customer for details (PROBLEM-INFO)."""

    TYPE: ClassVar[str] = "incident.information-requested.v1"

    summary: PersonalText


class InformationProvided(DataModel):
    """The customer gave details (PROBLEM-INFO)."""

    TYPE: ClassVar[str] = "incident.information-provided.v1"

    summary: PersonalText


class WorkStarted(DataModel):
    """An engineer took up work on the incident (P1-CONTINUOUS)."""

    TYPE: ClassVar[str] = "incident.work-started.v1"

    engineer: Name


class WorkStopped(DataModel):
    """An engineer laid work on the incident down (P1-CONTINUOUS)."""

    TYPE: ClassVar[str] = "incident.work-stopped.v1"

    engineer: Name


class IncidentMitigated(DataModel):
    """The impact was reduced, though the cause may remain (P1-CONTINUOUS)."""

    TYPE: ClassVar[str] = "incident.mitigated.v1"

    how: PersonalText


class StatusReported(DataModel):
    """The customer was told how the resolution goes and when it is expected (RES-INFORM)."""

    TYPE: ClassVar[str] = "incident.status-reported.v1"

    summary: PersonalText
    expected_resolution_at: Instant | None = None


class ContactAttempted(DataModel):
    """The provider tried to reach the customer (RES-UNREACHABLE)."""

    TYPE: ClassVar[str] = "incident.contact-attempted.v1"

    channel: Word
    to: PersonalText


class CustomerReplied(DataModel):
    """The customer answered (STATUS-CONTACT)."""

    TYPE: ClassVar[str] = "incident.customer-replied.v1"

    channel: Word
    summary: PersonalText | None = None


class ThirdPartySuspected(DataModel):
    """Another vendor's product may be the cause, and the customer is asked to act (THIRD-PARTY)."""

    TYPE: ClassVar[str] = "incident.third-party-suspected.v1"

    vendor: Text
    product: Text
    request: Literal["remove", "disconnect", "contact-vendor", "open-with-vendor"]


class IncidentResolved(DataModel):
    """The product works again and the incident is closed (RES-RESTORED, RES-NOTICE)."""

    TYPE: ClassVar[str] = "incident.resolved.v1"

    summary: PersonalText
    notification: Notification | None = None
    release: Identifier | None = None


class ClosedNotCovered(DataModel):
    """The incident was closed because support does not cover its cause (RES-CUSTOM)."""

    TYPE: ClassVar[str] = "incident.closed-not-covered.v1"

    reason: Literal["custom-build", "third-party", "other"]
    notification: Notification | None = None


class CustomerUnreachable(DataModel):
    """The incident was closed because the customer does not answer (RES-UNREACHABLE)."""

    TYPE: ClassVar[str] = "incident.customer-unreachable.v1"

    summary: PersonalText | None = None


class IncidentReopened(DataModel):
    """The customer came back with the incident's number."""

    TYPE: ClassVar[str] = "incident.reopened.v1"

    reason: PersonalText


class IncidentCorrected(DataModel):
    """An earlier event is said to be wrong in one field; that event itself never changes."""

    TYPE: ClassVar[str] = "incident.corrected.v1"

    event: EventId
    field: Correctable
    was: CorrectedValue
    now: CorrectedValue
    reason: PersonalText
    agreed_by_other_party: Boolean
    evidence: EventId | None = None


class CorrectionAgreed(DataModel):
    """The other party agreed to a correction."""

    TYPE: ClassVar[str] = "incident.correction-agreed.v1"

    request: EventId
    by: Party
    evidence: EventId | None = None


class IncidentValuesErased(DataModel):
    """Personal values of the incident's events were deleted; the events and their proofs stand."""

    TYPE: ClassVar[str] = "incident.values-erased.v1"

    events: EventIds
    fields: Pointers
    basis: Basis


class IncidentDisputed(DataModel):
    """A party contests what the ledger says of one obligation."""

    TYPE: ClassVar[str] = "incident.disputed.v1"

    obligation: Word
    claim: PersonalText


class DisputeRuled(DataModel):
    """The auditor ruled on a dispute about one obligation."""

    TYPE: ClassVar[str] = "incident.dispute-ruled.v1"

    obligation: Word
    ruling: PersonalText


class EvidenceAttached(DataModel):
    """A document was attached by its hash; the document itself is not in the ledger."""

    TYPE: ClassVar[str] = "incident.evidence-attached.v1"

    name: PersonalText
    media_type: Name
    size: Size
    sha256: Sha256


IncidentData = (
    IncidentOpened
    | IncidentConfirmed
    | IncidentResponded
    | IncidentReprioritized
    | IncidentReprioritizationAgreed
    | InformationRequested
    | InformationProvided
    | WorkStarted
    | WorkStopped
    | IncidentMitigated
    | StatusReported
    | ContactAttempted
    | CustomerReplied
    | ThirdPartySuspected
    | IncidentResolved
    | ClosedNotCovered
    | CustomerUnreachable
    | IncidentReopened
    | IncidentCorrected
    | CorrectionAgreed
    | IncidentValuesErased
    | IncidentDisputed
    | DisputeRuled
    | EvidenceAttached
)
