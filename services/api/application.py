"""The application: its routes, and what every answer has in common."""

from collections.abc import Iterator
from typing import Final

from fastapi import APIRouter, FastAPI
from fastapi.routing import APIRoute, iter_route_contexts
from fastapi.telemetry import TelemetryConfig
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from schemas.http_problems import MethodNotAllowed, UnknownResource
from schemas.problems import InternalError, LedgerError
from services.api import feed, openapi, operations, problem_pages, reading, writing
from services.api.answering import Answered
from services.api.limits import Limited
from services.api.problems import problem_response
from services.api.state import Api
from services.requests import Observed
from services.tracing import SILENCE, Tracer

__all__ = ["ROUTERS", "create_app", "routes"]

ROUTERS: Final[tuple[APIRouter, ...]] = tuple(
    part.router for part in (writing, reading, feed, operations, problem_pages, openapi)
)


def routes() -> Iterator[APIRoute]:
    """Every route there is."""
    for router in ROUTERS:
        for context in iter_route_contexts(router.routes):
            assert isinstance(context.original_route, APIRoute)
            yield context.original_route


_UNTRACED: Final[TelemetryConfig] = {"tracing": False, "metrics": False, "logs": False}
"""What the framework would tell of each request is told by `services.requests`."""


def create_app(api: Api, tracer: Tracer = SILENCE) -> Limited:
    """The application that serves these parts; what is turned away comes neither to the framework nor to the log."""
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None, redirect_slashes=False, telemetry=_UNTRACED)
    answered = Answered(app, api)
    app.state.api = api
    app.router.routes.extend(routes())
    app.add_exception_handler(LedgerError, _tell_error)
    app.add_exception_handler(HTTPException, _tell_refusal)
    app.add_exception_handler(Exception, answered.answer_fault)
    return Limited(Observed(answered, api.log, api.metrics, tracer), api)


async def _tell_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, LedgerError)
    request.state.problem = error.key
    return problem_response(error)


async def _tell_refusal(request: Request, refusal: Exception) -> Response:
    """What the framework refuses: a path or a method that is not there."""
    assert isinstance(refusal, HTTPException)
    if refusal.status_code == 405:
        allowed = ", ".join(sorted(_methods(request.scope["path"])))
        error: LedgerError = MethodNotAllowed(allowed=allowed)
        request.state.problem = error.problem.name
        return problem_response(error, headers={"Allow": allowed})
    error = UnknownResource() if refusal.status_code == 404 else InternalError(reason=str(refusal.status_code))
    return await _tell_error(request, error)


def _methods(path: str) -> Iterator[str]:
    for route in routes():
        if route.path_regex.match(path):
            yield from route.methods or ()
