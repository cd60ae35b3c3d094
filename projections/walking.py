"""One incident followed on its way through its events and the time between them, judged at each turn of it."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from math import inf
from time import monotonic
from typing import TypeAlias

from projections.case import Docket
from projections.history import Histories
from projections.rows import View
from projections.sighting import Life, Mark, carried, placed, sight
from schemas.events import Event
from schemas.instants import to_micros

__all__ = ["Story", "Walk"]

Story: TypeAlias = Callable[[View], Iterable[tuple[int, Event]]]
"""Tells all events that an incident is judged by in the ledger's order, its own, its contract's and the provider's."""


class Walk:
    """One incident on its way through its events and the time between them."""

    __slots__ = ("_story", "docket", "incident", "view")

    def __init__(self, docket: Docket, incident: str, view: View | None, story: Story) -> None:
        self.docket = docket
        self.incident = incident
        self.view = view
        self._story = story

    def take(self, position: int, event: Event, at: int) -> None:
        """Take in the incident's next event, which brings it to an instant."""
        self.pass_time(at)
        self.docket.histories.add(event)
        opened = position if self.view is None else self.view.private.opened_position
        life = Life(event.version, to_micros(event.recorded_at), opened)
        self._see(Mark(position, at), life)

    def take_all(self, events: Sequence[tuple[int, Event]], at: int) -> None:
        """Take in several events that bring the incident to an instant; every row is as of the last of them."""
        for _, event in events:
            self.docket.histories.add(event)
        position, last = events[-1]
        opened = events[0][0] if self.view is None else self.view.private.opened_position
        life = Life(last.version, to_micros(last.recorded_at), opened)
        self.view = sight(self.docket, self.incident, Mark(position, at), life).view

    def look_again(self, position: int, at: int) -> None:
        """Judge after an event of the contract or of the provider, which brings the incident to an instant."""
        assert self.view is not None
        self._see(Mark(position, at), _life(self.view))

    def pass_time(self, until: int, seconds: float = inf) -> None:
        """Judge at each instant up to this one at which time alone may have changed something.

        Broken off after so many seconds it has come as far as its rows say, by one instant at least.
        """
        late = monotonic() + seconds
        while self.view is not None:
            at = self.view.private.changes_at
            if at is None or at > until:
                return
            self._pass(self.view, at)
            if monotonic() > late:
                return

    def is_beyond(self, at: int) -> bool:
        """Whether time has changed the rows after an instant that an event would bring the incident to."""
        if self.view is None:
            return False
        return self.view.incident.as_of > at or any(row.as_of > at for row in self.view.obligations)

    def _see(self, mark: Mark, life: Life) -> None:
        self.view = carried(self.view, sight(self.docket, self.incident, mark, life).view)

    def _pass(self, old: View, at: int) -> None:
        """Judge at the next instant of time, and find the events over which the rows that it changed say what they do.

        Mostly those are the events that the row was as of before. But an event that changed nothing then may change
        what time brings: a calendar published anew, a priority in whose favour another reading counts.
        """
        mark = Mark(old.private.judged_position, at)
        self.view = carried(old, sight(self.docket, self.incident, mark, _life(old)).view, passed=True)
        if any(row.as_of == at and row.as_of_position < mark.position for row in self.view.rows()):
            self.view = placed(self.view, at, self._earlier(self.view, at))

    def _earlier(self, view: View, at: int) -> Iterator[tuple[int, View]]:
        """The rows as of an instant over the events up to each position, from those that a row was as of before."""
        first = min(row.as_of_position for row in view.rows() if row.as_of == at)
        histories = Histories()
        docket = Docket(histories, self.docket.policies)
        for position, event in self._story(view):
            histories.add(event)
            if position >= first:
                yield position, sight(docket, self.incident, Mark(position, at), _life(view)).view


def _life(view: View) -> Life:
    return Life(view.incident.events, view.private.clock, view.private.opened_position)
