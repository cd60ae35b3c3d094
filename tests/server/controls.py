"""Ways to break a promise of the server: one thing changed in the product, for the harnesses to find out."""

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, Final
from unittest.mock import patch
from uuid import uuid4

from ledger.application import Ledger
from ledger.drivers.postgres import connecting
from ledger.drivers.sqlite.database import Database
from ledger.submission import Answer, Submission
from schemas.problems import LedgerError

__all__ = ["BROKEN"]

_LATE_SECONDS: Final = 0.01


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


def commit_asynchronously() -> None:
    """Let PostgreSQL acknowledge a commit before it is on the disk."""
    queries = dict(connecting._QUERIES)
    queries["settings"] = queries["settings"].replace("'synchronous_commit', 'on'", "'synchronous_commit', 'off'")
    assert queries != dict(connecting._QUERIES)
    patch.object(connecting, "_QUERIES", queries).start()


BROKEN: Final[dict[str, Callable[[], None]]] = {
    "answer-before-commit": answer_before_commit,
    "commit-asynchronously": commit_asynchronously,
    "ignore-keys": ignore_keys,
    "none": lambda: None,
}
"""What to call before the server starts, by the promise that it shall not keep."""
