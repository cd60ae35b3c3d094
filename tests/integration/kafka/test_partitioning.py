"""Other people's clients, left to choose the partition of a key, choose ours: Java's and librdkafka's."""

import subprocess
from typing import Any

from confluent_kafka import Producer
from kafka import KafkaConsumer, TopicPartition

from services.kafka.partitioning import partition_of
from tests.servers.java import class_path, java
from tests.servers.kafka import KafkaBroker, fresh_topics

PARTITIONS = 12
KEYS = [
    "provider",
    "C-001",
    "C-002",
    "harbour",
    "Договор-17/2031",
    "a",
    "ab",
    "abc",
    *(f"C-{n:05}" for n in range(200)),
]


def chosen(broker: KafkaBroker, topic: str) -> dict[str, int]:
    """In which partition each key lies."""
    consumer = KafkaConsumer(bootstrap_servers=broker.bootstrap, auto_offset_reset="earliest")
    try:
        whole = [TopicPartition(topic, number) for number in range(PARTITIONS)]
        consumer.assign(whole)
        ends = consumer.end_offsets(whole)
        found: dict[str, int] = {}
        while any(consumer.position(one) < end for one, end in ends.items()):
            for partition, records in consumer.poll(200).items():
                found.update({record.key.decode(): partition.partition for record in records})
        return found
    finally:
        consumer.close()


def test_librdkafka_chooses_the_same(kafka: KafkaBroker) -> None:
    topic = fresh_topics(kafka.bootstrap, partitions=PARTITIONS).events
    options: dict[str, Any] = {"bootstrap.servers": kafka.bootstrap}
    producer = Producer({**options, "partitioner": "murmur2_random"})
    for key in KEYS:
        producer.produce(topic, key=key.encode(), value=b"x")
    assert producer.flush(30) == 0
    assert chosen(kafka, topic) == {key: partition_of(key, PARTITIONS) for key in KEYS}


def test_another_rule_of_librdkafka_would_not_be_taken_for_it(kafka: KafkaBroker) -> None:
    topic = fresh_topics(kafka.bootstrap, partitions=PARTITIONS).events
    producer = Producer({"bootstrap.servers": kafka.bootstrap, "partitioner": "consistent_random"})
    for key in KEYS:
        producer.produce(topic, key=key.encode(), value=b"x")
    assert producer.flush(30) == 0
    assert chosen(kafka, topic) != {key: partition_of(key, PARTITIONS) for key in KEYS}


def test_java_chooses_the_same(kafka: KafkaBroker) -> None:
    topic = fresh_topics(kafka.bootstrap, partitions=PARTITIONS).events
    command = [java(), "-Xmx128m", "-cp", class_path(), "org.apache.kafka.tools.ConsoleProducer"]
    properties = [part for one in ("parse.key=true", "key.separator=|") for part in ("--property", one)]
    subprocess.run(
        [*command, "--bootstrap-server", kafka.bootstrap, "--topic", topic, *properties],
        input="".join(f"{key}|x\n" for key in KEYS).encode(),
        check=True,
        capture_output=True,
        timeout=60,
    )
    assert chosen(kafka, topic) == {key: partition_of(key, PARTITIONS) for key in KEYS}
