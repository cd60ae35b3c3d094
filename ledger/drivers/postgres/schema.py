"""The tables of a ledger in PostgreSQL: made, brought up to date, or refused where another version wrote them."""

from importlib.resources import files
from typing import Final

from ledger.drivers.postgres.connecting import Session
from ledger.drivers.postgres.database import Database
from ledger.drivers.queries import load_queries
from schemas.database_problems import DatabaseOccupied
from schemas.operation_problems import CopyUnfinished
from schemas.problems import NoLedgerHere, UnsupportedStorage

__all__ = [
    "MIGRATIONS",
    "STORAGE_VERSION",
    "apply_step",
    "check_schema",
    "check_whole",
    "make_tables",
    "migration_text",
    "storage_version",
]

MIGRATIONS: Final = tuple(
    sorted(
        file.name.removesuffix(".sql")
        for file in files("ledger.drivers.postgres.migrations").iterdir()
        if file.name.endswith(".sql")
    )
)
STORAGE_VERSION: Final = len(MIGRATIONS)
"""The version of the tables that this program writes."""

_QUERIES: Final = load_queries("ledger.drivers.postgres", "queries.sql")


def check_schema(database: Database) -> None:
    """Raise NoLedgerHere where the tables are no ledger's, UnsupportedStorage where another version made them."""
    if not _first(database.one(_QUERIES["is_ours"])):
        raise NoLedgerHere(database=database.name)
    found = _first(database.one(_QUERIES["storage_version"]))
    if found != STORAGE_VERSION:
        raise UnsupportedStorage(database=database.name, found=found, known=STORAGE_VERSION)


def check_whole(database: Database) -> None:
    """Raise CopyUnfinished where the tables are those of a copy that is not whole."""
    row = database.one(_QUERIES["unfinished_copy"])
    if row is not None:
        raise CopyUnfinished(database=database.name, source=row[0])


def make_tables(database: Database) -> None:
    """Make the tables in an empty database, in one transaction; those of this version are left as they are.

    Raises DatabaseOccupied where there are tables of something else, UnsupportedStorage of another version.
    """
    with database.transaction() as connection:
        connection.execute(_QUERIES["one_founder"])
        if _first(connection.execute(_QUERIES["is_ours"]).fetchone()):
            found = _first(connection.execute(_QUERIES["storage_version"]).fetchone())
            if found != STORAGE_VERSION:
                raise UnsupportedStorage(database=database.name, found=found, known=STORAGE_VERSION)
            return
        others = _first(connection.execute(_QUERIES["other_tables"]).fetchone())
        if others:
            raise DatabaseOccupied(database=database.name, tables=others)
        for version, name in enumerate(MIGRATIONS, start=1):
            apply_step(connection, version, name, migration_text(name))


def storage_version(connection: Session, name: str) -> int:
    """The version of the tables that are there; `name` is what messages call the database. Raises NoLedgerHere."""
    if not _first(connection.execute(_QUERIES["is_ours"]).fetchone()):
        raise NoLedgerHere(database=name)
    found = _first(connection.execute(_QUERIES["storage_version"]).fetchone())
    assert isinstance(found, int)
    return found


def migration_text(name: str) -> str:
    """The statements of a migration."""
    return files("ledger.drivers.postgres.migrations").joinpath(f"{name}.sql").read_text("utf-8")


def apply_step(connection: Session, version: int, name: str, text: str) -> None:
    """Take one step to this version, in the open transaction."""
    connection.execute(text.encode(), prepare=False)
    connection.execute(_QUERIES["insert_migration"], (version, name))


def _first(row: tuple[object, ...] | None) -> object:
    return None if row is None else row[0]
