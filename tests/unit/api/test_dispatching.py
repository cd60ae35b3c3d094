"""From a request to its route: a route is given what it declares, and may declare little."""

import asyncio
from typing import Annotated, Any, cast

import pytest
from fastapi import APIRouter, Header
from fastapi.routing import APIRoute
from starlette.responses import Response
from starlette.types import Message

from services.api.application import routes
from services.api.dispatching import Dispatched
from services.api.state import Api

NO_PARTS = cast("Api", None)
"""No route here asks for the parts of the server."""


def declared(endpoint: Any, path: str = "/things/{thing}") -> list[APIRoute]:
    """The routes of a router with this one."""
    router = APIRouter()
    router.add_api_route(path, endpoint, response_class=Response)
    return [one for one in router.routes if isinstance(one, APIRoute)]


def asked(endpoint: Any) -> tuple[list[Message], BaseException | None]:
    """What is sent by a route that is asked for a thing, and what is raised beside."""
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        sent.append(message)

    scope = {"type": "http", "method": "GET", "path": "/things/one", "headers": [], "query_string": b""}
    app: Any = Dispatched(NO_PARTS, declared(endpoint))
    try:
        asyncio.run(app(scope, receive, send))
    except ZeroDivisionError as fault:
        return sent, fault
    return sent, None


def test_a_name_out_of_the_path_is_handed_over_to_what_waits_and_to_what_works_in_a_thread() -> None:
    async def waiting(thing: str) -> Response:
        return Response(thing)

    def working(thing: str) -> Response:
        return Response(thing)

    for endpoint in (waiting, working):
        (_, body), fault = asked(endpoint)
        assert body["body"] == b"one"
        assert fault is None


def test_a_fault_is_answered_and_told_to_whoever_logs_it() -> None:
    async def failing(thing: str) -> Response:
        raise ZeroDivisionError(thing)

    (begun, body), fault = asked(failing)
    assert begun["status"] == 500
    assert b"internal-error" in body["body"]
    assert b"one" not in body["body"]
    assert isinstance(fault, ZeroDivisionError)


def test_a_route_that_declares_what_it_would_not_be_given_is_refused_at_the_start() -> None:
    async def searched(thing: str, q: str) -> Response:
        return Response(thing + q)

    async def headed(thing: str, accept: Annotated[str, Header()]) -> Response:
        return Response(thing + accept)

    async def deep(thing: str) -> Response:
        return Response(thing)

    for endpoint, path in ((searched, "/things/{thing}"), (headed, "/things/{thing}"), (deep, "/things/{thing:path}")):
        with pytest.raises(AssertionError):
            Dispatched(NO_PARTS, declared(endpoint, path))
    Dispatched(NO_PARTS, routes())
