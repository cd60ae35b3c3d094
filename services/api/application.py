"""The application: its routes, and what every answer has in common."""

from collections.abc import Iterator
from typing import Final

from fastapi import APIRouter
from fastapi.routing import APIRoute, iter_route_contexts

from services.api import feed, openapi, operations, problem_pages, reading, writing
from services.api.dispatching import Dispatched
from services.api.limits import Limited
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


def create_app(api: Api, tracer: Tracer = SILENCE) -> Limited:
    """The application that serves these parts; what is turned away comes neither to the routes nor to the log."""
    return Limited(Observed(Dispatched(api, routes()), api.log, api.metrics, tracer), api)
