"""Monthly compliance in PostgreSQL: every event is counted once, also when the job is killed at any moment.

    BOOTSTRAP=127.0.0.1:9092 DATABASE=postgresql://… python monthly.py

The position is kept in the transaction of what was counted: either both are there after a crash, or neither.
"""

import os
import sys
from collections import Counter
from pathlib import Path
from zoneinfo import ZoneInfo

import psycopg

from sla_ledger_client.kafka import LedgerEvent, LedgerReader, LedgerRows, Position, Row

BOOTSTRAP = os.environ["BOOTSTRAP"]
AT_A_TIME = int(os.environ.get("AT_A_TIME", "500"))
MOSCOW = ZoneInfo("Europe/Moscow")


def count(database: psycopg.Connection, events: list[LedgerEvent]) -> None:
    """Add these events to the counts of their months: an effect that is wrong when it is repeated."""
    counts = Counter(
        (event.recorded_at.astimezone(MOSCOW).strftime("%Y-%m-01"), event.log, event.type)
        for event in events
        if event.log != "provider"
    )
    database.cursor().executemany(
        "INSERT INTO monthly_events VALUES (%s, %s, %s, %s) "
        "ON CONFLICT (month, contract, type) DO UPDATE SET events = monthly_events.events + excluded.events",
        [(*key, number) for key, number in sorted(counts.items())],
    )


def move(database: psycopg.Connection, before: str, after: str) -> None:
    """Keep the position; another run of this job that was faster is noticed here."""
    moved = database.execute(
        "UPDATE job_position SET position = %s WHERE job = 'monthly' AND position = %s", (after, before)
    )
    if moved.rowcount != 1:
        sys.exit("another run of this job has counted these events")


def count_all(database: psycopg.Connection) -> None:
    """Count everything up to the last position record."""
    database.execute("INSERT INTO job_position VALUES ('monthly', '') ON CONFLICT DO NOTHING")
    ((kept,),) = database.execute("SELECT position FROM job_position WHERE job = 'monthly'").fetchall()
    position = Position.from_json(kept) if kept else None
    with LedgerReader(BOOTSTRAP, position=position, until_complete=True) as reader:
        for events in reader.batches(AT_A_TIME):
            after = reader.position.to_json()
            with database.transaction():
                count(database, events)
                move(database, kept, after)
            kept = after


def keep(database: psycopg.Connection, row: Row) -> None:
    """Keep a row of state, unless a newer one is kept; repeating it changes nothing."""
    incident, obligation = row.key.split("/")
    if row.is_gone:
        database.execute("DELETE FROM obligation WHERE incident = %s AND obligation = %s", (incident, obligation))
        return
    database.execute(
        "INSERT INTO obligation VALUES (%s, %s, %s, %s, %s, %s, %s) ON CONFLICT (incident, obligation) DO UPDATE "
        "SET due_at = excluded.due_at, standing = excluded.standing, as_of_position = excluded.as_of_position, "
        "as_of = excluded.as_of WHERE (obligation.as_of_position, obligation.as_of) "
        "< (excluded.as_of_position, excluded.as_of)",
        (incident, obligation, row["contract"], row["due_at"], row["standing"], row.as_of_position, row.as_of),
    )


def keep_all(database: psycopg.Connection) -> None:
    """Keep what all readings find of every obligation now."""
    with LedgerRows(BOOTSTRAP, "obligations", until_complete=True) as rows, database.transaction():
        for row in rows:
            keep(database, row)


with psycopg.connect(os.environ["DATABASE"], autocommit=True) as connection:
    connection.execute(Path(__file__).with_name("schema.sql").read_text(encoding="utf-8"))
    count_all(connection)
    keep_all(connection)
