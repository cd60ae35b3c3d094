"""One partition of the events' topic, read in order: what comes again is dropped, what is missing is noticed.

    read_committed     1  3  4  7  9
    read_uncommitted   1  3  4  7  4  7  9        4 and 7 first in a transaction that was aborted

Positions rise within a partition, so a record whose position is not above the last one is one that came before. A log
lies in one partition and its indices are dense, so a record that is missing shows at the next one of its log.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from sla_ledger_client.kafka.event import LedgerEvent, Record, event_of, ledger_of
from sla_ledger_client.kafka.problems import GapError, TamperedError

__all__ = ["Ledger", "Partition"]


@dataclass(slots=True)
class Ledger:
    """The ledger that is read: its id, given or learned from the first record; and where its logs lie."""

    id: str | None
    partition_of: Callable[[str], int]


@dataclass(slots=True)
class Partition:
    """How far a partition was read.

    `logs` has the index last read of each log; `knows_logs` says that it has every log of which anything was read,
    so that another one must begin at 0.
    """

    number: int
    ledger: Ledger
    last: int = 0
    logs: dict[str, int] = field(default_factory=dict)
    knows_logs: bool = True

    def take(self, record: Record) -> LedgerEvent | None:
        """The event in the next record, or None where it came before.

        Raises GapError where a record before it is missing, TamperedError where it is not what was published.
        """
        if self.ledger.id is None:
            self.ledger.id = ledger_of(record)
        event = event_of(record, self.ledger.id)
        log = event.log
        before = self.logs.get(log)
        if event.position <= self.last:
            if self.knows_logs and event.index > (-1 if before is None else before):
                raise GapError(f"{_told(event)} stands after position {self.last} and was not read before it")
            return None
        if before is None:
            self._begin(event)
        elif event.index != before + 1:
            raise GapError(f"{_told(event)} has index {event.index} in its log, where {before + 1} is due")
        self.logs[log] = event.index
        self.last = event.position
        return event

    def _begin(self, event: LedgerEvent) -> None:
        place = self.ledger.partition_of(event.log)
        if place != self.number:
            raise TamperedError(f"{_told(event)} lies in partition {self.number}; its log belongs to {place}")
        if self.knows_logs and event.index != 0:
            raise GapError(f"{_told(event)} is the first of its log here, with index {event.index} where 0 is due")


def _told(event: LedgerEvent) -> str:
    return f"position {event.position} of log {event.log} (partition {event.partition}, offset {event.offset})"
