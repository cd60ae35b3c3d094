"""What lies on the topics, read as any reader of committed records sees it."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from typing import Any, Final

from kafka import KafkaConsumer, TopicPartition
from kafka.admin import KafkaAdminClient
from kafka.consumer.fetcher import ConsumerRecord
from kafka.errors import TopicAuthorizationFailedError

from schemas.topics import POSITION_KEY

__all__ = ["committed", "last_position", "partition_counts", "record_at"]

_FIRST_LOOK: Final = 1_000
_POLL_MILLIS: Final = 200
_AT_ONCE: Final = 5_000


def last_position(options: Mapping[str, Any], topic: str) -> bytes | None:
    """The value of the last committed position record; None where there is none.

    It is looked for from the end of the topic backwards: what lies before it was overwritten.
    """
    place = TopicPartition(topic, 0)
    key = POSITION_KEY.encode()
    with closing(_consumer(options)) as consumer:
        consumer.assign([place])
        first, end = consumer.beginning_offsets([place])[place], consumer.end_offsets([place])[place]
        look = _FIRST_LOOK
        while True:
            begin = max(first, end - look)
            consumer.seek(place, begin)
            found = None
            while consumer.position(place) < end:
                for records in consumer.poll(timeout_ms=_POLL_MILLIS).values():
                    found = next((one.value for one in reversed(records) if one.key == key), found)
            if found is not None or begin == first:
                return None if found is None else bytes(found)
            look *= 10


def partition_counts(options: Mapping[str, Any], names: Sequence[str]) -> tuple[int, ...]:
    """How many partitions each of these topics has; 0 where there is no such topic.

    Raises TopicAuthorizationFailedError where somebody may not know: to the consumer that is no topic either.
    """
    with closing(_consumer(options)) as consumer:
        counts = tuple(len(consumer.partitions_for_topic(name) or ()) for name in names)
    if not all(counts):
        with closing(KafkaAdminClient(**options)) as client:
            for topic in client.describe_topics(list(names)):
                if topic["error_code"] == TopicAuthorizationFailedError.errno:
                    raise TopicAuthorizationFailedError(topic["name"])
    return counts


def committed(options: Mapping[str, Any], names: Sequence[str]) -> Iterator[ConsumerRecord]:
    """Every committed record of these topics, each partition in its order, up to where it ended when asked.

    A topic that is not there has no records.
    """
    with closing(_consumer(options)) as consumer:
        places = [TopicPartition(name, one) for name in names for one in consumer.partitions_for_topic(name) or ()]
        if not places:
            return
        consumer.assign(places)
        ends = consumer.end_offsets(places)
        consumer.seek_to_beginning(*places)
        left = {place for place in places if consumer.position(place) < ends[place]}
        while left:
            for records in consumer.poll(timeout_ms=_POLL_MILLIS, max_records=_AT_ONCE).values():
                yield from records
            left = {place for place in left if consumer.position(place) < ends[place]}


def record_at(options: Mapping[str, Any], name: str, partition: int, offset: int) -> ConsumerRecord | None:
    """The record at an offset; None where it was cleared away."""
    place = TopicPartition(name, partition)
    with closing(_consumer(options)) as consumer:
        consumer.assign([place])
        consumer.seek(place, offset)
        while consumer.position(place) <= offset:
            for records in consumer.poll(timeout_ms=_POLL_MILLIS, max_records=1).values():
                return next((one for one in records if one.offset == offset), None)
        return None


def _consumer(options: Mapping[str, Any]) -> KafkaConsumer:
    return KafkaConsumer(
        **options,
        isolation_level="read_committed",
        enable_auto_commit=False,
        allow_auto_create_topics=False,
        metrics_enabled=False,
    )
