"""Whether whoever asks may record it: the type by his role, the actor by his credential, the thing by his scope.

What EVENTS.md lets each kind of actor record is a rule of the life cycle, and the ledger's; here it is decided as whom
a credential speaks. Another tenant's contract or incident is missing.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from ledger.credentials import Role
from schemas.events import ActorKind, Proposal, subject_kind
from schemas.http_problems import Forbidden
from schemas.incident_events import (
    CorrectionAgreed,
    DisputeRuled,
    IncidentCorrected,
    IncidentOpened,
    IncidentReprioritizationAgreed,
)
from schemas.problems import InvalidInput, UnknownContract, UnknownIncident
from services.api.caller import Caller
from services.api.intake import Asked
from services.api.scope import check_contract, check_incident
from services.api.state import Api

__all__ = ["Placing", "check_may_record", "fill_actor", "is_blind"]

_KINDS: Final[Mapping[Role, tuple[ActorKind, ...]]] = MappingProxyType(
    {
        "customer": ("customer",),
        "engineer": ("engineer",),
        "service": (),
        "reporter": (),
        "auditor": ("auditor",),
        "admin": ("customer", "engineer", "system", "auditor"),
    }
)
_DANGEROUS_WHEN_BLIND: Final = (IncidentReprioritizationAgreed, IncidentCorrected, CorrectionAgreed, DisputeRuled)


def fill_actor(caller: Caller, asked: Asked) -> None:
    """Say who acted where the body does not: the one kind that the credential speaks as, and its id.

    Raises Forbidden for a credential that speaks as nobody, InvalidInput for one that has to say as whom.
    """
    own = caller.actor_id or caller.name
    if "actor" in asked.wire:
        if isinstance(asked.wire["actor"], dict):
            asked.wire["actor"].setdefault("id", own)
        return
    kinds = _kinds(caller)
    if not kinds:
        raise _forbidden(caller, "it records as nobody", asked.pointer)
    if len(kinds) > 1:
        raise InvalidInput(reason="missing-field", pointer=f"{asked.base}/actor")
    asked.wire["actor"] = {"kind": kinds[0], "id": own}


def check_may_record(caller: Caller, proposal: Proposal, asked: Asked) -> None:
    """Raise Forbidden where the caller's role does not record this, or not as this kind of actor."""
    provides = caller.role == "admin" or "system" in caller.act_as
    match subject_kind(proposal.data):
        case "policy" | "calendar":
            allowed = caller.role == "admin" and not caller.limited
        case "release":
            allowed = provides and not caller.limited
        case "contract":
            allowed = provides
        case _:
            allowed = True
    if not allowed:
        raise _forbidden(caller, "it does not record events of this type", f"{asked.base}/type")
    if proposal.actor.kind not in _kinds(caller):
        raise _forbidden(caller, "it does not record as this kind of actor", f"{asked.base}/actor/kind")


def is_blind(proposal: Proposal, if_match: int | None) -> bool:
    """Whether no version is given for an event that must not be written without."""
    return if_match is None and isinstance(proposal.data, _DANGEROUS_WHEN_BLIND)


class Placing:
    """Whether the things that one request speaks of are in the caller's scope, or made by the request itself."""

    def __init__(self, api: Api, caller: Caller) -> None:
        """Look up for this caller."""
        self._api = api
        self._caller = caller
        self._known: set[str] = set()

    def know(self, subject: str) -> None:
        """The subject was found in scope already, or is made by the request."""
        self._known.add(subject)

    def check(self, proposal: Proposal, asked: Asked) -> None:
        """Raise UnknownContract, UnknownIncident where the event is of another tenant's thing, or of none."""
        kind = subject_kind(proposal.data)
        place = f"{asked.base}/subject"
        if isinstance(proposal.data, IncidentOpened):
            self._check_named(proposal.data.contract, f"{asked.base}/data/contract")
        elif proposal.type == "contract.registered.v1":
            self._check_named(proposal.subject, place)
        elif proposal.subject not in self._known:
            if kind == "incident":
                self._find(check_incident, UnknownIncident, proposal.subject, place)
            elif kind == "contract":
                self._find(check_contract, UnknownContract, proposal.subject, place)
        self.know(proposal.subject)

    def _check_named(self, contract: str, pointer: str) -> None:
        """A contract that need not be there yet: the rules say whether it has to."""
        if self._caller.contracts is not None and contract not in self._caller.contracts:
            raise UnknownContract(contract=contract, pointer=pointer)

    def _find(self, find: Any, unknown: type[UnknownContract | UnknownIncident], subject: str, pointer: str) -> None:
        try:
            find(self._api, self._caller, subject)
        except unknown as error:
            raise unknown(**error.params, pointer=pointer) from None


def _kinds(caller: Caller) -> tuple[ActorKind, ...]:
    return caller.act_as if caller.role == "service" else _KINDS[caller.role]


def _forbidden(caller: Caller, reason: str, pointer: str) -> Forbidden:
    return Forbidden(role=caller.role, reason=reason, pointer=pointer or None)
