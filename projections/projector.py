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

What one incident costs is bounded. After each of its first `most_exact` events every row keeps what it is as of unless
the event changed it; after a later one all of them are as of that event, so that many events of it are one judgement.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Final

from projections.case import Docket
from projections.concern import concern_of, concerns
from projections.history import Histories
from projections.rows import View
from projections.settling import Step, settle
from projections.sighting import Life
from projections.store import ReadModel
from projections.story import Record, RecordedRow, story
from projections.walking import Walk
from schemas.decode import decode_event
from schemas.events import PROVIDER_LOG, Event
from schemas.instants import to_micros

__all__ = ["MOST_EXACT", "Projector"]

_MOST_HISTORIES: Final = 20_000
_MOST_EVENTS: Final = 2_000
"""How many events are taken in at once: an incident whose events lie in two such lots is judged twice."""
_MOST_AT_ONCE: Final = 200
MOST_EXACT: Final = 100
"""After how many events of an incident all of its rows are as of each further one."""

_LONGEST_SECONDS: Final = 0.1
"""How long time is let pass for one incident before the others have their turn."""

_LONG_AGO: Final = -(2**63)


class Projector:
    """Keeps one read model. One thread at a time may use it."""

    def __init__(
        self,
        views: ReadModel,
        record: Record,
        policies: Mapping[str, bytes],
        *,
        most_histories: int = _MOST_HISTORIES,
        most_exact: int = MOST_EXACT,
        whole: bool = True,
    ) -> None:
        """Go on from where the rows are; `policies` are the adopted texts by their SHA-256.

        Rows made with one `most_exact` are not those made with another. One that is not `whole` is given the events of
        some contracts alone, and all of the provider's.
        """
        self._views = views
        self._record = record
        self._policies = policies
        self._most = most_histories
        self._most_exact = most_exact
        self._whole = whole
        self.position = views.position()
        self._histories = Histories()
        self._docket = Docket(self._histories, policies)
        self._followed: dict[str, View] = {}
        self._provider = (0, 0)
        self._contracts: dict[str, int] = {}
        for row in record.log_rows(PROVIDER_LOG):
            if row.position > self.position:
                break
            self._publish(decode_event(row.state), row.position)

    def follow(self, rows: Iterable[RecordedRow]) -> Iterator[int]:
        """Take in the next events, telling the position that the rows go up to after each transaction."""
        waiting: dict[str, list[tuple[int, Event]]] = {}
        count = 0
        last = self.position
        for row in rows:
            assert row.position == last + 1 or (not self._whole and row.position > last), "no event is left out"
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

    def advance(self, now: int, told: Callable[[int], object] = lambda _position: None) -> int:
        """Let time pass up to an instant for every row that it changes; how many were looked at.

        `told` is given the position after each transaction.
        """
        looked_at = 0
        while names := self._views.due(now, _MOST_AT_ONCE):
            views = [self._passed(name, now) for name in names]
            self._views.apply(views, self.position, since=self.position)
            looked_at += len(views)
            self._forget()
            told(self.position)
        return looked_at

    def move(self, position: int) -> None:
        """Take it that no further event up to a position is to be given."""
        assert not self._whole
        self._keep((), position)

    def _keep(self, views: Sequence[View], position: int) -> int:
        if position != self.position:
            self._views.apply(views, position, since=self.position)
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
        begin, first = events[0]
        self._terms(first.log, events[-1][0])
        view = None if first.version == 1 else self._loaded(incident, begin - 1)
        if events[-1][1].version > self._most_exact:
            walk = self._walk(incident, view)
            walk.take_all(events, max(self._instant(view, to_micros(event.recorded_at)) for _, event in events))
            return self._remember(walk)
        if len(events) > 1:
            settled = self._settled(incident, view, events)
            if settled is not None:
                return settled
        walk = self._walk(incident, view)
        for position, event in events:
            at = self._instant(walk.view, to_micros(event.recorded_at))
            if walk.is_beyond(at):
                walk.view = self._again(walk.view, position - 1)
            walk.take(position, event, at)
        return self._remember(walk)

    def _settled(self, incident: str, view: View | None, events: Sequence[tuple[int, Event]]) -> View | None:
        """The rows after several events at once; None where they have to be followed one by one."""
        steps = []
        opened = events[0][0] if view is None else view.private.opened_position
        at = self._instant(view, to_micros(events[0][1].recorded_at))
        if at != to_micros(events[0][1].recorded_at) or self._walk(incident, view).is_beyond(at):
            return None
        facts = self._histories.incidents.get(incident, [])
        before = len(facts)
        steps.append(Step(0, 0, "", before))
        for position, event in events:
            self._histories.add(event)
            facts = self._histories.incidents[incident]
            steps.append(Step(position, to_micros(event.recorded_at), event.type, len(facts)))
        last = events[-1][1]
        settled = settle(self._docket, incident, view, steps, Life(last.version, steps[-1].at, opened))
        if settled is None:
            del facts[before:]
            if not facts:
                del self._histories.incidents[incident]
            return None
        self._followed.pop(incident, None)
        self._followed[incident] = settled
        return settled

    def _taken_in(self, event: Event, position: int) -> list[View]:
        """The rows that an event of a contract or of the provider changes, after it."""
        if event.log != PROVIDER_LOG and event.version > 1:
            self._terms(event.log, position - 1)
        concern = concern_of(event, self._histories)
        if concern is None:
            self._publish(event, position)
            return []
        recorded = to_micros(event.recorded_at)
        self.advance(recorded)
        names = self._views.concerned(concern)
        again = dict(self._ahead(names, recorded, position - 1))
        self._publish(event, position)
        changed = []
        for name in names:
            known = self._loaded(name, self.position)
            walk = self._walk(name, again.get(name, known))
            walk.look_again(position, self._instant(known, recorded))
            if self._remember(walk) != known:
                changed.append(self._remember(walk))
            self._forget()
        return changed

    def _ahead(self, names: Iterable[str], recorded: int, until: int) -> Iterator[tuple[str, View]]:
        """Those to which time had come after an instant at which an event was recorded that is taken in only now."""
        for name in names:
            walk = self._walk(name, self._loaded(name, self.position))
            at = self._instant(walk.view, recorded)
            if walk.is_beyond(at):
                walk.view = self._again(walk.view, until)
                walk.pass_time(at)
                assert walk.view is not None
                yield name, walk.view
            self._forget()

    def _passed(self, incident: str, now: int) -> View:
        walk = self._walk(incident, self._loaded(incident, self.position))
        walk.pass_time(now, _LONGEST_SECONDS)
        return self._remember(walk)

    def _instant(self, view: View | None, recorded: int) -> int:
        """The instant that an event brings an incident to: none of its, its contract's or the provider's lies later."""
        if view is None:
            return recorded
        at = max(recorded, view.private.clock, self._contracts[view.incident.contract])
        position, published = self._provider
        return max(at, published) if position > view.private.opened_position else at

    def _remember(self, walk: Walk) -> View:
        assert walk.view is not None
        self._followed.pop(walk.incident, None)
        self._followed[walk.incident] = walk.view
        return walk.view

    def _loaded(self, incident: str, until: int) -> View:
        """The incident's rows, its history and its contract's terms read again where they are not in memory."""
        view = self._followed.get(incident)
        if view is None:
            view = self._views.view(incident)
            assert view is not None, "what was recorded up to the position has rows"
            self._histories.incidents.pop(incident, None)
            for row in self._record.subject_rows(incident, until=until):
                self._histories.add(decode_event(row.state))
            self._followed[incident] = view
        self._terms(view.incident.contract, until)
        return view

    def _terms(self, contract: str, until: int) -> None:
        """Have the contract's terms in memory, as they were up to the position."""
        if contract not in self._contracts:
            for row in self._record.subject_rows(contract, until=until):
                self._publish(decode_event(row.state), row.position)

    def _publish(self, event: Event, position: int) -> None:
        """Take in an event of a contract or of the provider."""
        self._histories.add(event)
        recorded = to_micros(event.recorded_at)
        if event.log == PROVIDER_LOG:
            self._provider = (position, recorded)
        else:
            self._contracts[event.log] = recorded

    def _walk(self, incident: str, view: View | None) -> Walk:
        return Walk(self._docket, incident, view, self._story)

    def _story(self, view: View) -> Iterator[tuple[int, Event]]:
        """All events that an incident was judged by, in order."""
        return story(self._record, view, view.private.judged_position)

    def _again(self, view: View | None, until: int) -> View:
        """The incident followed from its opening up to a position, no further in time than its events go."""
        assert view is not None
        incident = view.incident.incident
        own = self._record.subject_rows(incident, until=until)
        exact = own[-1].position if len(own) > self._most_exact else 0
        histories = Histories()
        walk = Walk(Docket(histories, self._policies), incident, None, self._story)
        at = _LONG_AGO
        early: list[tuple[int, Event]] = []
        for position, event in story(self._record, view, until):
            is_own = event.subject == incident
            if is_own or walk.view is not None or early:
                at = max(at, to_micros(event.recorded_at))
            if is_own and position <= exact:
                early.append((position, event))
                if position == exact:
                    walk.take_all(early, at)
                continue
            if is_own:
                walk.take(position, event, at)
                continue
            walk.pass_time(at)
            concern = None if walk.view is None else concern_of(event, histories)
            concerned = concern is not None and walk.view is not None and concerns(concern, walk.view)
            histories.add(event)
            if concerned:
                walk.look_again(position, at)
        assert walk.view is not None, "an incident that has rows was opened"
        return walk.view
