"""What whoever runs the server asks of it: whether it lives, whether it can do its work, and its figures."""

import asyncio
from collections.abc import Iterator
from typing import Annotated, Final

import orjson
from fastapi import APIRouter
from starlette.responses import JSONResponse, Response

from schemas.http_problems import Stopping
from schemas.operation_problems import NotReady, ProjectionBehind
from schemas.problems import LedgerError
from services.api.caller import Caller
from services.api.problems import MEDIA_TYPE, problem_document
from services.api.rights import needs
from services.api.state import Api, TheApi
from services.metrics import CONTENT_TYPE

__all__ = ["MOST_BEHIND", "router"]

MOST_BEHIND: Final = 1_000
"""Events that the read model may lack while the server still counts as ready."""

router = APIRouter(tags=["operations"])


@router.get("/healthz", summary="Whether the process lives")
async def healthz() -> Response:
    """Answered by the process alone: it says nothing of the database."""
    return JSONResponse({"alive": True})


@router.get("/readyz", summary="Whether the server can do its work", responses={503: {"content": {MEDIA_TYPE: {}}}})
async def readyz(api: TheApi) -> Response:
    """Ready: the database is read, the clock is believed, the read model is near the head, nothing is stopping.

    Where it is not, `problems` lists the names of what stands in the way.
    """
    found = await asyncio.to_thread(lambda: list(_in_the_way(api)))
    if not found:
        return JSONResponse({"ready": True})
    error = NotReady()
    told = {**problem_document(error), "problems": [one.problem.name for one in found]}
    return Response(orjson.dumps(told), error.problem.status, media_type=MEDIA_TYPE, headers={"Retry-After": "1"})


@router.get("/metrics", summary="The server's figures, in the text form of Prometheus")
async def metrics(api: TheApi, _caller: Annotated[Caller, needs("metrics")]) -> Response:
    """Appends, refusals by name, sizes and seconds of commits, how far behind the read model is, readers of the feed."""
    page = await asyncio.to_thread(api.metrics.page)
    return Response(page, headers={"Content-Type": CONTENT_TYPE})


def _in_the_way(api: Api) -> Iterator[LedgerError]:
    if api.stopping:
        yield Stopping()
    try:
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
