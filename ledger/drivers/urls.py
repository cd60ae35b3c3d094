"""Which database a URL names: `sqlite:///relative/path.db`, `sqlite:////absolute/path.db`."""

from pathlib import Path
from typing import Final

from ledger.drivers.sqlite.recorder import SQLiteRecorder
from ledger.recorder import LedgerRecorder
from schemas.problems import UnsupportedDatabase

__all__ = ["create_recorder", "open_recorder"]

_SQLITE: Final = "sqlite:///"


def create_recorder(url: str) -> LedgerRecorder:
    """The recorder of a new ledger, yet to be founded. Raises UnsupportedDatabase, LedgerExists."""
    return SQLiteRecorder.create(_path(url))


def open_recorder(url: str) -> LedgerRecorder:
    """The recorder of a ledger that exists. Raises UnsupportedDatabase, NoLedgerHere, UnsupportedStorage."""
    return SQLiteRecorder.open(_path(url))


def _path(url: str) -> Path:
    path = url.removeprefix(_SQLITE)
    if path in {url, ""}:
        raise UnsupportedDatabase(database=url)
    return Path(path)
