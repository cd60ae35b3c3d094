"""A proxy that cuts connections: what a client loses when a network fails between it and the server.

It runs an event loop in a thread of its own, takes one request a connection and spoils as many as it is told to.
"""

import asyncio
import re
import threading
from asyncio import IncompleteReadError, StreamReader, StreamWriter
from collections import deque
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum
from typing import Final, Self

__all__ = ["Cut", "CuttingProxy", "Fault", "Passed"]

_HEAD_END: Final = b"\r\n\r\n"
_LENGTH: Final = re.compile(rb"\r\ncontent-length: *(\d+)\r\n", re.IGNORECASE)
_SECONDS: Final = 60


class Cut(Enum):
    """Where a connection is cut."""

    REPLY_LOST = "the server has answered, and not a byte of it comes through"
    REPLY_SHORT = "the answer comes through up to some byte"
    REPLY_UNAWAITED = "the whole request goes through, and both sides are cut at once"
    REQUEST_SHORT = "the last bytes of the request do not go through"


@dataclass(frozen=True, slots=True)
class Fault:
    """One cut; `missing` is how many bytes of the answer or of the request do not come through, if it has so many."""

    cut: Cut
    missing: int = 1


@dataclass
class Passed:
    """What one connection came to: the fault it met, and what the server answered as far as the proxy saw."""

    fault: Fault | None
    reply: bytes = b""


class CuttingProxy:
    """Forwards requests to a server; the next ones meet the faults in the queue, one each."""

    def __init__(self, upstream: int) -> None:
        """Stand before the server at this port."""
        self.upstream = upstream
        self.faults: deque[Fault] = deque()
        self.passed: list[Passed] = []
        self.port = 0
        self._listening = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._run()), name="cutting proxy")

    def __enter__(self) -> Self:
        self._thread.start()
        assert self._listening.wait(_SECONDS)
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._stopping.set)
        self._thread.join()

    async def _run(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._stopping = asyncio.Event()
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        self._listening.set()
        async with server:
            await self._stopping.wait()

    async def _serve(self, client: StreamReader, to_client: StreamWriter) -> None:
        try:
            request = await _message(client)
            fault = self.faults.popleft() if self.faults else None
            passed = Passed(fault)
            self.passed.append(passed)
            server, to_server = await asyncio.open_connection("127.0.0.1", self.upstream)
            try:
                await self._forward(passed, request, server, to_server, to_client)
            finally:
                to_server.transport.abort()
        except IncompleteReadError:
            pass
        finally:
            to_client.close()
            with suppress(ConnectionError):
                await to_client.wait_closed()

    async def _forward(
        self, passed: Passed, request: bytes, server: StreamReader, to_server: StreamWriter, to_client: StreamWriter
    ) -> None:
        fault = passed.fault
        if fault is not None and fault.cut is Cut.REQUEST_SHORT:
            to_server.write(request[: -fault.missing])
            await to_server.drain()
            await asyncio.sleep(0.001)
            return
        to_server.write(request)
        await to_server.drain()
        if fault is not None and fault.cut is Cut.REPLY_UNAWAITED:
            return
        passed.reply = await _message(server)
        if fault is None:
            to_client.write(passed.reply)
        elif fault.cut is Cut.REPLY_SHORT:
            to_client.write(passed.reply[: -fault.missing])


async def _message(reader: StreamReader) -> bytes:
    """One request or answer of a stated length."""
    head = await reader.readuntil(_HEAD_END)
    length = _LENGTH.search(head)
    return head + await reader.readexactly(int(length[1]) if length else 0)
