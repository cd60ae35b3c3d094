"""The recorder for SQLite: dense positions, a dense index in each log, the chain over the whole.

All three move in the append's own transaction, under the lock on the head row.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, Never
from uuid import UUID

import orjson
from eventsourcing.persistence import Notification, NotSupportedError, StoredEvent

from ledger.drivers.queries import load_queries
from ledger.drivers.sqlite.database import CommitFailed, Database
from ledger.drivers.sqlite.registry import SQLiteRegistry
from ledger.drivers.sqlite.schema import altered_objects, check_open, check_schema, check_whole, make_tables
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
from schemas.canonical import value_bytes
from schemas.chain import extend
from schemas.commitments import Disclosure
from schemas.instants import from_micros, to_micros
from schemas.problems import LedgerExists, NoLedgerHere, OutcomeUnknown

__all__ = ["SQLiteRecorder"]

_QUERIES: Final = load_queries("ledger.drivers.sqlite", "queries.sql")
_LARGEST: Final = 2**63 - 1
_WAIT_SECONDS: Final = 10.0
_LOGS_COUNTED: Final = 10_000


class SQLiteRecorder(LedgerRecorder):
    """A ledger's record in one SQLite file."""

    def __init__(self, database: Database) -> None:
        """Take an open file whose tables are those of this version."""
        self._db = database
        self.database = f"sqlite:///{database.path}"
        self._counted: dict[str, int] = {}
        self._counted_at = 0

    @classmethod
    def create(cls, path: Path, *, wait_seconds: float = _WAIT_SECONDS) -> "SQLiteRecorder":
        """Make the file and its tables, for a ledger yet to be founded. Raises LedgerExists where one was."""
        database = Database(path, create=True, wait_seconds=wait_seconds)
        try:
            make_tables(database)
            check_whole(database)
            recorder = cls(database)
            recorder._check_unfounded()
        except BaseException:
            database.close()
            raise
        return recorder

    @classmethod
    def open(cls, path: Path, *, wait_seconds: float = _WAIT_SECONDS) -> "SQLiteRecorder":
        """Open a founded ledger. Raises NoLedgerHere, UnsupportedStorage."""
        database = Database(path, create=False, wait_seconds=wait_seconds)
        try:
            check_schema(database)
            check_whole(database)
            recorder = cls(database)
            identity = recorder.identity()
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
            with self._db.writing():
                self._uncommitted = 0
                check_open(self._db)
                self._head = self.head()
                yield self._head
        except BaseException as error:
            self._counted.clear()  # what was counted in it may not be there
            if isinstance(error, CommitFailed):
                reason = str(error)
                raise OutcomeUnknown(database=self.database, events=self._uncommitted, reason=reason) from error
            raise

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
        connection = self._db.read()
        execute, executemany = connection.execute, connection.executemany
        count, chain, recorded_at = self._head.count, self._head.chain, self._head.recorded_at
        first = count + 1
        logs: dict[str, tuple[int, int]] = {}
        events: list[tuple[Any, ...]] = []
        disclosures: list[tuple[Any, ...]] = []
        for stored, filing in zip(stored_events, filings, strict=True):
            count += 1
            recorded_at = filing.recorded_at
            index = logs[filing.log][0] if filing.log in logs else self._events_in(filing.log)
            logs[filing.log] = (index + 1, to_micros(recorded_at))
            events.append((count, _key(filing.event_id), *_columns(stored), filing.log, index, stored.state))
            disclosures += [
                (count, one.pointer, one.salt, value_bytes(one.value).decode()) for one in filing.disclosures
            ]
            chain = extend(chain, stored.state)
        executemany(_QUERIES["insert_event"], events)
        executemany(_QUERIES["insert_disclosure"], disclosures)
        if answers:
            self._insert_answers(answers)
        for erasure in erasures:
            for pointer in erasure.pointers:
                execute(_QUERIES["delete_disclosure"], (_key(erasure.event_id), pointer))
            execute(_QUERIES["forget_fingerprints"], (_key(erasure.event_id),))
        for sha256, text in policy_texts.items():
            execute(_QUERIES["insert_policy"], (bytes.fromhex(sha256), text))
        executemany(_QUERIES["upsert_log"], [(log, *moved) for log, moved in logs.items()])
        micros = None if recorded_at is None else to_micros(recorded_at)
        execute(_QUERIES["update_head"], (count, chain, micros))
        self._head = Head(count, chain, recorded_at)
        self._counted.update({log: events for log, (events, _) in logs.items()})
        self._counted_at = count
        self._uncommitted += len(stored_events)
        return range(first, count + 1)

    def _insert_answers(self, answers: Sequence[StoredAnswer]) -> None:
        connection = self._db.read()
        (last,) = connection.execute(_QUERIES["last_answer"]).fetchone()
        rows: list[tuple[Any, ...]] = []
        links: list[tuple[int, int]] = []
        for number, answer in enumerate(answers, last + 1):
            kept = (answer.caller, answer.key, answer.salt, answer.fingerprint, answer.created, answer.body)
            rows.append((number, *kept))
            links.extend((position, number) for position in sorted(set(answer.positions)))
        connection.executemany(_QUERIES["insert_answer"], rows)
        connection.executemany(_QUERIES["insert_answered"], links)

    def _events_in(self, log: str) -> int:
        """How many events lie in a log, kept in mind as long as nobody else has added any to the ledger."""
        if self._counted_at != self._head.count or len(self._counted) > _LOGS_COUNTED:
            self._counted.clear()
            self._counted_at = self._head.count
        if log not in self._counted:
            row = self._db.one(_QUERIES["log_head"], (log,))
            self._counted[log] = 0 if row is None else int(row[0])
        return self._counted[log]

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
        bounds = (gt or 0, _LARGEST if lte is None else lte, -1 if limit is None else limit)
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
        with self._db.reading() as connection:
            if topics:
                types = orjson.dumps(list(topics)).decode()
                rows = connection.execute(_QUERIES["notifications_of_types"], (first, last, types, limit)).fetchall()
            else:
                rows = connection.execute(_QUERIES["notifications"], (first, last, limit)).fetchall()
        return [
            Notification(subject, version, topic, state, position) for position, subject, version, topic, state in rows
        ]

    def max_notification_id(self) -> int | None:
        """The last position, None where nothing is recorded."""
        return self.head().count or None

    def subscribe(self, gt: int | None = None, topics: Sequence[str] = ()) -> Never:
        """Not supported: SQLite tells nobody of a commit, so a follower asks `rows` again."""
        del gt, topics
        raise NotSupportedError("SQLite has no notifications: read on from the last position")

    def identity(self) -> Identity | None:
        """See LedgerRecorder.identity."""
        row = self._db.one(_QUERIES["identity"])
        return None if row is None else Identity(*row)

    def found(self, identity: Identity) -> None:
        """See LedgerRecorder.found."""
        assert self._db.is_writing(), "a ledger is founded in a transaction"
        self._check_unfounded()
        values = (identity.ledger_id, identity.provider)
        self._db.read().execute(_QUERIES["insert_identity"], values)

    def _check_unfounded(self) -> None:
        identity = self.identity()
        if identity is not None:
            raise LedgerExists(database=self.database, ledger=identity.ledger_id)

    def head(self) -> Head:
        """See LedgerRecorder.head."""
        count, chain, micros = self._db.one(_QUERIES["head"])
        return Head(count, chain, None if micros is None else from_micros(micros))

    def moved_to(self) -> str | None:
        """See LedgerRecorder.moved_to."""
        (target,) = self._db.one(_QUERIES["moved_to"])
        return None if target is None else str(target)

    def log_head(self, log: str) -> LogHead | None:
        """See LedgerRecorder.log_head."""
        row = self._db.one(_QUERIES["log_head"], (log,))
        return None if row is None else LogHead(row[0], from_micros(row[1]))

    def find(self, event_id: str) -> Row | None:
        """See LedgerRecorder.find."""
        row = self._db.one(_QUERIES["find"], (_key(event_id),))
        return None if row is None else Row(*row)

    def find_all(self, event_ids: Sequence[str]) -> Mapping[str, Row]:
        """See LedgerRecorder.find_all."""
        found = ((event_id, self.find(event_id)) for event_id in event_ids)
        return {event_id: row for event_id, row in found if row is not None}

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
        return [event for subject in subjects for event in self.select_events(subject)]

    def scoped_rows(self, logs: Sequence[str], after: int, limit: int) -> Sequence[Row]:
        """See LedgerRecorder.scoped_rows."""
        with self._db.reading() as connection:
            # One statement a log: none of them may see further than the others, or a later page would skip what came
            # between two statements.
            (last, _, _) = connection.execute(_QUERIES["head"]).fetchone()
            rows: list[tuple[Any, ...]] = []
            for log in logs:
                rows += connection.execute(_QUERIES["scoped_rows"], (log, after, last, limit))
        return [Row(*row) for row in sorted(rows)[:limit]]

    def position_of(self, log: str, index: int) -> int | None:
        """See LedgerRecorder.position_of."""
        row = self._db.one(_QUERIES["position_of"], (log, index))
        return None if row is None else int(row[0])

    def highest_number(self, prefix: str) -> str | None:
        """See LedgerRecorder.highest_number."""
        row = self._db.one(_QUERIES["highest_number"], (prefix,))
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
        found = ((name, self.find_answer(*name)) for name in names)
        return {name: answer for name, answer in found if answer is not None}

    def confirm_clock(self, wall_nanos: int, boot_nanos: int) -> None:
        """See LedgerRecorder.confirm_clock."""
        with self.writing():
            self._db.read().execute(_QUERIES["insert_confirmation"], (wall_nanos, boot_nanos))

    def last_confirmation(self) -> tuple[int, int] | None:
        """See LedgerRecorder.last_confirmation."""
        row = self._db.one(_QUERIES["last_confirmation"])
        return None if row is None else (int(row[0]), int(row[1]))

    def policy_text(self, sha256: str) -> bytes | None:
        """See LedgerRecorder.policy_text."""
        row = self._db.one(_QUERIES["policy_text"], (bytes.fromhex(sha256),))
        return None if row is None else row[0]

    def policy_hashes(self) -> Sequence[str]:
        """See LedgerRecorder.policy_hashes."""
        rows = self._db.all(_QUERIES["policy_hashes"])
        return [sha256.hex() for (sha256,) in rows]

    def forget_deleted(self) -> None:
        """See LedgerRecorder.forget_deleted."""
        self._db.forget_deleted()

    def settle(self) -> None:
        """See LedgerRecorder.settle."""
        self._db.settle()

    def when_closing(self, callback: Callable[[], object]) -> None:
        """See LedgerRecorder.when_closing."""
        self._db.when_closing(callback)

    def surroundings(self) -> Sequence[Check]:
        """See LedgerRecorder.surroundings."""
        (journal_mode,) = self._db.one(_QUERIES["journal_mode"])
        problems = [told for (told,) in self._db.all(_QUERIES["integrity"])]
        altered = ", ".join(altered_objects(self._db))
        return [
            Check("schema", not altered, f"differs: {altered}" if altered else "as made"),
            Check("integrity", problems == ["ok"], "; ".join(problems)),
            Check("journal_mode", journal_mode == "wal", journal_mode),
        ]

    def registry(self) -> SQLiteRegistry:
        """See LedgerRecorder.registry."""
        return SQLiteRegistry(self._db, self.database)

    def close(self) -> None:
        """See LedgerRecorder.close."""
        self._db.close()


def _columns(stored: StoredEvent) -> tuple[Any, ...]:
    return stored.originator_id, stored.originator_version, stored.topic


def _key(event_id: str) -> bytes:
    return bytes.fromhex(event_id.replace("-", ""))
