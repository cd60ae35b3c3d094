"""A server asked for twice what it can do, for a minute: what it still does of it, and what a refusal costs it.

Capacity is what 64 clients get out of it, each waiting for its answer, before and after. In between requests fall due
at twice that rate, answered or not, over as many connections as it takes. What is told is the round of the median
ratio: a machine that others use is not the same a minute later. What a refusal takes of the processor is measured by
itself: as many writes as the server takes at a time are held open, their bodies not sent, and 64 clients are refused
meanwhile.
`SLA_LEDGER_BENCH_OVERLOAD_SECONDS` makes the minute shorter.
"""

from __future__ import annotations

import os
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import mean, median
from tempfile import TemporaryDirectory
from typing import Final, NamedTuple

from benchmarks.desk import incident
from benchmarks.harness import ROUNDS, Row, row
from benchmarks.http_server import Server, served
from benchmarks.load import load
from services.settings import Settings

GOODPUT: Final = 0.9
REFUSAL: Final = 0.1
SECONDS: Final = float(os.environ.get("SLA_LEDGER_BENCH_OVERLOAD_SECONDS", "60"))
CONNECTIONS: Final = 512
"""Enough that as many writes as are taken at a time, and as many refusals again, never wait for one."""

_TURN_SECONDS: Final = 2.0
_SETTLE_SECONDS: Final = 0.5


class Asked(NamedTuple):
    """What came of asking for a while: answers a second, and microseconds of the server's processor for each."""

    rate: float
    processor_micros: float


class _Round(NamedTuple):
    """Appends a second at twice the capacity, and at it; microseconds of the processor for an append at it."""

    goodput: float
    capacity: float
    append_micros: float

    def ratio(self) -> float:
        return self.goodput / self.capacity


def run() -> list[Row]:
    """The table's lines: goodput against capacity, and a refusal against an append."""
    with TemporaryDirectory() as name, served(Path(name) / "ours") as server:
        _ask(server, 201)
        rounds = sorted((_overloaded(server, SECONDS / ROUNDS) for _ in range(ROUNDS)), key=_Round.ratio)
        with _held(server):
            refusals = [_ask(server, 503) for _ in range(ROUNDS)]
    middle = rounds[ROUNDS // 2]
    append = median(one.append_micros for one in rounds)
    refusal = median(one.processor_micros for one in refusals)
    return [
        row(
            "goodput at twice the capacity, against the capacity", middle.goodput, middle.capacity, "events/s", GOODPUT
        ),
        row("the processor's time of a refusal, against that of an append", refusal, append, "us", REFUSAL),
    ]


def _overloaded(server: Server, seconds: float) -> _Round:
    """What it can do, and the appends a second that it does when asked for twice that."""
    before = _ask(server, 201)
    result = load(server.plan(seconds, connections=CONNECTIONS, rate=2 * before.rate))
    result.check_only(201, 503)
    print(
        f"capacity {before.rate:.0f}/s; of twice that {result.rate(201):.0f}/s done (p99 {result.p99['201']:.2f} s), "
        f"{result.rate(503):.0f}/s refused (p50 {result.p50.get('503', 0):.3f} s), {result.unsent} unsent, "
        f"the load took {result.busy:.0%} of a processor",
        file=sys.stderr,
    )
    server.rest()
    after = _ask(server, 201)
    return _Round(result.rate(201), mean((before.rate, after.rate)), before.processor_micros)


def _ask(server: Server, status: int) -> Asked:
    """Ask by 64 clients, all to be answered with a status."""
    begun = server.processor_seconds()
    result = load(server.plan(_TURN_SECONDS))
    result.check_only(status)
    server.rest()
    taken = server.processor_seconds() - begun
    return Asked(result.rate(status), taken / result.answers[str(status)] * 1e6)


@contextmanager
def _held(server: Server) -> Iterator[None]:
    """As many writes as the server takes at a time, begun and not ended."""
    head = (
        f"POST /v1/incidents/{incident(0)}/events HTTP/1.1\r\nHost: 127.0.0.1\r\n"
        f"Authorization: Bearer {server.bearer}\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n"
    )
    with ExitStack() as stack:
        for _ in range(Settings().in_flight_writes):
            one = stack.enter_context(socket.create_connection(("127.0.0.1", server.port)))
            one.sendall(head.encode())
        time.sleep(_SETTLE_SECONDS)
        yield


if __name__ == "__main__":
    for line in run():
        print(line)
