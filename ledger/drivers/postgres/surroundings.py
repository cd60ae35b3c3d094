"""What a ledger in PostgreSQL rests on: the server, the roles, the triggers and keys, the rows that hang together."""

from typing import Any, Final

from ledger.drivers.postgres.database import Database
from ledger.drivers.queries import load_queries
from ledger.recorder import Check

__all__ = ["surroundings"]

_QUERIES: Final = load_queries("ledger.drivers.postgres", "surroundings.sql")
_WANTED: Final = {"fsync": "on", "full_page_writes": "on", "server_encoding": "UTF8"}


def surroundings(database: Database) -> list[Check]:
    """Whether each is as it has to be. Who asks is told, and takes no part in that."""
    checks = [
        Check(name, _WANTED.get(name, found) == found and found != "off", found)
        for name, found in database.all(_QUERIES["settings"])
    ]
    user, is_superuser = _row(database, "role")
    checks.append(Check("role", True, f"{user} (superuser)" if is_superuser else user))
    (changers,) = _row(database, "who_may_change")
    checks.append(Check("who may change events", changers is None, changers or "the owner alone"))
    (owners,) = _row(database, "owners")
    checks.append(Check("one owner of all tables", "," not in owners, owners))
    for about, query in (("triggers", "missing_triggers"), ("keys", "missing_keys")):
        (missing,) = _row(database, query)
        checks.append(Check(about, missing is None, "all" if missing is None else f"missing: {missing}"))
    (dangling,) = _row(database, "dangling")
    checks.append(Check("rows without their event", dangling == 0, str(dangling)))
    return checks


def _row(database: Database, query: str) -> tuple[Any, ...]:
    row = database.one(_QUERIES[query])
    assert row is not None, f"{query} has a row"
    return row
