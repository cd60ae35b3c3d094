"""The topics read by another client, and compared with the ledger by code that shares nothing with the product's.

What is expected is written down here once more, from the specification of the topics alone.
"""

import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from hashlib import sha256
from time import monotonic
from typing import Any, NamedTuple

from confluent_kafka import Consumer, TopicPartition

from ledger.application import Ledger
from projections.projector import Projector
from projections.store.sqlite.model import SqliteReadModel
from schemas.topics import Topics, topics

EVENTS = topics().events
INCIDENTS = topics().incidents
OBLIGATIONS = topics().obligations
CHECKPOINTS = topics().checkpoints

_PATIENCE_SECONDS = 10.0


class Read(NamedTuple):
    """One record as the other client gives it."""

    topic: str
    partition: int
    offset: int
    key: str
    value: bytes | None
    headers: list[tuple[str, bytes]]
    millis: int


def read(servers: str, names: Sequence[str], *, isolation: str = "read_committed") -> list[Read]:
    """Every record of these topics, each partition in its order.

    A commit is acknowledged before every partition has its mark, so what cannot be read yet is waited for; but not for
    ever, since a transaction that was left open hides whatever comes after it.
    """
    deadline = monotonic() + _PATIENCE_SECONDS
    consumer = Consumer(
        {
            "bootstrap.servers": servers,
            "group.id": "independent",
            "enable.auto.commit": False,
            "isolation.level": isolation,
            "enable.partition.eof": True,
            "auto.offset.reset": "earliest",
        }
    )
    found: list[Read] = []
    try:
        metadata = consumer.list_topics(timeout=30)
        places = [TopicPartition(name, one, 0) for name in names for one in metadata.topics[name].partitions]
        left: dict[tuple[Any, Any], int] = {}
        for place in places:
            place.offset, left[place.topic, place.partition] = consumer.get_watermark_offsets(place, timeout=30)
        consumer.assign(places)
        ended: set[tuple[Any, Any]] = set()
        while left and not (ended >= left.keys() and monotonic() > deadline):
            for message in consumer.consume(1_000, timeout=0.5):
                if message.error() is None:
                    found.append(_read(message))
                    continue
                at = message.topic(), message.partition()
                ended.add(at)
                if (message.offset() or 0) >= left.get(at, 0):
                    left.pop(at, None)
    finally:
        consumer.close()
    return found


def _read(message: Any) -> Read:
    return Read(
        message.topic(),
        message.partition(),
        message.offset(),
        (message.key() or b"").decode(),
        message.value(),
        list(message.headers() or []),
        message.timestamp()[1],
    )


def murmur2(data: bytes) -> int:
    """The hash by which Kafka's clients choose partitions, as its definition states it."""
    mask, m = 0xFFFFFFFF, 0x5BD1E995
    h = 0x9747B28C ^ len(data)
    for place in range(0, len(data) - len(data) % 4, 4):
        k = int.from_bytes(data[place : place + 4], "little") * m & mask
        k = (k ^ k >> 24) * m & mask
        h = (h * m & mask) ^ k
    rest = data[len(data) - len(data) % 4 :]
    if rest:
        h = (h ^ int.from_bytes(rest, "little")) * m & mask
    h = (h ^ h >> 13) * m & mask
    return h ^ h >> 15


def assert_events_are_the_ledgers(ledger: Ledger, records: Sequence[Read], partitions: int, upto: int) -> None:
    """Every event up to a position once, to the letter, in the order of its partition."""
    by_position: dict[int, Read] = {}
    last: dict[int, int] = defaultdict(int)
    for record in records:
        assert record.value is not None
        position = int(json.loads(record.value)["sequence"])
        assert position > last[record.partition], f"position {position} after {last[record.partition]}"
        last[record.partition] = position
        by_position[position] = record
    assert sorted(by_position) == list(range(1, upto + 1))
    for row in ledger.rows(until=upto):
        record = by_position[row.position]
        event = json.loads(row.state)
        assert record.key == row.log == event["log"]
        assert record.partition == (murmur2(row.log.encode()) & 0x7FFFFFFF) % partitions
        told = {
            "specversion": "1.0",
            "id": event["id"],
            "source": f"urn:sla-ledger:{ledger.identity.ledger_id}",
            "type": event["type"],
            "subject": event["subject"],
            "time": event["occurred_at"],
            "datacontenttype": "application/json",
            "dataschema": f"urn:sla-ledger:schema:{event['type']}",
            "partitionkey": row.log,
            "sequence": f"{row.position:020}",
            "logindex": f"{row.index:020}",
            "recordedtime": event["recorded_at"],
            "sha256": sha256(row.state).hexdigest(),
        }
        assert record.value is not None
        assert json.loads(record.value) == told | {"data": event}
        assert record.value.endswith(b',"data":' + row.state + b"}")
        headers = {"content-type": "application/cloudevents+json; charset=UTF-8"}
        headers |= {f"ce_{name}": value for name, value in told.items()}
        assert {name: value.decode() for name, value in record.headers} == headers
        assert len(record.headers) == len(headers)
        recorded = datetime.fromisoformat(event["recorded_at"]) - datetime(1970, 1, 1, tzinfo=UTC)
        assert record.millis == recorded.days * 86_400_000 + recorded.seconds * 1000 + recorded.microseconds // 1000


def latest(records: Sequence[Read]) -> dict[str, dict[str, Any]]:
    """The last row of each key; what was taken off is absent."""
    rows: dict[str, dict[str, Any]] = {}
    for record in records:
        if record.value is None:
            rows.pop(record.key, None)
        else:
            rows[record.key] = json.loads(record.value)
    return rows


def positions(records: Sequence[Read]) -> Iterator[dict[str, Any]]:
    """The position records in order."""
    for record in records:
        if record.key == "position":
            assert record.value is not None
            yield json.loads(record.value)


def projected(ledger: Ledger, views: SqliteReadModel, upto: int, as_of: int) -> tuple[dict[str, Any], dict[str, Any]]:
    """The rows of incidents and of obligations that a projector makes, by their keys."""
    policies = {sha: ledger.policy_text(sha) or b"" for sha in ledger.policy_hashes()}
    projector = Projector(views, ledger, policies)
    for _ in projector.follow(ledger.rows(until=upto)):
        pass
    projector.advance(as_of)
    incidents: dict[str, Any] = {}
    obligations: dict[str, Any] = {}
    for name in views.names(after="", limit=1_000_000):
        view = views.view(name)
        assert view is not None
        incidents[name] = view.incident.to_wire()
        for row in view.obligations:
            obligations[f"{name}/{row.obligation}"] = row.to_wire()
    return incidents, obligations


__all__ = [
    "CHECKPOINTS",
    "EVENTS",
    "INCIDENTS",
    "OBLIGATIONS",
    "Read",
    "Topics",
    "assert_events_are_the_ledgers",
    "latest",
    "positions",
    "projected",
    "read",
]
