"""Killed at any moment under sixteen writers, the server has each event it acknowledged once, and no other."""

import random
import statistics
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.scale import scaled
from tests.server.audit import faults, feed, histories
from tests.server.support import Desk, Founded
from tests.server.warm import Nursery
from tests.server.writers import Writers
from tests.unit.cli.calls import call

KILLS = 200
CONTROL_KILLS = 40
STOPS = 30
SETTLED_SECONDS = 0.1
"""After so long even a server that commits late has committed what it did not lose."""
LONGEST_LIFE_SECONDS = 0.3
LONGEST_START_SECONDS = 0.1
KILLED_TWICE = 0.2
"""The share of kills that are followed by another one while the server starts."""


class Harness:
    """A served ledger whose server is killed again and again while it is written to."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.writers = Writers(desk.server, desk.keys.service)
        self.starts: list[float] = []
        self._chance = random.Random(20_240_427)
        with desk.wire() as wire:
            self._base = len(feed(wire))

    def kill(self, times: int) -> None:
        """Kill the server so many times, some of them as it starts."""
        with self.writers.writing():
            while len(self.starts) < times:
                life = self._chance.uniform(0, LONGEST_LIFE_SECONDS)
                again = self._chance.uniform(0, LONGEST_START_SECONDS) if self._chance.random() < KILLED_TWICE else None
                self.starts.append(self.writers.kill_once(life, again))

    def stop(self, times: int) -> None:
        """End the server as an operator does, so many times."""
        with self.writers.writing():
            for _ in range(times):
                self.writers.stop_once(self._chance.uniform(0, LONGEST_LIFE_SECONDS))

    def faults(self) -> list[str]:
        """What is wrong with the ledger once all outcomes are known."""
        with self.desk.wire() as wire:
            written = feed(wire)
            found = faults(self.writers.told, written, histories(wire, written), self._base)
        return [*self.writers.complaints, *found]


@pytest.fixture
def warm_desk(founded: Founded, tmp_path: Path) -> Iterator[Desk]:
    """A running server that starts in a blink, of a ledger of this test's own."""
    with Nursery() as nursery, founded.copy(tmp_path / "desk").open(nursery=nursery) as desk:
        yield desk


def test_every_acknowledged_event_is_there_once_after_kills(warm_desk: Desk) -> None:
    harness = Harness(warm_desk)
    harness.kill(scaled(KILLS))
    assert harness.faults() == []
    counts = harness.writers.counts
    print(
        f"{scaled(KILLS)} kills: {len(harness.writers.told)} events acknowledged, "
        f"{counts.unknown} attempts unanswered, {counts.found} of them carried out, {counts.repeated} sent again; "
        f"ready after {statistics.median(harness.starts):.2f} s at the median, {max(harness.starts):.2f} s at most"
    )
    assert len(harness.writers.told) >= 10 * scaled(KILLS)
    assert counts.unknown >= scaled(KILLS)
    assert counts.found >= scaled(KILLS) / 20
    assert counts.repeated > 0
    warm_desk.server.kill()
    checked = call("projections", "status", "--check", "--database", warm_desk.server.url)
    assert checked.code == 0, checked.talk


def test_a_server_that_is_asked_to_end_answers_all_that_it_carries_out(warm_desk: Desk) -> None:
    harness = Harness(warm_desk)
    harness.stop(scaled(STOPS))
    assert harness.faults() == []
    assert len(harness.writers.told) >= 10 * scaled(STOPS)
    assert harness.writers.counts.found == 0


@pytest.mark.parametrize(
    ("promise", "complaint"),
    [("answer-before-commit", " was acknowledged "), ("ignore-keys", "2 events with the mark ")],
)
def test_a_server_that_breaks_a_promise_is_found_out(
    promise: str, complaint: str, founded: Founded, tmp_path: Path
) -> None:
    with Nursery(promise) as nursery, founded.copy(tmp_path / "desk").open(nursery=nursery) as desk:
        harness = Harness(desk)
        for _ in range(CONTROL_KILLS):
            harness.kill(len(harness.starts) + 1)
            time.sleep(SETTLED_SECONDS)
            if any(complaint in fault for fault in harness.faults()):
                return
    raise AssertionError(f"{CONTROL_KILLS} kills, and nothing was found")
