"""Sends the corpus to a server, request by request, and says what no answer may be."""

import io
import re
import socket
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from http.client import HTTPException, HTTPResponse
from typing import Any, Final

import orjson

from schemas.problems import CATALOGUE
from tests.security.corpus.case import MARK, Case
from tests.server.support import Desk
from tests.server.wire import Reply, Wire

__all__ = ["Hostile", "Outcome", "exchange", "head"]

_PATIENCE_SECONDS: Final = 20.0
_UNANSWERED_SECONDS: Final = 0.4
_PROBLEM: Final = "application/problem+json"
_named_plainly = re.compile(rb'"pointer":"(?:/[A-Za-z0-9_]{1,64})+"')
_SERVERS_OWN: Final = b"Invalid HTTP request received."
"""What the HTTP server itself says of bytes that are no request."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a server did with a case: its answers, and how many events it recorded."""

    case: Case
    replies: tuple[Reply, ...]
    recorded: int

    def complaints(self) -> Iterator[str]:
        """What is wrong with it."""
        expected = self.case.expected
        found = {reply.status for reply in self.replies}
        if not found <= expected.statuses or bool(found) is not bool(expected.statuses):
            told = [one.body[:300] for one in self.replies]
            yield f"answered {sorted(found)}, not {sorted(expected.statuses)}: {told}"
        if len(self.replies) > 1:
            yield f"{len(self.replies)} answers to one request"
        is_accepted = any(reply.status == 201 for reply in self.replies)
        if self.recorded and not (is_accepted and expected.records):
            yield f"{self.recorded} events recorded silently"
        for reply in self.replies:
            yield from self._complaints_of(reply)

    def _complaints_of(self, reply: Reply) -> Iterator[str]:
        if reply.status >= 500:
            yield f"a fault of the server: {reply.status}"
        told = b"\n".join(f"{name}: {value}".encode() for name, value in reply.headers.items()) + _unnamed(reply.body)
        if MARK.lower().encode() in told.lower():
            yield f"an echo: {told[:300]!r}"
        if reply.status >= 400 and self.case.method != b"HEAD":
            yield from self._faults_of_problem(reply)

    def _faults_of_problem(self, reply: Reply) -> Iterator[str]:
        if reply.status == 400 and reply.body == _SERVERS_OWN:
            return
        if reply.headers.get("content-type") != _PROBLEM:
            yield f"no problem document: {reply.headers.get('content-type')} {reply.body[:200]!r}"
            return
        told: dict[str, Any] = reply.json()
        known = CATALOGUE.get(told["problem"])
        if known is None or (known.status, known.title) != (told["status"], told["title"]):
            yield f"not of the catalogue: {told}"
        if told["status"] != reply.status or told["type"] != f"/problems/{told['problem']}":
            yield f"at odds with itself: {told}"
        expected = self.case.expected
        if expected.problem is not None and expected.problem != told["problem"]:
            yield f"the problem {told['problem']}, not {expected.problem}"
        if expected.reason is not None and expected.reason != (told.get("reason") or told.get("rule")):
            yield f"because of {told.get('reason') or told.get('rule')}, not {expected.reason}"


@dataclass
class Hostile:
    """A server that the corpus is sent to, with what came of it."""

    desk: Desk
    outcomes: list[Outcome] = field(default_factory=list)

    def send(self, cases: Iterable[Case]) -> None:
        """Send each and look at the ledger after it."""
        keys = {name: getattr(self.desk.keys, name) for name in self.desk.keys.__slots__}
        with self.desk.wire(self.desk.keys.admin) as wire:
            before = head(wire)
            for case in cases:
                patience = _PATIENCE_SECONDS if case.expected.statuses else _UNANSWERED_SECONDS
                replies = exchange(self.desk.server.port, case.request(keys, self.desk.incident), case, patience)
                after = head(wire, before)
                self.outcomes.append(Outcome(case, replies, after - before))
                before = after

    def complaints(self) -> list[str]:
        """What is wrong with what was answered, each with the case's name."""
        return [f"{one.case.name}: {complaint}" for one in self.outcomes for complaint in one.complaints()]


def head(wire: Wire, after: int = 0) -> int:
    """The last position, by the feed."""
    while True:
        reply = wire.get(f"/v1/feed?after={after}&wait=0&limit=5000")
        assert reply.status == 200, reply.body
        lines = reply.body.splitlines()
        last = max((orjson.loads(line)["position"] for line in lines), default=after)
        if last == after or len(lines) < 5_000:
            return int(last)
        after = last


def exchange(port: int, request: bytes, case: Case, patience: float) -> tuple[Reply, ...]:
    """All the answers that come back on a connection of its own; none where none came in time."""
    with socket.create_connection(("127.0.0.1", port), patience) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with suppress(ConnectionError):
            connection.sendall(request)
        method = case.method.decode("latin-1") or "GET"
        first = _first(connection, method)
        if first is None:
            return ()
        connection.settimeout(_AFTERWARDS_SECONDS if case.raw else 0.0)
        return (first, *_others(_rest(connection)))


_AFTERWARDS_SECONDS: Final = 0.05


def _unnamed(body: bytes) -> bytes:
    """An answer without its pointer, which may name the field at fault, where that has a plain name."""
    return _named_plainly.sub(b"", body, count=1)


def _first(connection: socket.socket, method: str) -> Reply | None:
    with HTTPResponse(connection, method=method) as response:
        try:
            response.begin()
            body = response.read()
        except (OSError, HTTPException):
            return None
        return _reply(response, body)


def _rest(connection: socket.socket) -> bytes:
    found = b""
    with suppress(OSError):
        while more := connection.recv(65_536):
            found += more
    return found


def _others(found: bytes) -> Iterator[Reply]:
    source = _Kept(found)
    while source.tell() < len(found):
        response = HTTPResponse(source)  # type: ignore[arg-type]
        response.begin()
        yield _reply(response, response.read())


def _reply(response: HTTPResponse, body: bytes) -> Reply:
    return Reply(response.status, {name.lower(): value for name, value in response.getheaders()}, body)


class _Kept(io.BytesIO):
    """Bytes in the place of a socket, which outlive the response read from them."""

    def makefile(self, *_: object) -> "_Kept":
        return self

    def close(self) -> None:
        pass
