"""One PostgreSQL database and the connections to it: one that records, and a pool that everybody reads by.

Each session sets `synchronous_commit = on` itself: what was acknowledged survives a crash of the server. A connection
that was lost is replaced; a read is tried once more on a new one. What a transaction had done when its connection was
lost is undone by the server, unless the connection was lost while it was committing: then nobody knows, and the old
backend may be at it still. So it is ended, and before anything else is answered a new connection holds the head row
once, which it gets only when no other holds it.
"""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext, suppress
from functools import partial
from time import monotonic, perf_counter
from typing import Any, Final, TypeVar

import psycopg
from eventsourcing.persistence import IntegrityError
from psycopg.errors import LockNotAvailable
from psycopg_pool import ConnectionPool, PoolTimeout

from ledger.drivers.postgres.connecting import (
    Row,
    Session,
    check_safety,
    connect,
    is_lost,
    parameters,
    problem_of,
    session,
)
from ledger.drivers.postgres.options import PostgresOptions
from ledger.drivers.queries import load_queries
from schemas.problems import LedgerLocked, StorageFailed

__all__ = ["CommitFailed", "Database", "Statement"]

_QUERIES: Final = load_queries("ledger.drivers.postgres", "queries.sql")
_RECONNECT_SECONDS: Final = 0.25
"""After so long the pool gives up making a connection, and whoever waits for one asks again."""
_Answer = TypeVar("_Answer")

Statement = tuple[str, Sequence[Any]]
"""A query's name, and what it is given."""


class CommitFailed(Exception):  # noqa: N818  (named by what happened)
    """The connection was lost while it was committing: whether the transaction is there shows once this is settled."""


