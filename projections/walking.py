"""One incident followed on its way through its events and the time between them, judged at each turn of it."""

from collections.abc import Sequence
from math import inf
from time import monotonic

from projections.case import Docket
from projections.rows import View
from projections.sighting import Life, Mark, carried, sight
from schemas.events import Event
from schemas.instants import to_micros

__all__ = ["Walk"]


class Walk:
    """One incident on its way through its events and the time between them."""

    __slots__ = ("docket", "incident", "view")

    def __init__(self, docket: Docket, incident: str, view: View | None) -> None:
        self.docket = docket
        self.incident = incident
        self.view = view

    def take(self, position: int, event: Event, at: int) -> None:
        """Take in the incident's next event, which brings it to an instant."""
        self.pass_time(at)
        self.docket.histories.add(event)
        opened = position if self.view is None else self.view.private.opened_position
        life = Life(event.version, to_micros(event.recorded_at), opened)
        self._see(Mark(position, at), life, passed=False)

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
        self._see(Mark(position, at), _life(self.view), passed=False)

    def pass_time(self, until: int, seconds: float = inf) -> None:
        """Judge at each instant up to this one at which time alone may have changed something.

        Broken off after so many seconds it has come as far as its rows say, by one instant at least.
        """
        late = monotonic() + seconds
        while self.view is not None:
            at = self.view.private.changes_at
            if at is None or at > until:
                return
            self._see(Mark(self.view.incident.as_of_position, at), _life(self.view), passed=True)
            if monotonic() > late:
                return

    def is_beyond(self, at: int) -> bool:
        """Whether time has changed the rows after an instant that an event would bring the incident to."""
        if self.view is None:
            return False
        return self.view.incident.as_of > at or any(row.as_of > at for row in self.view.obligations)

    def _see(self, mark: Mark, life: Life, *, passed: bool) -> None:
        self.view = carried(self.view, sight(self.docket, self.incident, mark, life).view, passed=passed)


def _life(view: View) -> Life:
    return Life(view.incident.events, view.private.clock, view.private.opened_position)
