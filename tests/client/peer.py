"""A server of raw sockets that answers by a script, the wrong way too, and two ways to drive a client against it."""

import asyncio
import json
import re
import socket
import threading
import time
from collections.abc import Callable, Coroutine, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any, Final, Self

from sla_ledger_client import AsyncLedgerClient, FeedItem, LedgerClient

__all__ = ["API_KEY", "KINDS", "Act", "Driver", "Peer", "Seen", "answer", "driver"]

API_KEY: Final = "slk_test_secret"
KINDS: Final = ("waiting", "awaiting")

_LENGTH: Final = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Act:
    """What is done with one request: wait, say these bytes, perhaps in pieces, and close."""

    said: bytes = b""
    wait_seconds: float = 0.0
    piece_bytes: int = 0
    reset: bool = False


@dataclass(frozen=True, slots=True)
class Seen:
    """A request as it came in."""

    line: str
    headers: dict[str, str]
    body: bytes


def answer(status: int, body: bytes | dict[str, Any], **headers: str) -> bytes:
    """A whole answer of a stated length."""
    text = body if isinstance(body, bytes) else json.dumps(body).encode()
    told = {"content-length": str(len(text)), **{name.replace("_", "-"): value for name, value in headers.items()}}
    head = "".join(f"{name}: {value}\r\n" for name, value in told.items())
    return f"HTTP/1.1 {status} X\r\n{head}\r\n".encode() + text


@dataclass
class Peer:
    """Takes one request a connection and does the next act of its script with it; the last one is done for ever."""

    acts: Sequence[Act]
    seen: list[Seen] = field(default_factory=list)

    def __enter__(self) -> Self:
        self._listening = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port: int = self._listening.getsockname()[1]
        self._thread = threading.Thread(target=self._serve, name="peer")
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._listening.shutdown(socket.SHUT_RDWR)
        self._thread.join()
        self._listening.close()

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}"

    def _serve(self) -> None:
        with ThreadPoolExecutor(8) as threads, suppress(OSError):
            while True:
                connection, _ = self._listening.accept()
                threads.submit(self._attend, connection)

    def _attend(self, connection: socket.socket) -> None:
        with connection, suppress(ConnectionError, TimeoutError):
            connection.settimeout(10)
            request = _request(connection)
            if request is not None:
                self._answer(connection, request)

    def _answer(self, connection: socket.socket, request: Seen) -> None:
        act = self.acts[min(len(self.seen), len(self.acts) - 1)]
        self.seen.append(request)
        time.sleep(act.wait_seconds)
        step = act.piece_bytes or max(1, len(act.said))
        for start in range(0, len(act.said), step):
            connection.sendall(act.said[start : start + step])
            if act.piece_bytes:
                time.sleep(0.001)
        if act.reset:
            linger_and_reset = (1).to_bytes(4, "little") + (0).to_bytes(4, "little")
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger_and_reset)


def _request(connection: socket.socket) -> Seen | None:
    text = b""
    while b"\r\n\r\n" not in text:
        more = connection.recv(65_536)
        if not more:
            return None
        text += more
    head, _, body = text.partition(b"\r\n\r\n")
    length = _LENGTH.search(head)
    while length is not None and len(body) < int(length[1]):
        body += connection.recv(65_536)
    line, *headers = head.decode("latin-1").split("\r\n")
    return Seen(line, {name.lower(): value for name, _, value in (one.partition(": ") for one in headers)}, body)


@dataclass(frozen=True, slots=True)
class Driver:
    """A client of either kind, driven alike: `call` gives a result, `take` the first events of the feed."""

    client: LedgerClient | AsyncLedgerClient
    wait: Callable[[Coroutine[Any, Any, Any]], Any]

    def call(self, method: str, *arguments: Any, **named: Any) -> Any:
        """What a method returns or raises."""
        told = getattr(self.client, method)(*arguments, **named)
        return told if isinstance(self.client, LedgerClient) else self.wait(told)

    def listed(self, method: str, **named: Any) -> list[Any]:
        """All that a method iterates over."""
        told = getattr(self.client, method)(**named)
        return list(told) if isinstance(self.client, LedgerClient) else self.wait(_all(told))

    def take(self, count: int, after: str | int | None = None, **wanted: Any) -> list[FeedItem]:
        """The first events of the feed, fewer where it ends before."""
        feed = self.client.feed(after, **wanted)
        items: list[FeedItem] = self.wait(_all(feed, count)) if hasattr(feed, "__aiter__") else _some(feed, count)
        return items


def _some(told: Any, count: int) -> list[Any]:
    items: list[Any] = []
    for item in told:
        items.append(item)
        if len(items) == count:
            break
    return items


async def _all(told: Any, count: int | None = None) -> list[Any]:
    items: list[Any] = []
    async for item in told:
        items.append(item)
        if len(items) == count:
            break
    return items


@contextmanager
def driver(kind: str, url: str, key: str = API_KEY, **options: Any) -> Iterator[Driver]:
    """A client of this kind, closed at the end."""
    if kind == "waiting":
        with LedgerClient(url, key, **options) as client:
            yield Driver(client, asyncio.run)
        return
    with asyncio.Runner() as runner:
        awaiting = AsyncLedgerClient(url, key, **options)
        try:
            yield Driver(awaiting, runner.run)
        finally:
            runner.run(awaiting.close())
