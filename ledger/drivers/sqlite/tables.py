"""The tables of a ledger in one SQLite file."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from ledger.drivers.queries import load_queries
from ledger.drivers.sqlite.database import CommitFailed, Database
from ledger.drivers.sqlite.driver import sqlite
from ledger.drivers.sqlite.schema import check_schema, make_tables
from ledger.recorder import Identity
from ledger.tables import Key, LedgerTables, Move, TableRow
from schemas.problems import StorageFailed

__all__ = ["SQLiteTables"]

_QUERIES: Final = {
    **load_queries("ledger.drivers.sqlite", "queries.sql"),
    **load_queries("ledger.drivers.sqlite", "tables.sql"),
}
_WAIT_SECONDS: Final = 10.0


class SQLiteTables(LedgerTables):
    """See LedgerTables."""

    def __init__(self, path: Path, *, create: bool = False) -> None:
        """Open the file of a ledger, or with `create` one to copy to, made where it is absent.

        Raises NoLedgerHere, UnsupportedStorage.
        """
        self.database = f"sqlite:///{path.absolute()}"
        self._path = path
        self._open(create=create)

    def _open(self, *, create: bool) -> None:
        self._db = Database(self._path, create=create, wait_seconds=_WAIT_SECONDS)
        try:
            if create:
                make_tables(self._db)
            else:
                check_schema(self._db)
        except BaseException:
            self._db.close()
            raise

    def identity(self) -> Identity | None:
        """See LedgerTables.identity."""
        row = self._db.one(_QUERIES["identity"])
        return None if row is None else Identity(*row)

    def move(self) -> Move | None:
        """See LedgerTables.move."""
        row = self._db.one(_QUERIES["move"])
        return None if row is None else Move(*row)

    def set_move(self, move: Move | None) -> None:
        """See LedgerTables.set_move."""
        with self._writing() as connection:
            self._set_move(connection, move)

    def clear(self, move: Move) -> None:
        """See LedgerTables.clear."""
        if self.move() is not None:
            self._db.close()
            for end in ("", "-wal", "-shm"):
                Path(f"{self._path}{end}").unlink(missing_ok=True)
            self._open(create=True)
        self.set_move(move)

    def count(self) -> int:
        """See LedgerTables.count."""
        (count,) = self._db.one(_QUERIES["count"])
        return int(count)

    def page(self, table: str, after: Key, limit: int) -> Sequence[TableRow]:
        """See LedgerTables.page."""
        return self._db.all(_QUERIES[f"page_{table}"], (*after, limit))

    def put(self, table: str, rows: Sequence[TableRow]) -> None:
        """See LedgerTables.put."""
        with self._writing() as connection:
            connection.executemany(_QUERIES[f"put_{table}"], rows)

    def last_key(self, table: str) -> Key | None:
        """See LedgerTables.last_key."""
        key: Key | None = self._db.one(_QUERIES[f"last_{table}"])
        return key

    def open_copy(self, identity: Identity) -> None:
        """See LedgerTables.open_copy."""
        with self._writing() as connection:
            self._set_move(connection, None)
            connection.execute(_QUERIES["insert_identity"], (identity.ledger_id, identity.provider))

    def close(self) -> None:
        """See LedgerTables.close."""
        self._db.close()

    @staticmethod
    def _set_move(connection: sqlite.Connection, move: Move | None) -> None:
        closed_for = None if move is None or move.state == "copy" else move.other
        connection.execute(_QUERIES["delete_move"])
        if move is not None:
            connection.execute(_QUERIES["insert_move"], (move.id, move.state, move.other))
        connection.execute(_QUERIES["set_moved_to"], (closed_for,))

    @contextmanager
    def _writing(self) -> Iterator[sqlite.Connection]:
        try:
            with self._db.writing() as connection:
                yield connection
        except CommitFailed as error:
            raise StorageFailed(database=self.database, reason=str(error)) from error
