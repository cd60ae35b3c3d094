"""The records of the topics, to the letter: what is sent of an event, of a row, and of how far the topics go.

Everything here follows from the ledger alone, so that whoever holds it can tell what has to lie on the topics: the
relay to send it, `relay verify` to compare it.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final, NamedTuple

import orjson

from ledger.recorder import Row
from projections.rows import IncidentRow, ObligationRow
from schemas.cloudevents import attributes, headers_of, structured_of
from schemas.instants import parse_instant, to_micros
from schemas.topics import POSITION_KEY, obligation_key
from schemas.verdicts import print_micros
from services.kafka.partitioning import partition_of

__all__ = [
    "CHECKPOINTS",
    "EVENTS",
    "INCIDENTS",
    "MICROS_PER_MILLI",
    "OBLIGATIONS",
    "Outgoing",
    "Position",
    "event_record",
    "incident_record",
    "obligation_record",
    "obligation_tombstone",
    "position_record",
]

EVENTS: Final = 0
INCIDENTS: Final = 1
OBLIGATIONS: Final = 2
CHECKPOINTS: Final = 3
"""The topics by their place in `schemas.topics.Topics`."""

MICROS_PER_MILLI: Final = 1_000


class Outgoing(NamedTuple):
    """One record: its topic by its place, its partition, key, value (None deletes the key), headers, time."""

    topic: int
    partition: int
    key: bytes
    value: bytes | None
    headers: list[tuple[str, bytes]]
    timestamp_millis: int


class Position(NamedTuple):
    """How far the topics go: which ledger's events up to which position, the chain over them, rows as of when."""

    ledger: str
    position: int
    chain: bytes
    as_of: int

    def to_wire(self) -> bytes:
        """The value of the position record."""
        return orjson.dumps(
            {
                "ledger": self.ledger,
                "position": self.position,
                "count": self.position,
                "chain": self.chain.hex(),
                "as_of": print_micros(self.as_of),
            }
        )

    @classmethod
    def from_wire(cls, value: bytes) -> "Position":
        """The position record with this value. Raises ValueError for what is none."""
        try:
            wire: Mapping[str, Any] = orjson.loads(value)
            position, chain = wire["position"], bytes.fromhex(wire["chain"])
            found = cls(str(wire["ledger"]), int(position), chain, to_micros(parse_instant(wire["as_of"])))
        except (KeyError, TypeError, ValueError) as error:
            raise ValueError(f"no position record: {error}") from None
        if found.to_wire() != value:
            raise ValueError("no position record: it is not written as this program writes it")
        return found


def event_record(row: Row, ledger_id: str, partitions: int) -> Outgoing:
    """The record of an event."""
    told = attributes(row.state, ledger_id=ledger_id, position=row.position, index=row.index)
    return Outgoing(
        EVENTS,
        partition_of(row.log, partitions),
        row.log.encode(),
        structured_of(told, row.state),
        headers_of(told),
        to_micros(datetime.fromisoformat(told["recordedtime"])) // MICROS_PER_MILLI,
    )


def incident_record(row: IncidentRow, partitions: int) -> Outgoing:
    """The record of an incident's row."""
    partition = partition_of(row.contract, partitions)
    return _row_record(INCIDENTS, partition, row.incident, row.to_wire(), row.as_of)


def obligation_record(row: ObligationRow, partitions: int) -> Outgoing:
    """The record of an obligation's row."""
    partition = partition_of(row.contract, partitions)
    key = obligation_key(row.incident, row.obligation)
    return _row_record(OBLIGATIONS, partition, key, row.to_wire(), row.as_of)


def obligation_tombstone(row: ObligationRow, at: int, partitions: int) -> Outgoing:
    """What takes an obligation's row off its topic, as of an instant: the key without a value."""
    key = obligation_key(row.incident, row.obligation).encode()
    return Outgoing(OBLIGATIONS, partition_of(row.contract, partitions), key, None, [], at // MICROS_PER_MILLI)


def position_record(position: Position) -> Outgoing:
    """The record of how far the topics go."""
    millis = position.as_of // MICROS_PER_MILLI
    return Outgoing(CHECKPOINTS, 0, POSITION_KEY.encode(), position.to_wire(), [], millis)


def _row_record(topic: int, partition: int, key: str, row: Mapping[str, Any], as_of: int) -> Outgoing:
    return Outgoing(topic, partition, key.encode(), orjson.dumps(row), [], as_of // MICROS_PER_MILLI)
