"""Rows made from the topic by several processes are those that a rebuild makes of the ledger, whoever is killed."""

import random
import signal
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack
from typing import Any

import orjson
import pytest

from ledger.application import Ledger
from projections.rows import View
from projections.store.postgres import PostgresReadModel
from projections.store.postgres.model import PartReadModel
from services.kafka import kept
from services.kafka.incoming import Incoming
from services.kafka.kept import ProviderLog
from services.kafka.projecting import TopicProjecting
from services.kafka.streams import Stream
from services.projecting import open_views
from tests.integration.projector.world import (
    PARTITIONS,
    Publisher,
    Told,
    emptied,
    found,
    lines_of,
    projecting,
    projector,
    publish_all,
    rebuild,
    told,
)
from tests.scale import scaled
from tests.servers.kafka import KafkaBroker, fresh_topics
from tests.servers.postgres import PostgresServer

INCIDENTS = scaled(1_500, 200)
KILLS = scaled(8, 2)


@pytest.fixture(scope="module")
def recorded(postgres: PostgresServer) -> Iterator[tuple[Ledger, str]]:
    """A ledger that several tests make rows of, each anew."""
    url = postgres.new_database()
    ledger = found(url, lines_of(INCIDENTS, 6))
    yield ledger, url
    ledger.close()
    postgres.drop(url)


@pytest.fixture(scope="module")
def rebuilt(recorded: tuple[Ledger, str], tmp_path_factory: pytest.TempPathFactory) -> Told:
    """What the embedded projector makes of it, in SQLite; long after its last deadline."""
    return rebuild(recorded[0], tmp_path_factory.mktemp("rebuilt") / "views.db")


@pytest.fixture
def views(recorded: tuple[Ledger, str], kafka: KafkaBroker) -> Iterator[PostgresReadModel]:
    """Its read model, empty, beside topics that are."""
    fresh_topics(kafka.bootstrap, partitions=PARTITIONS)
    with emptied(recorded[1]) as views:
        yield views


def test_three_processes_of_which_one_is_killed_again_and_again_make_the_rows_of_a_rebuild(
    recorded: tuple[Ledger, str], rebuilt: Told, views: PostgresReadModel, kafka: KafkaBroker
) -> None:
    ledger, url = recorded
    publisher = Publisher(ledger, kafka.bootstrap)
    done = threading.Event()
    pause = 6.0 * KILLS / (ledger.head().count / 20)

    def publish() -> None:
        while publisher.publish(20):
            time.sleep(pause)
        done.set()

    thread = threading.Thread(target=publish)
    killed = []
    with ExitStack() as stack:
        processes = [stack.enter_context(projector(url, kafka.bootstrap)) for _ in range(3)]
        thread.start()
        chance = random.Random(1)
        while not done.wait(chance.uniform(1.0, 3.0)):
            number = chance.randrange(3)
            killed.append(views.position())
            processes[number].send_signal(signal.SIGKILL)
            processes[number] = stack.enter_context(projector(url, kafka.bootstrap))
        thread.join()
        with projector(url, kafka.bootstrap, "--until-caught-up", "--json") as last:
            answer, said = last.communicate(timeout=120)
        assert last.returncode == 0, said.decode()
        assert orjson.loads(answer) == {"position": ledger.head().count}
        assert all(process.poll() is None for process in processes)
        for process in processes:
            process.send_signal(signal.SIGTERM)
        for process in processes:
            assert process.wait(60) == 0
    publisher.close()
    assert len(killed) >= KILLS / 2
    assert views.position() == ledger.head().count
    assert views.source() == "sla-ledger.events.v1"
    assert told(views) == rebuilt


