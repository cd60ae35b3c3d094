"""What lies in a ledger, to be read: states, events with the values still known, the texts of policies.

It is the record that a unit of work begins after. Reading takes no lock.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from eventsourcing.application import AggregateNotFoundError, Repository

from ledger.entry import Entry
from ledger.recorder import LedgerRecorder, LogHead, Row
from ledger.rules import Original
from ledger.subjects import State, evolve
from schemas.commitments import personal_pointers, reveal
from schemas.decode import decode_event
from schemas.events import Event, from_wire, to_wire
from schemas.problems import InvalidInput, LedgerCorrupt

__all__ = ["StoredRecord"]


@dataclass(frozen=True, slots=True)
class Life:
    """A subject under its id, as far as its events have brought it: what the library's repository keeps."""

    id: str
    version: int
    state: State


class StoredRecord:
    """The record in a database."""

    def __init__(self, recorder: LedgerRecorder, repository: Repository[str]) -> None:
        """Read by the recorder, and by the repository that brings states back."""
        self._recorder = recorder
        self._repository = repository

    def state(self, subject: str) -> State | None:
        """The state that the subject's events left; None where it has none."""
        try:
            life: Life = self._repository.get(subject, projector_func=_project)
        except AggregateNotFoundError:
            return None
        return life.state

    def states(self, subjects: Sequence[str]) -> dict[str, State]:
        """The states that these subjects' events left, those that have any."""
        states: dict[str, State] = {}
        for stored in self._recorder.histories(subjects):
            entry = self._repository.event_store.mapper.to_domain_event(stored)
            assert isinstance(entry, Entry)
            subject = entry.event.subject
            states[subject] = evolve(states.get(subject), entry.event)
        return states

    def events(self, after: int, until: int) -> Iterator[tuple[Row, Event]]:
        """The events above the position `after` up to `until`, with the rows they lie in."""
        for row in self._recorder.rows(after, until - after):
            yield row, decode_event(row.state)

    def original(self, event_id: str) -> Original | None:
        """The event of this id with the values still known."""
        row = self._recorder.find(event_id)
        if row is None:
            return None
        event = self.revealed(row)
        return Original(event, event.recorded_at)

    def log_head(self, log: str) -> LogHead | None:
        """How far one log goes; None for a log without events."""
        return self._recorder.log_head(log)

    def last_recorded_at(self, log: str) -> datetime | None:
        """When the last event of the log was recorded."""
        head = self.log_head(log)
        return None if head is None else head.recorded_at

    def policy_text(self, sha256: str) -> bytes | None:
        """The policy file of this hash, if it is kept."""
        return self._recorder.policy_text(sha256)

    def revealed(self, row: Row) -> Event:
        """The event of a row with its values, but those that were erased and those of fields unknown to this version.

        Raises LedgerCorrupt where a value does not fit its commitment.
        """
        event = decode_event(row.state)
        kept = self._recorder.disclosures(row.position, row.position)
        if not kept:
            return event
        wire = to_wire(event)
        places = personal_pointers(wire)
        try:
            wire = reveal(wire, (disclosure for _, disclosure in kept if disclosure.pointer in places))
        except InvalidInput as error:
            reason = f"a value beside the event {event.id} is not the one it commits to ({error})"
            raise LedgerCorrupt(database=self._recorder.database, reason=reason) from error
        return from_wire(Event, wire)


def _project(life: Life | None, entries: Iterable[Entry]) -> Life | None:
    subject, state = ("", None) if life is None else (life.id, life.state)
    for entry in entries:
        subject, state = entry.event.subject, evolve(state, entry.event)
    return None if state is None else Life(subject, state.version, state)
