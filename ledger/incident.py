"""The life of an incident: opened once, worked on, closed, taken up again (EVENTS.md, "Life of an incident").

The state holds only what a later event may depend on. `decide` refuses what cannot be true, naming the rule; `evolve`
takes an event as it is, because what was recorded has happened.
"""

from dataclasses import dataclass
from typing import Final, NamedTuple, assert_never

from ledger.claims import claim_of
from ledger.correction import check_correction
from ledger.erasure import check_erasure
from ledger.rules import Context, Placement, place, refuse
from schemas.events import Event, IncidentData, Proposal
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

__all__ = ["Asked", "Incident", "decide", "evolve"]

_NOBODY: Final[frozenset[str]] = frozenset()


class Asked(NamedTuple):
    """Something that one party put forward and the other may agree to: a change of priority, a correction."""

    event: str
    party: str


@dataclass(frozen=True, slots=True)
class Incident:
    """An incident as the rules see it.

    `closed_by` is the wire name of the event that closed it, None while it is open; `working` the engineers whose
    session is open; `claims` the ids of the events in which one party speaks for the other.
    """

    contract: str
    version: int
    closed_by: str | None = None
    working: frozenset[str] = _NOBODY
    requests: tuple[Asked, ...] = ()
    corrections: tuple[Asked, ...] = ()
    evidence: tuple[str, ...] = ()
    claims: tuple[str, ...] = ()


def decide(state: Incident | None, proposal: Proposal, data: IncidentData, context: Context) -> Placement:
    """Where the proposal is recorded; refused if it cannot be true. Raises RuleBroken with the rule's name."""
    if isinstance(data, IncidentOpened):
        if state is not None:
            refuse("already-open", proposal)
        if not context.contract_exists(data.contract):
            refuse("unknown-contract", proposal, contract=data.contract)
        return place(proposal, data.contract, context)
    if state is None:
        refuse("unknown-incident", proposal)
    placement = place(proposal, state.contract, context)
    _check_life(state, proposal, data, context)
    return placement


_KnownData = (
    IncidentConfirmed
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


def _check_life(state: Incident, proposal: Proposal, data: _KnownData, context: Context) -> None:
    match data:
        case (  # the most frequent first: a long file tries them for each of its lines
            IncidentConfirmed()
            | IncidentResponded()
            | StatusReported()
            | IncidentResolved()
            | WorkStarted()
            | CustomerReplied()
            | ContactAttempted()
            | InformationRequested()
            | InformationProvided()
            | IncidentMitigated()
            | ThirdPartySuspected()
            | ClosedNotCovered()
            | CustomerUnreachable()
        ):
            _check_open(state, proposal)
        case WorkStopped():
            _check_open(state, proposal)
            if data.engineer not in state.working:
                refuse("no-open-session", proposal, engineer=data.engineer)
        case IncidentReprioritized():
            _check_open(state, proposal)
            _check_claim(state, proposal, data.evidence, context)
        case IncidentReprioritizationAgreed():
            _check_open(state, proposal)
            _check_request(state, proposal, data)
            _check_claim(state, proposal, data.evidence, context)
        case IncidentCorrected():
            check_correction(proposal, data, context)
            _check_claim(state, proposal, data.evidence, context)
        case CorrectionAgreed():
            _check_agreed_correction(state, proposal, data)
            _check_claim(state, proposal, data.evidence, context)
        case IncidentValuesErased():
            check_erasure(proposal, data.events, data.fields, context)
        case IncidentReopened() | IncidentDisputed() | DisputeRuled() | EvidenceAttached():
            pass
        case _:
            assert_never(data)


def _check_open(state: Incident, proposal: Proposal) -> None:
    if state.closed_by is not None:
        refuse("incident-closed", proposal, closed_by=state.closed_by)


def _check_request(state: Incident, proposal: Proposal, data: IncidentReprioritizationAgreed) -> None:
    party = _asked_by(state.requests, data.request)
    if party is None:
        refuse("unknown-request", proposal, request=data.request)
    if party == data.by:
        refuse("own-request", proposal, request=data.request, by=data.by)


def _check_agreed_correction(state: Incident, proposal: Proposal, data: CorrectionAgreed) -> None:
    party = _asked_by(state.corrections, data.request)
    if party is None:
        refuse("unknown-correction", proposal, request=data.request)
    if party == data.by:
        refuse("own-correction", proposal, request=data.request, by=data.by)


def _asked_by(asked: tuple[Asked, ...], event: str) -> str | None:
    return next((one.party for one in asked if one.event == event), None)


def _check_claim(state: Incident, proposal: Proposal, evidence: str | None, context: Context) -> None:
    if evidence is not None and evidence not in state.evidence:
        refuse("unknown-evidence", proposal, evidence=evidence)
    if evidence is None and not context.bare_claims:
        claim = claim_of(proposal)
        if claim is not None:
            refuse("evidence-needed", proposal, party=claim.speaks_for)


def evolve(state: Incident | None, event: Event, data: IncidentData) -> Incident:
    """The incident after the event."""
    if isinstance(data, IncidentOpened):
        return Incident(data.contract, event.version)
    assert state is not None, "the life of an incident begins with its opening"
    match data:
        case IncidentResolved() | ClosedNotCovered() | CustomerUnreachable():
            return _after(state, event, closed_by=data.TYPE)
        case (  # the most frequent first, as above
            IncidentConfirmed()
            | IncidentResponded()
            | StatusReported()
            | CustomerReplied()
            | ContactAttempted()
            | InformationRequested()
            | InformationProvided()
            | IncidentMitigated()
            | ThirdPartySuspected()
            | IncidentValuesErased()
            | IncidentDisputed()
            | DisputeRuled()
        ):
            return _after(state, event)
        case WorkStarted():
            return _after(state, event, working=state.working | {data.engineer})
        case WorkStopped():
            return _after(state, event, working=state.working - {data.engineer})
        case IncidentReopened():
            return _after(state, event, closed_by=None)
        case EvidenceAttached():
            return _after(state, event, evidence=(*state.evidence, event.id))
        case IncidentReprioritized():
            asked = Asked(event.id, data.requested_by)
            return _after(state, event, requests=(*state.requests, asked), claims=_claims(state, event))
        case IncidentCorrected():
            asked = Asked(event.id, event.actor.party)
            return _after(state, event, corrections=(*state.corrections, asked), claims=_claims(state, event))
        case IncidentReprioritizationAgreed() | CorrectionAgreed():
            return _after(state, event, claims=_claims(state, event))
        case _:
            assert_never(data)


class _Same:
    """Stands for a field that the event leaves as it is; None has a meaning of its own."""


_SAME: Final = _Same()


def _after(
    state: Incident,
    event: Event,
    *,
    closed_by: str | _Same | None = _SAME,
    working: frozenset[str] | None = None,
    requests: tuple[Asked, ...] | None = None,
    corrections: tuple[Asked, ...] | None = None,
    evidence: tuple[str, ...] | None = None,
    claims: tuple[str, ...] | None = None,
) -> Incident:
    return Incident(
        state.contract,
        event.version,
        state.closed_by if isinstance(closed_by, _Same) else closed_by,
        state.working if working is None else working,
        state.requests if requests is None else requests,
        state.corrections if corrections is None else corrections,
        state.evidence if evidence is None else evidence,
        state.claims if claims is None else claims,
    )


def _claims(state: Incident, event: Event) -> tuple[str, ...]:
    return state.claims if claim_of(event) is None else (*state.claims, event.id)
