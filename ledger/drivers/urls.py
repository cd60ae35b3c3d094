"""Which database a URL names: `sqlite:///relative/path.db`, `sqlite:////absolute/path.db`."""

from pathlib import Path
from typing import Final

from ledger.drivers.sqlite.recorder import SQLiteRecorder
from ledger.recorder import LedgerRecorder
from schemas.problems import UnsupportedDatabase

__all__ = ["create_recorder", "open_recorder", "sqlite_path"]

_SQLITE: Final = "sqlite:///"


def create_recorder(url: str) -> LedgerRecorder:
    """The recorder of a new ledger, yet to be founded. Raises UnsupportedDatabase, LedgerExists."""
    return SQLiteRecorder.create(sqlite_path(url))


def open_recorder(url: str) -> LedgerRecorder:
    """The recorder of a ledger that exists. Raises UnsupportedDatabase, NoLedgerHere, UnsupportedStorage."""
    return SQLiteRecorder.open(sqlite_path(url))


def sqlite_path(url: str) -> Path:
    """The file that a URL names. Raises UnsupportedDatabase where it names another kind of database."""
    path = url.removeprefix(_SQLITE)
    if path in {url, ""}:
        raise UnsupportedDatabase(database=url)
    return Path(path)
