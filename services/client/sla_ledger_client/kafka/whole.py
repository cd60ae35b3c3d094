"""All partitions read as one: every event in the order of positions, proved against the position records."""

import time
from collections.abc import Sequence
from typing import Final

from sla_ledger_client.kafka.consuming import (
    Checkpoints,
    Connection,
    TopicPartition,
    has_read,
    partitioner,
    partitions_of,
    raised,
)
from sla_ledger_client.kafka.event import LedgerEvent
from sla_ledger_client.kafka.merging import Merger
from sla_ledger_client.kafka.partition import Ledger, Partition
from sla_ledger_client.kafka.position import BEFORE_ALL, Position
from sla_ledger_client.kafka.problems import PositionUnusable, WrongLedger
from sla_ledger_client.problem import Unreachable

__all__ = ["Whole"]

_WAIT_MS: Final = 200
_SHORT_WAIT_MS: Final = 10
_LOOK_SECONDS: Final = 1.0
_MOST_HELD_BYTES: Final = 1 << 20
# A partition that is paused with a part of its records given out stays silent for ever in kafka-python 3.0.12: every
# poll takes all that has come, which the size of a fetch bounds.
_ALL: Final = (1 << 31) - 1


class Whole:
    """The events of all partitions, after a position.

    With `until_complete` it is over at the last position record that was there at the start; with `covered` nothing is
    delivered that no position record covers yet.
    """

    def __init__(
        self,
        connection: Connection,
        events: str,
        checkpoints: str,
        begin: Position,
        *,
        until_complete: bool,
        covered: bool,
        isolation_level: str,
        patience_seconds: float,
    ) -> None:
        self._connection, self._topic, self._version = connection, events, begin.version
        self._consumer = connection.consumer(isolation_level=isolation_level)
        self._covered, self._patience_seconds = covered, patience_seconds
        numbers = partitions_of(self._consumer, events)
        self._checkpoints = Checkpoints(connection, checkpoints)
        self._ledger = Ledger(begin.ledger, partitioner(len(numbers)))
        delivered = begin.position or 0
        self._partitions = [
            Partition(number, self._ledger, last=delivered, knows_logs=delivered == 0) for number in numbers
        ]
        self._merger = Merger(self._partitions, delivered, bytes.fromhex(begin.chain or BEFORE_ALL))
        self._offsets = dict(begin.offsets)
        self._paused: set[int] = set()
        self._heard = self._looked = time.monotonic()
        self._start(numbers)
        last = self._last_covered(delivered, isolation_level)
        self._goal = last if until_complete else None

    def fetch(self, limit: int) -> Sequence[LedgerEvent] | None:
        """Up to `limit` events whose turn it is: none where nothing came in a while, None where it is over."""
        ready = self._ready(limit)
        if ready:
            return ready
        if self._goal is not None and self._merger.delivered >= self._goal:
            return None
        self._hold_back()
        with raised():
            found = self._consumer.poll(_SHORT_WAIT_MS if self._merger.is_holding else _WAIT_MS, max_records=_ALL)
        for record in self._checkpoints.new():
            self._merger.claim(record)
        for place, records in found.items():
            self._merger.take(place.partition, records)
        ready = self._ready(limit)
        if found:
            self._heard = time.monotonic()
        elif not ready:
            self._look_for_missing()
        return ready

    def deliver(self, event: LedgerEvent) -> None:
        """The event is handed on."""
        self._merger.deliver(event)
        self._offsets[event.partition] = event.offset + 1

    @property
    def position(self) -> Position:
        """After the last event handed on."""
        merger = self._merger
        return Position(
            self._version, self._ledger.id, dict(self._offsets), merger.delivered, merger.chain.hex(), {}, {}
        )

    @property
    def covered(self) -> int | None:
        """The position of the last position record seen."""
        return self._merger.covered.position if self._merger.covered else None

    def close(self) -> None:
        """Leave the broker."""
        self._consumer.close()
        self._checkpoints.close()
        self._connection.close()

    def _start(self, numbers: Sequence[int]) -> None:
        strangers = self._offsets.keys() - set(numbers)
        if strangers:
            raise PositionUnusable(f"it has partition {min(strangers)}, which topic {self._topic} has not")
        self._consumer.assign([TopicPartition(self._topic, number) for number in numbers])
        for number in numbers:
            place = TopicPartition(self._topic, number)
            if number in self._offsets:
                self._consumer.seek(place, self._offsets[number])
            else:
                self._consumer.seek_to_beginning(place)

    def _last_covered(self, delivered: int, isolation_level: str) -> int:
        for record in self._checkpoints.all():
            self._merger.claim(record)
        last = self.covered or 0
        if last < delivered and isolation_level == "read_committed":
            raise WrongLedger(f"the topics go up to position {last}, and the job has come to {delivered}")
        return last

    def _ready(self, limit: int) -> list[LedgerEvent]:
        bound = self._goal
        if bound is None and self._covered:
            bound = self.covered or 0
        return self._merger.next(limit, up_to=bound)

    def _hold_back(self) -> None:
        """Do not read on in a partition that is far ahead of the others."""
        held = self._merger.held
        full = {number for number in held if held[number] > _MOST_HELD_BYTES}
        for act, numbers in ((self._consumer.pause, full - self._paused), (self._consumer.resume, self._paused - full)):
            act(*(TopicPartition(self._topic, number) for number in numbers))
        self._paused = full

    def _look_for_missing(self) -> None:
        """Raise what is missing, where a position record covers it and every partition is read to its end."""
        now = time.monotonic()
        if not self._merger.is_behind or now - self._looked < _LOOK_SECONDS:
            return
        self._looked = now
        turn = self._merger.delivered + 1
        lacking = [one.number for one in self._partitions if one.last < turn]
        if has_read(self._consumer, self._topic, self._connection.ends(self._topic, lacking)):
            raise self._merger.missing()
        if self._goal is not None and now - self._heard > self._patience_seconds:
            raise Unreachable(f"nothing came for {self._patience_seconds:g} s, and position {turn} must be there")
