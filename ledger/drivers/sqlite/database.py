"""One SQLite file and the connections to it: one that writes, one for each thread that reads.

Write-ahead log, `synchronous=FULL`: what was acknowledged survives a power cut. Deleted values are overwritten
(`secure_delete`), not merely unlinked. Errors come out as the catalogue's problems.

A commit that fails for want of room wrote nothing: it is rolled back, and the next one is tried. One that fails on the
disk in any other way may be found again when the file is opened anew, or not; until then every connection of this
process would deny it. So the readers are waited for, all connections are closed, and whoever comes next opens new ones.

Whoever opens a file to write settles it first, by a small transaction. What a killed process had written without an
`fsync` is on the disk then, before anything is answered from it; and what a failed commit left in the write-ahead log
is overwritten, which another process that has the file open would deny and the next one would find.
"""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from shutil import disk_usage
from time import perf_counter
from typing import Any, Final
from urllib.parse import quote

from eventsourcing.persistence import IntegrityError

from ledger.drivers.sqlite.driver import sqlite
from ledger.drivers.sqlite.locks import writing_process
from schemas.problems import (
    LedgerCorrupt,
    LedgerError,
    LedgerLocked,
    NoLedgerHere,
    StorageFailed,
    StorageFull,
)

__all__ = ["APPLICATION_ID", "CommitFailed", "Database", "is_blank"]

APPLICATION_ID: Final = 0x534C4C31
"""What `PRAGMA application_id` says of a ledger: "SLL1"."""

_BUSY: Final = (5, 6)
_CORRUPT: Final = 11
_FULL: Final = 13
_FAILED: Final = 10
_LEAST_FREE_BYTES: Final = 65_536
"""With less than this no index of a write-ahead log can be made, which SQLite tells as a plain failure."""
_NO_ROOM_FOR_INDEX: Final = (4874, 5386)
"""SQLITE_IOERR_SHMSIZE and SHMMAP: the write-ahead log's index could not grow; nothing else makes that fail."""
_NOT_A_DATABASE: Final = 26
_CANNOT_OPEN: Final = 14

_CLEARING_WAIT_MILLIS: Final = 1_000

_SETTINGS: Final = (
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
    "PRAGMA secure_delete = ON",
    "PRAGMA trusted_schema = OFF",
)


class CommitFailed(Exception):  # noqa: N818  (named by what happened)
    """The commit failed on the disk: whether the transaction is there shows when the file is opened anew."""


