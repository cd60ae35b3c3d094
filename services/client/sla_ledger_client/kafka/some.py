"""Some partitions, each read in its own order: those that the job names."""

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, Final

from sla_ledger_client.kafka.consuming import Connection, TopicPartition, partitioner, partitions_of, raised
from sla_ledger_client.kafka.event import LedgerEvent
from sla_ledger_client.kafka.partition import Ledger, Partition
from sla_ledger_client.kafka.position import Position
from sla_ledger_client.kafka.problems import PositionUnusable

__all__ = ["Share", "Shares", "Some"]

_WAIT_MS: Final = 200


@dataclass(slots=True)
class Share:
    """One partition: how far it was read, and how far its events were handed on."""

    read: Partition
    offset: int | None = None
    position: int = 0
    logs: dict[str, int] = field(default_factory=dict)

    def deliver(self, event: LedgerEvent) -> None:
        """An event of it is handed on."""
        self.offset, self.position = event.offset + 1, event.position
        self.logs[event.log] = event.index


class Shares:
    """The events of some partitions, as a consumer of them gives their records."""

    def __init__(self, consumer: Any, topic: str, begin: Position) -> None:
        self._consumer, self._topic, self._version = consumer, topic, begin.version
        self._numbers = partitions_of(consumer, topic)
        self._ledger = Ledger(begin.ledger, partitioner(len(self._numbers)))
        self._shares: dict[int, Share] = {}
        self._backlog: deque[LedgerEvent] = deque()

    def fetch(self, limit: int) -> Sequence[LedgerEvent] | None:
        """Up to `limit` events, of each partition in order; none where nothing came in a while."""
        if not self._backlog:
            self._poll()
        return list(islice(self._backlog, limit))

    def deliver(self, event: LedgerEvent) -> None:
        """The event is handed on."""
        self._backlog.popleft()
        self._shares[event.partition].deliver(event)

    @property
    def position(self) -> Position:
        """After the last events handed on."""
        shares = self._shares
        return Position(
            self._version,
            self._ledger.id,
            {number: share.offset for number, share in shares.items() if share.offset is not None},
            None,
            None,
            {number: share.position for number, share in shares.items()},
            {log: index for share in shares.values() for log, index in share.logs.items()},
        )

    @property
    def covered(self) -> int | None:
        """Position records belong to all partitions, and tell a reader of some nothing."""
        return None

    def close(self) -> None:
        """Leave the broker."""
        self._consumer.close()

    def _share(self, number: int, position: int, logs: dict[str, int]) -> Share:
        return Share(Partition(number, self._ledger, position, dict(logs)), None, position, dict(logs))

    def _poll(self) -> None:
        with raised():
            found = self._consumer.poll(timeout_ms=_WAIT_MS)
        for place, records in found.items():
            share = self._of(place)
            if share is not None:
                self._backlog.extend(event for event in map(share.read.take, records) if event is not None)

    def _of(self, place: Any) -> Share | None:
        """How far the partition was read; None where its records are to be had again from elsewhere."""
        return self._shares[place.partition]


class Some(Shares):
    """The events of the partitions that the job names, after a position."""

    def __init__(
        self, connection: Connection, topic: str, partitions: Iterable[int], begin: Position, isolation_level: str
    ) -> None:
        super().__init__(connection.consumer(isolation_level=isolation_level), topic, begin)
        wanted = sorted(set(partitions))
        strangers = (begin.positions.keys() | set(wanted)) - set(self._numbers)
        if strangers:
            raise PositionUnusable(f"topic {topic} has no partition {min(strangers)}")
        if begin.positions and set(wanted) != begin.positions.keys():
            raise PositionUnusable("it belongs to a reader of other partitions")
        logs: dict[int, dict[str, int]] = {number: {} for number in wanted}
        for log, index in begin.logs.items():
            logs.setdefault(self._ledger.partition_of(log), {})[log] = index
        self._consumer.assign([TopicPartition(topic, number) for number in wanted])
        for number in wanted:
            self._shares[number] = self._share(number, begin.positions.get(number, 0), logs[number])
            self._shares[number].offset = begin.offsets.get(number)
            place = TopicPartition(topic, number)
            if number in begin.offsets:
                self._consumer.seek(place, begin.offsets[number])
            else:
                self._consumer.seek_to_beginning(place)
