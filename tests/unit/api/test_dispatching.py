"""From a request to its route: a route is given what it declares, and may declare little."""

import asyncio
import io
from collections.abc import AsyncIterator
from types import SimpleNamespace
from typing import Annotated, Any, cast

import orjson
import pytest
from fastapi import APIRouter, Header
from fastapi.routing import APIRoute
from starlette.responses import Response, StreamingResponse
from starlette.types import Message

from services.api.application import routes
from services.api.dispatching import Dispatched
from services.api.state import Api
from services.logging import open_log

NO_PARTS = cast("Api", None)
"""No route here asks for the parts of the server."""


def declared(endpoint: Any, path: str = "/things/{thing}") -> list[APIRoute]:
    """The routes of a router with this one."""
    router = APIRouter()
    router.add_api_route(path, endpoint, response_class=Response)
    return [one for one in router.routes if isinstance(one, APIRoute)]


def asked(endpoint: Any) -> tuple[list[Message], list[dict[str, Any]]]:
    """What is sent by a route that is asked for a thing, and the lines of the log."""
    sent: list[Message] = []

    async def receive() -> Message:
        await asyncio.Event().wait()  # there is no body, and the client stays
        raise AssertionError

    async def send(message: Message) -> None:
        sent.append(message)

    scope = {"type": "http", "method": "GET", "path": "/things/one", "headers": [], "query_string": b""}
    said = io.BytesIO()
    parts = cast("Api", SimpleNamespace(log=open_log("info", said)))
    app: Any = Dispatched(parts, declared(endpoint))
    asyncio.run(app(scope, receive, send))
    return sent, [orjson.loads(line) for line in said.getvalue().splitlines()]


def test_a_name_out_of_the_path_is_handed_over_to_what_waits_and_to_what_works_in_a_thread() -> None:
    async def waiting(thing: str) -> Response:
        return Response(thing)

    def working(thing: str) -> Response:
        return Response(thing)

    for endpoint in (waiting, working):
        (_, body), lines = asked(endpoint)
        assert body["body"] == b"one"
        assert lines == []


def test_a_fault_is_answered_and_logged_by_its_place_alone() -> None:
    async def failing(thing: str) -> Response:
        raise ZeroDivisionError(thing)

    (begun, body), (line,) = asked(failing)
    assert begun["status"] == 500
    assert b"internal-error" in body["body"]
    assert b"one" not in body["body"]
    assert (line["event"], line["fault"]) == ("fault", "ZeroDivisionError")
    assert "one" not in str(line)


def test_a_fault_in_the_middle_of_an_answer_cuts_it_off() -> None:
    async def pieces() -> AsyncIterator[bytes]:
        yield b"first"
        raise ZeroDivisionError

    async def streaming(thing: str) -> Response:
        assert thing == "one"
        return StreamingResponse(pieces())

    (begun, body), (line,) = asked(streaming)
    assert (begun["status"], body["body"], body["more_body"]) == (200, b"first", True)
    assert (line["event"], line["fault"]) == ("fault", "ZeroDivisionError")


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
