"""The tables of a ledger in one PostgreSQL database."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Final

from psycopg.conninfo import conninfo_to_dict

from ledger.drivers.postgres.connecting import Session
from ledger.drivers.postgres.database import CommitFailed, Database
from ledger.drivers.postgres.options import PostgresOptions
from ledger.drivers.postgres.schema import check_schema, make_tables
from ledger.drivers.queries import load_queries
from ledger.recorder import Identity
from ledger.tables import Key, LedgerTables, Move, TableRow
from schemas.problems import StorageFailed

__all__ = ["PostgresTables"]

_QUERIES: Final = {
    **load_queries("ledger.drivers.postgres", "queries.sql"),
    **load_queries("ledger.drivers.postgres", "tables.sql"),
}


class PostgresTables(LedgerTables):
    """See LedgerTables. The role has to own the tables."""

    def __init__(self, url: str, name: str, options: PostgresOptions, *, create: bool = False) -> None:
        """Connect to the database of a ledger, or with `create` to one to copy to, whose tables are made.

        `name` is what messages call it. Raises NoLedgerHere, UnsupportedStorage, DatabaseOccupied, DatabaseUnsafe.
        """
        self._db = Database(url, name, options)
        given = conninfo_to_dict(url)
        self.database = f"postgresql://{given.get('host', '')}:{given.get('port', 5432)}/{given.get('dbname', '')}"
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
            connection.execute(_QUERIES["hold_head"])
            connection.execute(_QUERIES["exclude_all_writers"])
            _set_move(connection, move)

    def clear(self, move: Move) -> None:
        """See LedgerTables.clear."""
        if self.move() is not None:
            with self._writing() as connection:
                connection.execute(_QUERIES["drop_tables"], prepare=False)
            make_tables(self._db)
        self.set_move(move)

    def count(self) -> int:
        """See LedgerTables.count."""
        row = self._db.one(_QUERIES["count"])
        assert row is not None, "a sum has a row"
        return int(row[0])

    def page(self, table: str, after: Key, limit: int) -> Sequence[TableRow]:
        """See LedgerTables.page."""
        return self._db.all(_QUERIES[f"page_{table}"], (*after, limit))

    def put(self, table: str, rows: Sequence[TableRow]) -> None:
        """See LedgerTables.put."""
        with self._writing() as connection:
            connection.cursor().executemany(_QUERIES[f"put_{table}"], rows)

    def last_key(self, table: str) -> Key | None:
        """See LedgerTables.last_key."""
        return self._db.one(_QUERIES[f"last_{table}"])

    def open_copy(self, identity: Identity) -> None:
        """See LedgerTables.open_copy."""
        with self._writing() as connection:
            connection.execute(_QUERIES["go_on_counting_keys"])
            connection.execute(_QUERIES["go_on_counting_confirmations"])
            _set_move(connection, None)
            connection.execute(_QUERIES["insert_identity"], (identity.ledger_id, identity.provider))

    def close(self) -> None:
        """See LedgerTables.close."""
        self._db.close()

    @contextmanager
    def _writing(self) -> Iterator[Session]:
        """A transaction; one whose commit failed half-way counts as failed, for doing it twice does no harm."""
        try:
            with self._db.transaction() as connection:
                yield connection
        except CommitFailed as error:
            raise StorageFailed(database=self.database, reason=str(error)) from error


def _set_move(connection: Session, move: Move | None) -> None:
    connection.execute(_QUERIES["delete_move"])
    if move is not None:
        connection.execute(_QUERIES["insert_move"], (move.id, move.state, move.other))
    connection.execute(_QUERIES["set_moved_to"], (None if move is None or move.state == "copy" else move.other,))
