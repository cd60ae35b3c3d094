"""The ledger: proposals in, recorded events out, and everything that was ever recorded to read again.

Built on the event sourcing library's Application: its repository brings a subject's state back from its events, its
event store maps them, its notification log lists them in commit order. The order inside an append is: lock the head
row, then decide, stamp, encode, insert, commit; only after the commit is anything acknowledged.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from itertools import islice
from typing import Any, Final, Self

from eventsourcing.application import Application
from eventsourcing.persistence import Recording
from eventsourcing.utils import Environment, EnvType

from ledger.ahead import Ahead
from ledger.clock import WatchedClock
from ledger.drivers.postgres.options import DEFAULTS, PostgresOptions
from ledger.drivers.system import random_bytes, system_machine
from ledger.drivers.urls import create_recorder, open_recorder
from ledger.entry import Entry, seal_event
from ledger.erasure import erased_by
from ledger.factory import RecorderFactory
from ledger.group import Group
from ledger.journal import Journal
from ledger.machine import Machine
from ledger.mapper import CanonicalMapper
from ledger.reader import PAGE_ROWS, RecordReader
from ledger.recorder import Erasure, Filing, Head, Identity, LedgerRecorder
from ledger.registers import open_registers, wall
from ledger.restoring import Values, restore
from ledger.stamping import Imported, Live, Stamping
from ledger.stored import StoredRecord
from ledger.submission import Answer, Submission
from ledger.unit_of_work import Duplicate, UnitOfWork
from ledger.warm import WarmRecord
from schemas.decode import decode_event
from schemas.events import PROVIDER_LOG, Event, Proposal
from schemas.problems import ClockSuspect, LedgerError, Refused
from schemas.provider_events import PolicyAdopted

__all__ = ["Ledger", "Progress", "Recorded"]


@dataclass(frozen=True, slots=True)
class Recorded:
    """An event as it was recorded, and where: the acknowledgement of an append.

    `again` says that it had been recorded before, under the same id with the same content.
    """

    position: int
    log: str
    index: int
    state: bytes
    again: bool

    @property
    def sha256(self) -> str:
        """The SHA-256 of the canonical bytes, in hex."""
        return sha256(self.state).hexdigest()

    @property
    def event(self) -> Event:
        """The event in its canonical form, commitments in the place of values."""
        return decode_event(self.state)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an import has come: events added, events that were there already, the last position."""

    added: int
    present: int
    position: int


