"""Which database a URL names.

    sqlite:///relative/path.db        a file; four slashes begin an absolute path
    postgresql://user@host/database   a PostgreSQL database, with libpq's own parameters (`?sslmode=verify-full&…`)

What a message shows of a URL is `masked`: no password ever leaves this module but towards the server.
"""

import re
from pathlib import Path
from typing import Final

from ledger.drivers.postgres.options import DEFAULTS, PostgresOptions
from ledger.drivers.sqlite.migrating import migrate_sqlite
from ledger.drivers.sqlite.recorder import SQLiteRecorder
from ledger.drivers.sqlite.tables import SQLiteTables
from ledger.migrating import Migrated
from ledger.recorder import LedgerRecorder
from ledger.tables import LedgerTables
from schemas.problems import UnsupportedDatabase

__all__ = [
    "create_recorder",
    "is_postgres",
    "is_sqlite",
    "masked",
    "migrate",
    "open_recorder",
    "open_tables",
    "sqlite_path",
]

_SQLITE: Final = "sqlite:///"
_POSTGRES: Final = ("postgresql://", "postgres://")
_USER: Final = re.compile(r"(?<=://)([^:@/?#]*):.*@", re.DOTALL)
_PARAMETER: Final = re.compile(r"(?<=[?&])((?:ssl)?password)=[^&]*", re.IGNORECASE)


def create_recorder(url: str, options: PostgresOptions = DEFAULTS) -> LedgerRecorder:
    """The recorder of a new ledger, yet to be founded.

    Raises UnsupportedDatabase, LedgerExists, DatabaseOccupied, DatabaseUnsafe, StorageFailed.
    """
    if is_postgres(url):
        from ledger.drivers.postgres.recorder import PostgresRecorder  # noqa: PLC0415  (libpq is loaded where it is used)

        return PostgresRecorder.create(url, masked(url), options)
    return SQLiteRecorder.create(sqlite_path(url))


def open_recorder(url: str, options: PostgresOptions = DEFAULTS) -> LedgerRecorder:
    """The recorder of a ledger that exists.

    Raises UnsupportedDatabase, NoLedgerHere, UnsupportedStorage, DatabaseUnsafe, StorageFailed.
    """
    if is_postgres(url):
        from ledger.drivers.postgres.recorder import PostgresRecorder  # noqa: PLC0415  (libpq is loaded where it is used)

        return PostgresRecorder.open(url, masked(url), options)
    return SQLiteRecorder.open(sqlite_path(url))


def is_sqlite(url: str) -> bool:
    """Whether a URL names a SQLite file."""
    return url.startswith(_SQLITE)


def is_postgres(url: str) -> bool:
    """Whether a URL names a PostgreSQL database."""
    return url.startswith(_POSTGRES)


def masked(url: str) -> str:
    """The URL as messages and logs may show it: with `***` in the place of a password."""
    if is_sqlite(url):
        return url
    return _PARAMETER.sub(r"\1=***", _USER.sub(r"\1:***@", url))


def open_tables(url: str, options: PostgresOptions = DEFAULTS, *, create: bool = False) -> LedgerTables:
    """The bare tables of a ledger, or with `create` those of a database to copy one to.

    Raises UnsupportedDatabase, NoLedgerHere, UnsupportedStorage, DatabaseOccupied, DatabaseUnsafe, StorageFailed.
    """
    if is_postgres(url):
        from ledger.drivers.postgres.tables import PostgresTables  # noqa: PLC0415  (libpq is loaded where it is used)

        return PostgresTables(url, masked(url), options, create=create)
    return SQLiteTables(sqlite_path(url), create=create)


def migrate(url: str, options: PostgresOptions = DEFAULTS) -> Migrated:
    """Bring the ledger at a URL up to date; nobody writes meanwhile.

    Raises UnsupportedDatabase, NoLedgerHere, UnsupportedStorage, LedgerCorrupt, MigrationDiffers, LedgerLocked.
    """
    if is_postgres(url):
        from ledger.drivers.postgres.migrating import migrate_postgres  # noqa: PLC0415  (libpq is loaded where it is used)

        return migrate_postgres(url, masked(url), options)
    return migrate_sqlite(sqlite_path(url))


def sqlite_path(url: str) -> Path:
    """The file that a URL names. Raises UnsupportedDatabase where it names another kind of database."""
    path = url.removeprefix(_SQLITE)
    if path in {url, ""}:
        raise UnsupportedDatabase(database=masked(url))
    return Path(path)
