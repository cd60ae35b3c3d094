"""A ledger in one SQLite file: the embedded default, complete in itself."""
