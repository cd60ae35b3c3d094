"""A reader whose connection is cut at random bytes, and who goes on after the last whole line it has."""

import random
import socket
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from typing import Final

import orjson

from tests.integration.api.feed.desk import Line
from tests.server.wire import encode

__all__ = ["CutReader", "Resume"]

Resume = Callable[[list[str]], str | None]
"""By what a reader goes on, of all the positions or cursors it has had."""

_SILENCE_SECONDS: Final = 0.1
_EVENT: Final = b'"event":'


@dataclass
class CutReader:
    """One reader over many connections.

    `lines` is what it has dealt with, `marks` what came with each line, `torn` how often a connection ended in a line.
    """

    port: int
    key: str
    resume: Resume
    is_stream: bool
    lines: list[Line] = field(default_factory=list)
    marks: list[str] = field(default_factory=list)
    torn: int = 0

    def read(self, most_bytes: int | None = None) -> None:
        """Connect, read so many bytes and hang up; less where the server ends the answer, or falls silent."""
        with closing(socket.create_connection(("127.0.0.1", self.port), 30)) as connection:
            connection.sendall(self._request())
            received = _receive(connection, most_bytes)
        for told in self._told(received):
            self._deal_with(told)

    def cut(self, chance: random.Random, times: int, longest: int) -> None:
        """Read and be cut off, so many times, after at most so many bytes."""
        for _ in range(times):
            self.read(chance.randint(0, longest))

    def catch_up(self, count: int) -> None:
        """Read without being cut off until there are so many lines."""
        while len(self.lines) < count:
            before = len(self.marks)
            self.read()
            assert len(self.marks) > before, "the reader is given nothing more"

    def _request(self) -> bytes:
        mark = self.resume(self.marks)
        if not self.is_stream:
            query = "" if mark is None else f"&after={mark}"
            return encode("GET", f"/v1/feed?wait=0&limit=5000{query}", key=self.key)
        headers = {"Accept": "text/event-stream"} | ({} if mark is None else {"Last-Event-ID": mark})
        return encode("GET", "/v1/feed", key=self.key, headers=headers)

    def _told(self, received: bytes) -> Iterator[bytes]:
        """The whole lines in what was received."""
        head, found, rest = received.partition(b"\r\n\r\n")
        if not found:
            self.torn += 1
            return
        assert head.startswith(b"HTTP/1.1 200 "), received
        body = _unchunked(rest)
        *whole, rest = body.split(b"\n\n" if self.is_stream else b"\n")
        self.torn += rest != b""
        if not self.is_stream:
            yield from whole
            return
        for message in whole:
            fields = dict(line.split(b": ", 1) for line in message.split(b"\n"))
            if b"data" in fields:
                told = orjson.loads(fields[b"data"])
                assert fields[b"id"].decode() == str(told.get("position", told.get("cursor")))
                assert (b"event" in fields) == ("event" not in told)
                yield fields[b"data"]

    def _deal_with(self, line: bytes) -> None:
        told = orjson.loads(line)
        self.marks.append(str(told["position"] if "position" in told else told["cursor"]))
        if "event" in told:
            self.lines.append((told["index"], line[line.index(_EVENT) + len(_EVENT) : -1]))


def _receive(connection: socket.socket, most_bytes: int | None) -> bytes:
    """At most so many bytes: what comes before the answer's end, or before nothing comes for a while."""
    received = b""
    while (most_bytes is None or len(received) < most_bytes) and not received.endswith(b"\r\n0\r\n\r\n"):
        connection.settimeout(_SILENCE_SECONDS if received else 30)
        try:
            more = connection.recv(65_536 if most_bytes is None else most_bytes - len(received))
        except TimeoutError:
            break
        if not more:
            break
        received += more
    return received


def _unchunked(rest: bytes) -> bytes:
    """The content of a chunked body, which may break off anywhere."""
    body = b""
    while True:
        size, found, rest = rest.partition(b"\r\n")
        if not found or not int(size, 16):
            return body
        body += rest[: int(size, 16)]
        rest = rest[int(size, 16) + 2 :]