class Ledger(RecordReader, Application[str]):
    """A ledger that is open. Threads may share it; processes may open the same one."""

    log_section_size = PAGE_ROWS

    def __init__(self, recorder: LedgerRecorder, machine: Machine) -> None:
        """Take the recorder of a founded ledger."""
        identity = recorder.identity()
        assert identity is not None, "a ledger is opened after it was founded"
        self.identity: Final[Identity] = identity
        self._recorder = recorder
        self._machine = machine
        self.registry: Final = recorder.registry()
        registers = open_registers(self.registry, machine.clock, random_bytes)
        self.keyring: Final = registers.keyring
        self.pseudonyms: Final = registers.pseudonyms
        self.access_log: Final = registers.access_log
        super().__init__()
        self.record: Final = StoredRecord(recorder, self.repository)
        self._warm = WarmRecord(self.record)
        self.committed = 0
        """The position that the ledger had come to by the last `commit` of this process."""

    @classmethod
    def create(
        cls,
        url: str,
        *,
        provider: str,
        ledger_id: str,
        machine: Machine | None = None,
        options: PostgresOptions = DEFAULTS,
    ) -> Self:
        """Found a ledger of its own id and name its provider; the options are for PostgreSQL.

        Raises LedgerExists, UnsupportedDatabase, DatabaseOccupied, DatabaseUnsafe.
        """
        recorder = create_recorder(url, options)
        try:
            with recorder.writing():
                recorder.found(Identity(ledger_id, provider))
        except BaseException:
            recorder.close()
            raise
        return cls(recorder, machine or system_machine())

    @classmethod
    def open(cls, url: str, *, machine: Machine | None = None, options: PostgresOptions = DEFAULTS) -> Self:
        """Open a ledger. Raises NoLedgerHere, UnsupportedDatabase, UnsupportedStorage, DatabaseUnsafe."""
        return cls(open_recorder(url, options), machine or system_machine())

    @classmethod
    def restore(
        cls,
        url: str,
        lines: Iterable[bytes],
        *,
        provider: str,
        ledger_id: str,
        count: int,
        chain: bytes,
        values: Values = lambda _event_id: (),
        policy_texts: Iterable[bytes] = (),
        machine: Machine | None = None,
        options: PostgresOptions = DEFAULTS,
    ) -> Self:
        """Make a ledger anew from the canonical lines of its export; see ledger.restoring for what is refused.

        Values that are not given are absent as if they had been erased.
        """
        recorder = create_recorder(url, options)
        try:
            restore(
                recorder,
                Identity(ledger_id, provider),
                lines,
                count=count,
                chain=chain,
                values=values,
                policy_texts=policy_texts,
            )
        except BaseException:
            recorder.close()
            raise
        return cls(recorder, machine or system_machine())

    def construct_env(self, name: str, env: EnvType | None = None) -> Environment:
        """The library's settings; the process's environment takes no part."""
        return Environment(name, env)

    def construct_factory(self, env: Environment) -> RecorderFactory:
        """The library's way to the recorder."""
        return RecorderFactory(env, self._recorder)

    def construct_mapper(self) -> CanonicalMapper:
        """The mapper that stores the canonical bytes."""
        return CanonicalMapper(self._recorder.database)

    def append(self, proposals: Sequence[Proposal], *, policy_texts: Iterable[bytes] = ()) -> list[Recorded]:
        """Record proposals now, all of them or none; each is decided after those before it.

        `policy_texts` are the files of the policies that they adopt. Raises RuleBroken, InvalidInput, ClockSuspect,
        LedgerLocked, OutcomeUnknown.
        """
        named = [self._named(proposal) for proposal in proposals]
        texts = tuple(policy_texts)
        with self._writing():
            unit = self._unit(Live(self.now()), texts)
            recorded, erased = self._take(unit, named, texts)
        self._forget(erased)
        return recorded

    def commit(self, submissions: Sequence[Submission]) -> list[Answer | LedgerError]:
        """Decide requests in turn and record what is accepted, all in one transaction; each gets its own outcome.

        An outcome that is an error is a refusal, and nothing of its request was recorded. Raises LedgerLocked,
        StorageFull, StorageFailed (nothing of any request was recorded), OutcomeUnknown.
        """
        with self._writing() as head:
            group = Group(
                self._unit_or_suspect(),
                Ahead(self._recorder, self._warm, submissions),
                head.count,
                new_id=self._machine.new_id,
                new_salt=self._machine.new_salt,
            )
            outcomes = [_outcome(group, submission) for submission in submissions]
            inserted = group.inserted
            if inserted.answers:
                for filing in inserted.filings:
                    self._warm.next_index(filing.log, filing.recorded_at)
                self.save(
                    *inserted.entries,
                    filings=inserted.filings,
                    erasures=inserted.erasures,
                    policy_texts=inserted.policy_texts,
                    answers=inserted.answers,
                )
                self._warm.keep(group.states, len(inserted.entries))
        self.committed = head.count + len(inserted.entries)
        self._forget(bool(inserted.erasures))
        return outcomes

    def import_(
        self,
        proposals: Iterable[Proposal],
        *,
        batch_size: int = PAGE_ROWS,
        policy_texts: Iterable[bytes] = (),
    ) -> Iterator[Progress]:
        """Record proposals as their source claims, batch by batch; what is there already is passed over.

        Each batch is recorded whole or not at all, so an import that was broken off goes on when it is begun again.
        """
        texts = tuple(policy_texts)
        remaining = iter(proposals)
        added = present = 0
        while batch := list(islice(remaining, batch_size)):
            with self._writing():
                unit = self._unit(Imported(self._machine.clock.now()), texts)
                recorded, erased = self._take(unit, batch, texts)
            self._forget(erased)
            present += sum(one.again for one in recorded)
            added += sum(not one.again for one in recorded)
            yield Progress(added, present, self.head().count)

    def import_shipped(self, proposals: Iterable[Proposal], *, policy_texts: Iterable[bytes] = ()) -> list[Recorded]:
        """Record what comes with the product, each as of the instant at which it was published.

        Where the provider's log has gone past that instant it is recorded now, and the instant stays `occurred_at`
        (EVENTS.md, "When it was recorded").
        """
        texts = tuple(policy_texts)
        with self._writing():
            now = self._machine.clock.now()
            dated = list(self._dated(proposals, now))
            recorded, erased = self._take(self._unit(Imported(now), texts), dated, texts)
        self._forget(erased)
        return recorded

    def unit_to_check(
        self,
        journal: Journal | None = None,
        *,
        policy_texts: Iterable[bytes] = (),
        shipped_policy: bytes | None = None,
    ) -> UnitOfWork:
        """A unit of work that decides as an import begun now would, and writes nothing."""
        return UnitOfWork(
            Imported(self._machine.clock.now()),
            self.record,
            journal=journal,
            policy_texts=policy_texts,
            shipped_policy=shipped_policy,
        )

    def now(self) -> datetime:
        """The ledger's clock, in UTC. Raises ClockSuspect where it has jumped ahead and nobody has confirmed it."""
        clock = self._machine.clock
        try:
            return clock.now()
        except ClockSuspect:
            confirmed = self._recorder.last_confirmation()
            if confirmed is None or not isinstance(clock, WatchedClock):
                raise
            clock.believe(*confirmed)
            return clock.now()

    def wall(self) -> datetime:
        """What the wall clock says, believed or not: that a key has expired does not wait for a person."""
        return wall(self._machine.clock)

    def confirm_clock(self) -> None:
        """Keep that a person has found the wall clock right as it is now, for every process that records here."""
        clock = self._machine.clock
        assert isinstance(clock, WatchedClock), "a clock that is not watched is never doubted"
        self._recorder.confirm_clock(*clock.readings())

    def _named(self, proposal: Proposal) -> Proposal:
        if proposal.id is not None:
            return proposal
        return proposal.model_copy(update={"id": self._machine.new_id()})

    def _unit(self, stamping: Stamping, policy_texts: Iterable[bytes]) -> UnitOfWork:
        return UnitOfWork(stamping, self._warm, policy_texts=policy_texts)

    def _dated(self, proposals: Iterable[Proposal], now: datetime) -> Iterator[Proposal]:
        """Each proposal with the instant it is to be recorded at, unless it was recorded before."""
        last = self._warm.last_recorded_at(PROVIDER_LOG)
        for proposal in proposals:
            if proposal.id is not None and self.find(proposal.id) is not None:
                yield proposal
                continue
            published = proposal.occurred_at
            last = published if last is None or last <= published else max(now, last)
            yield proposal.model_copy(update={"recorded_at": last})

    def _unit_or_suspect(self) -> UnitOfWork | ClockSuspect:
        try:
            return self._unit(Live(self.now()), ())
        except ClockSuspect as suspect:
            return suspect

    @contextmanager
    def _writing(self) -> Iterator[Head]:
        """Hold the head row, knowing of what the last append left whatever still holds."""
        try:
            with self._recorder.writing() as head:
                self._warm.resume(head.count)
                yield head
        except BaseException:
            self._warm.forget()
            raise

    def _take(
        self, unit: UnitOfWork, proposals: Sequence[Proposal], policy_texts: Iterable[bytes]
    ) -> tuple[list[Recorded], bool]:
        """Decide, encode and insert, inside the open transaction; also whether values were erased."""
        ids = {one.id for one in proposals if one.id is not None}
        present = self._recorder.find_all(sorted(ids))
        self._warm.look_up({one.subject for one in proposals}, ids - present.keys())
        taken = [unit.take(proposal) for proposal in proposals]
        new = [event for event in taken if isinstance(event, Event)]
        texts = {sha256(text).hexdigest(): text for text in policy_texts}
        adopted = {event.data.sha256 for event in new if isinstance(event.data, PolicyAdopted)}
        erasures = [Erasure(event_id, pointers) for event in new for event_id, pointers in erased_by(event)]
        entries = [seal_event(event, self._machine.new_salt) for event in new]
        filings = [_filing(entry) for entry in entries]
        indexes = [self._warm.next_index(one.log, one.recorded_at) for one in filings]
        recordings = self.save(
            *entries,
            filings=filings,
            erasures=erasures,
            policy_texts={sha: text for sha, text in texts.items() if sha in adopted},
        )
        placed = {
            filing.event_id: Recorded(recording.notification.id, filing.log, index, entry.state, again=False)
            for entry, filing, index, recording in zip(entries, filings, indexes, recordings, strict=True)
        }
        self._warm.keep(unit.states, len(entries))
        answers = [self._again(one.id) if isinstance(one, Duplicate) else placed[one.id] for one in taken]
        return answers, bool(erasures)

    def save(self, *objs: Any, **kwargs: Any) -> list[Recording[str]]:
        """Put entries in the event store, with what is filed beside them as keyword arguments.

        What the library's `save` does, for entries alone: it would look at each for what else it could be, which
        costs as much as inserting it.
        """
        recordings = self.events.put(objs, **kwargs)
        self._notify(recordings)
        return recordings

    def _again(self, event_id: str) -> Recorded:
        row = self._recorder.find(event_id)
        assert row is not None, "what was taken before lies in the ledger or in the open transaction"
        return Recorded(row.position, row.log, row.index, row.state, again=True)

    def _forget(self, erased: bool) -> None:
        if erased:
            self._recorder.forget_deleted()


def _outcome(group: Group, submission: Submission) -> Answer | LedgerError:
    try:
        return group.take(submission)
    except (Refused, ClockSuspect) as refusal:
        return refusal


def _filing(entry: Entry) -> Filing:
    event = entry.event
    return Filing(event.id, event.log, event.recorded_at, entry.disclosures)
