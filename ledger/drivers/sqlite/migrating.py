"""Bringing a SQLite file's tables up to date: step by step in one transaction, which leaves every event as it is."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from ledger.drivers.fingerprint import Fingerprint, fingerprint
from ledger.drivers.queries import load_queries
from ledger.drivers.sqlite.database import Database
from ledger.drivers.sqlite.driver import sqlite
from ledger.drivers.sqlite.schema import MIGRATIONS, apply_step, migration_text, storage_version
from ledger.migrating import Migrated
from schemas.database_problems import MigrationDiffers
from schemas.problems import LedgerCorrupt, UnsupportedStorage

__all__ = ["STEPS", "Step", "migrate_sqlite"]

Step = tuple[str, str]
"""A migration's name, and its statements."""

STEPS: Final[Sequence[Step]] = tuple((name, migration_text(name)) for name in MIGRATIONS)

_QUERIES: Final = load_queries("ledger.drivers.sqlite", "migrating.sql")
_WAIT_SECONDS: Final = 10.0


def migrate_sqlite(path: Path, steps: Sequence[Step] = STEPS) -> Migrated:
    """Bring the ledger in a file up to date. Nobody writes meanwhile.

    Raises NoLedgerHere, UnsupportedStorage where a newer version wrote it, LedgerCorrupt where its events do not fit
    the chain, MigrationDiffers where a step would change an event, LedgerLocked.
    """
    database = Database(path, create=False, wait_seconds=_WAIT_SECONDS)
    name = f"sqlite:///{path}"
    try:
        with database.writing() as connection:
            found = storage_version(connection, database)
            if found > len(steps):
                raise UnsupportedStorage(database=name, found=found, known=len(steps))
            before = fingerprint(connection.execute(_QUERIES["events"]))
            _check_head(connection, name, before)
            for version, (step, text) in enumerate(steps[found:], start=found + 1):
                apply_step(connection, version, step, text)
                if fingerprint(connection.execute(_QUERIES["events"])) != before:
                    raise MigrationDiffers(database=name, migration=step)
            _check_head(connection, name, before)
            return Migrated(found, len(steps), before.count, before.chain)
    finally:
        database.close()


def _check_head(connection: sqlite.Connection, name: str, found: Fingerprint) -> None:
    if connection.execute(_QUERIES["head"]).fetchone() != (found.count, found.chain):
        reason = f"it holds {found.count} events with the chain {found.chain.hex()}, its head says otherwise"
        raise LedgerCorrupt(database=name, reason=reason)
