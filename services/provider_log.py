"""What the provider published, decoded once: every judgement of a ledger rests on the same calendars and policies.

A ledger that answers many questions would otherwise read its provider's log for each of them. What was published up to
a position never changes, so it is kept, with the business time that was compiled from it.
"""

from bisect import bisect_right
from collections import OrderedDict
from operator import attrgetter
from threading import Lock
from typing import Final, NamedTuple

from ledger.application import Ledger
from projections.history import Histories
from projections.replay import Placed
from schemas.decode import decode_event
from schemas.events import PROVIDER_LOG
from schemas.provider_events import PolicyAdopted

__all__ = ["ProviderLog", "Published"]

_STATES_KEPT: Final = 8


class Published(NamedTuple):
    """What the provider had published at a position: its events, the same as judging takes them, the policies' texts.

    The histories are shared: build upon them (`Histories.upon`), and add nothing to them.
    """

    events: tuple[Placed, ...]
    histories: Histories
    policies: dict[str, bytes]


class ProviderLog:
    """The provider's log of one ledger. Threads may share it."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._lock = Lock()
        self._events: list[Placed] = []
        self._texts: dict[str, bytes] = {}
        self._kept: OrderedDict[int, Published] = OrderedDict()

    def until(self, position: int) -> Published:
        """What was published at the positions up to this one."""
        with self._lock:
            self._catch_up()
            count = bisect_right(self._events, position, key=attrgetter("position"))
            published = self._kept.get(count)
            if published is None:
                published = self._kept[count] = self._published(count)
                if len(self._kept) > _STATES_KEPT:
                    self._kept.popitem(last=False)
            self._kept.move_to_end(count)
            return published

    def _catch_up(self) -> None:
        for row in self._ledger.log_rows(PROVIDER_LOG, start=len(self._events)):
            event = decode_event(row.state)
            if isinstance(event.data, PolicyAdopted):
                text = self._ledger.policy_text(event.data.sha256)
                if text is not None:
                    self._texts[event.data.sha256] = text
            self._events.append(Placed(row.position, event))

    def _published(self, count: int) -> Published:
        events = tuple(self._events[:count])
        histories = Histories()
        for _, event in events:
            histories.add(event)
        return Published(events, histories, self._texts)
