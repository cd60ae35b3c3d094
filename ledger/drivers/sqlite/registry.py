"""The registry in the ledger's own SQLite file, by the connections that the recorder has.

Its transactions are short and take their turn with the recorder's, in this process and across processes.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Final

from ledger.access_log import next_access
from ledger.credentials import Role
from ledger.drivers.queries import load_queries
from ledger.drivers.registry_rows import key_of, key_row, lease_of
from ledger.drivers.sqlite.database import CommitFailed, Database
from ledger.drivers.sqlite.driver import sqlite
from ledger.drivers.sqlite.schema import check_open
from ledger.registry import Access, AccessHead, Lease, Registry, StoredKey
from schemas.instants import from_micros, to_micros
from schemas.problems import StorageFailed

__all__ = ["SQLiteRegistry"]

_QUERIES: Final = load_queries("ledger.drivers.sqlite", "registry.sql")


class SQLiteRegistry(Registry):
    """The keys, pseudonyms and accesses of a ledger in one SQLite file."""

    def __init__(self, database: Database, name: str) -> None:
        """Take the recorder's file, and its name for messages."""
        self._db = database
        self.database = name

    def insert_key(self, key: StoredKey) -> bool:
        """See Registry.insert_key."""
        with self._writing() as connection:
            return bool(connection.execute(_QUERIES["insert_key"], key_row(key)).rowcount)

    def find_key(self, prefix: str) -> StoredKey | None:
        """See Registry.find_key."""
        with self._db.reading() as connection:
            row = connection.execute(_QUERIES["find_key"], (prefix,)).fetchone()
        return None if row is None else key_of(row)

    def all_keys(self) -> Sequence[StoredKey]:
        """See Registry.all_keys."""
        with self._db.reading() as connection:
            rows = connection.execute(_QUERIES["keys"]).fetchall()
        return [key_of(row) for row in rows]

    def revoke_key(self, prefix: str, at: datetime) -> StoredKey | None:
        """See Registry.revoke_key."""
        with self._writing() as connection:
            connection.execute(_QUERIES["revoke_key"], (to_micros(at), prefix))
            row = connection.execute(_QUERIES["find_key"], (prefix,)).fetchone()
        return None if row is None else key_of(row)

    def find_pseudonym(self, issuer: str, subject: str) -> str | None:
        """See Registry.find_pseudonym."""
        with self._db.reading() as connection:
            row = connection.execute(_QUERIES["find_pseudonym"], (issuer, subject)).fetchone()
        return None if row is None else str(row[0])

    def keep_pseudonym(self, issuer: str, subject: str, pseudonym: str) -> str:
        """See Registry.keep_pseudonym."""
        with self._writing() as connection:
            connection.execute(_QUERIES["insert_pseudonym"], (pseudonym, issuer, subject))
            (kept,) = connection.execute(_QUERIES["find_pseudonym"], (issuer, subject)).fetchone()
        return str(kept)

    def erase_pseudonym(self, pseudonym: str) -> bool:
        """See Registry.erase_pseudonym."""
        with self._writing() as connection:
            erased = connection.execute(_QUERIES["delete_pseudonym"], (pseudonym,)).rowcount
        self._db.forget_deleted()
        return bool(erased)

    def add_access(self, at: datetime, who: str, role: Role, what: str) -> Access:
        """See Registry.add_access."""
        with self._writing() as connection:
            head = AccessHead(*connection.execute(_QUERIES["access_head"]).fetchone())
            access = next_access(head, at, who, role, what)
            row = (access.number, to_micros(at), who, role, what, access.chain)
            connection.execute(_QUERIES["insert_access"], row)
            connection.execute(_QUERIES["update_access_head"], (access.number, access.chain))
        return access

    def accesses(self, after: int, limit: int) -> Sequence[Access]:
        """See Registry.accesses."""
        with self._db.reading() as connection:
            rows = connection.execute(_QUERIES["accesses"], (after, limit)).fetchall()
        return [Access(number, from_micros(at), who, role, what, chain) for number, at, who, role, what, chain in rows]

    def access_head(self) -> AccessHead:
        """See Registry.access_head."""
        with self._db.reading() as connection:
            return AccessHead(*connection.execute(_QUERIES["access_head"]).fetchone())

    def take_lease(self, name: str, holder: str, seconds: float) -> Lease:
        """See Registry.take_lease."""
        given = {"name": name, "holder": holder, "micros": round(seconds * 1_000_000)}
        with self._writing() as connection:
            connection.execute(_QUERIES["take_lease"], given)
            row = connection.execute(_QUERIES["find_lease"], (name,)).fetchone()
        return lease_of(row)

    def find_lease(self, name: str) -> Lease | None:
        """See Registry.find_lease."""
        with self._db.reading() as connection:
            row = connection.execute(_QUERIES["find_lease"], (name,)).fetchone()
        return None if row is None else lease_of(row)

    def release_lease(self, name: str, holder: str) -> None:
        """See Registry.release_lease."""
        with self._writing() as connection:
            connection.execute(_QUERIES["release_lease"], (name, holder))

    @contextmanager
    def _writing(self) -> Iterator[sqlite.Connection]:
        """A transaction; one whose commit failed half-way counts as failed, for doing it twice does no harm."""
        try:
            with self._db.writing() as connection:
                check_open(self._db)
                yield connection
        except CommitFailed as error:
            raise StorageFailed(database=self.database, reason=str(error)) from error
