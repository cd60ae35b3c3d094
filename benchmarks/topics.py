"""The topics of Kafka: a relay that catches up, an append on its way to a reader, and a job that reads everything.

    catch-up     `sla-ledger relay run --until-caught-up` over a made history, a whole process with those it starts,
                 against a plain idempotent producer that sends the very records that the relay had sent, rows and
                 position records included, made beforehand
    idle         from the answer of an append to a consumer that has it, with a relay that has nothing else to do,
                 against a transaction of as many records of the same sizes, from its beginning to the same consumer
    reading      LedgerReader over all events, proving each, against kafka-python's bare consumer over the same topic

One broker serves both sides. `SLA_LEDGER_BENCH_TOPIC_EVENTS` makes the history shorter, `…_ROUNDS` the rounds fewer.
"""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Final, NamedTuple

from kafka import KafkaProducer

from benchmarks.delay import delays
from benchmarks.harness import ROUNDS, Row, row
from benchmarks.histories import write
from benchmarks.relaying import PARTITIONS, consumed, relay
from schemas.decode import decode_proposal
from schemas.topics import topics
from services.bootstrap import found_ledger
from sla_ledger_client.kafka import LedgerReader
from tests.servers.kafka import KafkaBroker, fresh_topics

CATCH_UP: Final = 0.65
IDLE: Final = 2.0
READING: Final = 0.7
# Taken out of the environment, since the product's settings refuse what they do not know.
EVENTS: Final = int(os.environ.pop("SLA_LEDGER_BENCH_TOPIC_EVENTS", "200000"))
TIMES: Final = int(os.environ.pop("SLA_LEDGER_BENCH_TOPIC_ROUNDS", str(ROUNDS)))

_EVENTS_AN_INCIDENT: Final = 5.47
_OURS: Final = 1
_THEIRS: Final = 2
"""The versions of the topics that each side writes to."""
_PRODUCER: Final = {"acks": "all", "enable_idempotence": True, "linger_ms": 20, "batch_size": 262_144}


class Sent(NamedTuple):
    """A record as it lies in a topic, named by its place among the four."""

    topic: int
    partition: int
    key: bytes
    value: bytes | None
    headers: Sequence[tuple[str, bytes]]
    timestamp_millis: int


def run() -> list[Row]:
    """The table's lines."""
    with TemporaryDirectory() as name, KafkaBroker(Path(name, "kafka"), heap_mib=1_024) as broker:
        url, count = _ledger(Path(name))
        caught_up, produced = _catching_up(Path(name), broker.bootstrap, url, count)
        read, bare = _reading(broker.bootstrap, count)
        published, transacted = delays(Path(name), broker.bootstrap)
    history = f"of {count:,} events with their rows"
    return [
        row(f"relay catch-up {history}, against a plain producer", caught_up, produced, "events/s", CATCH_UP),
        row("from an append to a reader of the topic when idle, p50, against a transaction", published, transacted,
            "ms", IDLE),
        row("reading all events by LedgerReader, against the bare consumer", read, bare, "events/s", READING),
    ]  # fmt: skip


def _ledger(folder: Path) -> tuple[str, int]:
    """A ledger with a made history, and how many events it has."""
    file, url = folder / "history.jsonl", f"sqlite:///{folder}/ledger.db"
    with file.open("w") as out:
        write(out, round(EVENTS / _EVENTS_AN_INCIDENT))
    with found_ledger(url) as ledger, file.open("rb") as lines:
        for _ in ledger.import_(decode_proposal(line) for line in lines):
            pass
        return url, ledger.head().count


def _catching_up(folder: Path, servers: str, url: str, count: int) -> tuple[float, float]:
    """Events a second of the relay, and of a plain producer sending the same records."""
    rates: list[tuple[float, float]] = []
    for number in range(TIMES):
        fresh_topics(servers, version=_OURS, partitions=PARTITIONS)
        fresh_topics(servers, version=_THEIRS, partitions=PARTITIONS)
        begun = perf_counter()
        with relay(url, servers, folder / f"state-{number}", "--until-caught-up", version=_OURS) as process:
            if process.wait() != 0:
                raise RuntimeError("the relay failed")
        relayed = count / (perf_counter() - begun)
        with _uncollected():
            records = list(_records(servers))
            begun = perf_counter()
            _produce(servers, records)
            rates.append((relayed, count / (perf_counter() - begun)))
        message = f"relay {relayed:.0f} events/s, producer {rates[-1][1]:.0f} ({len(records)} records)"
        print(message, file=sys.stderr)
    return median(ours for ours, _ in rates), median(theirs for _, theirs in rates)


def _records(servers: str) -> Iterator[Sent]:
    """What the relay has sent, topic by topic."""
    for place, name in enumerate(topics(_OURS)):
        for one in consumed(servers, name):
            yield Sent(place, one.partition, one.key, one.value, one.headers, one.timestamp)


def _produce(servers: str, records: Sequence[Sent]) -> None:
    names = topics(_THEIRS)
    producer = KafkaProducer(bootstrap_servers=servers, **_PRODUCER)
    for one in records:
        producer.send(names[one.topic], one.value, one.key, one.headers, one.partition, one.timestamp_millis)
    producer.flush()
    producer.close()


def _reading(servers: str, count: int) -> tuple[float, float]:
    """Events a second of LedgerReader, and of the bare consumer."""
    rounds = []
    for _ in range(1 + ROUNDS):
        begun = perf_counter()
        with LedgerReader(servers, version=_OURS, until_complete=True) as reader:
            read = sum(1 for _ in reader)
        ours, begun = perf_counter() - begun, perf_counter()
        bare = sum(1 for _ in consumed(servers, topics(_OURS).events))
        if (read, bare) != (count, count):
            raise RuntimeError(f"{read} and {bare} events were read of {count}")
        rounds.append((count / ours, count / (perf_counter() - begun)))
    return median(ours for ours, _ in rounds[1:]), median(theirs for _, theirs in rounds[1:])


@contextmanager
def _uncollected() -> Iterator[None]:
    """Without looking for garbage: a list of half a million records would be walked over and over."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


if __name__ == "__main__":
    for line in run():
        print(line)
