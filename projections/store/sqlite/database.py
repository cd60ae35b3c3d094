"""The read model's own connections to the ledger's SQLite file.

`synchronous=NORMAL`, where the ledger's own connections say FULL: views are disposable, so a power cut may take the
last of their transactions, whole ones, with the position that belongs to them; the projector goes on from there. What
the ledger's commits sync covers the views' pages before them, so the record loses nothing by it.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final
from urllib.parse import quote

from projections.store.sqlite.driver import sqlite
from schemas.problems import LedgerCorrupt, LedgerError, LedgerLocked, NoLedgerHere, StorageFailed, StorageFull

__all__ = ["Database"]

_BUSY: Final = (5, 6)
_CORRUPT: Final = 11
_FULL: Final = 13
_CANNOT_OPEN: Final = 14
_NOT_A_DATABASE: Final = 26
_WAIT_SECONDS: Final = 30.0
_SETTINGS: Final = ("PRAGMA synchronous = NORMAL", "PRAGMA trusted_schema = OFF")


class Database:
    """Connections to one file, kept for whoever comes next; threads may share it, writers take turns."""

    def __init__(self, path: Path, *, create: bool = False) -> None:
        """Open the file, or with `create` make it. Raises NoLedgerHere where there is none."""
        self.path = path
        self._mode = "rwc" if create else "rw"
        self._turn = threading.Lock()
        self._gate = threading.Condition()
        self._idle: list[sqlite.Connection] = []
        self._busy = 0
        self._closing = False

    @contextmanager
    def reading(self) -> Iterator[sqlite.Connection]:
        """A connection inside a read transaction: all that is read by it is of one state."""
        with self._connection() as connection:
            connection.execute("BEGIN")
            try:
                yield connection
            finally:
                connection.execute("ROLLBACK")

    @contextmanager
    def writing(self) -> Iterator[sqlite.Connection]:
        """A connection inside a transaction that writes; rolled back if an exception leaves it.

        Raises LedgerLocked where another process writes for too long, StorageFull, StorageFailed.
        """
        with self._turn, self._connection() as connection:
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise

    def close(self) -> None:
        """Close every connection once nobody uses it; whoever comes next opens a new one."""
        with self._gate:
            self._closing = True
            try:
                self._gate.wait_for(lambda: self._busy == 0)
                for connection in self._idle:
                    connection.close()
                self._idle.clear()
            finally:
                self._closing = False
                self._gate.notify_all()

    @contextmanager
    def _connection(self) -> Iterator[sqlite.Connection]:
        with self._gate:
            self._gate.wait_for(lambda: not self._closing)
            self._busy += 1
            connection = self._idle.pop() if self._idle else None
        try:
            with self._translated():
                if connection is None:
                    connection = self._connect()
                yield connection
        finally:
            with self._gate:
                self._busy -= 1
                if connection is not None:
                    self._idle.append(connection)
                self._gate.notify_all()

    def _connect(self) -> sqlite.Connection:
        connection = sqlite.connect(
            f"file:{quote(str(self.path.absolute()))}?mode={self._mode}",
            uri=True,
            timeout=_WAIT_SECONDS,
            isolation_level=None,
            check_same_thread=False,
        )
        for setting in _SETTINGS:
            connection.execute(setting)
        return connection

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except sqlite.DatabaseError as error:
            raise self._problem(error) from error

    def _problem(self, error: sqlite.DatabaseError) -> LedgerError:
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF
        database = str(self.path)
        if code in _BUSY:
            return LedgerLocked(database=database, pid="?")
        if code == _FULL:
            return StorageFull(database=database, reason=str(error))
        if code == _NOT_A_DATABASE or (code == _CANNOT_OPEN and not self.path.exists()):
            return NoLedgerHere(database=database)
        if code == _CORRUPT:
            return LedgerCorrupt(database=database, reason=str(error))
        return StorageFailed(database=database, reason=str(error))
