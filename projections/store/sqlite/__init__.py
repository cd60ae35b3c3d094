"""The read model in SQLite, beside the tables of the ledger and in the same file."""

from projections.store.sqlite.model import SqliteReadModel

__all__ = ["SqliteReadModel"]
