"""One producer's life: the transactions that bring the topics from where they are to where the ledger is.

    events     up to 500, the bytes of the record with their attributes
    rows       those that the events, or the time up to the transaction's instant, have changed
    position   how far the topics are now

While there is more to publish two transactions are under way: one is made while the broker keeps the other. The relay's
own rows are kept only when none is, so they are never ahead of the topics.
"""

from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

import orjson

from ledger.application import Ledger
from ledger.recorder import Row
from projections.projector import Projector
from schemas.chain import GENESIS
from schemas.instants import parse_instant, to_micros
from schemas.problems import ClockSuspect
from services.kafka.alignment import chained
from services.kafka.records import Position, position_record
from services.kafka.sender import Sender
from services.kafka.state import RelayState

__all__ = ["MOST_EVENTS", "Line", "Published"]

MOST_EVENTS: Final = 500
"""The most events in one transaction."""

_KEEP_EVERY: Final = 20
"""After how many transactions the rows are kept while there is always another one under way."""

_LONG_AGO_MICROS: Final = 60_000_000
"""How long ago an event was recorded that the topics only catch up on."""

_HEARTBEAT_MICROS: Final = 300_000_000
"""How long the topics may say nothing new before they say that the relay is alive."""


class Published(NamedTuple):
    """How far the topics are after a transaction, the ledger's head as last seen, how many records were sent so far."""

    position: int
    head: int
    records: int


class Line:
    """The topics of one ledger while one producer writes to them. One thread may use it."""

    def __init__(
        self,
        ledger: Ledger,
        sender: Sender,
        state: RelayState,
        projector: Projector,
        topics: Position | None,
        partitions: int,
        step: Callable[[str], object],
    ) -> None:
        """Go on from where the topics are; the rows of `state` and the projector are exactly there too."""
        self._ledger = ledger
        self._ledger_id = ledger.identity.ledger_id
        self._sender = sender
        self._state = state
        self._projector = projector
        self._partitions = partitions
        self._step = step
        self._last = topics or Position(self._ledger_id, 0, GENESIS, 0)
        self._kept = self._last
        self._unkept = 0
        self._records = 0

    def turn(self, most: int = MOST_EVENTS) -> Published | None:
        """Publish the next transaction; None where there is nothing to publish now.

        Raises SenderFailed, LedgerState: then the line is lost.
        """
        head = self._ledger.head().count
        if head > self._last.position:
            until = min(head, self._last.position + most)
            rows = list(self._ledger.rows(after=self._last.position, until=until))
            self._step("read")
            return self._send(rows, head)
        self._keep()
        now = self._now()
        if now is not None and self._last.position and self._is_due(now):
            return self._send((), head)
        return None

    def finish(self) -> None:
        """Wait until everything sent is committed, and keep the rows. Raises SenderFailed."""
        self._keep()

    def _is_due(self, now: int) -> bool:
        if now - self._last.as_of >= _HEARTBEAT_MICROS:
            return True
        change = self._state.next_change()
        return change is not None and change <= now

    def _send(self, rows: Sequence[Row], head: int) -> Published:
        position = rows[-1].position if rows else self._last.position
        for _ in self._projector.follow(rows):
            pass
        as_of = self._as_of(rows, is_last=position == head)
        self._projector.advance(as_of)
        records = list(self._state.changes(self._partitions))
        self._step("projected")
        self._last = Position(self._ledger_id, position, chained(self._last.chain, rows), as_of)
        records.append(position_record(self._last))
        self._sender.settle(1)
        self._sender.send(rows, records)
        self._step("sent")
        self._records += len(rows) + len(records)
        self._unkept += 1
        if position == head or self._unkept >= _KEEP_EVERY:
            self._keep()
        return Published(position, head, self._records)

    def _as_of(self, rows: Sequence[Row], *, is_last: bool) -> int:
        """Up to when time passes for every row: not at all while what is published was recorded long ago.

        It passes in steps, each of which lets no more than so many incidents change.
        """
        last = _recorded(rows[-1]) if rows else 0
        as_of = self._last.as_of if self._last.position else _recorded(rows[0])
        now = self._now()
        if now is None or not (is_last or now - last < _LONG_AGO_MICROS):
            return as_of
        now = now if is_last else min(now, last)
        return max(as_of, self._state.change_number(MOST_EVENTS, now))

    def _keep(self) -> None:
        self._sender.settle()
        if self._kept is not self._last:
            self._step("committed")
            self._state.keep(self._last)
            self._step("kept")
            self._kept = self._last
            self._unkept = 0

    def _now(self) -> int | None:
        """The ledger's clock; None while it is doubted, so that no time passes for any row."""
        try:
            return to_micros(self._ledger.now())
        except ClockSuspect:
            return None


def _recorded(row: Row) -> int:
    """When an event was recorded, in microseconds."""
    return to_micros(parse_instant(orjson.loads(row.state)["recorded_at"]))
