"""What becomes of a fault: it is told to the caller without a word of what it met, and to the log by its place."""

import asyncio
import io
from collections.abc import AsyncIterator
from types import SimpleNamespace
from typing import Any, cast

import orjson
from fastapi import FastAPI
from starlette.requests import ClientDisconnect
from starlette.responses import Response, StreamingResponse
from starlette.types import Message

from services.api.answering import Answered
from services.api.state import Api
from services.logging import open_log


def asked(endpoint: Any) -> tuple[list[Message], list[dict[str, Any]]]:
    """What is sent by a route that is asked for a thing, and the lines of the log."""
    sent: list[tuple[Message, int]] = []
    said = io.BytesIO()

    async def receive() -> Message:
        await asyncio.Event().wait()  # there is no body, and the client stays
        raise AssertionError

    async def send(message: Message) -> None:
        sent.append((message, said.tell()))

    scope = {"type": "http", "method": "GET", "path": "/things/one", "headers": [], "query_string": b"", "state": {}}
    framework = FastAPI(openapi_url=None)
    app = Answered(framework, cast("Api", SimpleNamespace(log=open_log("info", said))))
    framework.add_api_route("/things/{thing}", endpoint, response_class=Response)
    framework.add_exception_handler(Exception, app.answer_fault)
    asyncio.run(app(scope, receive, send))
    if sent and sent[0][0].get("status") == 500:
        assert sent[0][1], "whoever is told of a fault finds its line in the log"
    return [message for message, _ in sent], [orjson.loads(line) for line in said.getvalue().splitlines()]


def test_every_answer_says_what_they_have_in_common_unless_it_says_otherwise() -> None:
    async def kept(thing: str) -> Response:
        return Response(thing, headers={"Cache-Control": "max-age=60"})

    (begun, body), lines = asked(kept)
    said = dict(begun["headers"])
    assert (said[b"cache-control"], said[b"x-content-type-options"]) == (b"max-age=60", b"nosniff")
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


def test_a_client_that_goes_away_is_no_fault() -> None:
    async def gone(thing: str) -> Response:
        raise ClientDisconnect(thing)

    assert asked(gone) == ([], [])
