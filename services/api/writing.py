"""The routes that record: contracts, incidents, batches, erasures."""

from typing import Annotated

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from schemas.contract_events import ContractValuesErased
from schemas.incident_events import IncidentValuesErased
from services.api.accepting import record
from services.api.caller import Caller
from services.api.doors import BATCH, CONTRACTS, INCIDENTS, OF_CONTRACTS, OF_INCIDENTS, Door
from services.api.openapi_bodies import batch_body, event_body
from services.api.openapi_writing import described
from services.api.rights import needs
from services.api.scope import check_contract, check_incident
from services.api.state import TheApi

__all__ = ["router"]

router = APIRouter(tags=["writing"])

Writer = Annotated[Caller, needs("write")]
Eraser = Annotated[Caller, needs("erase")]


@router.post(
    "/v1/contracts",
    **described("Register a contract", event_body(CONTRACTS.types, needs_subject=True), of="contract"),
)
async def register_contract(api: TheApi, caller: Writer, request: Request) -> Response:
    """Record contract.registered.v1; `subject` is the contract's id."""
    return await record(api, caller, request, CONTRACTS)


@router.post(
    "/v1/contracts/{contract}/events",
    **described("Record a change of a contract", event_body(OF_CONTRACTS), of="contract"),
)
async def append_to_contract(api: TheApi, caller: Writer, request: Request, contract: str) -> Response:
    """Record an event of a contract that was registered."""
    check_contract(api, caller, contract)
    return await record(api, caller, request, Door(OF_CONTRACTS, contract))


@router.post(
    "/v1/contracts/{contract}/erasures",
    **described(
        "Erase personal values of a contract's events",
        event_body([ContractValuesErased.TYPE], ".erasure"),
        of="contract",
    ),
)
async def erase_of_contract(api: TheApi, caller: Eraser, request: Request, contract: str) -> Response:
    """Record contract.values-erased.v1 and delete the values and salts for good; `type` may be left out."""
    check_contract(api, caller, contract)
    return await record(api, caller, request, _erasures(ContractValuesErased.TYPE, contract))


@router.post("/v1/incidents", **described("Open an incident", event_body(INCIDENTS.types)))
async def open_incident(api: TheApi, caller: Writer, request: Request) -> Response:
    """Record incident.opened.v1. Where `subject` is absent the ledger gives a number, INC-YYYY-NNNNNN."""
    return await record(api, caller, request, INCIDENTS)


@router.post(
    "/v1/incidents/{incident}/events",
    **described("Record what happened to an incident", event_body(OF_INCIDENTS), blind=True),
)
async def append_to_incident(api: TheApi, caller: Writer, request: Request, incident: str) -> Response:
    """Record an event of an incident that was opened."""
    check_incident(api, caller, incident)
    return await record(api, caller, request, Door(OF_INCIDENTS, incident))


@router.post(
    "/v1/incidents/{incident}/erasures",
    **described("Erase personal values of an incident's events", event_body([IncidentValuesErased.TYPE], ".erasure")),
)
async def erase_of_incident(api: TheApi, caller: Eraser, request: Request, incident: str) -> Response:
    """Record incident.values-erased.v1 and delete the values and salts for good; `type` may be left out."""
    check_incident(api, caller, incident)
    return await record(api, caller, request, _erasures(IncidentValuesErased.TYPE, incident))


@router.post(
    "/v1/events",
    **described("Record several events, all of them or none", batch_body(BATCH.types), many=True, blind=True),
)
async def append_batch(api: TheApi, caller: Writer, request: Request) -> Response:
    """Record events of any subjects in the order given, each with its `subject` and, where it has to match, `if_match`.

    An event is decided after those before it; one that is refused refuses all. The ledger numbers an incident that is
    opened without `subject`. An adoption of a policy has the policy's text beside it as `file`.
    """
    return await record(api, caller, request, BATCH)


def _erasures(name: str, subject: str) -> Door:
    return Door(frozenset({name}), subject, only=name)
