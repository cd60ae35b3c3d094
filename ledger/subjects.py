"""Everything the ledger keeps the life of, under one roof: whose rules decide a proposal, and what state it leaves.

Every subject belongs to one kind for ever. An incident's and a contract's events lie in the contract's log, those of
policies, calendars and releases in the provider's own (EVENTS.md, Interchange form).
"""

from typing import NoReturn, assert_never

from typing_extensions import TypeIs

from ledger import calendar, contract, incident, policy, release
from ledger.calendar import Calendar
from ledger.contract import Contract
from ledger.incident import Incident
from ledger.policy import Policy
from ledger.release import Release
from ledger.rules import Context, Placement, refuse
from schemas.contract_events import ContractData
from schemas.decode import is_incident_number
from schemas.events import PROVIDER_LOG, Data, Event, Proposal
from schemas.incident_events import IncidentData
from schemas.provider_events import CalendarPublished, PolicyAdopted, ReleaseStagePassed

__all__ = ["State", "decide", "evolve"]

State = Incident | Contract | Policy | Calendar | Release


def decide(state: State | None, proposal: Proposal, context: Context) -> Placement:
    """Where the proposal is recorded, by the rules of its subject's kind. Raises RuleBroken with the rule's name."""
    data = proposal.data
    if state is None:
        _check_new(proposal)
    if _of_incident(data):
        if state is not None and not isinstance(state, Incident):
            _taken(state, proposal)
        return incident.decide(state, proposal, data, context)
    if _of_contract(data):
        if state is not None and not isinstance(state, Contract):
            _taken(state, proposal)
        return contract.decide(state, proposal, data, context)
    match data:
        case PolicyAdopted():
            if state is not None and not isinstance(state, Policy):
                _taken(state, proposal)
            return policy.decide(proposal, data, context)
        case CalendarPublished():
            if state is not None and not isinstance(state, Calendar):
                _taken(state, proposal)
            return calendar.decide(proposal, data, context)
        case ReleaseStagePassed():
            if state is not None and not isinstance(state, Release):
                _taken(state, proposal)
            return release.decide(proposal, context)
        case _:
            assert_never(data)


def evolve(state: State | None, event: Event) -> State:
    """The state of the event's subject after it; what was recorded has happened, so nothing is refused."""
    data = event.data
    if _of_incident(data):
        assert state is None or isinstance(state, Incident)
        return incident.evolve(state, event, data)
    if _of_contract(data):
        assert state is None or isinstance(state, Contract)
        return contract.evolve(state, event, data)
    match data:
        case PolicyAdopted():
            return policy.evolve(event, data)
        case CalendarPublished():
            return calendar.evolve(event)
        case ReleaseStagePassed():
            return release.evolve(event)
        case _:
            assert_never(data)


def _check_new(proposal: Proposal) -> None:
    """`provider` names the provider's own log and nothing else, and only incidents are numbered like incidents."""
    if proposal.subject == PROVIDER_LOG:
        refuse("subject-reserved", proposal)
    if not _of_incident(proposal.data) and is_incident_number(proposal.subject):
        refuse("number-of-an-incident", proposal)


def _taken(state: State, proposal: Proposal) -> NoReturn:
    refuse("subject-taken", proposal, taken_by=type(state).__name__.lower())


def _of_incident(data: Data) -> TypeIs[IncidentData]:
    return data.TYPE.startswith("incident.")


def _of_contract(data: Data) -> TypeIs[ContractData]:
    return data.TYPE.startswith("contract.")