def test_partitions_without_events_do_not_hold_the_position_back(postgres_url: str, kafka: KafkaBroker) -> None:
    fresh_topics(kafka.bootstrap, partitions=PARTITIONS)
    lines = [one for one in lines_of(20, 1) if not one.subject.startswith("C-") or one.subject == "C-000"]
    lines = [one for one in lines if getattr(one.data, "contract", "C-000") == "C-000" or one.subject == "C-000"]
    known = {one.subject for one in lines if one.type == "incident.opened.v1"}
    with found(
        postgres_url, [one for one in lines if not one.subject.startswith("I0") or one.subject in known]
    ) as ledger:
        views = open_views(postgres_url)
        assert isinstance(views, PostgresReadModel)
        publisher = Publisher(ledger, kafka.bootstrap)
        publisher.abort(5)
        while publisher.publish(3):
            pass
        publisher.abort(5)
        publisher.close()
        assert projecting(ledger, views, kafka.bootstrap).run(until_caught_up=True) == ledger.head().count
        views.close()


class _Torn(PartReadModel):
    """A control: the position is kept in a transaction of its own, before the rows, and the process ends between."""

    left = 3

    def apply(self, views: Iterable[View], position: int, *, since: int) -> None:
        kept = list(views)
        super().apply((), position, since=since)
        if kept:
            _Torn.left -= 1
            if not _Torn.left:
                raise KeyboardInterrupt
        super().apply(kept, position, since=position)


def _torn(self: PostgresReadModel, part: int, keeper: str, offset_of: Callable[[int], int | None]) -> PartReadModel:
    return _Torn(self._db, part, keeper, offset_of)


class _LateStream(Stream):
    """A partition that has not been read before somebody says so."""

    late = True

    @property
    def offset(self) -> int:
        return 0 if self.late else super().offset


class _LateLog(ProviderLog):
    """The provider's events, which come only once everything else has been read."""

    stream: _LateStream

    def __init__(self, stream: _LateStream) -> None:
        super().__init__(stream)
        self._held: list[Incoming] = []

    def add(self, event: Incoming) -> None:
        if self.stream.late:
            self._held.append(event)
        else:
            super().add(event)

    def come(self) -> None:
        """Let them come."""
        self.stream.late = False
        for event in self._held:
            self.add(event)


class _Careless(_LateLog):
    """A control: no event waits for them."""

    def __init__(self, stream: _LateStream) -> None:
        super().__init__(stream)
        stream.level = 2**62

    def add(self, event: Incoming) -> None:
        self.stream.level = 0
        super().add(event)
        self.stream.level = 2**62


class _Late(TopicProjecting):
    """The provider's partition is read last."""

    log: type[_LateLog] = _LateLog
    turns = 0

    def _begin(self, options: Mapping[str, Any], stack: ExitStack) -> None:
        super()._begin(options, stack)
        partition = self._provider.stream.partition
        self._late = self._provider = self.log(_LateStream(self._beside, partition))
        self._beside.seek_to_beginning(partition)

    def _turn(self, told: Callable[[int], object]) -> None:
        self.turns += 1
        if self.turns == 60:
            self._late.come()
        super()._turn(told)


class _LateAndCareless(_Late):
    log = _Careless


@pytest.mark.parametrize("control", ["right", "torn", "careless"])
def test_a_projector_that_tears_its_transaction_or_does_not_wait_for_the_provider_is_found_out(
    control: str,
    recorded: tuple[Ledger, str],
    rebuilt: Told,
    views: PostgresReadModel,
    kafka: KafkaBroker,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ledger, _ = recorded
    publish_all(ledger, kafka.bootstrap)
    monkeypatch.setattr(kept, "_MOST_AT_ONCE", 100)  # so that it takes in what waits in many turns
    if control == "torn":
        _Torn.left = 3
        with monkeypatch.context() as torn:
            torn.setattr(PostgresReadModel, "of_part", _torn)
            with pytest.raises(KeyboardInterrupt):
                projecting(ledger, views, kafka.bootstrap).run(until_caught_up=True)
    made = {"right": _Late, "torn": TopicProjecting, "careless": _LateAndCareless}[control]
    try:
        projecting(ledger, views, kafka.bootstrap, made).run(until_caught_up=True)
    except AssertionError:
        assert control == "torn", "else no event comes of an incident that has no rows"
        return
    assert views.position() == ledger.head().count
    assert (told(views) == rebuilt) == (control == "right")
