"""Servers on PostgreSQL: two API processes against one, and the read model rebuilt there.

Two servers of one ledger take the same 64 clients, half of them each, as one server takes alone; the load and the
database take of the same processors. The rebuild is a whole process, of which the processor's time counts, as it does
of the evaluation of the same incidents from a file; what the database's own processes take is not in it.
"""

from __future__ import annotations

import os
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Final

from benchmarks.harness import ROUNDS, Row, row
from benchmarks.histories import write
from benchmarks.http_server import PRODUCT, Server, served_at
from benchmarks.load import load
from benchmarks.processes import spent
from schemas.decode import decode_proposal
from services.bootstrap import found_ledger
from tests.servers.postgres import PostgresServer

REBUILD: Final = 0.5
INCIDENTS: Final = int(os.environ.pop("SLA_LEDGER_BENCH_REBUILD_INCIDENTS", "5000"))
CLIENTS: Final = 64

_SECONDS: Final = 2.0


def run() -> list[Row]:
    """The table's lines."""
    with TemporaryDirectory() as name, PostgresServer() as database:
        both, one = _served(Path(name), database)
        rebuilt, evaluated = _rebuilt(Path(name), database.new_database())
    return [
        row(f"append over HTTP to PostgreSQL, {CLIENTS} clients, by two processes against one", both, one, "events/s"),
        row(
            f"rebuild of the rows of {INCIDENTS:,} incidents on PostgreSQL, against their evaluation from a file",
            rebuilt,
            evaluated,
            "incidents/s",
            REBUILD,
        ),
    ]


def _served(folder: Path, database: PostgresServer) -> tuple[float, float]:
    """Appends a second of two servers of one ledger, and of one server of another."""
    with ExitStack() as stack:
        alone = stack.enter_context(served_at(database.new_database(), folder / "alone"))
        first = stack.enter_context(served_at(database.new_database(), folder / "first"))
        second = stack.enter_context(first.beside(folder / "second"))
        rounds = [(_rate(first, second), _rate(alone)) for _ in range(1 + ROUNDS)][1:]
    return median(both for both, _ in rounds), median(one for _, one in rounds)


def _rate(*servers: Server) -> float:
    """Appends a second of all clients, shared among the servers."""
    clients = CLIENTS // len(servers)
    with ThreadPoolExecutor(len(servers)) as pool:
        results = list(pool.map(lambda server: load(server.plan(_SECONDS, connections=clients)), servers))
    for result in results:
        result.check_only(201)
    print(f"{len(servers)} servers: {', '.join(f'{one.rate(201):.0f}/s' for one in results)}", file=sys.stderr)
    return sum(result.rate(201) for result in results)


def _rebuilt(folder: Path, url: str) -> tuple[float, float]:
    """Incidents a second of the processor's time: rows made anew, and verdicts given from a file."""
    file = folder / "history.jsonl"
    with file.open("w") as out:
        write(out, INCIDENTS)
    with found_ledger(url) as ledger, file.open("rb") as lines:
        for _ in ledger.import_(decode_proposal(line) for line in lines):
            pass
    ours, peer = [], []
    for _ in range(ROUNDS):
        ours.append(spent([*PRODUCT, "projections", "rebuild", "--database", url]).seconds)
        peer.append(spent([*PRODUCT, "evaluate", str(file), "--calendars", "RU"]).seconds)
    return INCIDENTS / median(ours), INCIDENTS / median(peer)


if __name__ == "__main__":
    for line in run():
        print(line)
