"""A ledger in one PostgreSQL file: the embedded default, complete in itself."""
