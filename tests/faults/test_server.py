"""The running server on a failing disk and under a clock that is set: what clients are told, and what comes of it."""

import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import pytest

from ledger.application import Ledger
from tests.conformance.recorder_kit import check_everything
from tests.faults.shim import Shim
from tests.faults.small_disk import mounted
from tests.integration.cli.processes import COMMAND, environment
from tests.scale import scaled
from tests.server.bodies import status
from tests.server.support import Desk, Founded, found
from tests.server.wire import Reply, new_key

TWO_HOURS: Final = timedelta(hours=2)
FAILED_SYNCS: Final = 50
FILLINGS: Final = 10
WRITERS: Final = 8
LONG: Final = "It happened again. " * 100


@pytest.fixture(scope="module")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Founded:
    """A ledger with keys and an open incident, to be copied."""
    return found(tmp_path_factory.mktemp("founded"))


@pytest.fixture(scope="module")
def shim(tmp_path_factory: pytest.TempPathFactory) -> Shim:
    """The library that makes syncs fail and sets the clock."""
    return Shim.build(tmp_path_factory.mktemp("shim"))


@pytest.fixture
def desk(founded: Founded, shim: Shim, tmp_path: Path) -> Iterator[Desk]:
    """A server under the shim's orders."""
    shim.set_clock(timedelta())
    with founded.copy(tmp_path / "desk").open(shim.variables) as desk:
        yield desk


def report(desk: Desk, key: str, summary: str = LONG) -> Reply:
    """Something is said of the incident, by a connection of its own."""
    body = status(summary, occurred_at="2024-04-27T09:00:00Z")
    with desk.wire() as wire:
        return wire.post(f"/v1/incidents/{desk.incident}/events", body, key)


def readable(desk: Desk) -> bool:
    """Whether the incident and the feed can be read."""
    with desk.wire() as wire:
        paths = (f"/v1/incidents/{desk.incident}", f"/v1/incidents/{desk.incident}/timeline")
        return all(wire.get(path).status == 200 for path in paths)


@contextmanager
def opened(desk: Desk) -> Iterator[Ledger]:
    """The ledger, read beside the server and found whole."""
    with Ledger.open(desk.server.url) as ledger:
        check_everything(ledger)
        yield ledger


def once(desk: Desk, answers: dict[str, Reply]) -> None:
    """Every answered request is recorded once, and answered alike again."""
    for key, answer in answers.items():
        again = report(desk, key)
        assert again.replayed
        assert again.body == answer.body
    with opened(desk) as ledger:
        ids = [answer.event["id"] for answer in answers.values()]
        assert len(set(ids)) == len(ids)
        assert all(ledger.find(event) is not None for event in ids)


def test_on_a_full_disk_writes_are_507_reads_go_on_and_it_heals_without_a_restart(
    founded: Founded, tmp_path: Path
) -> None:
    answers: dict[str, Reply] = {}
    refused = 0
    with mounted(tmp_path / "disk", 16) as disk, founded.copy(disk.folder / "desk").open() as desk:
        for turn in range(scaled(FILLINGS, minimum=3)):
            disk.fill(but=turn % 8 * 4096)
            with ThreadPoolExecutor(WRITERS) as pool:
                keys = [new_key() for _ in range(4 * WRITERS)]
                replies = dict(zip(keys, pool.map(lambda key: report(desk, key), keys), strict=True))
            assert {reply.status for reply in replies.values()} <= {201, 507}
            assert {reply.problem for reply in replies.values() if reply.status == 507} <= {"storage-full"}
            refused += sum(reply.status == 507 for reply in replies.values())
            assert readable(desk)
            disk.free()
            for key, reply in replies.items():
                answers[key] = reply if reply.status == 201 else report(desk, key)
                assert answers[key].status == 201
                assert not answers[key].replayed
        once(desk, answers)
    print(f"{refused} of {len(answers)} requests refused by a full disk")
    assert refused


def test_a_failed_sync_is_outcome_unknown_and_the_key_resolves_it_to_exactly_one(desk: Desk, shim: Shim) -> None:
    answers: dict[str, Reply] = {}
    unknown = 0
    for _ in range(scaled(FAILED_SYNCS)):
        shim.fail_next_sync()
        with ThreadPoolExecutor(WRITERS) as pool:
            keys = [new_key() for _ in range(2 * WRITERS)]
            replies = dict(zip(keys, pool.map(lambda key: report(desk, key), keys), strict=True))
        assert shim.has_failed()
        assert {reply.status for reply in replies.values()} <= {201, 503}
        assert {reply.problem for reply in replies.values() if reply.status == 503} <= {"outcome-unknown"}
        unknown += sum(reply.status == 503 for reply in replies.values())
        assert readable(desk)
        for key, reply in replies.items():
            answers[key] = reply if reply.status == 201 else report(desk, key)
            assert answers[key].status == 201
    once(desk, answers)
    assert unknown
    print(f"{unknown} of {len(answers)} requests unknown after {scaled(FAILED_SYNCS)} failed syncs")


def test_a_clock_set_ahead_is_503_until_it_is_confirmed_beside_and_set_back_is_not_followed(
    desk: Desk, shim: Shim
) -> None:
    before = report(desk, "before")
    shim.set_clock(TWO_HOURS)
    doubted = report(desk, "doubted")
    assert (doubted.status, doubted.problem) == (503, "clock-suspect")
    replayed = report(desk, "before")
    assert replayed.replayed
    assert replayed.body == before.body
    assert readable(desk)
    command = [*COMMAND, "clock", "confirm", "--database", desk.server.url]
    assert subprocess.run(command, env=environment(shim.variables), check=False, capture_output=True).returncode == 0
    ahead = report(desk, "doubted")
    assert ahead.status == 201
    told = datetime.fromisoformat(ahead.event["recorded_at"]) - datetime.now(UTC)
    assert abs(told - TWO_HOURS) < timedelta(minutes=1)
    shim.set_clock(timedelta())
    assert report(desk, "back").event["recorded_at"] == ahead.event["recorded_at"]
    with opened(desk):
        pass
