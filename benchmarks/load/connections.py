"""Keep-alive connections over which the requests of a plan go, one at a time each."""

from __future__ import annotations

import asyncio
from collections import defaultdict, deque
from itertools import count, cycle
from secrets import token_hex
from time import perf_counter
from typing import Final, cast

from benchmarks.load.plan import Plan

__all__ = ["Load"]

_END: Final = b"\r\n\r\n"
_LENGTH: Final = b"content-length: "


class Load:
    """The requests of one plan, and the seconds that their answers took, by status."""

    def __init__(self, plan: Plan) -> None:
        """Make the bytes of the requests."""
        self._port = plan.port
        self._heads = cycle([_head(plan, path) for path in plan.paths])
        self._tail = _END + plan.body.encode()
        self._keys = count()
        self._run = token_hex(8).encode()
        self._is_open_loop = plan.rate is not None
        self._free: list[Connection] = []
        self._waiting: deque[float] = deque()
        self.is_over = False
        self.seconds: defaultdict[str, list[float]] = defaultdict(list)

    @property
    def unsent(self) -> int:
        """Requests that have fallen due and not been sent."""
        return len(self._waiting)

    def request(self) -> bytes:
        """The next request."""
        return b"%s%s-%d%s" % (next(self._heads), self._run, next(self._keys), self._tail)

    async def connect(self, connections: int) -> None:
        """Open so many connections; what falls due goes over those that are free."""
        loop = asyncio.get_running_loop()
        for _ in range(connections):
            _, one = await loop.create_connection(lambda: Connection(self), "127.0.0.1", self._port)
            self._free.append(one)

    def ask_all(self) -> None:
        """Ask over every connection."""
        for one in self._free:
            one.ask(perf_counter())
        self._free.clear()

    def fall_due(self, at: float) -> None:
        """One request more is due."""
        if self._free:
            self._free.pop().ask(at)
        else:
            self._waiting.append(at)

    def answered(self, connection: Connection, status: str, due: float) -> None:
        """An answer has come whole: the connection is free for the next request."""
        if self.is_over:
            return
        now = perf_counter()
        self.seconds[status].append(now - due)
        if not self._is_open_loop:
            connection.ask(now)
        elif self._waiting:
            connection.ask(self._waiting.popleft())
        else:
            self._free.append(connection)


class Connection(asyncio.Protocol):
    """One connection."""

    def __init__(self, load: Load) -> None:
        self._load = load
        self._transport: asyncio.Transport | None = None
        self._received = b""
        self._due = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """See asyncio."""
        self._transport = cast("asyncio.Transport", transport)  # uvloop's is none by name

    def ask(self, due: float) -> None:
        """Send the next request, which fell due at an instant."""
        assert self._transport is not None
        self._due = due
        self._transport.write(self._load.request())

    def data_received(self, data: bytes) -> None:
        """See asyncio."""
        self._received += data
        end = self._received.find(_END)
        if end < 0:
            return
        begin = self._received.find(_LENGTH, 0, end) + len(_LENGTH)
        length = int(self._received[begin : self._received.index(b"\r\n", begin)])
        if len(self._received) < end + len(_END) + length:
            return
        status = self._received[9:12].decode()
        self._received = b""
        self._load.answered(self, status, self._due)

    def connection_lost(self, exc: Exception | None) -> None:
        """See asyncio."""
        if not self._load.is_over:
            raise RuntimeError("the server hung up") from exc


def _head(plan: Plan, path: str) -> bytes:
    return (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{plan.port}\r\nAuthorization: Bearer {plan.bearer}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(plan.body.encode())}\r\nIdempotency-Key: "
    ).encode()
