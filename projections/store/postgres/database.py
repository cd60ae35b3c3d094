"""The read model's own connections to the ledger's PostgreSQL database.

What they write is committed with `synchronous_commit=off`, set for each of these transactions alone, where the ledger's
own sessions say `on`: views are disposable, so a server that crashes may lose the last of their transactions, whole
ones, with the position that belongs to them; the projector goes on from there. No other session is touched by it.
"""

import re
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final, LiteralString

import psycopg
from psycopg import errors

from schemas.problems import LedgerCorrupt, LedgerError, LedgerLocked, NoLedgerHere, StorageFailed, StorageFull

__all__ = ["Connection", "Database"]

Connection = psycopg.Connection[tuple[Any, ...]]

_MOST_CONNECTIONS: Final = 8
_WAIT_SECONDS: Final = 5
_ABSENT: Final = re.compile('database ".*" does not exist')
"""What a server says to whoever connects; psycopg gives no code of it."""
_SETTINGS: Final = (
    "SET statement_timeout = '60s'; SET lock_timeout = '30s'; SET idle_in_transaction_session_timeout = '60s'"
)


class Database:
    """Connections to one database, kept for whoever comes next; threads may share it.

    A server that is away is told of at once and with its reason, and one that was restarted is connected to again by
    whoever comes next: what was begun on a connection that had died has not happened.
    """

    def __init__(self, url: str, name: str) -> None:
        """Take the database at a URL, which messages know by its `name`; nothing is asked of it yet."""
        self._url = url
        self.name = name
        self._places = threading.BoundedSemaphore(_MOST_CONNECTIONS)
        self._idle: deque[Connection] = deque()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection inside a transaction that reads: all that is read by it is of one state."""
        with self._begun("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY") as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A connection inside a transaction that writes; rolled back if an exception leaves it.

        Raises LedgerLocked where another process writes for too long, StorageFull, StorageFailed.
        """
        with self._begun("BEGIN") as connection:
            yield connection

    def alone(self) -> Connection:
        """A session of its own, for whoever holds something as long as it lives. Raises StorageFailed."""
        with self._translated():
            return self._connect()

    def close(self) -> None:
        """Close every connection that nobody uses; whoever comes next opens a new one."""
        while self._idle:
            self._idle.pop().close()

    @contextmanager
    def _begun(self, beginning: LiteralString) -> Iterator[Connection]:
        with self._places, self._translated():
            connection = self._connection(beginning)
            try:
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                _roll_back(connection)
                raise
            finally:
                if not connection.closed:
                    self._idle.append(connection)

    def _connection(self, beginning: LiteralString) -> Connection:
        """A connection on which a transaction was begun."""
        while self._idle:
            connection = self._idle.pop()
            try:
                connection.execute(beginning)
            except (psycopg.OperationalError, psycopg.InterfaceError):
                connection.close()
            else:
                return connection
        connection = self._connect()
        connection.execute(beginning)
        return connection

    def _connect(self) -> Connection:
        connection = psycopg.connect(self._url, autocommit=True, connect_timeout=_WAIT_SECONDS)
        connection.execute(_SETTINGS)
        return connection

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except psycopg.Error as error:
            raise self._problem(error) from None

    def _problem(self, error: Exception) -> LedgerError:
        reason = " ".join(str(error).split()).replace(self._url, self.name)
        match error:
            case errors.LockNotAvailable():
                return LedgerLocked(database=self.name, pid="?")
            case errors.DiskFull():
                return StorageFull(database=self.name, reason=reason)
            case psycopg.OperationalError(sqlstate=None) if _ABSENT.search(reason):
                return NoLedgerHere(database=self.name)
            case errors.DataCorrupted() | errors.IndexCorrupted():
                return LedgerCorrupt(database=self.name, reason=reason)
            case _:
                return StorageFailed(database=self.name, reason=reason)


def _roll_back(connection: Connection) -> None:
    """End what was begun; where the server is gone the connection is of no more use."""
    try:
        connection.rollback()
    except psycopg.Error:
        connection.close()
