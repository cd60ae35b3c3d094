"""The tables of a ledger in SQLite: made, brought up to date, or refused where another version wrote them."""

from collections.abc import Iterator
from contextlib import closing
from importlib.resources import files
from typing import Final

from ledger.drivers.queries import load_queries
from ledger.drivers.sqlite.database import APPLICATION_ID, Database, is_blank
from ledger.drivers.sqlite.driver import sqlite
from schemas.operation_problems import CopyUnfinished, LedgerMoved
from schemas.problems import NoLedgerHere, UnsupportedStorage

__all__ = [
    "MIGRATIONS",
    "STORAGE_VERSION",
    "altered_objects",
    "apply_step",
    "check_open",
    "check_schema",
    "check_whole",
    "make_tables",
    "migration_text",
    "storage_version",
]

MIGRATIONS: Final = tuple(
    sorted(
        file.name.removesuffix(".sql")
        for file in files("ledger.drivers.sqlite.migrations").iterdir()
        if file.name.endswith(".sql")
    )
)
STORAGE_VERSION: Final = len(MIGRATIONS)
"""The version of the tables that this program writes."""

_QUERIES: Final = load_queries("ledger.drivers.sqlite", "queries.sql")


def check_schema(database: Database) -> None:
    """Raise NoLedgerHere where the file is no ledger's, UnsupportedStorage where another version wrote it."""
    with database.reading() as connection:
        found = storage_version(connection, database)
    if found != STORAGE_VERSION:
        raise UnsupportedStorage(database=str(database.path), found=found, known=STORAGE_VERSION)


def check_open(database: Database) -> None:
    """Raise LedgerMoved, inside a transaction, where the ledger is being copied or was: nothing is written here."""
    (target,) = database.one(_QUERIES["moved_to"])
    if target is not None:
        raise LedgerMoved(database=str(database.path), target=target)


def check_whole(database: Database) -> None:
    """Raise CopyUnfinished where the tables are those of a copy that is not whole."""
    row = database.one(_QUERIES["unfinished_copy"])
    if row is not None:
        raise CopyUnfinished(database=str(database.path), source=row[0])


def make_tables(database: Database) -> None:
    """Make the tables in a new file, in one transaction; those of this version are left as they are.

    Raises NoLedgerHere where the file holds something else, UnsupportedStorage where another version wrote it.
    """
    with database.writing() as connection:
        if not is_blank(connection):
            found = storage_version(connection, database)
            if found != STORAGE_VERSION:
                raise UnsupportedStorage(database=str(database.path), found=found, known=STORAGE_VERSION)
            return
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        _apply_all(connection)


def storage_version(connection: sqlite.Connection, database: Database) -> int:
    """The version of the tables that are there. Raises NoLedgerHere."""
    (application_id,) = connection.execute("PRAGMA application_id").fetchone()
    if application_id != APPLICATION_ID:
        raise NoLedgerHere(database=str(database.path))
    (version,) = connection.execute(_QUERIES["storage_version"]).fetchone()
    assert isinstance(version, int)
    return version


def altered_objects(database: Database) -> list[str]:
    """The names of the tables, triggers and indices that are missing or are not as the migrations make them."""
    with closing(sqlite.connect(":memory:", isolation_level=None)) as connection:
        _apply_all(connection)
        made = connection.execute(_QUERIES["objects"]).fetchall()
    found = set(database.all(_QUERIES["objects"]))
    return [name for name, text in made if (name, text) not in found]


def migration_text(name: str) -> str:
    """The statements of a migration."""
    return files("ledger.drivers.sqlite.migrations").joinpath(f"{name}.sql").read_text("utf-8")


def apply_step(connection: sqlite.Connection, version: int, name: str, text: str) -> None:
    """Take one step to this version, in the open transaction."""
    for statement in _statements(text):
        connection.execute(statement)
    connection.execute(_QUERIES["insert_migration"], (version, name))


def _apply_all(connection: sqlite.Connection) -> None:
    for version, name in enumerate(MIGRATIONS, start=1):
        apply_step(connection, version, name, migration_text(name))


def _statements(text: str) -> Iterator[str]:
    statement = ""
    for line in text.splitlines(keepends=True):
        statement += line
        if sqlite.complete_statement(statement):
            yield statement
            statement = ""
