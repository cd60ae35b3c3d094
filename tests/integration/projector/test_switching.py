"""How rows come to be made from the topic, how readers meet that, and what a projector refuses."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO

import pytest
from kafka import KafkaProducer

from ledger.application import Ledger
from projections.store import FROM_LEDGER
from projections.store.postgres import PostgresReadModel
from schemas.operation_problems import KafkaUnreachable, RowsMadeElsewhere, TopicsMissing
from schemas.problems import LedgerError
from schemas.relay_problems import TopicsForeign, TopicsUnusable
from schemas.topics import topics
from services.kafka.connecting import KafkaConnection
from services.kafka.projecting import TopicProjecting
from services.logging import open_log
from services.projecting import Projecting, differences, open_views
from services.settings import Settings
from tests.integration.projector.world import (
    PARTITIONS,
    found,
    hear,
    lines_of,
    now_of,
    projecting,
    projector,
    publish_all,
    wait_for,
)
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


@contextmanager
def beside(running: TopicProjecting) -> Iterator[list[LedgerError]]:
    """It runs in a thread; the problem that ended it, if one did."""
    problems: list[LedgerError] = []

    def run() -> None:
        try:
            running.run()
        except LedgerError as problem:
            problems.append(problem)

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield problems
    finally:
        running.stop()
        thread.join()


def test_readers_wait_for_rows_that_are_made_from_the_topic_and_a_rebuild_takes_them_back(
    ledger: Ledger, views: PostgresReadModel, kafka: KafkaBroker
) -> None:
    server = Projecting(ledger, views, patience_seconds=60)
    assert server.current(now_of(ledger)) == ledger.head().count
    publish_all(ledger, kafka.bootstrap)
    with beside(projecting(ledger, views, kafka.bootstrap)) as problems:
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
        publish_all(ledger, kafka.bootstrap)
        wall = ledger.wall()
        monkeypatch.setattr(ledger, "wall", lambda: MONDAY)
        with beside(projecting(ledger, views, kafka.bootstrap)):
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
        publish_all(other, kafka.bootstrap)
    postgres.drop(url)
    with pytest.raises(TopicsForeign):
        projecting(ledger, views, kafka.bootstrap).run(until_caught_up=True)
    with pytest.raises(TopicsMissing):
        TopicProjecting(
            ledger,
            views,
            KafkaConnection.of(Settings.read(), kafka.bootstrap),
            77,
            open_log("error", BytesIO()),
        ).run()
    nowhere = KafkaConnection.of(Settings.read(kafka_timeout_seconds=1), f"127.0.0.1:{free_port()}")
    with pytest.raises(KafkaUnreachable):
        projecting(ledger, views, nowhere).run()


def test_an_event_whose_bytes_were_changed_is_refused(
    ledger: Ledger, views: PostgresReadModel, kafka: KafkaBroker
) -> None:
    publish_all(ledger, kafka.bootstrap)
    producer = KafkaProducer(bootstrap_servers=kafka.bootstrap)
    source = ledger.identity.ledger_id.encode()
    told = b'{"source":"urn:sla-ledger:%b","sequence":"9","partitionkey":"C-1","sha256":"00","data":{}}' % source
    producer.send(NAMES.events, partition=0, key=b"C-1", value=told).get(10)
    producer.close()
    with pytest.raises(TopicsUnusable, match="other bytes"):
        projecting(ledger, views, kafka.bootstrap).run()


def test_the_command_ends_in_order_and_says_how_far_it_came(
    ledger: Ledger, kafka: KafkaBroker, postgres_url: str
) -> None:
    publish_all(ledger, kafka.bootstrap)
    with projector(postgres_url, kafka.bootstrap, "--json") as process:
        hear(process, b"partition-taken")
        process.send_signal(signal.SIGTERM)
        told, _ = process.communicate(timeout=60)
    assert process.returncode == 0
    assert b'"position"' in told


def test_rows_are_made_from_kafka_in_postgresql_alone() -> None:
    answer = call("projector", "--from", "kafka", "--database", "sqlite:///nowhere.db")
    assert answer.code == 2
    assert "PostgreSQL" in answer.talk
