"""64 callers appending to PostgreSQL, against pgbench inserting the same rows into the same tables.

pgbench is 64 sessions that insert, in a transaction each, the rows of an event, of its value, of its answer under its
key and of what the answer speaks of, by prepared statements sent in one round trip, at the same durability. It takes
positions from a sequence, and leaves alone the rows of the head and of the log, by which ours are dense and in commit
order: with them its sessions would stand in line for each other's `fsync`. Ours decides, stamps, seals and hashes
besides, and commits together what came together. Beside it, as a comparison, the event sourcing library's own recorder:
one row an event, decided and encoded beforehand, and no value, answer or chain.
"""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable
from itertools import count
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Final

import psycopg
from eventsourcing.persistence import StoredEvent
from eventsourcing.postgres import PostgresApplicationRecorder, PostgresDatastore

from benchmarks.desk import CONTRACT, furnish, incident, report, request
from benchmarks.harness import ROUNDS, Row, rate_of_callers, row
from ledger.application import Ledger
from ledger.group_commit import GroupCommit
from schemas.incident_events import StatusReported
from tests.servers.postgres import PostgresServer
from tests.tools import installed

LIMIT: Final = 0.6
CALLERS: Final = 64
EVENTS_EACH: Final = 40

_SAVES_EACH: Final = 20
_SCRIPT: Final = """
\\startpipeline
BEGIN;
INSERT INTO events VALUES (nextval('places'), gen_random_uuid(), 'C-' || :client_id, currval('places'), '{type}',
    'C-' || :client_id, currval('places'), decode('{state}', 'hex'));
INSERT INTO disclosures VALUES (currval('places'), '/data/summary', decode('{salt}', 'hex'), '{value}');
INSERT INTO answers VALUES (currval('places'), 'slk_bench', 'key-' || currval('places'), decode('{salt}', 'hex'),
    decode('{salt}', 'hex'), true, decode('{body}', 'hex'));
INSERT INTO answered VALUES (currval('places'), currval('places'));
COMMIT;
\\endpipeline
"""
_tps = re.compile(r"tps = ([0-9.]+)").search


def run() -> list[Row]:
    """The table's lines: events a second of 64 callers, ours, pgbench's, and the library's."""
    with TemporaryDirectory() as name, PostgresServer() as server:
        ledger = founded(server.new_database(), CALLERS)
        commits = GroupCommit(ledger)
        bench = _pgbench(server.new_database(), Path(name), ledger)
        theirs = _library(server.new_database())

        def submit(number: int) -> None:
            commits.submit(request(incident(number)))

        contenders: list[Callable[[], float]] = [
            lambda: rate_of_callers(CALLERS, EVENTS_EACH, submit),
            bench,
            lambda: rate_of_callers(CALLERS, _SAVES_EACH, theirs),
        ]
        rounds = [[one() for one in contenders] for _ in range(1 + ROUNDS)][1:]
        ledger.close()
    ours, raw, library = (median(rates) for rates in zip(*rounds, strict=True))
    what = "append of one event each to PostgreSQL, 64 callers, against"
    return [
        row(f"{what} pgbench inserting the same rows", ours, raw, "events/s", LIMIT),
        row(f"{what} the event sourcing library's own recorder", ours, library, "events/s"),
    ]


def founded(url: str, incidents: int) -> Ledger:
    """A new ledger in a PostgreSQL database, with a contract and so many open incidents."""
    ledger = Ledger.create(url, provider="Provider", ledger_id="3b1c1f0e-0000-4000-8000-000000000001")
    furnish(ledger, incidents)
    return ledger


def _pgbench(url: str, folder: Path, sample: Ledger) -> Callable[[], float]:
    """What runs pgbench on the tables of a ledger without events, and tells its transactions a second."""
    body = GroupCommit(sample).submit(request(incident(0))).body
    (recorded,) = sample.append([report(incident(0))])
    (value,) = sample.values(recorded.event.id).values()
    Ledger.create(url, provider="Provider", ledger_id="3b1c1f0e-0000-4000-8000-000000000002").close()
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CREATE SEQUENCE places CACHE 1")
    script = folder / "append.sql"
    script.write_text(
        _SCRIPT.format(
            type=StatusReported.TYPE, state=recorded.state.hex(), salt="00" * 32, value=f'"{value}"', body=body.hex()
        )
    )
    program = installed("pgbench", "postgresql-contrib")
    command = [program, "-n", "-M", "prepared", "-c", str(CALLERS), "-j", "2", "-t", str(EVENTS_EACH)]

    def bench() -> float:
        done = subprocess.run([*command, "-f", str(script), url], check=True, capture_output=True, text=True)
        found = _tps(done.stdout)
        assert found is not None, done.stdout
        return float(found[1])

    return bench


def _library(url: str) -> Callable[[int], object]:
    """What saves the next event of a subject by the library's recorder, as its application would."""
    parts = psycopg.conninfo.conninfo_to_dict(url)
    datastore = PostgresDatastore(
        dbname=str(parts["dbname"]),
        host=str(parts["host"]),
        port=str(parts["port"]),
        user=str(parts["user"]),
        password=str(parts["password"]),
        pool_size=CALLERS,
        max_overflow=CALLERS,
        originator_id_type="text",
    )
    recorder = PostgresApplicationRecorder(datastore, events_table_name="stored_events")
    recorder.create_table()
    versions = [count(1) for _ in range(CALLERS)]
    state = bytes(450)

    def save(number: int) -> None:
        stored = StoredEvent(f"{CONTRACT}-{number}", next(versions[number]), StatusReported.TYPE, state)
        recorder.insert_events([stored])

    return save


if __name__ == "__main__":
    for line in run():
        print(line)
