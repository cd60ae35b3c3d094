"""The connection to PostgreSQL is cut at a commit: the outcome is told as unknown, and the key finds it out."""

import random
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.postgres.pair import Furnished, Pair
from tests.postgres.severing import Severed, SeveringProxy
from tests.scale import scaled
from tests.server.audit import faults, feed, histories
from tests.server.warm import Nursery
from tests.server.writers import Writers
from tests.servers.postgres import PostgresServer

CUTS = 200
CONTROL_CUTS = 60
GOES_ON = 0.8
PATIENCE_SECONDS = 240.0


@pytest.fixture(scope="module")
def furnished(postgres: PostgresServer, tmp_path_factory: pytest.TempPathFactory) -> Furnished:
    """A ledger to be copied."""
    return Furnished.make(postgres, tmp_path_factory.mktemp("furnished"))


@pytest.fixture
def proxy(postgres: PostgresServer) -> Iterator[SeveringProxy]:
    """What stands between the servers and the database."""
    with SeveringProxy(postgres.port) as proxy:
        yield proxy


def cut(pair: Pair, proxy: SeveringProxy, times: int) -> tuple[Writers, list[str]]:
    """Write while so many commits are cut; the writers, and what is wrong with the ledger afterwards."""
    chance = random.Random(20_240_427)
    writers = Writers(pair.servers[0], pair.keys.service, pair.servers[1:])
    with pair.wire(0) as wire:
        base = len(feed(wire))
    deadline = time.monotonic() + PATIENCE_SECONDS
    with writers.writing():
        for number in range(1, times + 1):
            told = len(writers.told)
            proxy.cuts.append(chance.choice(list(Severed)))
            # Mostly with something recorded in between; else what finds out how a commit ended is cut as well.
            goes_on = chance.random() < GOES_ON
            while len(proxy.made) < number or (goes_on and len(writers.told) <= told):
                assert time.monotonic() < deadline, f"{number - 1} cuts so far\n{pair.servers[0].said()}"
                time.sleep(0.002)
    with pair.wire(1) as wire:
        written = feed(wire)
        return writers, [*writers.complaints, *faults(writers.told, written, histories(wire, written), base)]


def test_a_commit_that_was_cut_off_is_resolved_by_its_key(
    furnished: Furnished, proxy: SeveringProxy, tmp_path: Path
) -> None:
    times = scaled(CUTS)
    with furnished.pair(tmp_path, port=proxy.port) as pair:
        writers, found = cut(pair, proxy, times)
    assert found == []
    counts = writers.counts
    print(
        f"{dict(Counter(one.name for one in proxy.made))} of {len(writers.told)} events: {counts.unknown} requests of "
        f"unknown outcome, {counts.found} of them carried out"
    )
    assert counts.unknown >= times / 2
    assert 0 < counts.found < counts.unknown


def test_the_control_that_ignores_keys_is_found_out(furnished: Furnished, proxy: SeveringProxy, tmp_path: Path) -> None:
    with Nursery("ignore-keys") as nursery, furnished.pair(tmp_path, nursery, port=proxy.port) as pair:
        _, found = cut(pair, proxy, scaled(CONTROL_CUTS, minimum=20))
    assert any("2 events with the mark " in fault for fault in found)