class Database:
    """A SQLite file. Threads may share it; its writers take turns, in this process and across processes."""

    def __init__(self, path: Path, *, create: bool, wait_seconds: float) -> None:
        """Open the file, or with `create` make it where it is absent.

        A writer waits at most `wait_seconds` for another process. Raises NoLedgerHere where there is no such file.
        """
        self.path = path
        self._mode = "rwc" if create else "rw"
        self._wait_seconds = wait_seconds
        self._turn = threading.RLock()
        self._owner: int | None = None
        self._writer: sqlite.Connection | None = None
        self._owes_clearing = False
        self.sync_seconds = 0.0
        self._readers: list[sqlite.Connection] = []
        self._thread = threading.local()
        self._gate = threading.Condition()
        self._reading = 0
        self._closing = False
        self._unsettled = False
        self._callbacks: list[Callable[[], object]] = []
        with self.reading():
            pass

    def read(self) -> sqlite.Connection:
        """The connection that this thread reads by: inside `writing()` the one that writes."""
        if self._owner == threading.get_ident():
            assert self._writer is not None
            return self._writer
        reader: sqlite.Connection | None = getattr(self._thread, "reader", None)
        if reader is None:
            reader = self._connect()
            reader.execute("PRAGMA query_only = ON")
            self._thread.reader = reader
            with self._gate:
                self._readers.append(reader)
        return reader

    def is_writing(self) -> bool:
        """Whether this thread is inside `writing()`."""
        return self._owner == threading.get_ident()

    @contextmanager
    def reading(self) -> Iterator[sqlite.Connection]:
        """The reading connection, with errors as problems; it is not closed as long as this lasts."""
        if self.is_writing():
            with self._translated():
                yield self.read()
            return
        if self._unsettled:
            self.settle()
        with self._gate:
            self._gate.wait_for(lambda: not self._closing)
            self._reading += 1
        try:
            with self._translated():
                yield self.read()
        finally:
            with self._gate:
                self._reading -= 1
                if self._closing:
                    self._gate.notify_all()

    def one(self, query: str, parameters: Sequence[Any] = ()) -> Any:
        """The first row of a query, or None, by the connection that this thread reads by."""
        if self._owner == threading.get_ident():
            assert self._writer is not None
            try:
                return self._writer.execute(query, parameters).fetchone()
            except sqlite.DatabaseError as error:
                raise self._told(error) from error
        with self.reading() as connection:
            return connection.execute(query, parameters).fetchone()

    def all(self, query: str, parameters: Sequence[Any] = ()) -> list[Any]:
        """All rows of a query, by the connection that this thread reads by."""
        with self.reading() as connection:
            return connection.execute(query, parameters).fetchall()

    @contextmanager
    def writing(self) -> Iterator[sqlite.Connection]:
        """A transaction that excludes all other writers from its beginning; rolled back if an exception leaves it.

        Raises LedgerLocked where another process writes for too long, StorageFull, CommitFailed.
        """
        with self._turn, self._translated():
            assert not self.is_writing(), "a transaction has no transaction inside it"
            connection = self._connection_to_write_by()
            connection.execute("BEGIN IMMEDIATE")
            self._owner = threading.get_ident()
            try:
                yield connection
            except BaseException as error:
                self._roll_back(connection)
                if isinstance(error, StorageFull) or (isinstance(error, sqlite.Error) and _is_full(error)):
                    self._make_room()
                raise
            else:
                self._commit(connection)
                if self._owes_clearing:
                    self._clear(0)
            finally:
                self._owner = None

    def forget_deleted(self) -> None:
        """Clear the write-ahead log of values that were deleted.

        A reader of an older state of the file needs it: where one does not end within a second, each later transaction
        tries again until none is in the way.
        """
        self._owes_clearing = True
        with self._turn, self._translated():
            self._clear(_CLEARING_WAIT_MILLIS)

    def _clear(self, wait_millis: int) -> None:
        connection = self._connection_to_write_by()
        connection.execute(f"PRAGMA busy_timeout = {wait_millis}")
        try:
            (busy, _, _) = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        finally:
            connection.execute(f"PRAGMA busy_timeout = {int(self._wait_seconds * 1_000)}")
        self._owes_clearing = bool(busy)

    def close(self) -> None:
        """Close every connection; the last one to close a file puts its write-ahead log away."""
        with self._turn:
            self._close_all()

    def settle(self) -> None:
        """Open the file to write, unless it is open so: what is found in it then stays. Raises as `writing` does."""
        with self._turn, self._translated():
            self._connection_to_write_by()

    def _connection_to_write_by(self) -> sqlite.Connection:
        if self._writer is None:
            connection = self._connect()
            try:
                self._settle(connection)
            except BaseException:
                connection.close()
                raise
            self._writer = connection
            self._unsettled = False
        return self._writer

    @staticmethod
    def _settle(connection: sqlite.Connection) -> None:
        (found,) = connection.execute("PRAGMA application_id").fetchone()
        if found != APPLICATION_ID:  # a new file, or another program's: nothing of ours is in it
            return
        connection.execute("BEGIN IMMEDIATE")
        # Written anew, though it says the same: an UPDATE that changes nothing would write nothing.
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.execute("COMMIT")

    def _make_room(self) -> None:
        """Empty the write-ahead log into the file: on a full disk it would never be, and nothing ever written again."""
        with suppress(sqlite.Error):
            self._clear(0)

    def _connect(self) -> sqlite.Connection:
        connection = sqlite.connect(
            f"file:{quote(str(self.path.absolute()))}?mode={self._mode}",
            uri=True,
            timeout=self._wait_seconds,
            isolation_level=None,
            check_same_thread=False,
        )
        for setting in _SETTINGS:
            connection.execute(setting)
        if self._mode == "rwc" and is_blank(connection):
            connection.execute("PRAGMA journal_mode = WAL")
        return connection

    def _roll_back(self, connection: sqlite.Connection) -> None:
        try:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
        except sqlite.Error:
            self._close_all()

    def _commit(self, connection: sqlite.Connection) -> None:
        begun = perf_counter()
        try:
            connection.execute("COMMIT")
        except sqlite.Error as error:
            if _is_full(error):
                self._roll_back(connection)
                self._make_room()
                raise
            self._close_all(reopen=True)
            raise CommitFailed(str(error)) from error
        self.sync_seconds = perf_counter() - begun

    def when_closing(self, callback: Callable[[], object]) -> None:
        """Call back when the connections are closed: one beside them would keep alive what they deny."""
        self._callbacks.append(callback)

    def _close_all(self, *, reopen: bool = False) -> None:
        """Close every connection once nobody reads by one any more; new ones are opened as they are needed.

        With `reopen` nobody reads or writes before the file was settled, by whoever comes first if it fails now.
        """
        with self._gate:
            self._closing = True
            self._gate.wait_for(lambda: self._reading == 0)
            connections = [*self._readers, *([] if self._writer is None else [self._writer])]
            self._readers.clear()
            self._writer = None
            self._thread = threading.local()
            try:
                # Ours first: somebody beside may be waiting for the lock that a failed transaction still holds.
                for connection in connections:
                    connection.close()
                for callback in self._callbacks:
                    callback()
                if reopen:
                    self._unsettled = True
                    with suppress(sqlite.Error):
                        self._connection_to_write_by()
            finally:
                self._closing = False
                self._gate.notify_all()

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except sqlite.DatabaseError as error:
            raise self._told(error) from error

    def _told(self, error: sqlite.DatabaseError) -> Exception:
        """The error as the library or the catalogue has it."""
        if isinstance(error, sqlite.IntegrityError):
            return IntegrityError(str(error))
        return self._problem(error)

    def _problem(self, error: sqlite.DatabaseError) -> LedgerError:
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF
        database = str(self.path)
        if code == _FAILED and disk_usage(self.path.absolute().parent).free < _LEAST_FREE_BYTES:
            return StorageFull(database=database, reason=str(error))
        if code in _BUSY:
            return LedgerLocked(database=database, pid=writing_process(self.path) or "?")
        if _is_full(error):
            return StorageFull(database=database, reason=str(error))
        absent = code == _CANNOT_OPEN and self._mode == "rw" and not self.path.exists()
        if absent or code == _NOT_A_DATABASE:
            return NoLedgerHere(database=database)
        if code == _CORRUPT:
            return LedgerCorrupt(database=database, reason=str(error))
        return StorageFailed(database=database, reason=str(error))


def _is_full(error: sqlite.Error) -> bool:
    code: int = getattr(error, "sqlite_errorcode", 0)
    return code & 0xFF == _FULL or code in _NO_ROOM_FOR_INDEX


def is_blank(connection: sqlite.Connection) -> bool:
    """Whether nothing was ever made in the file, by us or by another program."""
    (version,) = connection.execute("PRAGMA schema_version").fetchone()
    return bool(version == 0)
