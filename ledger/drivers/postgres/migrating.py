"""Bringing the tables in PostgreSQL up to date: step by step in one transaction, which leaves every event as it is."""

from collections.abc import Iterator, Sequence
from typing import Any, Final

from ledger.drivers.fingerprint import Fingerprint, fingerprint
from ledger.drivers.postgres.connecting import Session
from ledger.drivers.postgres.database import Database
from ledger.drivers.postgres.options import PostgresOptions
from ledger.drivers.postgres.schema import MIGRATIONS, apply_step, migration_text, storage_version
from ledger.drivers.queries import load_queries
from ledger.migrating import Migrated
from schemas.database_problems import MigrationDiffers
from schemas.problems import LedgerCorrupt, UnsupportedStorage

__all__ = ["STEPS", "Step", "migrate_postgres"]

Step = tuple[str, str]
"""A migration's name, and its statements."""

STEPS: Final[Sequence[Step]] = tuple((name, migration_text(name)) for name in MIGRATIONS)

_QUERIES: Final = load_queries("ledger.drivers.postgres", "migrating.sql")
_PAGE: Final = 1_000


def migrate_postgres(url: str, name: str, options: PostgresOptions, steps: Sequence[Step] = STEPS) -> Migrated:
    """Bring the ledger at a URL up to date; `name` is what messages call it. Nobody writes meanwhile.

    Raises NoLedgerHere, UnsupportedStorage where a newer version wrote it, LedgerCorrupt where its events do not fit
    the chain, MigrationDiffers where a step would change an event, LedgerLocked.
    """
    database = Database(url, name, options)
    try:
        with database.transaction() as connection:
            return _migrate(connection, name, steps)
    finally:
        database.close()


def _migrate(connection: Session, name: str, steps: Sequence[Step]) -> Migrated:
    found = storage_version(connection, name)
    if found > len(steps):
        raise UnsupportedStorage(database=name, found=found, known=len(steps))
    connection.execute(_QUERIES["patience"])
    connection.execute(_QUERIES["exclude"])
    before = fingerprint(_events(connection))
    _check_head(connection, name, before)
    for version, (step, text) in enumerate(steps[found:], start=found + 1):
        apply_step(connection, version, step, text)
        if fingerprint(_events(connection)) != before:
            raise MigrationDiffers(database=name, migration=step)
    _check_head(connection, name, before)
    return Migrated(found, len(steps), before.count, before.chain)


def _check_head(connection: Session, name: str, found: Fingerprint) -> None:
    head = connection.execute(_QUERIES["head"], binary=True).fetchone()
    if head != (found.count, found.chain):
        reason = f"it holds {found.count} events with the chain {found.chain.hex()}, its head says otherwise"
        raise LedgerCorrupt(database=name, reason=reason)


def _events(connection: Session) -> Iterator[tuple[Any, ...]]:
    after = 0
    while page := connection.execute(_QUERIES["events"], (after, _PAGE), binary=True).fetchall():
        yield from page
        after = page[-1][0]
