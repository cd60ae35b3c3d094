"""The process that talks to the broker for the relay: it fences, reads the position back, and commits transactions.

    python -m services.kafka      started by the relay, which speaks to it through its standard streams

It is a process of its own because kafka-python's `commit_transaction` may never return and a producer cannot be given
up inside a process that lives on: the relay ends this one and starts another. It ends by itself when the relay does.

Each message is one pickled object: from the relay an `Opening`, then `Batch` after `Batch`; back come `Opened`, then
the number of each batch once it is committed, or `Failed`, which is the last. In between a `Refusing` may come: the
library tries again without a word what the broker refuses, and the calls return too late or never. Only the two
processes write to the pipe.
"""

import pickle
import threading
from collections.abc import Callable, Mapping, Sequence
from typing import Any, BinaryIO, Final, Literal, NamedTuple, TypeAlias

from kafka import KafkaProducer
from kafka.errors import (
    AuthorizationError,
    InvalidProducerEpochError,
    KafkaError,
    ProducerFencedError,
    SaslAuthenticationFailedError,
    TopicAuthorizationFailedError,
    UnknownTopicOrPartitionError,
)

from ledger.recorder import Row
from schemas.topics import Topics
from services.kafka.connecting import KafkaConnection, overhearing, told
from services.kafka.reading import last_position, partition_counts
from services.kafka.records import Outgoing, event_record
from services.settings import Settings

__all__ = ["Batch", "Failed", "Failure", "Opened", "Opening", "Refusing", "Step", "serve"]

Failure: TypeAlias = Literal["fenced", "refused", "topics", "other"]
Step: TypeAlias = Callable[[str], object]

_PRODUCER: Final[Mapping[str, Any]] = {
    "acks": "all",
    "enable_idempotence": True,
    "retry_backoff_ms": 2,
    "linger_ms": 0,
    "batch_size": 524_288,
    "metrics_enabled": False,
    "allow_auto_create_topics": False,
}


class Opening(NamedTuple):
    """What the process is started for: where Kafka is, as which producer, which topics.

    How it is spoken to is read from the environment, as the relay read it.
    """

    servers: str
    transactional_id: str
    transaction_timeout_millis: int
    ledger_id: str
    topics: Topics


class Opened(NamedTuple):
    """The producer is the only one now; the partitions of each topic, the value of the last position record.

    Where a topic is not there (0 partitions) nobody was shut out, and that was all.
    """

    partitions: tuple[int, ...]
    position: bytes | None


class Batch(NamedTuple):
    """One transaction: events as they lie in the ledger, whose records are made here, and the records after them."""

    number: int
    events: Sequence[tuple[int, str, int, bytes]]
    records: Sequence[Outgoing]


class Failed(NamedTuple):
    """What ended the process."""

    kind: Failure
    reason: str


class Refusing(NamedTuple):
    """The broker has just refused user, password or certificate; the library tries it again."""

    reason: str


def serve(incoming: BinaryIO, outgoing: BinaryIO, step: Step = lambda _name: None) -> None:
    """Do what the relay asks for until it ends; `step` is told of each step of the way."""
    one_at_a_time = threading.Lock()

    def tell(message: object) -> None:
        with one_at_a_time:
            pickle.dump(message, outgoing, protocol=5)
            outgoing.flush()

    try:
        opening: Opening = pickle.load(incoming)  # noqa: S301  (written by the process that started this one)
        with overhearing(lambda refusal: tell(Refusing(told(refusal)))):
            _publish(opening, incoming, tell, step)
    except EOFError:
        return
    except Exception as error:  # noqa: BLE001  (whatever it is ends this producer, and the relay starts over)
        tell(Failed(_kind(error), f"{type(error).__name__}: {told(error)}"))


def _publish(opening: Opening, incoming: BinaryIO, tell: Callable[[object], None], step: Step) -> None:
    names = opening.topics
    options = KafkaConnection.of(Settings.read(), opening.servers).options()
    partitions = partition_counts(options, names)
    if not all(partitions):
        tell(Opened(partitions, None))
        return
    producer = KafkaProducer(
        **options,
        **_PRODUCER,
        transactional_id=opening.transactional_id,
        transaction_timeout_ms=opening.transaction_timeout_millis,
    )
    step("connected")
    producer.init_transactions()
    step("fenced")
    tell(Opened(partitions, last_position(options, names.checkpoints)))
    while True:
        batch: Batch = pickle.load(incoming)  # noqa: S301  (the same)
        records = [event_record(Row(*one), opening.ledger_id, partitions[0]) for one in batch.events]
        records.extend(batch.records)
        producer.begin_transaction()
        step("begun")
        for place, (topic, partition, key, value, headers, millis) in enumerate(records):
            producer.send(names[topic], value, key, headers, partition, millis)
            if place == len(records) // 2:
                step("half-sent")
        step("sent")
        producer.commit_transaction()
        step("committed")
        tell(batch.number)


def _kind(error: Exception) -> Failure:
    """What sort of failure it is: fenced by another producer, refused by the broker, topics missing, or what passes."""
    causes = [error, *(one for one in error.args if isinstance(one, KafkaError)), error.__cause__, error.__context__]
    for one in causes:
        if isinstance(one, ProducerFencedError | InvalidProducerEpochError):
            return "fenced"
        if isinstance(one, AuthorizationError | TopicAuthorizationFailedError | SaslAuthenticationFailedError):
            return "refused"
        if isinstance(one, UnknownTopicOrPartitionError):
            return "topics"
    return "other"
