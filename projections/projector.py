"""The projector: follows the record event by event and keeps the rows of every incident as the events leave them.

    an incident's event    that incident is judged
    a contract's           the incidents whose terms it changes
    the provider's         the incidents whose calendars, policy or release it changes
    time                   the incidents whose `changes_at` has come

In memory are the terms of the contracts it met, what the provider published, and the histories of the incidents that it
judged last; another incident's events are read again when one of them comes.

What a row says follows from the events up to a position and an instant alone. Time that passes between two events
passes in the same steps whether the projector was there, came later or begins anew, so that a rebuild makes the same
rows. Should an event turn up that was recorded before an instant to which its incident was already taken, the incident
is followed again from its opening.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from heapq import merge
from operator import attrgetter
from typing import Final, Protocol

from projections.case import Docket
from projections.concern import concern_of, concerns
from projections.history import Histories
from projections.rows import View
from projections.sighting import Mark, carried, sight
from projections.store import ReadModel
from schemas.decode import decode_event
from schemas.events import PROVIDER_LOG, Event
from schemas.instants import to_micros

__all__ = ["Projector", "Record", "RecordedRow"]

_MOST_HISTORIES: Final = 20_000
_MOST_EVENTS: Final = 5_000
_MOST_AT_ONCE: Final = 500


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


@dataclass(slots=True)
class _Followed:
    """An incident whose history is in memory: how many events it has, and its rows."""

    events: int
    view: View


class Projector:
    """Keeps one read model. One thread at a time may use it."""

    def __init__(
        self, views: ReadModel, record: Record, policies: Mapping[str, bytes], *, most_histories: int = _MOST_HISTORIES
    ) -> None:
        """Go on from where the rows are; `policies` are the adopted texts by their SHA-256."""
        self._views = views
        self._record = record
        self._policies = policies
        self._most = most_histories
        self.position = views.position()
        self._histories = Histories()
        self._docket = Docket(self._histories, policies)
        self._followed: dict[str, _Followed] = {}
        for row in record.log_rows(PROVIDER_LOG):
            if row.position > self.position:
                break
            self._histories.add(decode_event(row.state))

    def follow(self, rows: Iterable[RecordedRow]) -> Iterator[int]:
        """Take in the next events, telling the position that the rows go up to after each transaction."""
        waiting: dict[str, list[tuple[int, Event]]] = {}
        count = 0
        last = self.position
        for row in rows:
            assert row.position == last + 1, "no event is left out"
            event = decode_event(row.state)
            if row.log in {event.subject, PROVIDER_LOG}:
                yield self._keep(self._judged(waiting), last)
                waiting, count = {}, 0
                yield self._keep(self._taken_in(event, row.position), row.position)
            else:
                waiting.setdefault(event.subject, []).append((row.position, event))
                count += 1
            last = row.position
            if count >= _MOST_EVENTS:
                yield self._keep(self._judged(waiting), last)
                waiting, count = {}, 0
        yield self._keep(self._judged(waiting), last)

    def advance(self, now: int) -> int:
        """Let time pass up to an instant for every row that it changes; how many were looked at."""
        looked_at = 0
        while names := self._views.due(now, _MOST_AT_ONCE):
            views = [self._passed(name, now) for name in names]
            self._views.apply(views, self.position)
            looked_at += len(views)
            self._forget()
        return looked_at

    def _keep(self, views: Sequence[View], position: int) -> int:
        if position != self.position:
            self._views.apply(views, position)
            self.position = position
            self._forget()
        return position

    def _forget(self) -> None:
        for name in list(self._followed)[: max(0, len(self._followed) - self._most)]:
            del self._followed[name]
            del self._histories.incidents[name]

    def _judged(self, waiting: Mapping[str, Sequence[tuple[int, Event]]]) -> list[View]:
        """The rows of the incidents whose events these are, each as its last event leaves it."""
        return [self._after(incident, events) for incident, events in waiting.items()]

    def _after(self, incident: str, events: Sequence[tuple[int, Event]]) -> View:
        first = events[0][1]
        self._terms(first.log, events[-1][0])
        followed = None if first.version == 1 else self._loaded(incident, events[0][0] - 1)
        view = None if followed is None else followed.view
        walk = _Walk(self._docket, incident, view, 0 if followed is None else followed.events)
        for position, event in events:
            if walk.is_beyond(to_micros(event.recorded_at)):
                walk = self._again(incident, position - 1, walk)
            walk.take(position, event)
        return self._remember(walk)

    def _taken_in(self, event: Event, position: int) -> list[View]:
        """The rows that an event of a contract or of the provider changes, after it."""
        if event.log != PROVIDER_LOG and event.version > 1:
            self._terms(event.log, position - 1)
        concern = concern_of(event, self._histories)
        if concern is None:
            self._histories.add(event)
            return []
        recorded = to_micros(event.recorded_at)
        self.advance(recorded)
        names = self._views.concerned(concern)
        again = {name: self._again(name, position - 1, walk) for name, walk in self._ahead(names, recorded)}
        for walk in again.values():
            walk.pass_time(recorded)
        self._histories.add(event)
        changed = []
        for name in names:
            walk = again.get(name) or self._walk(name)
            before = walk.view
            walk.look_again(position, recorded)
            if self._remember(walk) != before or name in again:
                changed.append(self._remember(walk))
            self._forget()
        return changed

    def _ahead(self, names: Iterable[str], recorded: int) -> Iterator[tuple[str, "_Walk"]]:
        """Those that time has changed after an instant at which an event was recorded that comes only now."""
        for name in names:
            walk = self._walk(name)
            if walk.is_beyond(recorded):
                yield name, walk
            self._forget()

    def _passed(self, incident: str, now: int) -> View:
        walk = self._walk(incident)
        walk.pass_time(now)
        return self._remember(walk)

    def _walk(self, incident: str) -> "_Walk":
        followed = self._loaded(incident, self.position)
        self._terms(followed.view.incident.contract, self.position)
        return _Walk(self._docket, incident, followed.view, followed.events)

    def _remember(self, walk: "_Walk") -> View:
        assert walk.view is not None
        self._followed.pop(walk.incident, None)
        self._followed[walk.incident] = _Followed(walk.events, walk.view)
        return walk.view

    def _loaded(self, incident: str, until: int) -> _Followed:
        """The incident as its rows have it, its history read again where it is not in memory."""
        followed = self._followed.get(incident)
        if followed is None:
            view = self._views.view(incident)
            assert view is not None, "what was recorded up to the position has rows"
            events = 0
            self._histories.incidents.pop(incident, None)
            for row in self._record.subject_rows(incident, until=until):
                event = decode_event(row.state)
                self._histories.add(event)
                events = event.version
            followed = self._followed[incident] = _Followed(events, view)
        return followed

    def _terms(self, contract: str, until: int) -> None:
        """Have the contract's terms in memory, as they were up to the position."""
        if contract not in self._histories.contracts:
            for row in self._record.subject_rows(contract, until=until):
                self._histories.add(decode_event(row.state))

    def _again(self, incident: str, until: int, walk: "_Walk") -> "_Walk":
        """The incident followed from its opening up to a position, no further in time than its events go."""
        assert walk.view is not None
        contract = walk.view.incident.contract
        rows = merge(
            self._record.log_rows(PROVIDER_LOG),
            self._record.subject_rows(contract, until=until),
            self._record.subject_rows(incident, until=until),
            key=attrgetter("position"),
        )
        histories = Histories()
        again = _Walk(Docket(histories, self._policies), incident, None, 0)
        for row in rows:
            if row.position > until:
                continue
            event = decode_event(row.state)
            if event.subject == incident:
                again.take(row.position, event)
                continue
            concern = None if again.view is None else concern_of(event, histories)
            if concern is None or again.view is None:
                histories.add(event)
                continue
            again.pass_time(to_micros(event.recorded_at))
            concerned = concerns(concern, again.view)
            histories.add(event)
            if concerned:
                again.look_again(row.position, to_micros(event.recorded_at))
        return _Walk(self._docket, incident, again.view, again.events)


