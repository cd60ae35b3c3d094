"""Ledgers as older versions of this program left them: with the tables of an earlier storage version."""

from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from uuid import uuid4

import psycopg

from ledger.application import Ledger
from ledger.drivers.postgres import migrating as postgres
from ledger.drivers.sqlite import migrating as sqlite
from ledger.drivers.sqlite.database import APPLICATION_ID
from ledger.drivers.sqlite.driver import sqlite as driver
from tests.conformance.recorder_kit import CONTRACTS, opening, registration, reply

__all__ = ["events_of", "older_postgres", "older_sqlite"]

TABLES: dict[int, tuple[str, ...]] = {1: ("identity", "head", "logs", "events", "disclosures", "policies")}
TABLES[2] = (*TABLES[1], "answers", "answered")
TABLES[3] = (*TABLES[2], "keys", "pseudonyms", "accesses")
TABLES[4] = TABLES[3]
HEAD = "count, chain, recorded_at"


def filled(url: str) -> None:
    """A ledger of this version with some events in it."""
    with Ledger.create(url, provider="Provider", ledger_id=str(uuid4())) as ledger:
        for contract in CONTRACTS:
            ledger.append([registration(contract), opening(contract), reply(contract)])


def events_of(url: str) -> Sequence[object]:
    """Every row of a ledger of this version, and its head."""
    with Ledger.open(url) as ledger:
        return [ledger.head(), *ledger.rows(), *ledger.disclosures(1, 100)]


def older_sqlite(path: Path, version: int) -> Sequence[object]:
    """Make a file of an older version with what a ledger of this one has; its rows."""
    new = path.with_name("new.db")
    filled(f"sqlite:///{new}")
    with closing(driver.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.execute("ATTACH ? AS new", (str(new),))
        for number, (name, text) in enumerate(sqlite.STEPS[:version], start=1):
            connection.executescript(text)
            connection.execute("INSERT INTO migrations VALUES (?, ?)", (number, name))
        connection.execute("DELETE FROM head")
        for table in TABLES[version]:
            columns = f"one, {HEAD}" if table == "head" else "*"
            connection.execute(f"INSERT INTO main.{table} SELECT {columns} FROM new.{table}")
    return events_of(f"sqlite:///{new}")


def older_postgres(new: str, url: str, version: int) -> Sequence[object]:
    """Make the tables of an older version in an empty database with what a ledger of this one has; its rows."""
    filled(new)
    with (
        closing(psycopg.connect(new, autocommit=True)) as source,
        closing(psycopg.connect(url, autocommit=True)) as target,
    ):
        for number, (name, text) in enumerate(postgres.STEPS[:version], start=1):
            target.execute(text.encode())
            target.execute("INSERT INTO migrations VALUES (%s, %s)", (number, name))
        target.execute("DELETE FROM head")
        for table in TABLES[version]:
            columns = f"one, {HEAD}" if table == "head" else "*"
            rows = source.execute(f"SELECT {columns} FROM {table}".encode()).fetchall()
            for row in rows:
                target.execute(f"INSERT INTO {table} VALUES ({', '.join(['%s'] * len(row))})".encode(), row)
    return events_of(new)
