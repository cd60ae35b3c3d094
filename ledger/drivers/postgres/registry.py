"""The registry in the ledger's own PostgreSQL database, by the connections that everybody reads by.

Its transactions are short, and none of them waits for the record's: the access log has a head row of its own.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Final

from ledger.access_log import next_access
from ledger.credentials import Role
from ledger.drivers.postgres.connecting import Row, Session
from ledger.drivers.postgres.database import CommitFailed, Database
from ledger.drivers.queries import load_queries
from ledger.drivers.registry_rows import key_of, key_row, lease_of
from ledger.registry import Access, AccessHead, Lease, Registry, StoredKey
from schemas.instants import from_micros, to_micros
from schemas.problems import StorageFailed

__all__ = ["PostgresRegistry"]

_QUERIES: Final = load_queries("ledger.drivers.postgres", "registry.sql")
_FORGET: Final = load_queries("ledger.drivers.postgres", "queries.sql")["forget_values"]


class PostgresRegistry(Registry):
    """The keys, pseudonyms and accesses of a ledger in one PostgreSQL database."""

    def __init__(self, database: Database) -> None:
        """Take the recorder's database."""
        self._db = database
        self.database = database.name

    def insert_key(self, key: StoredKey) -> bool:
        """See Registry.insert_key."""
        with self._writing() as connection:
            return bool(connection.execute(_QUERIES["insert_key"], key_row(key)).rowcount)

    def find_key(self, prefix: str) -> StoredKey | None:
        """See Registry.find_key."""
        row = self._db.one(_QUERIES["find_key"], (prefix,))
        return None if row is None else key_of(row)

    def all_keys(self) -> Sequence[StoredKey]:
        """See Registry.all_keys."""
        rows = self._db.all(_QUERIES["keys"])
        return [key_of(row) for row in rows]

    def revoke_key(self, prefix: str, at: datetime) -> StoredKey | None:
        """See Registry.revoke_key."""
        with self._writing() as connection:
            connection.execute(_QUERIES["revoke_key"], (to_micros(at), prefix))
            row = connection.execute(_QUERIES["find_key"], (prefix,), binary=True).fetchone()
        return None if row is None else key_of(row)

    def find_pseudonym(self, issuer: str, subject: str) -> str | None:
        """See Registry.find_pseudonym."""
        row = self._db.one(_QUERIES["find_pseudonym"], (issuer, subject))
        return None if row is None else str(row[0])

    def keep_pseudonym(self, issuer: str, subject: str, pseudonym: str) -> str:
        """See Registry.keep_pseudonym."""
        with self._writing() as connection:
            connection.execute(_QUERIES["insert_pseudonym"], (pseudonym, issuer, subject))
            (kept,) = _only(connection, "find_pseudonym", (issuer, subject))
        return str(kept)

    def erase_pseudonym(self, pseudonym: str) -> bool:
        """See Registry.erase_pseudonym."""
        with self._writing() as connection:
            erased = connection.execute(_QUERIES["delete_pseudonym"], (pseudonym,)).rowcount
        self._db.vacuum(_FORGET)
        return bool(erased)

    def add_access(self, at: datetime, who: str, role: Role, what: str) -> Access:
        """See Registry.add_access."""
        with self._writing() as connection:
            access = next_access(AccessHead(*_only(connection, "lock_access_head", ())), at, who, role, what)
            row = (access.number, to_micros(at), who, role, what, access.chain)
            connection.execute(_QUERIES["insert_access"], row)
            connection.execute(_QUERIES["update_access_head"], (access.number, access.chain))
        return access

    def accesses(self, after: int, limit: int) -> Sequence[Access]:
        """See Registry.accesses."""
        rows = self._db.all(_QUERIES["accesses"], (after, limit))
        return [Access(number, from_micros(at), who, role, what, chain) for number, at, who, role, what, chain in rows]

    def access_head(self) -> AccessHead:
        """See Registry.access_head."""
        row = self._db.one(_QUERIES["access_head"])
        assert row is not None, "an access log has one head"
        return AccessHead(*row)

    def take_lease(self, name: str, holder: str, seconds: float) -> Lease:
        """See Registry.take_lease."""
        given = {"name": name, "holder": holder, "micros": round(seconds * 1_000_000)}
        with self._writing() as connection:
            connection.execute(_QUERIES["take_lease"], given)
            return lease_of(_only(connection, "lease_as_it_stands", (name,)))

    def find_lease(self, name: str) -> Lease | None:
        """See Registry.find_lease."""
        row = self._db.one(_QUERIES["find_lease"], (name,))
        return None if row is None else lease_of(row)

    def release_lease(self, name: str, holder: str) -> None:
        """See Registry.release_lease."""
        with self._writing() as connection:
            connection.execute(_QUERIES["release_lease"], (name, holder))

    @contextmanager
    def _writing(self) -> Iterator[Session]:
        """A transaction; one whose commit failed half-way counts as failed, for doing it twice does no harm."""
        try:
            with self._db.transaction() as connection:
                yield connection
        except CommitFailed as error:
            raise StorageFailed(database=self.database, reason=str(error)) from error


def _only(connection: Session, query: str, given: Row) -> Row:
    """The one row that the query always has."""
    row = connection.execute(_QUERIES[query], given, binary=True).fetchone()
    assert row is not None, f"{query} has a row"
    return row
