"""Where keys, pseudonyms and accesses are kept, beside the record; one per database implements it.

None of it is part of the record: no event, chain or export depends on it. Each method that writes does so in a short
transaction of its own, so that keys are made and revoked beside a running server. The conformance suite states all of
this for every registry.
"""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from ledger.credentials import Credential, Role

__all__ = ["Access", "AccessHead", "Lease", "Registry", "StoredKey"]


@dataclass(frozen=True, slots=True)
class StoredKey:
    """A key as it is kept: what it allows, and the SHA-256 of its secret."""

    credential: Credential
    secret_sha256: bytes


@dataclass(frozen=True, slots=True)
class Access:
    """One reading of what is confidential: its number from 1, when, who, in which role, what; the chain up to it."""

    number: int
    at: datetime
    who: str
    role: Role
    what: str
    chain: bytes


@dataclass(frozen=True, slots=True)
class AccessHead:
    """How far the access log goes: its number of entries, and the chain over them."""

    count: int
    chain: bytes


@dataclass(frozen=True, slots=True)
class Lease:
    """What one process at a time may do, who holds it, and until when by the database's own clock."""

    name: str
    holder: str
    until: datetime


class Registry(ABC):
    """Keys, pseudonyms, accesses and leases.

    All that write raise LedgerMoved, LedgerLocked, StorageFull, StorageFailed.
    """

    database: str
    """The database's name, for messages."""

    @abstractmethod
    def insert_key(self, key: StoredKey) -> bool:
        """Keep a new key; False, and nothing is kept, where its prefix is taken."""

    @abstractmethod
    def find_key(self, prefix: str) -> StoredKey | None:
        """The key of this prefix. A single statement, found or not."""

    @abstractmethod
    def all_keys(self) -> Sequence[StoredKey]:
        """Every key, in the order they were made."""

    @abstractmethod
    def revoke_key(self, prefix: str, at: datetime) -> StoredKey | None:
        """The key, revoked from now on; one that was revoked keeps its instant. None where there is none."""

    @abstractmethod
    def find_pseudonym(self, issuer: str, subject: str) -> str | None:
        """The pseudonym of an issuer's subject."""

    @abstractmethod
    def keep_pseudonym(self, issuer: str, subject: str, pseudonym: str) -> str:
        """The pseudonym that the subject has from now on: this one, unless it had one already."""

    @abstractmethod
    def erase_pseudonym(self, pseudonym: str) -> bool:
        """Forget whose pseudonym it is, also what the database still keeps of it; False where nobody knew."""

    @abstractmethod
    def add_access(self, at: datetime, who: str, role: Role, what: str) -> Access:
        """Put an access at the end of the log. Numbers are dense, and the chain covers what was committed."""

    @abstractmethod
    def accesses(self, after: int, limit: int) -> Sequence[Access]:
        """At most `limit` accesses above the number `after`, in order."""

    @abstractmethod
    def access_head(self) -> AccessHead:
        """How far the access log goes."""

    @abstractmethod
    def take_lease(self, name: str, holder: str, seconds: float) -> Lease:
        """The lease as it stands now: the holder's for that long, made or renewed, unless another one holds it."""

    @abstractmethod
    def find_lease(self, name: str) -> Lease | None:
        """The lease, where somebody holds it and it has not run out."""

    @abstractmethod
    def release_lease(self, name: str, holder: str) -> None:
        """Let go of a lease, if this holder has it."""
