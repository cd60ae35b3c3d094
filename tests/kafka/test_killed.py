"""A relay that is killed at any step of its loop, and what the topics have then: everything once.

The controls: one that publishes its position in a transaction of its own publishes events again when it is killed
between the two; two that do not fence each other off publish the same events.
"""

import sys
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest

from ledger.application import Ledger
from services.kafka.line import Published
from services.kafka.relay import RelayOptions
from sla_ledger_client.kafka import LedgerReader
from tests.kafka.independent import CHECKPOINTS, EVENTS, assert_events_are_the_ledgers, positions, read
from tests.kafka.office import Office
from tests.kafka.relaying import PRODUCER_STEPS, STEPS, killed_at, options, relay_once, verified
from tests.kafka.test_relay import assert_topics_are_the_ledgers
from tests.scale import scaled
from tests.servers.kafka import KafkaBroker, fresh_topics

PLACES = [("relay", step) for step in STEPS] + [("producer", step) for step in PRODUCER_STEPS]
ONCE = {"opened", "aligned", "connected", "fenced"}
"""The steps that come once in the life of a producer."""


def test_killed_at_every_step_it_leaves_neither_gap_nor_copy(kafka: KafkaBroker, tmp_path: Path) -> None:
    fresh_topics(kafka.bootstrap)
    random = Random(11)
    office = Office(tmp_path, 10_000)
    killed = 0
    for number in range(scaled(100, minimum=len(PLACES))):
        office.record(random.randint(20, 50))
        where, step = PLACES[number % len(PLACES)]
        state = tmp_path / random.choice(("one", "one", "one", "two"))
        after = 1 if step in ONCE else random.randint(1, 3)
        killed += killed_at(office.url, kafka.bootstrap, state, where, step, after)
    assert killed > scaled(80, minimum=10)
    assert_nothing_is_left_out(office, kafka.bootstrap, tmp_path)


@pytest.mark.parametrize("step", ["half-sent", "sent", "committed"])
def test_a_producer_that_is_killed_again_and_again_is_replaced(step: str, kafka: KafkaBroker, tmp_path: Path) -> None:
    fresh_topics(kafka.bootstrap)
    office = Office(tmp_path, 30)
    office.record(80)
    dying = (sys.executable, "-m", "tests.kafka.dying", "alone", step, "3")
    relay_once(office.url, options(kafka.bootstrap, tmp_path / "one", most_events=10, command=dying))
    assert_nothing_is_left_out(office, kafka.bootstrap, tmp_path)


def assert_nothing_is_left_out(office: Office, servers: str, folder: Path) -> None:
    """What it left is a beginning of the record, and it goes on from there."""
    with Ledger.open(office.url) as ledger:
        *_, last = positions(read(servers, [CHECKPOINTS]))
        assert_events_are_the_ledgers(ledger, read(servers, [EVENTS]), 6, last["position"])
    relay_once(office.url, options(servers, folder / "one"))
    assert_topics_are_the_ledgers(office.url, servers, folder)
    found = verified(office.url, servers)
    assert found.count == 0, found.differences
    assert_the_reader_is_given_each_event_once(office, servers)


def assert_the_reader_is_given_each_event_once(office: Office, servers: str) -> None:
    """Also where it is shown what was aborted: the copies that a killed relay left."""
    with Ledger.open(office.url) as ledger:
        recorded = [(row.position, row.state) for row in ledger.rows()]
    for isolation in ("read_committed", "read_uncommitted"):
        with LedgerReader(servers, until_complete=True, isolation_level=isolation) as reader:
            assert [(event.position, event.line) for event in reader] == recorded, isolation


def test_control_a_relay_with_its_position_in_a_transaction_of_its_own_publishes_twice(
    kafka: KafkaBroker, tmp_path: Path
) -> None:
    fresh_topics(kafka.bootstrap)
    office = Office(tmp_path, 60)
    office.record(200)
    assert killed_at(office.url, kafka.bootstrap, tmp_path / "one", "split", "between", 3)
    with pytest.raises(AssertionError):
        assert_nothing_is_left_out(office, kafka.bootstrap, tmp_path)


def two_relays(office: Office, given: RelayOptions, folder: Path) -> None:
    """A relay that hangs after its first transaction until another one, which has its lease, has caught up."""
    begun: list[int] = []

    def meanwhile(published: Published) -> None:
        if begun:
            return
        begun.append(published.position)
        with Ledger.open(office.url) as ledger:
            lease = ledger.registry.find_lease("relay")
            assert lease is not None
            ledger.registry.release_lease("relay", lease.holder)
            relay_once(office.url, replace(given, state=folder / "two"))
            ledger.registry.take_lease("relay", lease.holder, 60)

    relay_once(office.url, replace(given, state=folder / "one"), told=meanwhile, lease_seconds=3600)


def test_two_relays_that_think_they_have_the_lease_leave_neither_gap_nor_copy(
    kafka: KafkaBroker, tmp_path: Path
) -> None:
    fresh_topics(kafka.bootstrap)
    office = Office(tmp_path, 60)
    office.record(200)
    two_relays(office, options(kafka.bootstrap, tmp_path, most_events=20), tmp_path)
    assert_nothing_is_left_out(office, kafka.bootstrap, tmp_path)


def test_control_two_relays_that_do_not_fence_publish_past_each_other(kafka: KafkaBroker, tmp_path: Path) -> None:
    fresh_topics(kafka.bootstrap)
    office = Office(tmp_path, 60)
    office.record(200)
    unfenced = (sys.executable, "-m", "tests.kafka.dying", "unfenced", "never", "1")
    two_relays(office, options(kafka.bootstrap, tmp_path, most_events=20, command=unfenced), tmp_path)
    assert verified(office.url, kafka.bootstrap).count > 0
    with pytest.raises(AssertionError):
        assert_nothing_is_left_out(office, kafka.bootstrap, tmp_path)
