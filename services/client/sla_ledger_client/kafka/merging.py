"""The partitions put together in the order of positions, and the chain of hashes kept on the way.

    partition 0   1  3  4  .  .  9            waiting: 9
    partition 1   2  5  .  8                  waiting: 8        next: 6, which partition 2 will bring
    partition 2   .  .
    delivered     1  2  3  4  5

Positions are dense over all partitions, so the next event is known by its number, and one that every partition has
passed is missing.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from hashlib import sha256
from typing import Final

from sla_ledger_client.kafka.checkpoint import PositionRecord
from sla_ledger_client.kafka.event import LedgerEvent, Record
from sla_ledger_client.kafka.partition import Partition
from sla_ledger_client.kafka.problems import GapError, TamperedError, WrongLedger

__all__ = ["Merger"]

_MOST_CLAIMS: Final = 4096


class Merger:
    """The events of all partitions, in order.

    `delivered` is the position of the last event handed on, `chain` the chain up to there.
    """

    def __init__(self, partitions: Iterable[Partition], delivered: int, chain: bytes) -> None:
        self.delivered = delivered
        self.chain = chain
        self.covered: PositionRecord | None = None
        """The last position record seen."""
        self._partitions = {one.number: one for one in partitions}
        self._waiting: dict[int, LedgerEvent] = {}
        self._held: Counter[int] = Counter()
        self._claims: dict[int, PositionRecord] = {}

    @property
    def held(self) -> Mapping[int, int]:
        """For each partition how many bytes of its events wait for their turn."""
        return self._held

    @property
    def is_holding(self) -> bool:
        """Whether events wait for their turn."""
        return bool(self._waiting)

    @property
    def is_behind(self) -> bool:
        """Whether a position record covers more than was delivered."""
        return self.covered is not None and self.covered.position > self.delivered

    def take(self, number: int, records: Iterable[Record]) -> None:
        """The next records of a partition."""
        partition, waiting = self._partitions[number], self._waiting
        held = 0
        for record in records:
            event = partition.take(record)
            if event is None:
                continue
            if event.position <= self.delivered or event.position in waiting:
                raise TamperedError(f"position {event.position} is claimed twice, once in partition {number}")
            waiting[event.position] = event
            held += len(event.line)
        self._held[number] += held

    def claim(self, record: PositionRecord) -> None:
        """A position record: what it says is compared with the chain when its position is reached."""
        ledger = next(iter(self._partitions.values())).ledger
        if ledger.id is None:
            ledger.id = record.ledger
        if record.ledger != ledger.id:
            raise WrongLedger(f"the position record is of ledger {record.ledger}, not of {ledger.id}")
        self.covered = record
        if record.position > self.delivered:
            if len(self._claims) == _MOST_CLAIMS:
                self._claims.popitem()  # the newest covers what it covered
            self._claims[record.position] = record
        elif record.position == self.delivered:
            self._compare(record)

    def next(self, limit: int, *, up_to: int | None = None) -> list[LedgerEvent]:
        """Up to `limit` events whose turn it is, none of them above `up_to`. Raises GapError where one is missing."""
        waiting, turn = self._waiting, self.delivered + 1
        end = turn + limit if up_to is None else min(turn + limit, up_to + 1)
        ready: list[LedgerEvent] = []
        while turn < end and (event := waiting.get(turn)) is not None:
            ready.append(event)
            turn += 1
        if not ready and turn < end and waiting and all(one.last > turn for one in self._partitions.values()):
            raise GapError(f"position {turn} is in no partition, and all of them have gone past it")
        return ready

    def deliver(self, event: LedgerEvent) -> None:
        """The event is handed on. Raises TamperedError where the chain is then not the one that was published."""
        claims = self._claims
        self.chain = sha256(self.chain + event.digest).digest()
        self.delivered = event.position
        del self._waiting[event.position]
        self._held[event.partition] -= len(event.line)
        if claims and (record := claims.pop(event.position, None)) is not None:
            self._compare(record)

    def missing(self) -> GapError:
        """The error to raise where every partition was read to its end, and something covered is not there."""
        covered = self.covered.position if self.covered else 0
        return GapError(f"the topics go up to position {covered}, and position {self.delivered + 1} is not there")

    def _compare(self, record: PositionRecord) -> None:
        if record.chain != self.chain.hex():
            raise TamperedError(
                f"the chain up to position {record.position} is {self.chain.hex()}, not {record.chain} as published"
            )
