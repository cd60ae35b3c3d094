"""The recorder for PostgreSQL: dense positions, a dense index in each log, the chain over the whole.

All three move in the append's own transaction, under the lock on the head row (`SELECT … FOR UPDATE`), which is held
until the commit: so positions are dense and in commit order however many processes append. A group takes one round trip
to lock, one or a few to ask, one to insert and commit. Nothing is notified inside: commits would wait for each other.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Final, Never
from uuid import UUID

import orjson
from eventsourcing.persistence import Notification, NotSupportedError, StoredEvent

from ledger.drivers.postgres.batch import Batch
from ledger.drivers.postgres.database import CommitFailed, Database
from ledger.drivers.postgres.options import DEFAULTS, PostgresOptions
from ledger.drivers.postgres.registry import PostgresRegistry
from ledger.drivers.postgres.schema import check_schema, check_whole, make_tables
from ledger.drivers.postgres.surroundings import surroundings
from ledger.drivers.queries import load_queries
from ledger.recorder import (
    Check,
    Erasure,
    Filing,
    Head,
    Identity,
    LedgerRecorder,
    LogHead,
    Row,
    StoredAnswer,
    SubjectHead,
)
from schemas.chain import extend
from schemas.commitments import Disclosure
from schemas.instants import from_micros, to_micros
from schemas.operation_problems import LedgerMoved
from schemas.problems import LedgerExists, NoLedgerHere, OutcomeUnknown

__all__ = ["PostgresRecorder"]

_QUERIES: Final = load_queries("ledger.drivers.postgres", "queries.sql")
_LARGEST: Final = 2**63 - 1


class PostgresRecorder(LedgerRecorder):
    """A ledger's record in one PostgreSQL database."""

    def __init__(self, database: Database) -> None:
        """Take an open database whose tables are those of this version."""
        self._db = database
        self.database = database.name

    @classmethod
    def create(cls, url: str, name: str, options: PostgresOptions = DEFAULTS) -> "PostgresRecorder":
        """Make the tables in an empty database, for a ledger yet to be founded; `name` is what messages call it.

        Raises LedgerExists where one was founded, DatabaseOccupied where there are other tables, DatabaseUnsafe.
        """
        database = Database(url, name, options)
        try:
            make_tables(database)
            recorder = cls(database)
            recorder._check_unfounded()
            check_whole(database)
        except BaseException:
            database.close()
            raise
        return recorder

    @classmethod
    def open(cls, url: str, name: str, options: PostgresOptions = DEFAULTS) -> "PostgresRecorder":
        """Open a founded ledger. Raises NoLedgerHere, UnsupportedStorage, DatabaseUnsafe."""
        database = Database(url, name, options)
        try:
            check_schema(database)
            recorder = cls(database)
            identity = recorder.identity()
            if identity is None:
                check_whole(database)
        except BaseException:
            database.close()
            raise
        if identity is None:
            database.close()
            raise NoLedgerHere(database=recorder.database)
        return recorder

    @property
    def sync_seconds(self) -> float:
        """See LedgerRecorder.sync_seconds."""
        return self._db.sync_seconds

    @contextmanager
    def writing(self) -> Iterator[Head]:
        """See LedgerRecorder.writing."""
        try:
            with self._db.writing() as row:
                self._uncommitted = 0
                *head, moved_to = row
                if moved_to is not None:
                    raise LedgerMoved(database=self.database, target=moved_to)
                self._head = _head(head)
                yield self._head
        except CommitFailed as error:
            raise OutcomeUnknown(database=self.database, events=self._uncommitted, reason=str(error)) from error

    def insert_events(
        self,
        stored_events: Sequence[StoredEvent],
        *,
        filings: Sequence[Filing] = (),
        erasures: Sequence[Erasure] = (),
        policy_texts: Mapping[str, bytes] | None = None,
        answers: Sequence[StoredAnswer] = (),
        **_: Any,
    ) -> Sequence[int]:
        """See LedgerRecorder.insert_events."""
        if self._db.is_writing():
            return self._insert(stored_events, filings, erasures, policy_texts or {}, answers)
        with self.writing():
            return self._insert(stored_events, filings, erasures, policy_texts or {}, answers)

    def _insert(
        self,
        stored_events: Sequence[StoredEvent],
        filings: Sequence[Filing],
        erasures: Sequence[Erasure],
        policy_texts: Mapping[str, bytes],
        answers: Sequence[StoredAnswer],
    ) -> Sequence[int]:
        before = self._head.count
        batch = Batch(before, stored_events, filings)
        chain = self._head.chain
        for stored in stored_events:
            chain = extend(chain, stored.state)
        recorded_at = filings[-1].recorded_at if filings else self._head.recorded_at
        micros = None if recorded_at is None else to_micros(recorded_at)
        if answers:
            batch.add_answers(answers)
        batch.add_erasures(erasures)
        batch.add_policies(policy_texts)
        self._db.send([*batch.statements, ("update_head", (batch.count, chain, micros))])
        self._head = Head(batch.count, chain, recorded_at)
        self._uncommitted += len(stored_events)
        return range(before + 1, batch.count + 1)

    def select_events(
        self,
        originator_id: UUID | str,
        *,
        gt: int | None = None,
        lte: int | None = None,
        desc: bool = False,
        limit: int | None = None,
    ) -> Sequence[StoredEvent]:
        """The subject's events in the order of their numbers, or the last first."""
        query = _QUERIES["subject_events_last_first" if desc else "subject_events"]
        bounds = (gt or 0, _LARGEST if lte is None else lte, limit)
        rows = self._db.all(query, (originator_id, *bounds))
        return [StoredEvent(*row) for row in rows]

    def select_notifications(
        self,
        start: int | None,
        limit: int,
        stop: int | None = None,
        topics: Sequence[str] = (),
        *,
        inclusive_of_start: bool = True,
    ) -> Sequence[Notification]:
        """The events from the position `start` (or after it) to `stop`, in commit order."""
        first = 1 if start is None else start + (not inclusive_of_start)
        last = _LARGEST if stop is None else stop
        if topics:
            rows = self._db.all(_QUERIES["notifications_of_types"], (first, last, list(topics), limit))
        else:
            rows = self._db.all(_QUERIES["notifications"], (first, last, limit))
        return [
            Notification(subject, version, topic, state, position) for position, subject, version, topic, state in rows
        ]

    def max_notification_id(self) -> int | None:
        """The last position, None where nothing is recorded."""
        return self.head().count or None

    def subscribe(self, gt: int | None = None, topics: Sequence[str] = ()) -> Never:
        """Not supported: nothing is notified inside an append, so a follower asks `rows` again."""
        del gt, topics
        raise NotSupportedError("the ledger notifies nobody: read on from the last position")

    def identity(self) -> Identity | None:
        """See LedgerRecorder.identity."""
        row = self._db.one(_QUERIES["identity"])
        return None if row is None else Identity(*row)

    def found(self, identity: Identity) -> None:
        """See LedgerRecorder.found."""
        assert self._db.is_writing(), "a ledger is founded in a transaction"
        self._check_unfounded()
        values = (identity.ledger_id, identity.provider)
        self._db.send([("insert_identity", values)])

    def _check_unfounded(self) -> None:
        identity = self.identity()
        if identity is not None:
            raise LedgerExists(database=self.database, ledger=identity.ledger_id)

    def head(self) -> Head:
        """See LedgerRecorder.head."""
        row = self._db.one(_QUERIES["head"])
        assert row is not None, "a ledger has one head"
        return _head(row)

    def moved_to(self) -> str | None:
        """See LedgerRecorder.moved_to."""
        row = self._db.one(_QUERIES["moved_to"])
        return None if row is None else row[0]

    def log_head(self, log: str) -> LogHead | None:
        """See LedgerRecorder.log_head."""
        row = self._db.one(_QUERIES["log_head"], (log,))
        return None if row is None else LogHead(row[0], from_micros(row[1]))

    def find(self, event_id: str) -> Row | None:
        """See LedgerRecorder.find."""
        row = self._db.one(_QUERIES["find"], (event_id,))
        return None if row is None else Row(*row)

    def find_all(self, event_ids: Sequence[str]) -> Mapping[str, Row]:
        """See LedgerRecorder.find_all."""
        rows = self._db.all(_QUERIES["find_all"], (list(event_ids),)) if event_ids else []
        return {event_id: Row(*row) for event_id, *row in rows}

    def rows(self, after: int, limit: int) -> Sequence[Row]:
        """See LedgerRecorder.rows."""
        rows = self._db.all(_QUERIES["rows"], (after, limit))
        return [Row(*row) for row in rows]

    def log_rows(self, log: str, start: int, limit: int) -> Sequence[Row]:
        """See LedgerRecorder.log_rows."""
        rows = self._db.all(_QUERIES["log_rows"], (log, start, limit))
        return [Row(*row) for row in rows]

    def disclosures(self, first: int, last: int) -> Sequence[tuple[int, Disclosure]]:
        """See LedgerRecorder.disclosures."""
        rows = self._db.all(_QUERIES["disclosures"], (first, last))
        return [(position, Disclosure(pointer, salt, orjson.loads(value))) for position, pointer, salt, value in rows]

    def log_names(self, after: str, limit: int) -> Sequence[str]:
        """See LedgerRecorder.log_names."""
        return [name for (name,) in self._db.all(_QUERIES["log_names"], (after, limit))]

    def subject_head(self, subject: str) -> SubjectHead | None:
        """See LedgerRecorder.subject_head."""
        row = self._db.one(_QUERIES["subject_head"], (subject,))
        return None if row is None else SubjectHead(*row)

    def subject_rows(self, subject: str, until: int, after: int, limit: int) -> Sequence[Row]:
        """See LedgerRecorder.subject_rows."""
        rows = self._db.all(_QUERIES["subject_rows"], (subject, after, until, limit))
        return [Row(*row) for row in rows]

    def histories(self, subjects: Sequence[str]) -> Sequence[StoredEvent]:
        """See LedgerRecorder.histories."""
        rows = self._db.all(_QUERIES["histories"], (list(subjects),))
        return [StoredEvent(*row) for row in rows]

    def scoped_rows(self, logs: Sequence[str], after: int, limit: int) -> Sequence[Row]:
        """See LedgerRecorder.scoped_rows."""
        rows = self._db.all(_QUERIES["scoped_rows"], {"logs": list(logs), "after": after, "limit": limit})
        return [Row(*row) for row in rows]

    def position_of(self, log: str, index: int) -> int | None:
        """See LedgerRecorder.position_of."""
        row = self._db.one(_QUERIES["position_of"], (log, index))
        return None if row is None else int(row[0])

    def highest_number(self, prefix: str) -> str | None:
        """See LedgerRecorder.highest_number."""
        row = self._db.one(_QUERIES["highest_number"], {"prefix": prefix})
        return None if row is None else str(row[0])

    def find_answer(self, caller: str, key: str) -> StoredAnswer | None:
        """See LedgerRecorder.find_answer."""
        row = self._db.one(_QUERIES["find_answer"], (caller, key))
        if row is None:
            return None
        salt, fingerprint, created, body = row
        return StoredAnswer(caller, key, salt, fingerprint, bool(created), body)

    def find_answers(self, names: Sequence[tuple[str, str]]) -> Mapping[tuple[str, str], StoredAnswer]:
        """See LedgerRecorder.find_answers."""
        if not names:
            return {}
        callers, keys = zip(*names, strict=True)
        rows = self._db.all(_QUERIES["find_answers"], (list(callers), list(keys)))
        return {(caller, key): StoredAnswer(caller, key, *rest) for caller, key, *rest in rows}

    def confirm_clock(self, wall_nanos: int, boot_nanos: int) -> None:
        """See LedgerRecorder.confirm_clock."""
        with self.writing():
            self._db.send([("insert_confirmation", (wall_nanos, boot_nanos))])

    def last_confirmation(self) -> tuple[int, int] | None:
        """See LedgerRecorder.last_confirmation."""
        row = self._db.one(_QUERIES["last_confirmation"])
        return None if row is None else (int(row[0]), int(row[1]))

    def policy_text(self, sha256: str) -> bytes | None:
        """See LedgerRecorder.policy_text."""
        row = self._db.one(_QUERIES["policy_text"], (bytes.fromhex(sha256),))
        return None if row is None else bytes(row[0])

    def policy_hashes(self) -> Sequence[str]:
        """See LedgerRecorder.policy_hashes."""
        rows = self._db.all(_QUERIES["policy_hashes"])
        return [sha256.hex() for (sha256,) in rows]

    def forget_deleted(self) -> None:
        """See LedgerRecorder.forget_deleted."""
        self._db.vacuum(_QUERIES["forget_values"])

    def settle(self) -> None:
        """See LedgerRecorder.settle."""
        self._db.settle()

    def when_closing(self, callback: Callable[[], object]) -> None:
        """See LedgerRecorder.when_closing."""
        self._db.when_closing(callback)

    def surroundings(self) -> Sequence[Check]:
        """See LedgerRecorder.surroundings."""
        return surroundings(self._db)

    def registry(self) -> PostgresRegistry:
        """See LedgerRecorder.registry."""
        return PostgresRegistry(self._db)

    def close(self) -> None:
        """See LedgerRecorder.close."""
        self._db.close()


def _head(row: Sequence[Any]) -> Head:
    count, chain, micros = row
    return Head(count, chain, None if micros is None else from_micros(micros))
