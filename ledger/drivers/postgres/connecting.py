"""One connection to a PostgreSQL server: what it is given, what it sets for itself, when it is lost.

The parameters of a URL are libpq's own (`sslmode`, `sslrootcert`, `target_session_attrs`, …) and passed on. Those of
the network that a URL leaves open are set so that a server which fell silent is noticed within half a minute.
"""

from typing import Any, Final
from uuid import uuid4

import psycopg
from psycopg import Connection
from psycopg.conninfo import conninfo_to_dict
from psycopg.errors import DiskFull

from ledger.drivers.postgres.options import PostgresOptions
from ledger.drivers.queries import load_queries
from schemas.database_problems import DatabaseUnsafe
from schemas.operation_problems import LedgerMoved
from schemas.problems import StorageFailed, StorageFull, UnsupportedDatabase

__all__ = ["Row", "Session", "check_safety", "connect", "is_lost", "problem_of", "session"]

_QUERIES: Final = load_queries("ledger.drivers.postgres", "session.sql")
_NETWORK: Final = {
    "keepalives_idle": "10",
    "keepalives_interval": "5",
    "keepalives_count": "3",
    "tcp_user_timeout": "30000",
}
_MOVED: Final = "LM001"
"""What the triggers of a ledger that was closed for a copy raise; the message is where it goes."""
_SAFE: Final = (("fsync", "on"), ("full_page_writes", "on"), ("server_encoding", "UTF8"))

Row = tuple[Any, ...]
Session = Connection[Row]


def parameters(url: str, name: str, options: PostgresOptions) -> dict[str, Any]:
    """The parameters of a connection. Raises UnsupportedDatabase, which tells the `name` and never the password."""
    try:
        given = conninfo_to_dict(url)
    except psycopg.Error:
        raise UnsupportedDatabase(database=name) from None
    wanted = {"connect_timeout": str(max(2, round(options.connect_seconds))), "application_name": "sla-ledger"}
    return {**_NETWORK, **wanted, **given, "client_encoding": "UTF8"}


def connect(parameters: dict[str, Any], options: PostgresOptions) -> Session:
    """A new connection that has a name of its own, by which it can be ended once it was lost."""
    name = f"{parameters['application_name']} {uuid4().hex[:8]}"
    connection: Session = psycopg.connect(
        **{**parameters, "application_name": name}, autocommit=True, prepare_threshold=0
    )
    try:
        session(connection, options)
    except BaseException:
        connection.close()
        raise
    return connection


def session(connection: Session, options: PostgresOptions) -> None:
    """Set what a connection of ours always has, whatever the server, the database or the role sets by default."""
    connection.execute(
        _QUERIES["settings"],
        {"statement": f"{options.statement_seconds * 1_000:.0f}", "lock": f"{options.lock_seconds * 1_000:.0f}"},
    )


def check_safety(connection: Session, name: str) -> None:
    """Raise DatabaseUnsafe where the server may lose or change what it has acknowledged."""
    row = connection.execute(_QUERIES["safety"]).fetchone()
    assert row is not None
    for (setting, wanted), found in zip(_SAFE, row, strict=True):
        if found != wanted:
            raise DatabaseUnsafe(database=name, setting=setting, found=found, wanted=wanted)


def is_lost(connection: Session, error: psycopg.Error) -> bool:
    """Whether the connection is of no use any more: then nobody has heard how its last statement ended."""
    severity = error.diag.severity_nonlocalized
    return connection.closed or severity in {"FATAL", "PANIC"} or (severity is None and error.sqlstate is None)


def problem_of(error: psycopg.Error, name: str) -> LedgerMoved | StorageFull | StorageFailed:
    """The error as the catalogue has it."""
    if error.sqlstate == _MOVED:
        return LedgerMoved(database=name, target=error.diag.message_primary)
    reason = " ".join(str(error).split()) or type(error).__name__
    return (StorageFull if isinstance(error, DiskFull) else StorageFailed)(database=name, reason=reason)
