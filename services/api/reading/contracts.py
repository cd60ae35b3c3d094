"""GET /v1/contracts: the contracts in scope, with their terms as recorded, and without the people that they name."""

from collections.abc import Iterator
from itertools import islice
from typing import Annotated, Final

from fastapi import APIRouter, Request
from starlette.responses import Response

from schemas.events import PROVIDER_LOG
from schemas.http_problems import CursorUnusable, HistoryTooLong
from schemas.problems import UnknownContract
from services.api.caller import Caller
from services.api.headers import entity_tag
from services.api.reading.asked import CURSOR, LIMIT, page_size
from services.api.reading.examples import CONTRACT_EXAMPLE
from services.api.reading.paging import link_to, parse_page_cursor, print_page_cursor
from services.api.reading.parameters import read_query
from services.api.reading.record import History, contract_record
from services.api.reading.replies import is_known, json_reply, not_modified
from services.api.reading.routes import JSON, Form, reads
from services.api.reading.shapes import ContractShape, ContractsShape
from services.api.rights import needs
from services.api.scope import check_contract
from services.api.state import Api, TheApi

__all__ = ["router"]

router = APIRouter()

_LISTED: Final = (LIMIT, CURSOR)


@reads(
    router,
    "/v1/contracts",
    Form(JSON, ContractsShape, {"contracts": [CONTRACT_EXAMPLE], "next": None}),
    tag="contracts",
    parameters=_LISTED,
    refusals=(CursorUnusable, HistoryTooLong),
)
def contracts(request: Request, api: TheApi, caller: Annotated[Caller, needs("records")]) -> Response:
    """The contracts in scope, in the order of their ids, page by page."""
    query = read_query(request, _LISTED)
    limit = page_size(api, query)
    list_ = {"ledger": api.ledger.identity.ledger_id, "list": "contracts"}
    cursor = query.one(CURSOR)
    after = "" if cursor is None else _place(parse_page_cursor(list_, cursor))
    told = list(islice(_histories(api, caller, after), limit + 1))
    records = [contract_record(history, limited=caller.limited) for history in told[:limit]]
    following = print_page_cursor(list_, [records[-1]["contract"]]) if len(told) > limit else None
    reply = json_reply({"contracts": records, "next": following})
    link = link_to(following, {"limit": str(limit)})
    if link is not None:
        reply.headers["Link"] = link
    return reply


@reads(
    router,
    "/v1/contracts/{contract}",
    Form(JSON, ContractShape, CONTRACT_EXAMPLE),
    tag="contracts",
    refusals=(UnknownContract, HistoryTooLong),
    versioned=True,
)
def contract(request: Request, contract: str, api: TheApi, caller: Annotated[Caller, needs("records")]) -> Response:
    """The terms of a contract, as registered, and what changed them.

    Its ETag may be sent as If-Match.
    """
    head = check_contract(api, caller, contract)
    read_query(request)
    etag = entity_tag(head.version)
    if is_known(request, etag):
        return not_modified(etag)
    history = _history(api, contract, head.version)
    return json_reply(contract_record(history, limited=caller.limited), etag=etag)


def _histories(api: Api, caller: Caller, after: str) -> Iterator[History]:
    for name in _names(api, caller, after):
        head = api.ledger.subject_head(name)
        if head is not None and head.log == name:
            yield _history(api, name, head.version)


def _names(api: Api, caller: Caller, after: str) -> Iterator[str]:
    """The contracts that may be read after one of them; of a limited caller's some may not be registered yet."""
    if caller.contracts is not None:
        yield from (name for name in sorted(caller.contracts) if name > after)
        return
    while names := api.ledger.log_names(after=after):
        yield from (name for name in names if name != PROVIDER_LOG)
        after = names[-1]


def _history(api: Api, contract: str, version: int) -> History:
    if version > api.settings.history_limit:
        raise HistoryTooLong(limit=api.settings.history_limit, what="events")
    return History.of(api.ledger.subject_rows(contract, limit=version))


def _place(told: list[int | str]) -> str:
    match told:
        case [str() as contract]:
            return contract
        case _:
            raise CursorUnusable
