"""Appends over HTTP by 64 clients, against the same route writing nothing, and writing to UmaDB.

The three servers stand side by side, each over a ledger of its own, and are loaded in turn. What the clients, the
servers and UmaDB's own server take of the processors they take from each other.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Final

import umadb

from benchmarks.harness import ROUNDS, Row, row
from benchmarks.http_server import Server, free_port, running, served, waited_for
from benchmarks.load import load

AGAINST_NOTHING: Final = 0.6
AGAINST_UMADB: Final = 1.0
SECONDS: Final = float(os.environ.get("SLA_LEDGER_BENCH_HTTP_SECONDS", "2"))

_NAME: Final = "append over HTTP, 64 clients, against the same route"
_PEER: Final = ("-m", "benchmarks.http_peers")
_UMADB: Final = ("-c", "from umadb.umadb_server_cli import main; main()")


def run() -> list[Row]:
    """The table's lines: appends a second, ours against each peer's."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        address = f"127.0.0.1:{free_port()}"
        store = [*_UMADB, "--listen", address, "--db-path", str(folder / "umadb")]
        with (
            (folder / "umadb.log").open("wb") as log,
            running(store, log.fileno()) as process,
            served(folder / "ours") as ours,
            served(folder / "canned", (*_PEER, "canned")) as canned,
        ):
            waited_for(lambda: _is_serving(address), process)
            with served(folder / "theirs", (*_PEER, f"umadb:{address}")) as theirs:
                rounds = [[_rate(one) for one in (ours, canned, theirs)] for _ in range(1 + ROUNDS)][1:]
    append, nothing, there = (median(rates) for rates in zip(*rounds, strict=True))
    return [
        row(f"{_NAME} writing nothing", append, nothing, "events/s", AGAINST_NOTHING),
        row(f"{_NAME} writing to UmaDB", append, there, "events/s", AGAINST_UMADB),
    ]


def _rate(server: Server) -> float:
    begun = server.processor_seconds()
    result = load(server.plan(SECONDS))
    result.check_only(201)
    server.rest()
    taken = server.processor_seconds() - begun
    count = result.answers["201"]
    print(
        f"{result.rate(201):.0f}/s, p50 {result.p50['201'] * 1e3:.1f} ms, p99 {result.p99['201'] * 1e3:.1f} ms, "
        f"{taken / count * 1e6:.0f} us of processor each; the load took {result.busy:.0%} of one",
        file=sys.stderr,
    )
    return result.rate(201)


def _is_serving(address: str) -> bool:
    try:
        umadb.Client(f"http://{address}").head()
    except (OSError, RuntimeError):
        return False
    return True


if __name__ == "__main__":
    for line in run():
        print(line)
