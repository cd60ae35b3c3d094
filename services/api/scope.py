"""Whether a thing is there for whoever asks: another tenant's is missing, by the same statement as a missing one."""

from typing import Final

from ledger.recorder import SubjectHead
from schemas.events import PROVIDER_LOG
from schemas.problems import UnknownContract, UnknownIncident
from services.api.caller import Caller
from services.api.state import Api

__all__ = ["check_contract", "check_incident", "incident_log"]

_MOST_FOUND: Final = 10_000


def incident_log(api: Api, caller: Caller, incident: str) -> SubjectHead:
    """The contract in whose log an incident lies, and its last version. Raises UnknownIncident."""
    head = api.ledger.subject_head(incident)
    if head is None or head.log in {incident, PROVIDER_LOG} or not caller.sees(head.log):
        raise UnknownIncident(incident=incident)
    return head


def check_incident(api: Api, caller: Caller, incident: str) -> None:
    """Raise UnknownIncident where an incident is not there for whoever asks.

    It stays in the log it was opened in, so the ledger is asked once for each caller who finds it. What was found for
    another one takes no part: that would tell by the time it takes whether a thing is missing or hidden.
    """
    name = caller.name, incident
    log = api.found.get(name)
    if log is None:
        log = incident_log(api, caller, incident).log
        if len(api.found) >= _MOST_FOUND:
            api.found.clear()
        api.found[name] = log
    elif not caller.sees(log):
        raise UnknownIncident(incident=incident)


def check_contract(api: Api, caller: Caller, contract: str) -> SubjectHead:
    """How far the contract's own subject goes. Raises UnknownContract."""
    head = api.ledger.subject_head(contract)
    if head is None or head.log != contract or not caller.sees(contract):
        raise UnknownContract(contract=contract)
    return head
