"""A relay that is killed at any step of its loop, and what the topics have then: everything once.

The control publishes its position in a transaction of its own: killed between the two, it publishes events again.
"""

from pathlib import Path
from random import Random

import pytest

from ledger.application import Ledger
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


def assert_nothing_is_left_out(office: Office, servers: str, folder: Path) -> None:
    """What it left is a beginning of the record, and it goes on from there."""
    with Ledger.open(office.url) as ledger:
        *_, last = positions(read(servers, [CHECKPOINTS]))
        assert_events_are_the_ledgers(ledger, read(servers, [EVENTS]), 6, last["position"])
    relay_once(office.url, options(servers, folder / "one"))
    assert_topics_are_the_ledgers(office.url, servers, folder)
    found = verified(office.url, servers)
    assert found.count == 0, found.differences


def test_control_a_relay_with_its_position_in_a_transaction_of_its_own_publishes_twice(
    kafka: KafkaBroker, tmp_path: Path
) -> None:
    fresh_topics(kafka.bootstrap)
    office = Office(tmp_path, 60)
    office.record(200)
    assert killed_at(office.url, kafka.bootstrap, tmp_path / "one", "split", "between", 3)
    with pytest.raises(AssertionError):
        assert_nothing_is_left_out(office, kafka.bootstrap, tmp_path)
