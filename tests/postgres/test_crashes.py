"""PostgreSQL crashes under sixteen writers in two processes: nothing acknowledged is lost, and nothing comes twice."""

import random
import statistics
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.postgres.follower import Follower
from tests.postgres.pair import Furnished, Pair
from tests.scale import scaled
from tests.server.audit import faults, feed, histories
from tests.server.warm import Nursery
from tests.server.writers import WRITERS, Writers
from tests.servers.postgres import PostgresServer
from tests.unit.cli.calls import call

CRASHES = 40
CONTROL_CRASHES = 40
LONGEST_LIFE_SECONDS = 0.3
PATIENCE_SECONDS = 60.0
LAZY = {"wal_writer_delay": "10s", "commit_delay": "10000", "commit_siblings": "0"}
"""What is not synced by a commit is not soon synced by itself, so that the control loses; and a commit takes ten
milliseconds, so that crashes meet it."""


@pytest.fixture(scope="module")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Furnished]:
    """A ledger on a server of these tests' own."""
    with PostgresServer(LAZY) as postgres:
        yield Furnished.make(postgres, tmp_path_factory.mktemp("furnished"))


class Harness:
    """Two servers of one ledger whose database crashes again and again while it is written to."""

    def __init__(self, pair: Pair, postgres: PostgresServer) -> None:
        self._pair = pair
        self._postgres = postgres
        self._chance = random.Random(20_240_427)
        self.writers = Writers(pair.servers[0], pair.keys.service, pair.servers[1:])
        self.recoveries: list[float] = []
        self.follower = Follower(pair.servers[1], pair.keys.service)
        with pair.wire(0) as wire:
            self._base = len(feed(wire))

    def crash(self, times: int, crash: Callable[[], None]) -> None:
        """Let the database crash so often, and come back."""
        with self.writers.writing():
            for _ in range(times):
                self._until_it_is_written_to()
                time.sleep(self._chance.uniform(0, LONGEST_LIFE_SECONDS))
                begun = time.perf_counter()
                crash()
                self._wait(begun)

    def stop_at_once(self) -> None:
        """`pg_ctl stop -m immediate`, and a start."""
        self._postgres.restart("immediate")

    def kill_a_backend(self) -> None:
        """SIGKILL of one that serves this ledger: the server ends all of them and recovers."""
        backends = self._postgres.backends(self._pair.url.rpartition("/")[2])
        if backends:
            self._postgres.kill_backend(self._chance.choice(backends))
        self._postgres.wait()

    def faults(self) -> list[str]:
        """What is wrong with the ledger once all outcomes are known."""
        found = list(self.writers.complaints)
        written = []
        for number in range(2):
            with self._pair.wire(number) as wire:
                written = feed(wire)
                found += faults(self.writers.told, written, histories(wire, written), self._base)
        return [*found, *self.follower.faults(written)]

    def _until_it_is_written_to(self) -> None:
        before = len(self.writers.told)
        deadline = time.monotonic() + PATIENCE_SECONDS
        while len(self.writers.told) < before + WRITERS:
            assert time.monotonic() < deadline, f"nothing is recorded any more\n{self._pair.servers[0].said()}"
            time.sleep(0.01)

    def _wait(self, begun: float) -> None:
        """Until both servers say that they are ready again."""
        for server in self._pair.servers:
            server.wait()
        self.recoveries.append(time.perf_counter() - begun)


@pytest.mark.parametrize("crash", ["stop_at_once", "kill_a_backend"])
def test_every_acknowledged_event_is_there_once_after_crashes(crash: str, furnished: Furnished, tmp_path: Path) -> None:
    times = scaled(CRASHES, minimum=3)
    with furnished.pair(tmp_path) as pair:
        harness = Harness(pair, furnished.postgres)
        with harness.follower:
            harness.crash(times, getattr(harness, crash))
        assert harness.faults() == []
        checked = call("projections", "status", "--check", "--database", pair.url)
        assert checked.code == 0, checked.talk
    counts = harness.writers.counts
    print(
        f"{times} crashes ({crash}): {len(harness.writers.told)} events acknowledged, {counts.unknown} attempts of "
        f"unknown outcome, {counts.found} of them carried out; served again after "
        f"{statistics.median(harness.recoveries):.2f} s at the median, {max(harness.recoveries):.2f} s at most"
    )
    assert len(harness.writers.told) >= 10 * times
    assert counts.unknown >= times // 10
    assert counts.found <= counts.unknown


def test_the_control_that_commits_asynchronously_is_found_out(furnished: Furnished, tmp_path: Path) -> None:
    with Nursery("commit-asynchronously") as nursery, furnished.pair(tmp_path, nursery) as pair:
        harness = Harness(pair, furnished.postgres)
        for _ in range(CONTROL_CRASHES):
            harness.crash(1, harness.stop_at_once)
            lost = [fault for fault in harness.faults() if " was acknowledged " in fault]
            if lost:
                print(f"{len(lost)} acknowledged events lost after {len(harness.recoveries)} crashes")
                return
    raise AssertionError(f"{CONTROL_CRASHES} crashes, and nothing was found")
