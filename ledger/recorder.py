"""What the ledger asks of a recorder, beyond the library's `ApplicationRecorder`; one per database implements it.

Inside `writing()` the head row is locked: whoever holds it alone decides, stamps, encodes and inserts, so that
positions are dense from 1 in commit order, each log's own index is dense from 0, and the hash chain covers exactly the
events that were committed. The conformance suite states all of this for every recorder.
"""

from abc import abstractmethod
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from eventsourcing.persistence import ApplicationRecorder, StoredEvent

from ledger.registry import Registry
from schemas.commitments import Disclosure

__all__ = [
    "Check",
    "Erasure",
    "Filing",
    "Head",
    "Identity",
    "LedgerRecorder",
    "LogHead",
    "Row",
    "StoredAnswer",
    "SubjectHead",
]


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at: whether it is as it has to be, and what was found."""

    about: str
    is_sound: bool
    found: str


@dataclass(frozen=True, slots=True)
class Identity:
    """Which ledger this is: its id (a UUID, made once) and the provider whose record it is."""

    ledger_id: str
    provider: str


@dataclass(frozen=True, slots=True)
class Head:
    """How far the ledger goes: its number of events, the chain over them, and when the last was recorded."""

    count: int
    chain: bytes
    recorded_at: datetime | None


@dataclass(frozen=True, slots=True)
class LogHead:
    """How far one log goes: its number of events, and when the last was recorded."""

    count: int
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class SubjectHead:
    """How far one subject goes: the log its events lie in (an incident's is its contract), and its last version."""

    log: str
    version: int


@dataclass(frozen=True, slots=True)
class Row:
    """An event as it lies in the store: its position, its log, its index there from 0, its canonical bytes."""

    position: int
    log: str
    index: int
    state: bytes


@dataclass(frozen=True, slots=True)
class Filing:
    """What is filed beside an event's bytes, which no recorder ever parses."""

    event_id: str
    log: str
    recorded_at: datetime
    disclosures: tuple[Disclosure, ...] = ()


@dataclass(frozen=True, slots=True)
class Erasure:
    """Values to delete: those at the pointers, in one event, where it has them."""

    event_id: str
    pointers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class StoredAnswer:
    """What a caller's request was answered under its idempotency key.

    `positions` are those of the events it speaks of. `salt` and `fingerprint`, 32 bytes each, tell the same request
    from another; both are None once a value of the request was erased.
    """

    caller: str
    key: str
    salt: bytes | None
    fingerprint: bytes | None
    created: bool
    body: bytes
    positions: tuple[int, ...] = ()


class LedgerRecorder(ApplicationRecorder):
    """Where the events, the values beside them and the policies' texts are kept."""

    database: str
    """The database's name, for messages."""

    @property
    @abstractmethod
    def sync_seconds(self) -> float:
        """How long the database took to commit the last transaction, and to run what it is sent together with that."""

    @abstractmethod
    def writing(self) -> AbstractContextManager[Head]:
        """A transaction that holds the head row, which it gives; it commits unless an exception leaves it.

        `insert_events` joins it. Raises LedgerMoved where the ledger was closed for a copy, LedgerLocked where another
        process holds the head for too long, StorageFull where nothing was written for want of room, OutcomeUnknown
        where the commit failed half-way: then every connection was closed, and the next one opens the database anew.
        """

    @abstractmethod
    def insert_events(
        self,
        stored_events: Sequence[StoredEvent],
        *,
        filings: Sequence[Filing] = (),
        erasures: Sequence[Erasure] = (),
        policy_texts: Mapping[str, bytes] | None = None,
        answers: Sequence[StoredAnswer] = (),
        **kwargs: Any,
    ) -> Sequence[int]:
        """Insert events at the next positions, each with its filing, in the open transaction or one of its own.

        Values are erased after the events' own values were filed, and with them the fingerprints of the requests that
        held them. `policy_texts` are kept by their SHA-256, `answers` by their caller and key.
        Raises eventsourcing's IntegrityError where an id or a subject's number is there already.
        """

    @abstractmethod
    def identity(self) -> Identity | None:
        """Which ledger this is; None before it was founded."""

    @abstractmethod
    def found(self, identity: Identity) -> None:
        """Give the ledger its identity, in the open transaction. It is given once: raises LedgerExists."""

    @abstractmethod
    def head(self) -> Head:
        """How far the ledger goes."""

    @abstractmethod
    def moved_to(self) -> str | None:
        """The database that the ledger was copied to, or is being copied to; None while it is written to here."""

    @abstractmethod
    def log_head(self, log: str) -> LogHead | None:
        """How far one log goes; None for a log without events."""

    @abstractmethod
    def log_names(self, after: str, limit: int) -> Sequence[str]:
        """At most `limit` logs that have events, in the order of their names, those after `after`."""

    @abstractmethod
    def find(self, event_id: str) -> Row | None:
        """The event of this id."""

    @abstractmethod
    def find_all(self, event_ids: Sequence[str]) -> Mapping[str, Row]:
        """The events of these ids, by id, those that are there."""

    @abstractmethod
    def rows(self, after: int, limit: int) -> Sequence[Row]:
        """At most `limit` events above the position `after`, in order."""

    @abstractmethod
    def log_rows(self, log: str, start: int, limit: int) -> Sequence[Row]:
        """At most `limit` events of one log from its index `start` on, in order."""

    @abstractmethod
    def subject_head(self, subject: str) -> SubjectHead | None:
        """How far one subject goes; None for one without events. A single statement, found or not."""

    @abstractmethod
    def subject_rows(self, subject: str, until: int, after: int, limit: int) -> Sequence[Row]:
        """At most `limit` events of one subject above the version `after` and up to the position `until`, in order."""

    @abstractmethod
    def histories(self, subjects: Sequence[str]) -> Sequence[StoredEvent]:
        """Every event of these subjects, a subject's in the order of versions."""

    @abstractmethod
    def scoped_rows(self, logs: Sequence[str], after: int, limit: int) -> Sequence[Row]:
        """At most `limit` events of these logs above the position `after`, in the order of positions."""

    @abstractmethod
    def position_of(self, log: str, index: int) -> int | None:
        """The position of the event with this index in its log."""

    @abstractmethod
    def highest_number(self, prefix: str) -> str | None:
        """The highest subject that is the prefix and six digits."""

    @abstractmethod
    def find_answer(self, caller: str, key: str) -> StoredAnswer | None:
        """What was answered under a caller's key, without the positions."""

    @abstractmethod
    def find_answers(self, names: Sequence[tuple[str, str]]) -> Mapping[tuple[str, str], StoredAnswer]:
        """What was answered under these callers' keys, without the positions, those that are there."""

    @abstractmethod
    def confirm_clock(self, wall_nanos: int, boot_nanos: int) -> None:
        """Keep, in a transaction of its own, what both clocks read when a person found the wall clock right."""

    @abstractmethod
    def last_confirmation(self) -> tuple[int, int] | None:
        """What both clocks read when the wall clock was last confirmed, in nanoseconds."""

    @abstractmethod
    def disclosures(self, first: int, last: int) -> Sequence[tuple[int, Disclosure]]:
        """The values kept for the events at the positions `first` to `last`, each with its position."""

    @abstractmethod
    def policy_text(self, sha256: str) -> bytes | None:
        """The policy file of this hash."""

    @abstractmethod
    def policy_hashes(self) -> Sequence[str]:
        """The hashes of the policy files that are kept, sorted."""

    @abstractmethod
    def forget_deleted(self) -> None:
        """Clear whatever the database still keeps of values that were deleted, as far as it can now."""

    @abstractmethod
    def settle(self) -> None:
        """Make durable what an earlier process left without knowing whether it is, before anything is answered from it.

        Raises LedgerLocked, StorageFull, StorageFailed.
        """

    @abstractmethod
    def when_closing(self, callback: Callable[[], object]) -> None:
        """Call back when the database is closed, even to open it anew: whoever has it open beside closes it."""

    @abstractmethod
    def surroundings(self) -> Sequence[Check]:
        """Whether the database is set up so that it keeps what it acknowledges, and what else is known of it."""

    @abstractmethod
    def registry(self) -> Registry:
        """The keys, pseudonyms and accesses kept in the same database."""

    @abstractmethod
    def close(self) -> None:
        """Let go of the database."""
