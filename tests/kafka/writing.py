"""A small producer that fills the topics as the relay does, and also as it never would.

    Told                      an event, where it stands, and its canonical bytes
    told(count)               that many events of made-up contracts, in the ledger's order
    Writer                    a transactional producer of them
        .publish(events)      events and the position record that covers them, committed together
        .abort(events)        the same, aborted: the records stay for those who read what is uncommitted
        .send(…)              one record as it is given, for forgers

The relay itself is tested by its own tests; what reads the topics is tested against every order that these can have.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any, Final, Self
from uuid import NAMESPACE_URL, uuid5

import orjson
from kafka import KafkaProducer
from kafka.partitioner import murmur2

from schemas.cloudevents import kafka_headers, structured
from schemas.topics import POSITION_KEY, TOPICS_VERSION, topics

__all__ = ["BEGINNING", "LEDGER", "Told", "Writer", "chained", "partition_of", "told"]

LEDGER: Final = "0198c0de-0000-7000-8000-000000000001"
BEGINNING: Final = datetime(2026, 1, 12, 9, 0, tzinfo=UTC)
_STEP: Final = timedelta(minutes=7)


@dataclass(frozen=True, slots=True)
class Told:
    """One event: its position in the ledger, its index in its log, its bytes."""

    position: int
    index: int
    log: str
    line: bytes

    @property
    def milliseconds(self) -> int:
        """When it was recorded, as the time of a record."""
        return int(datetime.fromisoformat(orjson.loads(self.line)["recorded_at"]).timestamp() * 1000)


def told(count: int, *, contracts: int = 7, first: int = 1, ledger: str = LEDGER) -> list[Told]:
    """Events from position `first`, as if the ledger had begun with the first of all: the same every time."""
    found: list[Told] = []
    indexes: dict[str, int] = {}
    for position in range(1, first + count):
        log = "provider" if position % 29 == 1 else f"K-{position * position % contracts}"
        index = indexes[log] = indexes.get(log, -1) + 1
        if position >= first:
            found.append(Told(position, index, log, _line(position, index, log, ledger)))
    return found


def _line(position: int, index: int, log: str, ledger: str) -> bytes:
    recorded = (BEGINNING + position * _STEP).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    kind = "opened" if index % 3 == 0 else "responded" if index % 3 == 1 else "resolved"
    event = {
        "id": str(uuid5(NAMESPACE_URL, f"{ledger}/{position}")),
        "type": "policy.adopted.v1" if log == "provider" else f"incident.{kind}.v1",
        "subject": "made-up" if log == "provider" else f"{log}-{index // 3}",
        "occurred_at": recorded,
        "recorded_at": recorded,
        "actor": {"id": "made-up", "kind": "system"},
        "data": {"note": f'“{position}”,"data":' + "x" * (position % 50)},
        "log": log,
        "version": index % 3 + 1,
    }
    return orjson.dumps(event, option=orjson.OPT_SORT_KEYS)


def chained(events: Iterable[Told], chain: bytes = bytes(32)) -> bytes:
    """The chain of hashes over events, after the one before them."""
    for event in events:
        chain = sha256(chain + sha256(event.line).digest()).digest()
    return chain


def partition_of(log: str, partitions: int) -> int:
    """Where the records of a log lie."""
    return int((murmur2(log.encode()) & 0x7FFFFFFF) % partitions)


class Writer:
    """A transactional producer for topics of so many partitions, that keeps the chain."""

    def __init__(
        self, bootstrap: str, *, partitions: int = 6, ledger: str = LEDGER, version: int = TOPICS_VERSION
    ) -> None:
        self.bootstrap, self.partitions, self.ledger = bootstrap, partitions, ledger
        self.version, self.names = version, topics(version)
        self.chain = bytes(32)
        self.position = 0
        self._producer = self._made()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._producer.close()

    def publish(self, events: Sequence[Told], *, rows: Iterable[tuple[str, str, str, Mapping[str, Any]]] = ()) -> None:
        """Events, rows (topic, log, key, columns) and the position record, in one transaction."""
        self._producer.begin_transaction()
        self._write(events)
        for topic, log, key, columns in rows:
            self.send_row(topic, log, key, columns)
        self.chain = chained(events, self.chain)
        self.position = events[-1].position if events else self.position
        self.claim(self.position, self.chain)
        self._producer.commit_transaction()

    def abort(self, events: Sequence[Told], *, crash: bool = False) -> None:
        """Events and a position record in an aborted transaction; `crash`: aborted by the next producer's fencing."""
        self._producer.begin_transaction()
        self._write(events)
        if events:
            self.claim(events[-1].position, chained(events, self.chain))
        self._producer.flush()
        if crash:
            self._producer = self._made()
        else:
            self._producer.abort_transaction()

    def raw(self, *records: tuple[str, int, bytes, bytes]) -> None:
        """Records as they are given (topic, partition, key, value), in one committed transaction."""
        self._producer.begin_transaction()
        for topic, partition, key, value in records:
            self._producer.send(topic, value, key, partition=partition)
        self._producer.commit_transaction()

    def value(self, event: Told, **changed: Any) -> bytes:
        """The record's value of an event; `line`, `index`, `position` or `ledger_id` may be others than they are."""
        parts: dict[str, Any] = {"ledger_id": self.ledger, "position": event.position, "index": event.index} | changed
        return structured(parts.pop("line", event.line), **parts)

    def record(self, event: Told, **changed: Any) -> tuple[str, int, bytes, bytes]:
        """The record of an event as `raw` takes it, with what `value` may change."""
        place = partition_of(event.log, self.partitions)
        return self.names.events, place, event.log.encode(), self.value(event, **changed)

    def place(self, log: str) -> int:
        """The partition of a log."""
        return partition_of(log, self.partitions)

    def send_row(self, topic: str, log: str, key: str, columns: Mapping[str, Any]) -> None:
        """A row of state, in the partition of its contract; within a transaction."""
        place = partition_of(log, self.partitions)
        self._producer.send(topic, orjson.dumps(dict(columns)), key.encode(), partition=place)

    def claim(self, position: int, chain: bytes) -> None:
        """A position record; within a transaction."""
        when = (BEGINNING + position * _STEP).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        record = {"ledger": self.ledger, "position": position, "count": position, "chain": chain.hex(), "as_of": when}
        self._producer.send(self.names.checkpoints, orjson.dumps(record), POSITION_KEY.encode(), partition=0)

    def _write(self, events: Iterable[Told]) -> None:
        for event in events:
            topic, place, key, value = self.record(event)
            headers = kafka_headers(event.line, ledger_id=self.ledger, position=event.position, index=event.index)
            self._producer.send(topic, value, key, headers, place, event.milliseconds)

    def _made(self) -> Any:
        producer = KafkaProducer(
            bootstrap_servers=self.bootstrap,
            transactional_id=f"relay-v{self.version}",
            acks="all",
            retry_backoff_ms=5,
            linger_ms=0,
        )
        producer.init_transactions()
        return producer
