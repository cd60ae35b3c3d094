"""The read model in PostgreSQL, in a schema of its own beside the ledger's tables."""

from projections.store.postgres.model import Part, PostgresReadModel

__all__ = ["Part", "PostgresReadModel"]
