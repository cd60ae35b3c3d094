"""Where each caller's last readings of the feed ended: who goes on from there has not begun to read a history.

Kept in memory, for the callers seen last and a few readings of each. What is forgotten, as after a restart of the
server, counts as a new reading, and is recorded as one.
"""

from collections import OrderedDict, deque
from dataclasses import dataclass
from threading import Lock
from typing import Final

__all__ = ["Trail", "Trails"]

_MOST_CALLERS: Final = 1_000
_MOST_OF_A_CALLER: Final = 16


@dataclass(slots=True)
class Trail:
    """One reading: the positions after which it began and up to which it has come.

    `live` says that it continued another one, `whole` that all of it was handed over. One that was cut off may be taken
    up anywhere in between, for nobody knows what of it arrived; at its beginning only where that was live.
    """

    began: int
    ended: int
    live: bool
    whole: bool = False

    def leads_to(self, after: int) -> bool:
        """Whether somebody who goes on after this position goes on with this reading."""
        if after == self.ended:
            return True
        return not self.whole and (self.began < after < self.ended or (self.live and after == self.began))


class Trails:
    """The trails of all callers. Threads may share it."""

    def __init__(self, most_callers: int = _MOST_CALLERS) -> None:
        """Remember at most so many callers."""
        self._most_callers = most_callers
        self._callers: OrderedDict[str, deque[Trail]] = OrderedDict()
        self._lock = Lock()

    def is_live(self, caller: str, after: int) -> bool:
        """Whether a caller that reads on after this position continues a reading of its own."""
        with self._lock:
            return any(trail.leads_to(after) for trail in self._callers.get(caller, ()))

    def begin(self, caller: str, after: int) -> Trail:
        """A new reading of a caller, in the place of the one that it continues."""
        with self._lock:
            trails = self._callers.setdefault(caller, deque(maxlen=_MOST_OF_A_CALLER))
            self._callers.move_to_end(caller)
            continued = next((trail for trail in trails if trail.leads_to(after)), None)
            if continued is not None:
                trails.remove(continued)
            trail = Trail(after, after, live=continued is not None)
            trails.append(trail)
            if len(self._callers) > self._most_callers:
                self._callers.popitem(last=False)
            return trail
