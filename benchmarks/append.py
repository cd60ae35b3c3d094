"""The append of one event, against raw SQLite writing the same rows to the same tables as durably.

The peer does what no ledger can do without: one transaction with one `fsync`, the event's row, the row of its value,
its log's and the head's. What ours takes beyond that is deciding, stamping, committing to the value, encoding, hashing.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Final

from benchmarks.harness import ROUNDS, Row, row
from ledger.application import Ledger
from ledger.drivers.queries import load_queries
from ledger.drivers.sqlite.driver import sqlite
from ledger.drivers.sqlite.recorder import SQLiteRecorder
from schemas.contract_events import ContractRegistered
from schemas.events import Actor, Proposal
from schemas.incident_events import IncidentOpened, StatusReported

QUERIES: Final = load_queries("ledger.drivers.sqlite", "queries.sql")
LIMIT: Final = 0.7
APPENDS_A_ROUND: Final = 100

_NOW: Final = datetime(2024, 4, 27, 9, 0, tzinfo=UTC)
_CONTRACT: Final = {
    "customer": "Romashka",
    "level": "premium",
    "edition": "commercial",
    "licence": {"from": "2024-01-01", "until": "2026-12-31"},
    "contacts": [],
    "jurisdiction": "RU",
}
_INCIDENT: Final = {
    "contract": "C-001",
    "channel": "email",
    "reporter": {"name": "Ivanova", "organisation": "Romashka"},
    "priority": 2,
    "title": "The server does not answer",
}


def _report() -> Proposal:
    return Proposal(
        subject="INC-2024-000017",
        occurred_at=_NOW,
        actor=Actor(kind="engineer", id="e-17"),
        data=StatusReported(summary="The cause is found; the repair is being tested"),
    )


def _ours(folder: Path) -> tuple[Ledger, Callable[[], object]]:
    ledger = Ledger.create(
        f"sqlite:///{folder / 'ours.db'}",
        provider="Provider",
        ledger_id="3b1c1f0e-0000-4000-8000-000000000001",
    )
    crm, user = Actor(kind="system", id="crm"), Actor(kind="customer", id="ivanova@example.org")
    contract = ContractRegistered.model_validate(_CONTRACT)
    incident = IncidentOpened.model_validate(_INCIDENT)
    ledger.append([Proposal(subject="C-001", occurred_at=_NOW, actor=crm, data=contract)])
    ledger.append([Proposal(subject="INC-2024-000017", occurred_at=_NOW, actor=user, data=incident)])
    return ledger, lambda: ledger.append([_report()])


def _raw(folder: Path, state: bytes, value: str) -> tuple[sqlite.Connection, Callable[[], object]]:
    path = folder / "raw.db"
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
            "INC-2024-000017",
            position,
            StatusReported.TYPE,
            "C-001",
            position - 1,
            state,
        )
        connection.execute("BEGIN IMMEDIATE")
        connection.execute(QUERIES["insert_event"], event)
        connection.execute(QUERIES["insert_disclosure"], (position, "/data/summary", salt, value))
        connection.execute(QUERIES["upsert_log"], ("C-001", position, position))
        connection.execute(QUERIES["update_head"], (position, chain, position))
        connection.execute("COMMIT")

    return connection, append


def run() -> list[Row]:
    """The table's line: appends a second, ours and raw."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        ledger, ours = _ours(folder)
        (recorded,) = ledger.append([_report()])
        (value,) = ledger.values(recorded.event.id).values()
        connection, raw = _raw(folder, recorded.state, f'"{value}"')
        ours_seconds, raw_seconds = _in_turn(ours, raw)
        ledger.close()
        connection.close()
    return [row("append of one event", 1 / ours_seconds, 1 / raw_seconds, "events/s", LIMIT)]


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
