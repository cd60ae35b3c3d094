"""What whoever runs the server asks of it: whether it lives, whether it can do its work, and its figures."""

import asyncio
from collections.abc import Iterator
from typing import Annotated, Final, Literal

import orjson
from fastapi import APIRouter, Request
from starlette.responses import Response
from typing_extensions import TypedDict

from schemas.http_problems import Stopping
from schemas.operation_problems import NotReady, ProjectionBehind
from schemas.problems import LedgerError
from services.api.caller import Caller
from services.api.problems import MEDIA_TYPE, problem_document
from services.api.reading.parameters import read_query
from services.api.reading.routes import JSON, Form, reads
from services.api.rights import needs
from services.api.state import Api, TheApi
from services.metrics import CONTENT_TYPE
from services.projecting import MOST_BEHIND

__all__ = ["router"]

_RETRY_AFTER: Final = {"Retry-After": "1"}

router = APIRouter()


class Alive(TypedDict):
    """The process lives."""

    alive: Literal[True]


class Ready(TypedDict):
    """The server can do its work."""

    ready: Literal[True]


@reads(router, "/healthz", Form(JSON, Alive, {"alive": True}), tag="operations")
async def healthz(request: Request) -> Response:
    """Whether the process lives.

    Answered by the process alone: it says nothing of the database.
    """
    read_query(request, ())
    return Response(b'{"alive":true}', media_type=JSON)


@reads(router, "/readyz", Form(JSON, Ready, {"ready": True}), tag="operations", refusals=(NotReady,))
async def readyz(request: Request, api: TheApi) -> Response:
    """Whether the server can do its work.

    It can where the database is read and the ledger was not moved to another one, the clock is believed, the read model
    is near the head and nothing is stopping. Else the answer is 503, and `problems` lists what stands in the way.
    """
    read_query(request, ())
    found = await asyncio.to_thread(lambda: list(_in_the_way(api)))
    if not found:
        return Response(b'{"ready":true}', media_type=JSON)
    error = NotReady()
    request.state.problem = error.key
    told = {**problem_document(error), "problems": [one.problem.name for one in found]}
    return Response(orjson.dumps(told), error.problem.status, media_type=MEDIA_TYPE, headers=_RETRY_AFTER)


@reads(router, "/metrics", Form(CONTENT_TYPE, {"type": "string"}), tag="operations")
async def metrics(request: Request, api: TheApi, _caller: Annotated[Caller, needs("metrics")]) -> Response:
    """The server's figures, in the text form of Prometheus.

    Appends, refusals by name, sizes and seconds of commits, how far behind the read model is, readers of the feed.
    """
    read_query(request, ())
    page = await asyncio.to_thread(api.metrics.page)
    return Response(page, headers={"Content-Type": CONTENT_TYPE})


def _in_the_way(api: Api) -> Iterator[LedgerError]:
    if api.stopping:
        yield Stopping()
    try:
        api.ledger.check_open()
        behind = api.ledger.head().count - api.views.position()
    except LedgerError as error:
        yield error
    else:
        if behind > MOST_BEHIND:
            yield ProjectionBehind(count=behind)
    try:
        api.ledger.now()
    except LedgerError as error:
        yield error
