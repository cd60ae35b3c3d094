"""Whether a thing is there for whoever asks: another tenant's is missing, by the same statement as a missing one."""

from ledger.recorder import SubjectHead
from schemas.events import PROVIDER_LOG
from schemas.problems import UnknownContract, UnknownIncident
from services.api.caller import Caller
from services.api.state import Api

__all__ = ["check_contract", "incident_log"]


def incident_log(api: Api, caller: Caller, incident: str) -> SubjectHead:
    """The contract in whose log an incident lies, and its last version. Raises UnknownIncident."""
    head = api.ledger.subject_head(incident)
    if head is None or head.log in {incident, PROVIDER_LOG} or not caller.sees(head.log):
        raise UnknownIncident(incident=incident)
    return head


def check_contract(api: Api, caller: Caller, contract: str) -> SubjectHead:
    """How far the contract's own subject goes. Raises UnknownContract."""
    head = api.ledger.subject_head(contract)
    if head is None or head.log != contract or not caller.sees(contract):
        raise UnknownContract(contract=contract)
    return head
