"""Servers that break a promise, for the harnesses to find out: the product's own, with one thing changed.

python -m tests.server.controls answer-before-commit serve --database URL …
"""

import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, Final
from unittest.mock import patch
from uuid import uuid4

from ledger.application import Ledger
from ledger.drivers.sqlite.database import Database
from ledger.submission import Answer, Submission
from schemas.problems import LedgerError
from services.cli import main

__all__ = ["control"]

_LATE_SECONDS: Final = 0.01


def control(promise: str) -> Sequence[str]:
    """What stands before `serve` for a server that breaks this promise."""
    assert promise in _CONTROLS, promise
    return (sys.executable, "-m", "tests.server.controls", promise)


def answer_before_commit() -> None:
    """Answer once all is inserted; commit a moment later, at the latest when the next transaction is to begin."""
    true_connection = Database._connection_to_write_by

    def settle(database: Database, connection: Any) -> None:
        with database._turn:
            if connection.in_transaction and not database.is_writing():
                time.sleep(_LATE_SECONDS)
                connection.execute("COMMIT")

    def commit(database: Database, connection: Any) -> None:
        threading.Thread(target=settle, args=(database, connection), daemon=True).start()

    def connection_to_write_by(database: Database) -> Any:
        connection = true_connection(database)
        settle(database, connection)
        return connection

    patch.object(Database, "_commit", commit).start()
    patch.object(Database, "_connection_to_write_by", connection_to_write_by).start()


def ignore_keys() -> None:
    """Take each request as one that was never made before."""
    true_commit = Ledger.commit

    def commit(ledger: Ledger, submissions: Sequence[Submission]) -> list[Answer | LedgerError]:
        return true_commit(ledger, [replace(one, key=str(uuid4())) for one in submissions])

    patch.object(Ledger, "commit", commit).start()


_CONTROLS: Final[dict[str, Callable[[], None]]] = {
    "answer-before-commit": answer_before_commit,
    "ignore-keys": ignore_keys,
}

if __name__ == "__main__":
    _CONTROLS[sys.argv.pop(1)]()
    main()
