"""All that one incident is judged by, read from the record: its own events, its contract's and the provider's."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from heapq import merge
from operator import attrgetter
from typing import Protocol

from projections.case import Docket
from projections.history import Histories
from projections.rows import View
from projections.sighting import Life, Mark, sight
from schemas.decode import decode_event
from schemas.events import PROVIDER_LOG, Event

__all__ = ["Record", "RecordedRow", "seen_over", "story"]


class RecordedRow(Protocol):
    """An event as it lies in the ledger."""

    @property
    def position(self) -> int:
        """Its position in the ledger."""

    @property
    def log(self) -> str:
        """The log it lies in: its contract, or the provider's."""

    @property
    def state(self) -> bytes:
        """Its canonical bytes."""


class Record(Protocol):
    """What a projector reads of a ledger."""

    def log_rows(self, log: str) -> Iterable[RecordedRow]:
        """The events of one log in order."""

    def subject_rows(self, subject: str, *, until: int | None = None) -> Sequence[RecordedRow]:
        """The events of one subject in order, up to a position."""


def story(record: Record, view: View, until: int) -> Iterator[tuple[int, Event]]:
    """The events that the incident of these rows is judged by, in the ledger's order, up to a position."""
    subjects = (view.incident.incident, view.incident.contract)
    parts = [record.subject_rows(subject, until=until) for subject in subjects]
    for row in merge(record.log_rows(PROVIDER_LOG), *parts, key=attrgetter("position")):
        if row.position > until:
            return
        yield row.position, decode_event(row.state)


def seen_over(record: Record, policies: Mapping[str, bytes], view: View, mark: Mark) -> View | None:
    """What the events up to a position make of the incident of these rows as of an instant; None before its opening."""
    kept = view.private
    if mark.position < kept.opened_position or mark.at < kept.opened_recorded_at:
        return None
    histories = Histories()
    for _, event in story(record, view, mark.position):
        histories.add(event)
    life = Life(view.incident.events, kept.clock, kept.opened_position)
    return sight(Docket(histories, policies), view.incident.incident, mark, life).view
