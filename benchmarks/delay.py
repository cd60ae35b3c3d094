"""How long after an append a reader of the topic has its event, against a transaction of the same records.

The relay has nothing else to do. Both sides write to topics of their own on the same broker and are awaited by the same
consumer, which is told of committed records alone; they take turns. The bare transaction sends again what the relay
sent for an append: the event, the rows that it changed, the position record.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from contextlib import closing
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any, Final

from kafka import KafkaProducer

from benchmarks.desk import furnish, incident, report
from benchmarks.harness import ROUNDS
from benchmarks.relaying import PARTITIONS, consumer_of, relay
from ledger.application import Ledger
from schemas.topics import topics
from services.bootstrap import found_ledger
from tests.servers.kafka import fresh_topics

__all__ = ["delays"]

INCIDENTS: Final = 20
APPENDS_A_ROUND: Final = 20

_OURS: Final = topics(3)
_THEIRS: Final = topics(4)
_IDLE_SECONDS: Final = 0.1
_LONGEST_SECONDS: Final = 60.0
_PRODUCER: Final = {"acks": "all", "enable_idempotence": True, "linger_ms": 0, "retry_backoff_ms": 2}


def delays(folder: Path, servers: str) -> tuple[float, float]:
    """The median milliseconds from an append to the reader, and from the beginning of a bare transaction."""
    url = f"sqlite:///{folder}/idle.db"
    for version in (3, 4):
        fresh_topics(servers, version=version, partitions=PARTITIONS)
    with (
        found_ledger(url) as ledger,
        closing(consumer_of(servers, *_OURS, *_THEIRS)) as consumer,
        closing(KafkaProducer(bootstrap_servers=servers, transactional_id="bare", **_PRODUCER)) as producer,
        relay(url, servers, folder / "idle", version=3),
    ):
        furnish(ledger, INCIDENTS)
        _awaited(consumer, _OURS.events, ledger.head().count)
        producer.init_transactions()
        sample = _sample(ledger, consumer)
        rounds = [_round(ledger, consumer, producer, sample) for _ in range(1 + ROUNDS)][1:]
    return median(ours for ours, _ in rounds), median(theirs for _, theirs in rounds)


def _round(ledger: Ledger, consumer: Any, producer: Any, sample: Sequence[Any]) -> tuple[float, float]:
    ours, theirs = [], []
    for number in range(APPENDS_A_ROUND):
        time.sleep(_IDLE_SECONDS)
        ledger.append([report(incident(number % INCIDENTS))])
        begun = perf_counter()
        _awaited(consumer, _OURS.events, 1)
        ours.append((perf_counter() - begun) * 1e3)
        time.sleep(_IDLE_SECONDS)
        begun = perf_counter()
        producer.begin_transaction()
        for one in sample:
            name = _THEIRS[_OURS.index(one.topic)]
            producer.send(name, one.value, one.key, one.headers, one.partition, one.timestamp)
        producer.commit_transaction()
        _awaited(consumer, _THEIRS.events, 1)
        theirs.append((perf_counter() - begun) * 1e3)
    return median(ours), median(theirs)


def _sample(ledger: Ledger, consumer: Any) -> Sequence[Any]:
    """The records that the relay sends for one append."""
    _all_there_is(consumer)
    ledger.append([report(incident(0))])
    sample = _all_there_is(consumer)
    assert sum(one.topic == _OURS.events for one in sample) == 1, "one event was recorded"
    return sample


def _all_there_is(consumer: Any) -> list[Any]:
    """Every record up to a second in which none comes: one poll gives only so many."""
    found: list[Any] = []
    while more := list(_come(consumer, 1_000)):
        found += more
    return found


def _awaited(consumer: Any, name: str, count: int) -> None:
    """Wait until so many records of a topic have come. Raises TimeoutError."""
    late = perf_counter() + _LONGEST_SECONDS
    while count > 0:
        count -= sum(one.topic == name for one in _come(consumer, 1_000))
        if perf_counter() > late:
            raise TimeoutError(f"{count} records of {name} did not come")


def _come(consumer: Any, wait_millis: int = 0) -> Iterable[Any]:
    return (one for records in consumer.poll(timeout_ms=wait_millis).values() for one in records)
