"""The statements that a request makes, as SQLite itself tells them, and the rows that they give."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from ledger.drivers.sqlite.driver import sqlite

__all__ = ["Statements"]


class Statements:
    """What was asked of the ledger's database and of the read model's since `begin`; PRAGMAs are not counted."""

    def __init__(self) -> None:
        self.made: list[str] = []
        self.rows = 0

    def begin(self) -> None:
        """Count from here on."""
        self.made.clear()
        self.rows = 0

    @classmethod
    @contextmanager
    def watched(cls) -> Iterator["Statements"]:
        """Watch every connection that is opened as long as this lasts."""
        statements = cls()
        with patch.object(sqlite, "connect", statements._connecting(sqlite.connect)):
            yield statements

    def _connecting(self, connect: Any) -> Any:
        def connected(*arguments: Any, **options: Any) -> Any:
            connection = connect(*arguments, **options)
            connection.set_trace_callback(self._note)
            connection.row_factory = self._row
            return connection

        return connected

    def _row(self, _cursor: Any, row: tuple[Any, ...]) -> tuple[Any, ...]:
        self.rows += 1
        return row

    def _note(self, statement: str) -> None:
        if not statement.startswith("PRAGMA"):
            self.made.append(statement)
