"""A relay in a process of its own, for benchmarks, and the bare consumer of the topics that it fills."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from kafka import KafkaConsumer, TopicPartition

from benchmarks.processes import environment

__all__ = ["PARTITIONS", "consumed", "consumer_of", "relay"]

PARTITIONS: Final = 12
"""What the product's settings have the topics made with."""

_RELAY: Final = ("-c", "from services.cli import main; main()", "relay", "run")


@contextmanager
def relay(url: str, servers: str, state: Path, *more: str, version: int) -> Iterator[subprocess.Popen[bytes]]:
    """A relay of a ledger to a version of the topics, ended by a signal where it does not end by itself."""
    variables = {
        "SLA_LEDGER_RELAY_STATE": str(state),
        "SLA_LEDGER_KAFKA_TOPICS_VERSION": str(version),
        "SLA_LEDGER_LOG_LEVEL": "error",
    }
    command = [sys.executable, *_RELAY, "--database", url, "--bootstrap-servers", servers, *more]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, env={**environment(), **variables}) as process:
        try:
            yield process
        finally:
            process.terminate()


def consumer_of(servers: str, *names: str) -> Any:
    """The bare consumer of whole topics from their beginning, given committed records alone; to be closed."""
    consumer = KafkaConsumer(
        bootstrap_servers=servers,
        isolation_level="read_committed",
        enable_auto_commit=False,
        auto_offset_reset="earliest",
    )
    consumer.assign([TopicPartition(name, number) for name in names for number in consumer.partitions_for_topic(name)])
    return consumer


def consumed(servers: str, name: str) -> Iterator[Any]:
    """Every record that is committed in a topic now."""
    consumer = consumer_of(servers, name)
    try:
        ends = consumer.end_offsets(list(consumer.assignment()))
        while any(consumer.position(place) < end for place, end in ends.items()):
            for records in consumer.poll(timeout_ms=500).values():
                yield from records
    finally:
        consumer.close()
