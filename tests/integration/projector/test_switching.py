"""How rows come to be made from the topic, how readers meet that, and what a projector refuses."""

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO

import pytest
from kafka import KafkaProducer

from ledger.application import Ledger
from projections.store import FROM_LEDGER
from projections.store.postgres import PostgresReadModel
from schemas.instants import to_micros
from schemas.operation_problems import KafkaUnreachable, RowsMadeElsewhere, TopicsMissing
from schemas.problems import LedgerError
from schemas.relay_problems import TopicsForeign, TopicsUnusable
from schemas.topics import TOPICS_VERSION, topics
from services.kafka.connecting import KafkaConnection
from services.kafka.projecting import TopicProjecting
from services.logging import open_log
from services.projecting import Projecting, differences, open_views
from services.settings import Settings
from tests.integration.projector.world import PARTITIONS, Publisher, bounded, found, lines_of, projector
from tests.integration.readmodel.desk import MONDAY, opening
from tests.servers.kafka import KafkaBroker, free_port, fresh_topics
from tests.servers.postgres import PostgresServer
from tests.unit.cli.calls import call
from tests.unit.ledger.desk import registered

NAMES = topics()


@pytest.fixture
def ledger(postgres_url: str, kafka: KafkaBroker) -> Iterator[Ledger]:
    """A small ledger, beside topics that are empty."""
    fresh_topics(kafka.bootstrap, partitions=PARTITIONS)
    with found(postgres_url, lines_of(12, 1)) as ledger:
        yield ledger


@pytest.fixture
def views(postgres_url: str) -> Iterator[PostgresReadModel]:
    views = open_views(postgres_url)
    assert isinstance(views, PostgresReadModel)
    yield views
    views.close()


def made(ledger: Ledger, views: PostgresReadModel, bootstrap: str) -> TopicProjecting:
    connection = KafkaConnection.of(Settings.read(), bootstrap)
    return bounded(TopicProjecting(ledger, views, connection, TOPICS_VERSION, open_log("error", BytesIO())))


@contextmanager
def beside(projecting: TopicProjecting) -> Iterator[list[LedgerError]]:
    """It runs in a thread; the problem that ended it, if one did."""
    problems: list[LedgerError] = []

    def run() -> None:
        try:
            projecting.run()
        except LedgerError as problem:
            problems.append(problem)

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield problems
    finally:
        projecting.stop()
        thread.join()


def publish(ledger: Ledger, kafka: KafkaBroker) -> None:
    publisher = Publisher(ledger, kafka.bootstrap)
    while publisher.publish(50):
        pass
    publisher.close()


def now_of(ledger: Ledger) -> int:
    return to_micros(ledger.wall())


def test_readers_wait_for_rows_that_are_made_from_the_topic_and_a_rebuild_takes_them_back(
    ledger: Ledger, views: PostgresReadModel, kafka: KafkaBroker
) -> None:
    server = Projecting(ledger, views, patience_seconds=60)
    assert server.current(now_of(ledger)) == ledger.head().count
    publish(ledger, kafka)
    with beside(made(ledger, views, kafka.bootstrap)) as problems:
        wait_for(lambda: views.source() == NAMES.events)
        assert server.current(now_of(ledger)) == ledger.head().count
        assert server._projector is None, "it has not projected itself"
        assert list(differences(ledger, views, now_of(ledger))) == []
        impatient = Projecting(ledger, views, patience_seconds=0.2)
        ledger.append([registered(subject="C-new")])
        assert impatient.current(now_of(ledger)) == ledger.head().count - 1, "it is not on the topic yet"
        assert server.rebuild() == ledger.head().count
        assert views.source() == FROM_LEDGER
        wait_for(lambda: bool(problems))
    assert isinstance(problems[0], RowsMadeElsewhere)


def test_a_deadline_that_passes_changes_the_rows_within_a_second(
    postgres_url: str, views: PostgresReadModel, kafka: KafkaBroker, monkeypatch: pytest.MonkeyPatch
) -> None:
    fresh_topics(kafka.bootstrap, partitions=PARTITIONS)
    lines = [*lines_of(1, 0), opening(1, 0)]
    with found(postgres_url, lines) as ledger:
        publish(ledger, kafka)
        wall = ledger.wall()
        monkeypatch.setattr(ledger, "wall", lambda: MONDAY)
        with beside(made(ledger, views, kafka.bootstrap)):
            wait_for(lambda: views.position() == ledger.head().count)
            running = views.incident("I-1")
            assert running is not None
            assert running.standing == "kept"
            monkeypatch.setattr(ledger, "wall", lambda: wall)
            wait_for(lambda: getattr(views.incident("I-1"), "standing", "kept") != "kept", seconds=5)


def test_another_ledgers_topic_and_none_at_all_are_refused(
    ledger: Ledger, views: PostgresReadModel, kafka: KafkaBroker, postgres: PostgresServer
) -> None:
    url = postgres.new_database()
    with found(url, lines_of(1, 0)) as other:
        publish(other, kafka)
    postgres.drop(url)
    with pytest.raises(TopicsForeign):
        made(ledger, views, kafka.bootstrap).run(until_caught_up=True)
    with pytest.raises(TopicsMissing):
        TopicProjecting(
            ledger,
            views,
            KafkaConnection.of(Settings.read(), kafka.bootstrap),
            77,
            open_log("error", BytesIO()),
        ).run()
    with pytest.raises(KafkaUnreachable):
        made(ledger, views, f"127.0.0.1:{free_port()}").run()


def test_an_event_whose_bytes_were_changed_is_refused(
    ledger: Ledger, views: PostgresReadModel, kafka: KafkaBroker
) -> None:
    publish(ledger, kafka)
    producer = KafkaProducer(bootstrap_servers=kafka.bootstrap)
    source = ledger.identity.ledger_id.encode()
    told = b'{"source":"urn:sla-ledger:%b","sequence":"9","partitionkey":"C-1","sha256":"00","data":{}}' % source
    producer.send(NAMES.events, partition=0, key=b"C-1", value=told).get(10)
    producer.close()
    with pytest.raises(TopicsUnusable, match="other bytes"):
        made(ledger, views, kafka.bootstrap).run()


def test_the_command_ends_in_order_and_says_how_far_it_came(
    ledger: Ledger, kafka: KafkaBroker, postgres_url: str
) -> None:
    publish(ledger, kafka)
    with projector(postgres_url, kafka.bootstrap, "--json") as process:
        assert process.stderr is not None
        for line in process.stderr:
            if b"partition-taken" in line:
                break
        process.send_signal(signal.SIGTERM)
        told, _ = process.communicate(timeout=60)
    assert process.returncode == 0
    assert b'"position"' in told


def test_rows_are_made_from_kafka_in_postgresql_alone() -> None:
    answer = call("projector", "--from", "kafka", "--database", "sqlite:///nowhere.db")
    assert answer.code == 2
    assert "PostgreSQL" in answer.talk


def wait_for(holds: Callable[[], bool], seconds: float = 60) -> None:
    """Wait until something holds."""
    late = threading.Event()
    timer = threading.Timer(seconds, late.set)
    timer.start()
    try:
        while not holds():
            assert not late.wait(0.05), "it did not come about"
    finally:
        timer.cancel()
