"""A wall clock that is set back or ahead under a running ledger."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import orjson
import pytest

from ledger.application import Ledger
from schemas.decode import decode_event
from tests.conformance.recorder_kit import check_everything
from tests.faults import workload
from tests.faults.shim import Shim
from tests.integration.cli.processes import COMMAND, environment

TWO_HOURS: Final = timedelta(hours=2)


class Clerk:
    """A process that records one event whenever it is asked to, and tells what came of it."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self._process = process
        self._count = 0

    def record(self, key: str | None = None) -> str:
        """When it was recorded, or the name of the problem that it was refused by."""
        self._count += 1
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{key or f'clock-{self._count}-1'}\n".encode())
        self._process.stdin.flush()
        told: str = orjson.loads(self._process.stdout.readline())
        return told


@pytest.fixture(scope="module")
def shim(tmp_path_factory: pytest.TempPathFactory) -> Shim:
    """The library that sets the clock."""
    return Shim.build(tmp_path_factory.mktemp("shim"))


@pytest.fixture
def url(tmp_path: Path) -> str:
    """Where a ledger is."""
    url = f"sqlite:///{tmp_path / 'ledger.db'}"
    workload.found(url, lambda _: None)
    return url


@contextmanager
def clerk(url: str, shim: Shim, *careless: str) -> Iterator[Clerk]:
    """A clerk whose clock is right when he begins."""
    shim.set_clock(timedelta())
    command = [sys.executable, "-m", "tests.faults.clerk", url, *careless]
    variables = environment(shim.variables)
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=variables) as process:
        yield Clerk(process)
        assert process.stdin is not None
        process.stdin.close()
    assert process.returncode == 0


def confirm(url: str, shim: Shim) -> None:
    """A person confirms the clock, in a process of its own."""
    command = [*COMMAND, "clock", "confirm", "--database", url]
    done = subprocess.run(command, env=environment(shim.variables), check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def went_back(url: str) -> bool:
    """Whether an event of the log was recorded before the one it follows."""
    with Ledger.open(url) as ledger:
        instants = [decode_event(row.state).recorded_at for row in ledger.log_rows("C-001")]
    return instants != sorted(instants)


def test_a_clock_set_back_does_not_take_the_log_with_it(url: str, shim: Shim) -> None:
    with clerk(url, shim) as one:
        before = one.record()
        shim.set_clock(-TWO_HOURS)
        assert [one.record() for _ in range(3)] == [before] * 3
        shim.set_clock(timedelta())
        assert one.record() > before
    assert not went_back(url)
    with Ledger.open(url) as ledger:
        check_everything(ledger)


def test_a_process_begun_with_a_clock_set_back_does_not_take_the_log_back(url: str, shim: Shim) -> None:
    with clerk(url, shim) as one:
        before = one.record()
    with clerk(url, shim) as one:
        shim.set_clock(-TWO_HOURS)
        assert one.record("later-1") == before
    assert not went_back(url)


def test_the_control_that_stamps_what_the_clock_says_goes_back(url: str, shim: Shim) -> None:
    with clerk(url, shim, "careless") as one:
        one.record()
        shim.set_clock(-TWO_HOURS)
        one.record()
    assert went_back(url)


def test_a_clock_set_ahead_is_not_believed_until_a_person_confirms_it_beside(url: str, shim: Shim) -> None:
    with clerk(url, shim) as one:
        before = one.record("answered-1")
        shim.set_clock(TWO_HOURS)
        assert one.record() == "clock-suspect"
        assert one.record("answered-1") == before
        confirm(url, shim)
        ahead = one.record()
        told = datetime.fromisoformat(ahead) - datetime.now(UTC)
        assert abs(told - TWO_HOURS) < timedelta(minutes=1)
        shim.set_clock(2 * TWO_HOURS)
        assert one.record() == "clock-suspect"
        shim.set_clock(timedelta())
        assert one.record() == ahead
    assert not went_back(url)


def test_the_control_that_believes_its_clock_records_the_future(url: str, shim: Shim) -> None:
    with clerk(url, shim, "careless") as one:
        one.record()
        shim.set_clock(TWO_HOURS)
        assert one.record() != "clock-suspect"