class _Walk:
    """One incident on its way through its events and the time between them."""

    __slots__ = ("docket", "events", "incident", "view")

    def __init__(self, docket: Docket, incident: str, view: View | None, events: int) -> None:
        self.docket = docket
        self.incident = incident
        self.view = view
        self.events = events

    def take(self, position: int, event: Event) -> None:
        """Take in the incident's next event."""
        recorded = to_micros(event.recorded_at)
        self.pass_time(recorded)
        self.docket.histories.add(event)
        self.events = event.version
        self.look_again(position, recorded)

    def look_again(self, position: int, recorded: int) -> None:
        """Judge after an event: when it was recorded, or when the latest event was that had changed the rows."""
        at = recorded if self.view is None else max(recorded, self.view.private.clock)
        seen = sight(self.docket, self.incident, Mark(position, at), events=self.events, clock=at)
        self.view = carried(self.view, seen, passed=False)

    def pass_time(self, until: int) -> None:
        """Judge at each instant up to this one at which time alone may have changed something."""
        while self.view is not None:
            at = self.view.private.changes_at
            if at is None or at > until:
                return
            mark = Mark(self.view.incident.as_of_position, at)
            seen = sight(self.docket, self.incident, mark, events=self.events, clock=self.view.private.clock)
            self.view = carried(self.view, seen, passed=True)

    def is_beyond(self, recorded: int) -> bool:
        """Whether time has changed the rows after the instant at which an event that comes now was recorded."""
        if self.view is None:
            return False
        at = max(recorded, self.view.private.clock)
        return self.view.incident.as_of > at or any(row.as_of > at for row in self.view.obligations)
