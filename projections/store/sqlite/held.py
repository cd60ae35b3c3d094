"""One connection whose transaction its owner begins by writing and ends himself.

For whoever has to keep rows together with something outside this database: all that he reads and writes between two
commits is one transaction, so what failed outside leaves no row behind.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from projections.store.sqlite.database import Database
from projections.store.sqlite.driver import sqlite

__all__ = ["HeldDatabase"]

_SETTINGS: Final = ("PRAGMA journal_mode = WAL", "PRAGMA cache_size = -65536")


class HeldDatabase(Database):
    """See projections.store.sqlite.database.Database; one thread at a time may use it, and nobody else the file."""

    def __init__(self, path: Path, *, create: bool = False) -> None:
        super().__init__(path, create=create)
        self._held: sqlite.Connection | None = None

    @contextmanager
    def reading(self) -> Iterator[sqlite.Connection]:
        """The connection, inside the open transaction where there is one."""
        with self._translated():
            yield self._one()

    @contextmanager
    def writing(self) -> Iterator[sqlite.Connection]:
        """The connection inside the open transaction, which stays open; begun where there was none."""
        with self._translated():
            connection = self._one()
            if not connection.in_transaction:
                connection.execute("BEGIN IMMEDIATE")
            yield connection

    def commit(self) -> None:
        """Keep all that was written since the last commit."""
        with self._translated():
            if self._one().in_transaction:
                self._one().execute("COMMIT")

    def rollback(self) -> None:
        """Undo all that was written since the last commit."""
        with self._translated():
            if self._one().in_transaction:
                self._one().execute("ROLLBACK")

    def close(self) -> None:
        """Close the connection; what was not committed is undone."""
        if self._held is not None:
            self._held.close()
            self._held = None

    def _one(self) -> sqlite.Connection:
        if self._held is None:
            self._held = self._connect()
            for setting in _SETTINGS:
                self._held.execute(setting)
        return self._held
