"""The three roles of a ledger's PostgreSQL database: who may do what, held by the server itself."""

import re
from typing import Final

from psycopg.sql import SQL, Identifier

from ledger.drivers.postgres.database import Database
from ledger.drivers.postgres.options import PostgresOptions
from ledger.drivers.postgres.schema import check_schema
from ledger.drivers.queries import load_queries
from schemas.problems import BadArgument

__all__ = ["ROLES", "apply_roles", "role_names", "role_statements"]

ROLES: Final = ("owner", "writer", "reader")

_QUERIES: Final = load_queries("ledger.drivers.postgres", "roles.sql")
_WHERE: Final = "SELECT current_database(), current_schema()"
_PREFIX: Final = re.compile(r"[a-z][a-z0-9_]{0,47}")


def role_names(prefix: str) -> dict[str, str]:
    """The roles' names under a prefix. Raises BadArgument where it cannot be part of one."""
    if _PREFIX.fullmatch(prefix) is None:
        raise BadArgument(argument="--prefix", reason="lower-case letters, digits and _, a letter first, 48 at most")
    return {role: f"{prefix}_{role}" for role in ROLES}


def role_statements(url: str, name: str, prefix: str, options: PostgresOptions) -> list[str]:
    """The statements that make the roles, or bring them up to date, for the ledger at a URL.

    Raises BadArgument, NoLedgerHere, UnsupportedStorage, StorageFailed.
    """
    roles = role_names(prefix)
    database = Database(url, name, options)
    try:
        check_schema(database)
        where = database.one(_WHERE)
        assert where is not None, "a connection has a database"
        names = {part: SQL("{}").format(Identifier(str(found))).as_string() for part, found in _places(where).items()}
    finally:
        database.close()
    return [_filled(text, {**roles, **names}) for text in _QUERIES.values()]


def apply_roles(url: str, name: str, prefix: str, options: PostgresOptions) -> dict[str, str]:
    """Run the statements, all of them or none; the roles' names. Raises as `role_statements` does."""
    statements = role_statements(url, name, prefix, options)
    database = Database(url, name, options)
    try:
        with database.transaction() as connection:
            for statement in statements:
                connection.execute(statement.encode(), prepare=False)
    finally:
        database.close()
    return role_names(prefix)


def _places(where: tuple[object, ...]) -> dict[str, object]:
    database, schema = where
    return {"database": database, "schema": schema}


def _filled(text: str, names: dict[str, str]) -> str:
    for part, found in names.items():
        text = text.replace(f"{{{part}}}", found)
    return text if text.endswith(";") else f"{text};"
