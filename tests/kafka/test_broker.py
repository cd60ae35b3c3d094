"""A broker that is killed, paused or cut off while the relay publishes: the topics have everything once."""

from collections.abc import Callable
from pathlib import Path
from time import monotonic, sleep

import pytest

from ledger.application import Ledger
from tests.kafka.cutting import CuttingProxy
from tests.kafka.office import Office
from tests.kafka.relaying import options, relaying, verified
from tests.kafka.test_relay import assert_topics_are_the_ledgers
from tests.scale import scaled
from tests.servers.kafka import KafkaBroker, fresh_topics

PATIENCE_SECONDS = 5.0
MOST_SECONDS = 120.0


def published_all(office: Office, servers: str) -> None:
    """Wait until the relay beside has published everything."""
    deadline = monotonic() + MOST_SECONDS
    with Ledger.open(office.url) as ledger:
        while monotonic() < deadline:
            found = verified(office.url, servers)
            if found.position == ledger.head().count:
                return
            sleep(0.2)
    raise AssertionError(f"not everything was published in {MOST_SECONDS:.0f} s")


@pytest.mark.parametrize("trouble", ["killed", "paused"])
def test_a_broker_that_is_killed_or_paused_costs_nothing_but_time(trouble: str, tmp_path: Path) -> None:
    with KafkaBroker(tmp_path / "broker") as broker:
        fresh_topics(broker.bootstrap)
        office = Office(tmp_path, 2_000)
        office.record(100)
        state = tmp_path / "state"
        given = options(broker.bootstrap, state, most_events=10, patience_seconds=PATIENCE_SECONDS)
        strike: Callable[[KafkaBroker], None] = _kill if trouble == "killed" else _pause
        with relaying(office.url, given):
            for _ in range(scaled(6, minimum=1)):
                office.record(150)
                sleep(0.3)
                strike(broker)
                office.record(30)  # nobody waits for the broker
            published_all(office, broker.bootstrap)
        assert_topics_are_the_ledgers(office.url, broker.bootstrap, tmp_path)
        found = verified(office.url, broker.bootstrap)
        assert found.count == 0, found.differences


def _kill(broker: KafkaBroker) -> None:
    broker.kill()
    broker.start()


def _pause(broker: KafkaBroker) -> None:
    broker.pause()
    sleep(PATIENCE_SECONDS + 2)
    broker.resume()


def test_replies_that_are_cut_off_leave_neither_gap_nor_copy(tmp_path: Path) -> None:
    given = {"advertised.listeners": "set below"}
    broker = KafkaBroker(tmp_path / "broker", listeners={"CUT": "PLAINTEXT"}, properties=given)
    with CuttingProxy(5, 1_000, 5_000) as proxy:
        proxy.upstream = int(broker.address("CUT").rpartition(":")[2])
        given["advertised.listeners"] = f"PLAINTEXT://{broker.bootstrap},CUT://127.0.0.1:{proxy.port}"
        with broker:
            fresh_topics(broker.bootstrap)
            office = Office(tmp_path, 2_000)
            given_options = {"most_events": 20, "patience_seconds": PATIENCE_SECONDS}
            with relaying(office.url, options(f"127.0.0.1:{proxy.port}", tmp_path / "state", **given_options)):
                deadline = monotonic() + MOST_SECONDS
                while proxy.cuts < scaled(50, minimum=5) and monotonic() < deadline:
                    office.record(20)
                    sleep(0.1)
                proxy.calm = True
                published_all(office, broker.bootstrap)
            assert proxy.cuts >= scaled(50, minimum=5)
            assert_topics_are_the_ledgers(office.url, broker.bootstrap, tmp_path)
            found = verified(office.url, broker.bootstrap)
            assert found.count == 0, found.differences
