"""The SQLite of the read model: the same module that the ledger's driver takes, since both open one file.

Two copies of SQLite in one process do not know of each other's locks, and by closing the file one would drop the
other's.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import sqlite3 as sqlite
else:
    try:
        import pysqlite3 as sqlite
    except ImportError:
        import sqlite3 as sqlite

__all__ = ["sqlite"]