class Database:
    """A PostgreSQL database. Threads may share it; its writers take turns, in this process and across processes."""

    def __init__(self, url: str, name: str, options: PostgresOptions) -> None:
        """Connect to it; `name` is what messages call it.

        Raises UnsupportedDatabase, StorageFailed where no connection is to be had, DatabaseUnsafe.
        """
        self.name = name
        self._options = options
        self._parameters = parameters(url, name, options)
        self._turn = threading.RLock()
        self._owner: int | None = None
        self._writer: Session | None = None
        self._unsettled = False
        self._lost: tuple[int, str] | None = None
        self._callbacks: list[Callable[[], object]] = []
        self._unsent: Sequence[Statement] = ()
        self.sync_seconds = 0.0
        self._pool: ConnectionPool[Session] = ConnectionPool(
            kwargs={**self._parameters, "autocommit": True, "prepare_threshold": 0},
            configure=partial(session, options=options),
            min_size=0,
            max_size=options.pool_size,
            timeout=options.connect_seconds,
            reconnect_timeout=_RECONNECT_SECONDS,
            num_workers=1,
            open=False,
            name=name,
        )
        try:
            with self._translated():
                check_safety(self._connection_to_write_by(), name)
        except BaseException:
            self._drop_writer()
            raise
        self._pool.open()

    def is_writing(self) -> bool:
        """Whether this thread is inside `writing()`."""
        return self._owner == threading.get_ident()

    def writer(self) -> Session:
        """The connection of the open transaction."""
        assert self.is_writing(), "there is no open transaction"
        assert self._writer is not None
        return self._writer

    def one(self, query: str, given: Any = ()) -> Row | None:
        """The first row of a query, or None; inside `writing()` by the connection that writes."""
        return self._asked(lambda connection: connection.execute(query, given, binary=True).fetchone())

    def all(self, query: str, given: Any = ()) -> list[Row]:
        """All rows of a query; inside `writing()` by the connection that writes."""
        return self._asked(lambda connection: connection.execute(query, given, binary=True).fetchall())

    def send(self, statements: Sequence[Statement]) -> None:
        """Have named statements run in the open transaction: in one round trip with its commit.

        Unless more is asked of the transaction; then they are run before that. What is wrong with one shows then.
        """
        assert self.is_writing(), "there is no open transaction"
        with self._translated():
            self._run_unsent()
        self._unsent = statements

    def _run_unsent(self) -> None:
        """Run what waits for the commit before it, in two round trips.

        The last one goes by itself: after a pipeline the server would no longer end a transaction that is left idle.
        """
        if not self._unsent:
            return
        connection = self.writer()
        *first, (last, given_last) = self._unsent
        self._unsent = ()
        if first:
            with connection.pipeline():
                for name, given in first:
                    connection.execute(_QUERIES[name], given)
        connection.execute(_QUERIES[last], given_last)

    def _asked(self, ask: Callable[[Session], _Answer]) -> _Answer:
        with self._translated():
            if self.is_writing():
                self._run_unsent()
                return ask(self.writer())
            if self._unsettled:
                self.settle(again=False)
            return self._tried_twice(ask)

    def _tried_twice(self, ask: Callable[[Session], _Answer]) -> _Answer:
        """What is asked of a connection of the pool: where it turns out to be lost, of a new one."""
        with self._reader() as connection:
            try:
                return ask(connection)
            except psycopg.OperationalError as error:
                if not is_lost(connection, error):
                    raise
                connection.close()
        self._pool.check()
        with self._reader() as connection:
            return ask(connection)

    @contextmanager
    def writing(self) -> Iterator[Row]:
        """A transaction that holds the head row, which it gives; rolled back if an exception leaves it.

        Raises LedgerLocked where another session holds the head for too long, StorageFull, StorageFailed, CommitFailed.
        """
        with self._turn, self._translated():
            assert not self.is_writing(), "a transaction has no transaction inside it"
            if self._unsettled:
                self.settle(again=False)
            head = self._lock_head()
            self._owner = threading.get_ident()
            try:
                yield head
            except BaseException:
                self._roll_back()
                raise
            else:
                self._commit()
            finally:
                self._owner = None
                self._unsent = ()

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """A short transaction beside the record, which holds no head row. Raises as `writing` does."""
        with self._translated():
            connection = self._begun_beside()
            try:
                yield connection
                _commit(connection)
            except BaseException:
                with suppress(psycopg.Error):
                    connection.execute("ROLLBACK")
                raise
            finally:
                self._pool.putconn(connection)

    @contextmanager
    def _reader(self) -> Iterator[Session]:
        """A connection of the pool."""
        connection = self._taken()
        try:
            yield connection
        finally:
            self._pool.putconn(connection)

    def _taken(self) -> Session:
        """A connection of the pool, to be put back.

        Asked for again and again as long as it is waited for: each time the pool tries at once to make one, where
        there is none; by itself it would try less and less often, also where the server has long come back.
        """
        until = monotonic() + self._options.connect_seconds
        while True:
            try:
                return self._pool.getconn(timeout=_RECONNECT_SECONDS)
            except PoolTimeout:
                if monotonic() > until:
                    raise

    def _begun_beside(self) -> Session:
        """A connection of the pool with a transaction begun: where the first one turns out to be lost, a new one."""
        connection = self._taken()
        try:
            connection.execute("BEGIN")
        except psycopg.OperationalError as error:
            connection.close()
            self._pool.putconn(connection)
            if not is_lost(connection, error):
                raise
        else:
            return connection
        self._pool.check()
        connection = self._taken()
        try:
            connection.execute("BEGIN")
        except BaseException:
            self._pool.putconn(connection)
            raise
        return connection

    def settle(self, *, again: bool = True) -> None:
        """Hold the head row once and write it anew: what is found afterwards is durable, and stays.

        Unless `again`, only where a commit has failed since. Raises as `writing` does.
        """
        with self._turn, self._translated():
            if not (again or self._unsettled):
                return
            if self._lost is not None:
                self._connection_to_write_by().execute(_QUERIES["end_backend"], self._lost)
                self._lost = None
            self._lock_head()
            assert self._writer is not None
            try:
                self._writer.execute(_QUERIES["settle"])
            except BaseException:
                self._roll_back()
                raise
            try:
                self._commit()
            except CommitFailed as error:
                raise StorageFailed(database=self.name, reason=str(error)) from error
            self._unsettled = False

    def vacuum(self, statement: str) -> None:
        """Run a statement that only tidies up, and that no transaction may hold, however long it takes.

        Where it fails nothing is told: what it comes after is committed, and the server tidies up by itself later.
        """
        with suppress(psycopg.Error, StorageFailed), self._reader() as connection:
            connection.execute("SET statement_timeout = 0")
            try:
                connection.execute(statement)
            finally:
                session(connection, self._options)

    def when_closing(self, callback: Callable[[], object]) -> None:
        """Call back when the connections are closed."""
        self._callbacks.append(callback)

    def close(self) -> None:
        """Close every connection."""
        with self._turn:
            for callback in self._callbacks:
                callback()
            self._pool.close()
            self._drop_writer()

    def _connection_to_write_by(self) -> Session:
        if self._writer is not None and self._writer.closed:
            self._drop_writer()
        if self._writer is None:
            self._writer = connect(self._parameters, self._options)
        return self._writer

    def _drop_writer(self) -> None:
        if self._writer is not None:
            self._writer.close()
        self._writer = None

    def _lock_head(self) -> Row:
        """Begin a transaction that holds the head row; where the connection was lost meanwhile, on a new one."""
        try:
            return self._begin()
        except psycopg.OperationalError as error:
            if self._writer is None or not is_lost(self._writer, error):
                raise
            self._drop_writer()
        return self._begin()

    def _begin(self) -> Row:
        connection = self._connection_to_write_by()
        try:
            cursor = connection.execute(_QUERIES["lock_head"], prepare=False)
            cursor.nextset()
            head = cursor.fetchone()
        except BaseException:
            self._roll_back()
            raise
        assert head is not None, "a ledger has one head"
        return head

    def _roll_back(self) -> None:
        """Undo the open transaction; the server does it where the connection is lost."""
        assert self._writer is not None
        try:
            self._writer.execute("ROLLBACK")
        except psycopg.Error:
            self._writer.close()

    def _commit(self) -> None:
        connection = self._writer
        assert connection is not None
        backend = connection.info.backend_pid, connection.info.parameter_status("application_name") or ""
        begun = perf_counter()
        try:
            _commit(connection, self._unsent)
        except psycopg.Error:
            self._roll_back()
            raise
        except BaseException:
            self._unsettled, self._lost = True, backend
            self._drop_writer()
            raise
        self.sync_seconds = perf_counter() - begun

    @contextmanager
    def _translated(self) -> Iterator[None]:
        """Errors as the library or the catalogue has them."""
        try:
            yield
        except psycopg.IntegrityError as error:
            raise IntegrityError(str(error)) from error
        except LockNotAvailable as error:
            raise LedgerLocked(database=self.name, pid=self._holder()) from error
        except PoolTimeout as error:
            raise StorageFailed(database=self.name, reason=str(error)) from error
        except psycopg.Error as error:
            raise problem_of(error, self.name) from error

    def _holder(self) -> int | str:
        """The server's process that holds the head row, as far as it can be told."""
        with suppress(psycopg.Error), self._reader() as connection:
            row = connection.execute(_QUERIES["holder_of_head"]).fetchone()
            return "?" if row is None else int(row[0])
        return "?"


def _commit(connection: Session, statements: Sequence[Statement] = ()) -> None:
    """Commit, behind statements that go in the same round trip: one that is refused refuses the commit as well.

    Raises CommitFailed where the commit was sent and it is not known how it ended; another error says that nothing is
    there. What is not in the pipeline yet when an error is met was never sent.
    """
    is_sent = False
    try:
        with connection.pipeline() if statements else nullcontext():
            for name, given in statements:
                connection.execute(_QUERIES[name], given)
            is_sent = True
            cursor = connection.execute("COMMIT")
    except psycopg.Error as error:
        if is_sent and is_lost(connection, error):
            raise CommitFailed(str(error)) from error
        raise
    if cursor.statusmessage != "COMMIT":
        raise psycopg.OperationalError("the transaction was rolled back")
