"""The append of one event, against raw SQLite writing the same rows to the same tables as durably.

The peer does what no ledger can do without: one transaction with one `fsync`, the rows of the event, of its value, its
log's and the head's, the answer under its key. What ours takes beyond that is deciding, stamping, committing to the
value, encoding, hashing, and looking whether the key was answered before.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from itertools import count
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Final

from benchmarks.desk import CONTRACT, founded, incident, report, request
from benchmarks.harness import ROUNDS, Row, row
from ledger.drivers.queries import load_queries
from ledger.drivers.sqlite.driver import sqlite
from ledger.drivers.sqlite.recorder import SQLiteRecorder
from ledger.group_commit import GroupCommit
from schemas.incident_events import StatusReported

QUERIES: Final = load_queries("ledger.drivers.sqlite", "queries.sql")
LIMIT: Final = 0.7
APPENDS_A_ROUND: Final = 100


def raw_writer(path: Path, state: bytes, value: str, body: bytes) -> tuple[sqlite.Connection, Callable[[], object]]:
    """A connection to tables of its own, and the insertion of the rows of one append."""
    SQLiteRecorder.create(path).close()
    connection = sqlite.connect(path, isolation_level=None)
    for setting in ("synchronous = FULL", "foreign_keys = ON", "secure_delete = ON"):
        connection.execute(f"PRAGMA {setting}")
    positions = count(1)
    salt, chain = bytes(32), bytes(32)

    def append() -> None:
        position = next(positions)
        event = (
            position,
            os.urandom(16),
            incident(0),
            position,
            StatusReported.TYPE,
            CONTRACT,
            position - 1,
            state,
        )
        answer = (position, "slk_bench", f"key-{position}", salt, chain, 1, body)
        connection.execute("BEGIN IMMEDIATE")
        connection.execute(QUERIES["insert_event"], event)
        connection.execute(QUERIES["insert_disclosure"], (position, "/data/summary", salt, value))
        connection.execute(QUERIES["insert_answer"], answer)
        connection.execute(QUERIES["insert_answered"], (position, position))
        connection.execute(QUERIES["upsert_log"], (CONTRACT, position, position))
        connection.execute(QUERIES["update_head"], (position, chain, position))
        connection.execute("COMMIT")

    return connection, append


def run() -> list[Row]:
    """The table's line: appends a second, ours and raw."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        ledger = founded(folder / "ours.db")
        commits = GroupCommit(ledger)
        body = commits.submit(request(incident(0))).body
        (recorded,) = ledger.append([report(incident(0))])
        (value,) = ledger.values(recorded.event.id).values()
        connection, raw = raw_writer(folder / "raw.db", recorded.state, f'"{value}"', body)
        ours_seconds, raw_seconds = _in_turn(lambda: commits.submit(request(incident(0))), raw)
        ledger.close()
        connection.close()
    return [row("append of one event, one caller", 1 / ours_seconds, 1 / raw_seconds, "events/s", LIMIT)]


def _in_turn(one: Callable[[], object], other: Callable[[], object]) -> tuple[float, float]:
    """The median seconds of a call of each, the two taking turns call by call in five rounds.

    A disk shared with others takes ten times as long for one `fsync` as for the next; turns as short as this, and
    medians of medians, leave what the two differ in.
    """
    rounds: list[tuple[float, float]] = []
    for _ in range(ROUNDS):
        timed = [(_seconds(one), _seconds(other)) for _ in range(APPENDS_A_ROUND)]
        rounds.append((median(first for first, _ in timed), median(last for _, last in timed)))
    return median(first for first, _ in rounds), median(last for _, last in rounds)


def _seconds(call: Callable[[], object]) -> float:
    begun = perf_counter()
    call()
    return perf_counter() - begun


if __name__ == "__main__":
    for line in run():
        print(line)
