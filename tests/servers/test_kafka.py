"""The broker of the tests is a real one: it keeps what was acknowledged and ends with the process that started it."""

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from kafka import KafkaConsumer, KafkaProducer, TopicPartition
from kafka.admin import KafkaAdminClient
from kafka.errors import KafkaError

from schemas.topics import topics
from tests.checkout import ROOT
from tests.servers.kafka import KafkaBroker, fresh_topics


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KafkaBroker]:
    """A broker that may be ended, stopped and paused."""
    with KafkaBroker(tmp_path_factory.mktemp("broker")) as broker:
        yield broker


def test_the_topics_are_made_empty(own: KafkaBroker) -> None:
    names = fresh_topics(own.bootstrap, partitions=3)
    _write(own, names.events, [b"a"])
    assert _read(own, names.events, partitions=3) == [b"a"]
    assert fresh_topics(own.bootstrap, partitions=3) == names == topics()
    assert _read(own, names.events, partitions=3) == []


@pytest.mark.parametrize("ended", ["stop", "kill"])
def test_what_was_acknowledged_outlives_the_broker(own: KafkaBroker, ended: str) -> None:
    before = own.bootstrap
    names = fresh_topics(own.bootstrap)
    _write(own, names.checkpoints, [b"1", b"2"])
    getattr(own, ended)()
    with pytest.raises(KafkaError):
        KafkaAdminClient(bootstrap_servers=own.bootstrap, bootstrap_timeout_ms=500)
    own.start()
    assert own.bootstrap == before
    assert _read(own, names.checkpoints, partitions=1) == [b"1", b"2"]


def test_a_paused_broker_answers_once_it_goes_on(own: KafkaBroker) -> None:
    names = fresh_topics(own.bootstrap)
    producer = KafkaProducer(bootstrap_servers=own.bootstrap, acks="all")
    try:
        producer.send(names.checkpoints, b"1", b"1").get(10)
        own.pause()
        sent = producer.send(names.checkpoints, b"2", b"2")
        with pytest.raises(KafkaError):
            sent.get(1)
        own.resume()
        sent.get(30)
    finally:
        own.resume()
        producer.close()
    assert _read(own, names.checkpoints, partitions=1) == [b"1", b"2"]


def test_the_shared_broker_is_there(kafka: KafkaBroker) -> None:
    assert fresh_topics(kafka.bootstrap) == topics()


def test_the_broker_ends_with_the_process_that_started_it(tmp_path: Path) -> None:
    script = (
        "import sys; from pathlib import Path; from tests.servers.kafka import KafkaBroker\n"
        "broker = KafkaBroker(Path(sys.argv[1])); broker.start(); print(broker.pid, flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script, str(tmp_path / "broker")],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as starter:
        assert starter.stdout is not None
        broker = int(starter.stdout.readline())
        assert _runs(broker)
        starter.send_signal(signal.SIGKILL)
    deadline = time.monotonic() + 10
    while _runs(broker) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not _runs(broker)


def _write(broker: KafkaBroker, topic: str, values: list[bytes]) -> None:
    producer = KafkaProducer(bootstrap_servers=broker.bootstrap, acks="all")
    try:
        for sent in [producer.send(topic, value, key=value) for value in values]:
            sent.get(30)
    finally:
        producer.close()


def _read(broker: KafkaBroker, topic: str, *, partitions: int) -> list[bytes]:
    """Everything that the topic holds, up to its end now."""
    consumer = KafkaConsumer(bootstrap_servers=broker.bootstrap, auto_offset_reset="earliest")
    try:
        whole = [TopicPartition(topic, number) for number in range(partitions)]
        consumer.assign(whole)
        ends = consumer.end_offsets(whole)
        found: list[bytes] = []
        while any(consumer.position(one) < end for one, end in ends.items()):
            found += [record.value for records in consumer.poll(200).values() for record in records]
        return found
    finally:
        consumer.close()


def _runs(pid: int) -> bool:
    """Whether the process is there, and not only waiting to be buried."""
    try:
        return Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
