"""The topics as kafka-python gives them: which there are, consumers of them, and its errors as the client's.

A consumer here never commits by itself, begins at the first record where it has no other place, and makes no topic.
What else there is to set (addresses aside: user, password, certificates, sizes) is the job's, and passed on as it is.
"""

import logging
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import Any, Final

try:
    from kafka import KafkaConsumer, TopicPartition
    from kafka.errors import (
        AuthorizationError,
        KafkaConnectionError,
        KafkaTimeoutError,
        SaslAuthenticationFailedError,
    )
    from kafka.partitioner import murmur2
except ImportError as error:
    raise ImportError("the reader of the topics needs kafka-python: pip install 'sla-ledger-client[kafka]'") from error

from sla_ledger_client.kafka.checkpoint import POSITION_KEY, PositionRecord
from sla_ledger_client.kafka.problems import ReadingRefused, TopicsMissing
from sla_ledger_client.problem import Unreachable

__all__ = ["Checkpoints", "Connection", "TopicPartition", "partitioner"]

_OURS: Final = frozenset(
    (
        "allow_auto_create_topics",
        "auto_offset_reset",
        "consumer_timeout_ms",
        "enable_auto_commit",
        "group_id",
        "isolation_level",
        "key_deserializer",
        "value_deserializer",
    )
)
_COMMITTED: Final = "read_committed"
_OPEN_SECONDS: Final = 5.0
_BOOTSTRAP_MILLIS: Final = 10_000


class Connection:
    """How to reach the broker: its addresses, and kafka-python's own settings of a consumer."""

    def __init__(self, bootstrap_servers: str | Sequence[str], settings: Mapping[str, Any]) -> None:
        refused = sorted(_OURS & settings.keys())
        if refused:
            raise ValueError(f"{', '.join(refused)}: set by the reader itself")
        self._settings = {"bootstrap_timeout_ms": _BOOTSTRAP_MILLIS, **settings, "bootstrap_servers": bootstrap_servers}
        self._looking: Any = None

    def consumer(self, *, isolation_level: str = _COMMITTED, group_id: str | None = None) -> Any:
        """A consumer that reads nothing yet. Raises Unreachable where no broker answers, ReadingRefused."""
        with raised(), _named():
            return KafkaConsumer(
                **self._settings,
                group_id=group_id,
                isolation_level=isolation_level,
                auto_offset_reset="earliest",
                enable_auto_commit=False,
                allow_auto_create_topics=False,
            )

    def ends(self, topic: str, partitions: Iterable[int]) -> dict[int, int]:
        """For each partition the offset behind everything that was written, committed or not.

        A commit is acknowledged before every partition has its mark, so what can be read of a transaction may for a
        moment end before it. Who has read up to here has read all of it.
        """
        if self._looking is None:
            self._looking = self.consumer(isolation_level="read_uncommitted")
        with raised():
            found = self._looking.end_offsets([TopicPartition(topic, number) for number in partitions])
        return {place.partition: offset for place, offset in found.items()}

    def close(self) -> None:
        """Close what looks for the ends; each consumer is closed by whom it was made for."""
        if self._looking is not None:
            self._looking.close()


@contextmanager
def raised() -> Iterator[None]:
    """What kafka-python raises, as the client's errors where there is one to say what to do."""
    try:
        yield
    except (SaslAuthenticationFailedError, AuthorizationError) as error:
        raise ReadingRefused(str(error)) from error
    except (KafkaTimeoutError, KafkaConnectionError) as error:
        raise Unreachable(f"no broker answered ({error})") from error


class _Refusals(logging.Handler):
    """Why the broker refuses, which the library tells to its log alone before it tries again."""

    said = ""
    hung_up = False

    def emit(self, record: logging.LogRecord) -> None:
        """Keep what a line tells of: a refusal in words, or how the last connection ended."""
        for found in record.args if isinstance(record.args, tuple) else ():
            if isinstance(found, SaslAuthenticationFailedError):
                self.said = str(found)
            elif isinstance(found, KafkaConnectionError):
                self.hung_up = "disconnected" in str(found)

    def reason(self) -> str:
        """Why it refuses; empty where it does not.

        The library may lose the broker's words where the connection ends with them: it then hangs up each time.
        """
        return self.said or ("it hangs up: a wrong user, password, certificate or protocol" if self.hung_up else "")


@contextmanager
def _named() -> Iterator[None]:
    """Say that the broker refused user or password, where the library says in the end that none answered."""
    log, refusals = logging.getLogger("kafka.net.manager"), _Refusals(logging.WARNING)
    log.addHandler(refusals)
    try:
        yield
    except (KafkaTimeoutError, KafkaConnectionError) as error:
        if reason := refusals.reason():
            raise ReadingRefused(reason) from error
        raise
    finally:
        log.removeHandler(refusals)


def partitions_of(consumer: Any, topic: str) -> list[int]:
    """The numbers of a topic's partitions. Raises TopicsMissing where there is no such topic, ReadingRefused.

    To whom it may not be described a topic seems not to be there; whether that is so is told by another request.
    """
    with raised():
        found = consumer.partitions_for_topic(topic)
        if not found:
            with suppress(KafkaTimeoutError):
                consumer.end_offsets([TopicPartition(topic, 0)], timeout_ms=_OPEN_SECONDS * 1000)
            raise TopicsMissing(f"there is no topic {topic}")
    return sorted(found)


def partitioner(count: int) -> Callable[[str], int]:
    """In which of `count` partitions a log lies."""
    return lambda log: (murmur2(log.encode()) & 0x7FFFFFFF) % count


def has_read(consumer: Any, topic: str, ends: Mapping[int, int]) -> bool:
    """Whether a consumer has read these partitions to these ends."""
    places = {TopicPartition(topic, number): end for number, end in ends.items()}
    return all((consumer.position(place) or 0) >= end for place, end in places.items())


class Checkpoints:
    """The topic of the position records, read from its beginning, of what was committed alone."""

    def __init__(self, connection: Connection, topic: str) -> None:
        self._connection, self._topic = connection, topic
        self._consumer = connection.consumer()
        partitions_of(self._consumer, topic)
        self._consumer.assign([TopicPartition(topic, 0)])

    def new(self) -> list[PositionRecord]:
        """The position records that came since the last call; returns at once."""
        with raised():
            found = self._consumer.poll(timeout_ms=0)
        return _positions(found)

    def all(self) -> list[PositionRecord]:
        """The position records up to the topic's end as it is now.

        A transaction that is open there is waited for, but not long: a relay that died may have left it.
        """
        ends, deadline = self._connection.ends(self._topic, [0]), time.monotonic() + _OPEN_SECONDS
        told: list[PositionRecord] = []
        while not has_read(self._consumer, self._topic, ends):
            with raised():
                found = self._consumer.poll(timeout_ms=100)
            told += _positions(found)
            if not found and time.monotonic() > deadline:
                break
        return told

    def close(self) -> None:
        """Leave the broker."""
        self._consumer.close()


def _positions(found: Mapping[Any, Iterable[Any]]) -> list[PositionRecord]:
    return [
        PositionRecord.of(record.value)
        for records in found.values()
        for record in records
        if record.key == POSITION_KEY
    ]
