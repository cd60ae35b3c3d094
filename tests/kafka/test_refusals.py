"""What the relay will not publish over, and who publishes when two would."""

import shutil
from dataclasses import replace
from pathlib import Path
from threading import Thread
from time import sleep

import pytest

from ledger.application import Ledger
from schemas.operation_problems import KafkaUnreachable
from schemas.problems import LedgerError
from schemas.relay_problems import HistoryDiffers, RelayHeld, TopicsAhead, TopicsForeign, TopicsUnusable
from services.kafka.lease import held, lease_name
from services.kafka.line import Published
from tests.conformance.recorder_kit import registration
from tests.kafka.independent import EVENTS, assert_events_are_the_ledgers, read
from tests.kafka.office import Office
from tests.kafka.relaying import options, relay_once, relaying, verified
from tests.servers.kafka import KafkaBroker, free_port, fresh_topics


@pytest.fixture
def office(kafka: KafkaBroker, tmp_path: Path) -> Office:
    """A ledger with some events, and empty topics."""
    fresh_topics(kafka.bootstrap)
    made = Office(tmp_path, 200)
    made.record(300)
    return made


def test_a_ledger_restored_from_an_older_copy_is_not_published_over(
    office: Office, kafka: KafkaBroker, tmp_path: Path
) -> None:
    older = tmp_path / "older.db"
    shutil.copy(office.file, older)
    office.record(50)
    relay_once(office.url, options(kafka.bootstrap, tmp_path / "state"))
    with pytest.raises(TopicsAhead) as refused:
        relay_once(f"sqlite:///{older}", options(kafka.bootstrap, tmp_path / "state"))
    assert refused.value.params["position"] - refused.value.params["head"] == 50
    assert "republish --to v2" in refused.value.remedy


def test_an_older_copy_that_has_gone_another_way_is_not_published_over(
    office: Office, kafka: KafkaBroker, tmp_path: Path
) -> None:
    older = tmp_path / "older.db"
    shutil.copy(office.file, older)
    office.record(1)
    relay_once(office.url, options(kafka.bootstrap, tmp_path / "state"))
    url = f"sqlite:///{older}"
    with Ledger.open(url) as ledger:
        ledger.append([registration("C-OTHER"), registration("C-ANOTHER")])
    with pytest.raises(HistoryDiffers):
        relay_once(url, options(kafka.bootstrap, tmp_path / "state"))
    assert verified(url, kafka.bootstrap).count > 0


def test_another_ledgers_topics_are_not_published_over(office: Office, kafka: KafkaBroker, tmp_path: Path) -> None:
    relay_once(office.url, options(kafka.bootstrap, tmp_path / "state"))
    other = Office(tmp_path, 10)
    with pytest.raises(TopicsForeign):
        relay_once(other.url, options(kafka.bootstrap, tmp_path / "state"))


def test_topics_that_are_not_there_are_named(office: Office, kafka: KafkaBroker, tmp_path: Path) -> None:
    with pytest.raises(TopicsUnusable, match=r"sla-ledger\.events\.v77"):
        relay_once(office.url, options(kafka.bootstrap, tmp_path / "state", version=77))


def test_a_relay_that_is_to_catch_up_does_not_wait_for_ever(office: Office, tmp_path: Path) -> None:
    nobody = f"127.0.0.1:{free_port()}"
    with pytest.raises(KafkaUnreachable, match=nobody):
        relay_once(office.url, options(nobody, tmp_path / "state", patience_seconds=1.0))


def test_a_second_relay_says_who_the_first_one_is(office: Office, kafka: KafkaBroker, tmp_path: Path) -> None:
    with relaying(office.url, options(kafka.bootstrap, tmp_path / "state")):
        sleep(1)
        with Ledger.open(office.url) as ledger:
            lease = ledger.registry.find_lease(lease_name(1))
            assert lease is not None
            with pytest.raises(RelayHeld) as refused, held(ledger.registry, 1, 5):
                raise AssertionError("two relays hold the lease")
        assert refused.value.params["holder"] == lease.holder


def test_the_lease_of_a_holder_that_is_gone_runs_out(office: Office) -> None:
    with Ledger.open(office.url) as ledger:
        ledger.registry.take_lease(lease_name(1), "elsewhere/1/1/abcdef", 1.0)
        with held(ledger.registry, 1, 5) as lease:
            assert lease.holder != "elsewhere/1/1/abcdef"


def test_two_relays_without_a_lease_do_not_publish_past_each_other(
    office: Office, kafka: KafkaBroker, tmp_path: Path
) -> None:
    """The first one hangs in the midst of its work; another takes over, and the first finds itself shut out."""
    office.record_all()
    ended: list[LedgerError] = []
    hanging = replace(options(kafka.bootstrap, tmp_path / "one", most_events=20))

    def publish_slowly() -> None:
        def wait(_published: Published) -> None:
            sleep(3)

        try:
            relay_once(office.url, hanging, told=wait, lease_seconds=3600)
        except RelayHeld as lost:
            ended.append(lost)

    first = Thread(target=publish_slowly)
    first.start()
    sleep(2)
    with Ledger.open(office.url) as ledger:
        lease = ledger.registry.find_lease(lease_name(1))
        assert lease is not None
        ledger.registry.release_lease(lease_name(1), lease.holder)
    relay_once(office.url, options(kafka.bootstrap, tmp_path / "two", most_events=20), lease_seconds=3600)
    with Ledger.open(office.url) as ledger:
        ledger.registry.take_lease(lease_name(1), "whoever has it now", 3600)
        first.join()
        assert [lost.params["holder"] == lease.holder for lost in ended] == [False]
        assert_events_are_the_ledgers(ledger, read(kafka.bootstrap, [EVENTS]), 6, ledger.head().count)
    assert verified(office.url, kafka.bootstrap).count == 0
