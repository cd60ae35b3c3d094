"""How far a partition has been read: the position up to which nothing can come in it any more.

Events stand in a partition in the order of their positions, but each partition has only some of them. That one has been
read up to a position is known in two ways. It has delivered an event of that position or a higher one. Or the topics
say by their position record that all events up to there are in them, and the partition has been read as far as it was
long when that was known. How long it is has to be asked for without regard to transactions: the position record may be
seen before the records that were committed with it.
"""

from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import Any, Final, TypeAlias

from kafka import KafkaConsumer, TopicPartition

__all__ = ["Standing", "Stream", "mark", "silent"]

Standing: TypeAlias = Mapping[Hashable, tuple[int, int]]
"""How far things have come, and how far they are to come."""

_PLACE_MILLIS: Final = 1_000

_Ends = Callable[[Sequence[TopicPartition]], Mapping[TopicPartition, int]]


class Stream:
    """A partition as one consumer reads it."""

    def __init__(self, consumer: KafkaConsumer, partition: TopicPartition, level: int = 0) -> None:
        """`level` is the position up to which it is known to have been read."""
        self.partition: Final = partition
        self.level = level
        self.marked: tuple[int, int] | None = None
        self._consumer: Any = consumer

    @property
    def offset(self) -> int:
        """Where its next record lies; 0 where the broker does not tell."""
        return self._consumer.position(self.partition, timeout_ms=_PLACE_MILLIS) or 0

    def delivered(self, position: int) -> None:
        """It has delivered the event of this position."""
        self.level = max(self.level, position)

    def settle(self) -> None:
        """See whether it has been read as far as it was marked."""
        if self.marked is None:
            return
        position, end = self.marked
        if self.offset >= end:
            self.level = max(self.level, position)
            self.marked = None


def mark(streams: Sequence[Stream], known: int, ends: _Ends) -> None:
    """Mark how long those are that are not known to have been read up to what the topics have."""
    short = [stream for stream in streams if stream.marked is None and stream.level < known]
    if short:
        found = ends([stream.partition for stream in short])
        for stream in short:
            stream.marked = (known, found[stream.partition])


def silent(before: Standing, now: Standing) -> list[Hashable]:
    """What was to come further already at the look before, and has not moved since."""
    return [name for name, (at, end) in before.items() if at < end and now.get(name, (None,))[0] == at]
