"""One part of the rows, as the process keeps it that has its partition: what waits, and the projector."""

from collections import deque
from collections.abc import Iterator
from heapq import merge
from operator import attrgetter
from time import monotonic
from typing import Final

from kafka import KafkaConsumer

from ledger.application import Ledger
from projections.projector import Projector
from projections.store.postgres import Part, PostgresReadModel
from schemas.events import PROVIDER_LOG
from services.kafka.incoming import Incoming
from services.kafka.streams import Stream
from services.projecting import PolicyTexts, Told

__all__ = ["KeptPart", "ProviderLog"]

_MOST_AT_ONCE: Final = 1_000
"""Events taken in before the group is heard again: while partitions move, all of it waits for whoever is busy."""

_MOVES_SECONDS: Final = 0.2
"""How often the position of a part is moved on for which there are no events."""


class ProviderLog:
    """The provider's events as the topic has them, from the first on: every part takes them in at their positions."""

    def __init__(self, stream: Stream) -> None:
        """`stream` is the provider's partition, read whole beside the group."""
        self.stream = stream
        self._events: list[Incoming] = []

    def add(self, event: Incoming) -> None:
        """Take what its partition has delivered; what was seen is dropped, and other logs' events."""
        if event.position > self.stream.level:
            self.stream.delivered(event.position)
            if event.log == PROVIDER_LOG:
                self._events.append(event)

    def between(self, after: int, until: int) -> Iterator[Incoming]:
        """The events above one position and up to another."""
        return (event for event in self._events if after < event.position <= until)


class KeptPart:
    """A part that this process has taken, and that it alone moves."""

    def __init__(self, taken: Part, views: PostgresReadModel, keeper: str, ledger: Ledger, stream: Stream) -> None:
        """Go on from the position that the rows of the part have."""
        self.number: Final = taken.number
        self.stream = stream
        stream.level = taken.position
        self._offsets: dict[int, int] = {}
        rows = views.of_part(taken.number, keeper, self._offsets.get)
        self.projector = Projector(rows, ledger, PolicyTexts(ledger), whole=False)
        self._begins_with = None if taken.seen_offset is None else (taken.seen_offset, taken.seen_position)
        self._last = taken.position
        self._waiting: deque[Incoming] = deque()
        self._moved_at = 0.0

    @property
    def position(self) -> int:
        """How far its rows go."""
        return self.projector.position

    @property
    def waiting(self) -> int:
        """How many events wait to be taken in."""
        return len(self._waiting)

    def seek(self, consumer: KafkaConsumer) -> None:
        """Have its partition read from the record whose event the rows last took account of, or from the beginning."""
        consumer.seek(self.stream.partition, 0 if self._begins_with is None else self._begins_with[0])

    def fits(self, first: Incoming) -> bool:
        """Whether the first record read is the one that was noted; if not the topic is another one than it was.

        It is then to be read from its beginning: `seek` does that from now on.
        """
        expected, self._begins_with = self._begins_with, None
        return expected is None or expected == (first.offset, first.position)

    def add(self, event: Incoming) -> None:
        """Take what its partition has delivered; what was seen is dropped, and the provider's, who is read beside."""
        if event.position > self._last:
            self._last = event.position
            self.stream.delivered(event.position)
            if event.log != PROVIDER_LOG:
                self._waiting.append(event)

    def bring(self, provider: ProviderLog, told: Told) -> None:
        """Take in what may be taken in now, some of it: an event only where all of the provider's before it are known.

        Raises PositionMovedError where another process has taken the part.
        """
        until = min(self.stream.level, provider.stream.level)
        if until <= self.position:
            return
        own: list[Incoming] = []
        while self._waiting and self._waiting[0].position <= until:
            if len(own) == _MOST_AT_ONCE:
                until = own[-1].position
                break
            own.append(self._waiting.popleft())
        events = list(merge(own, provider.between(self.position, until), key=attrgetter("position")))
        self._offsets.update((event.position, event.offset) for event in own)
        try:
            if events:
                for position in self.projector.follow(events):
                    told(position)
            if events or monotonic() - self._moved_at > _MOVES_SECONDS:
                self.projector.move(until)
                self._moved_at = monotonic()
        finally:
            self._offsets.clear()
