"""A client of Server-Sent Events that hears one message after the other."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPResponse
from typing import Any

import orjson

from tests.integration.api.feed.desk import Desk

__all__ = ["Stream", "listening"]


@dataclass
class Stream:
    """An open stream of events."""

    response: HTTPResponse

    def message(self) -> dict[str, str] | None:
        """The fields of the next message; None where the stream has ended as it should."""
        fields: dict[str, str] = {}
        while line := self.response.readline():
            if line == b"\n":
                return fields
            name, _, value = line.decode().rstrip("\n").partition(": ")
            assert name not in fields
            fields[name] = value
        assert not fields, "the stream ended within a message"
        return None

    def data(self) -> dict[str, Any]:
        """What the next message says, heartbeat or event."""
        message = self.message()
        assert message is not None, "the stream has ended"
        told: dict[str, Any] = orjson.loads(message["data"])
        assert ("event" in told) == (message.get("event") != "heartbeat")
        assert message["id"] == str(told.get("position", told.get("cursor")))
        return told


@contextmanager
def listening(desk: Desk, key: str, query: str = "", **headers: str) -> Iterator[Stream]:
    """A stream whose first message, which says when to come back, was heard."""
    told = {"Accept": "text/event-stream", "Authorization": f"Bearer {key}"}
    told |= {name.replace("_", "-"): value for name, value in headers.items()}
    with closing(HTTPConnection("127.0.0.1", desk.port, timeout=30)) as connection:
        connection.request("GET", f"/v1/feed{query}", headers=told)
        with connection.getresponse() as response:
            assert response.status == 200, response.read()
            assert response.headers["content-type"] == "text/event-stream; charset=utf-8"
            stream = Stream(response)
            assert stream.message() == {"retry": "2000"}
            yield stream
