"""An event as it comes from the topic: checked to be this ledger's, and its bytes cut out as they were recorded."""

from hashlib import sha256
from typing import Any, Final, NamedTuple

import orjson

from schemas.relay_problems import TopicsForeign, TopicsUnusable
from services.kafka.records import Position

__all__ = ["Incoming", "incoming", "position_told"]

_DATA: Final = b',"data":'
_SOURCE: Final = "urn:sla-ledger:"


class Incoming(NamedTuple):
    """One event: its position in the ledger, its log, its canonical bytes, and where it lies in its partition."""

    position: int
    log: str
    state: bytes
    offset: int


def incoming(record: Any, ledger_id: str) -> Incoming:
    """The event of a record of `events.v1`. Raises TopicsForeign, TopicsUnusable where its bytes were changed."""
    head, mark, rest = record.value.partition(_DATA)
    state = rest[:-1]
    try:
        told = orjson.loads(head + b"}")
        source, digest = told["source"].removeprefix(_SOURCE), told["sha256"]
        found = Incoming(int(told["sequence"]), told["partitionkey"], state, record.offset)
    except (AttributeError, KeyError, TypeError, ValueError):
        raise _unusable(record, "no event of this program") from None
    if source != ledger_id:
        raise TopicsForeign(found=source, ledger=ledger_id)
    if not mark or sha256(state).hexdigest() != digest:
        raise _unusable(record, "other bytes than were recorded")
    return found


def position_told(record: Any, ledger_id: str) -> int:
    """The position that a position record says the topics go up to. Raises TopicsForeign, TopicsUnusable."""
    try:
        told = Position.from_wire(record.value)
    except ValueError as error:
        raise _unusable(record, str(error)) from None
    if told.ledger != ledger_id:
        raise TopicsForeign(found=told.ledger, ledger=ledger_id)
    return told.position


def _unusable(record: Any, reason: str) -> TopicsUnusable:
    return TopicsUnusable(topic=record.topic, reason=f"partition {record.partition}, offset {record.offset}: {reason}")
