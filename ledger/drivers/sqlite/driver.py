"""The SQLite in use: the bundled one where it is installed, else the standard library's.

SQLite before 3.51.3 can corrupt a file when its write-ahead log is reset while two connections write or checkpoint;
Debian 12's own is 3.40.1. `pysqlite3` brings a fixed one; the two modules have the same interface.
"""

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import sqlite3 as sqlite
else:
    try:
        import pysqlite3 as sqlite
    except ImportError:
        import sqlite3 as sqlite

__all__ = ["HAS_WAL_RESET_BUG", "SQLITE_VERSION", "sqlite"]

SQLITE_VERSION: Final[tuple[int, ...]] = tuple(map(int, sqlite.sqlite_version.split(".")))
HAS_WAL_RESET_BUG: Final = SQLITE_VERSION < (3, 51, 3)
