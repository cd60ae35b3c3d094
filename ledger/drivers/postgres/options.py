"""How long a ledger waits for PostgreSQL, and how many connections it reads by."""

from dataclasses import dataclass
from typing import Final

__all__ = ["DEFAULTS", "PostgresOptions"]


@dataclass(frozen=True, slots=True)
class PostgresOptions:
    """What a process asks of its connections.

    `statement_seconds` is the longest that one statement may take, and that a transaction may pause between two of
    them: then the server ends it, so that a process which was stopped does not hold the others up for ever.
    """

    pool_size: int = 8
    connect_seconds: float = 5.0
    statement_seconds: float = 30.0
    lock_seconds: float = 10.0


DEFAULTS: Final = PostgresOptions()
