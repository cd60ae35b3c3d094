"""A broker that goes away, or that is no longer heard, does not end a projector, and changes no row."""

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from ledger.application import Ledger
from projections.store.postgres import PostgresReadModel
from services.kafka import projecting as module
from services.kafka.projecting import TopicProjecting
from services.kafka.streams import Standing, silent
from tests.integration.projector.world import (
    PARTITIONS,
    Publisher,
    emptied,
    found,
    hear,
    lines_of,
    projecting,
    projector,
    rebuild,
    told,
    wait_for,
)
from tests.scale import scaled
from tests.servers.kafka import KafkaBroker, fresh_topics
from tests.servers.postgres import PostgresServer

OUTAGES = scaled(4, 1)
INCIDENTS = 60


@pytest.fixture(scope="module")
def recorded(postgres: PostgresServer) -> Iterator[tuple[Ledger, str]]:
    """A ledger that several tests make rows of, each anew."""
    url = postgres.new_database()
    with found(url, lines_of(INCIDENTS, 3)) as ledger:
        yield ledger, url
    postgres.drop(url)


@pytest.fixture
def views(recorded: tuple[Ledger, str]) -> Iterator[PostgresReadModel]:
    """Its read model, empty."""
    with emptied(recorded[1]) as views:
        yield views


def test_projectors_go_on_after_their_broker_was_killed_or_ended_and_started_again(
    recorded: tuple[Ledger, str], views: PostgresReadModel, tmp_path: Path
) -> None:
    ledger, url = recorded
    head = ledger.head().count
    with KafkaBroker(tmp_path / "broker") as broker, ExitStack() as stack:
        fresh_topics(broker.bootstrap, partitions=PARTITIONS)
        publisher = Publisher(ledger, broker.bootstrap)
        processes = [stack.enter_context(projector(url, broker.bootstrap)) for _ in range(2)]
        for process in processes:
            hear(process, b"partition-taken")
        for number in range(OUTAGES):
            publisher.publish(head // (OUTAGES + 1))
            publisher.close()
            wait_for(lambda: views.position() > 0)  # from the second time on they may be anywhere
            (broker.stop if number % 2 else broker.kill)()
            time.sleep(1)
            broker.start()
            publisher = publisher.again()
        while publisher.publish(100):
            pass
        publisher.close()
        wait_for(lambda: views.position() == head, seconds=120)
        assert all(process.poll() is None for process in processes)
    assert told(views) == rebuild(ledger, tmp_path / "rebuilt.db")


class _Outside(TopicProjecting):
    """Its first group never gives it anything: it has left it without a word."""

    attempts = 0

    def _begin(self, options: Mapping[str, Any], stack: ExitStack) -> None:
        super()._begin(options, stack)
        self.attempts += 1
        if self.attempts == 1:
            self._group.unsubscribe()


class _Deaf(TopicProjecting):
    """Its first consumer of the group is given partitions, and none of their records."""

    attempts = 0

    def _begin(self, options: Mapping[str, Any], stack: ExitStack) -> None:
        super()._begin(options, stack)
        self.attempts += 1

    def _turn(self, told: Callable[[int], object]) -> None:
        if self.attempts == 1:
            self._group.pause(*self._group.assignment())
        super()._turn(told)


class _DeafBeside(_Deaf):
    """Its first consumer beside the group hears no position record any more."""

    def _turn(self, told: Callable[[int], object]) -> None:
        if self.attempts == 1:
            self._beside.pause(self._checkpoints.partition)
        TopicProjecting._turn(self, told)


@pytest.mark.parametrize("made", [_Outside, _Deaf, _DeafBeside])
def test_one_that_hears_nothing_of_what_lies_there_begins_again(
    made: type[_Outside | _Deaf],
    recorded: tuple[Ledger, str],
    views: PostgresReadModel,
    kafka: KafkaBroker,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "_PATIENCE_SECONDS", 1_000)
    ledger, head = recorded[0], recorded[0].head().count
    fresh_topics(kafka.bootstrap, partitions=PARTITIONS)
    first = Publisher(ledger, kafka.bootstrap)
    first.publish(head // 2)
    one = projecting(ledger, views, kafka.bootstrap, made)
    assert isinstance(one, _Outside | _Deaf)
    with _running(one):
        wait_for(lambda: one.attempts == 1)
        while first.publish(100):
            pass
        first.close()
        time.sleep(2)
        assert views.position() < head, "by itself it would have heard"
        monkeypatch.setattr(module, "_PATIENCE_SECONDS", 1.5)
        wait_for(lambda: views.position() == head)
    assert one.attempts > 1
    assert told(views) == rebuild(ledger, tmp_path / "rebuilt.db")


def test_silent_is_what_was_behind_and_has_not_moved() -> None:
    before: Standing = {"moved": (1, 5), "came": (4, 5), "behind": (1, 5), "level": (5, 5), "gone": (0, 5)}
    now: Standing = {"moved": (2, 9), "came": (5, 5), "behind": (1, 9), "level": (5, 9), "new": (0, 9)}
    assert silent(before, now) == ["behind"]


class _running:  # noqa: N801  (used as a statement)
    """It runs in a thread, and is ended afterwards."""

    def __init__(self, one: TopicProjecting) -> None:
        self._one = one
        self._thread = threading.Thread(target=one.run)

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._one.stop()
        self._thread.join()
