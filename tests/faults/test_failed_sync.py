"""A sync that fails: the outcome is unknown, and from then on told by one truth."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import orjson
import pytest

from ledger.application import Ledger
from ledger.group_commit import GroupCommit
from tests.conformance.recorder_kit import check_everything
from tests.faults import workload
from tests.faults.shim import Shim
from tests.faults.workload import submission
from tests.integration.cli.processes import environment
from tests.scale import scaled

ROUNDS = 20
FAILURES = 200


@pytest.fixture(scope="module")
def shim(tmp_path_factory: pytest.TempPathFactory) -> Shim:
    """The library that makes syncs fail."""
    return Shim.build(tmp_path_factory.mktemp("shim"))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a ledger."""
    (tmp_path / "ledger").mkdir()
    workload.found(url(tmp_path / "ledger"), lambda _: None)
    return tmp_path / "ledger"


def url(folder: Path) -> str:
    """Where the ledger of the folder is."""
    return f"sqlite:///{folder / 'ledger.db'}"


@contextmanager
def reading_beside(folder: Path) -> Iterator[None]:
    """Another process has the ledger open, until it is killed."""
    command = [sys.executable, "-m", "tests.faults.workload", str(folder), "read"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment()) as beside:
        assert beside.stdout is not None
        assert beside.stdout.readline()
        yield
        beside.kill()


def contradictions(folder: Path, shim: Shim, rounds: int, *careless: str, beside: bool) -> list[str]:
    """What a process said of a request whose sync failed, where the ledger said otherwise once it was killed."""
    found = []
    for number in range(rounds):
        key = f"round-{number}-1"
        if beside:
            with reading_beside(folder):
                said = _said(folder, shim, key, *careless)
        else:
            said = _said(folder, shim, key, *careless)
        with Ledger.open(url(folder)) as ledger:
            before = ledger.head().count
            commits = GroupCommit(ledger)
            first, again = commits.submit(submission(key)), commits.submit(submission(key))
            assert again.replayed
            assert first.body == again.body
            assert ledger.head().count == before + (not first.replayed)
            check_everything(ledger)
        if first.replayed is not (said == "there"):
            found.append(f"{key}: {said}, then {'there' if first.replayed else 'absent'}")
    return found


def _said(folder: Path, shim: Shim, key: str, *careless: str) -> str:
    command = [sys.executable, "-m", "tests.faults.failing", str(folder), key, *careless]
    variables = environment(shim.variables)
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=variables) as process:
        assert process.stdout is not None
        outcome, _, said = process.stdout.readline().decode().strip().partition(" ")
        process.kill()
    assert outcome == "unknown", "the sync failed, and the request was answered"
    return said


@pytest.mark.parametrize("beside", [False, True], ids=["alone", "beside"])
def test_what_is_said_after_a_failed_sync_stays_true_when_the_process_is_killed(
    folder: Path, shim: Shim, beside: bool
) -> None:
    assert contradictions(folder, shim, scaled(ROUNDS, minimum=3), beside=beside) == []


def test_the_control_that_goes_on_with_its_connections_contradicts_itself(folder: Path, shim: Shim) -> None:
    assert contradictions(folder, shim, 3, "careless", beside=False)


def test_writers_resolve_every_unknown_outcome_by_its_key_while_readers_read(folder: Path, shim: Shim) -> None:
    failures = scaled(FAILURES)
    command = [sys.executable, "-m", "tests.faults.storm", str(folder), str(failures)]
    done = subprocess.run(command, env=environment(shim.variables), check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    told = orjson.loads(done.stdout)
    print(f"{failures} failed syncs: {told['outcomes']}, {len(told['answers'])} requests, {told['reads']} reads")
    # A sync of a checkpoint may be the one that fails; nobody waits for that.
    assert told["outcomes"]["OutcomeUnknown"] >= failures // 2
    with Ledger.open(url(folder)) as ledger:
        check_everything(ledger)
        assert ledger.head().count == len(told["answers"]) + 2
        commits = GroupCommit(ledger)
        for key, body in told["answers"].items():
            replayed = commits.submit(submission(key))
            assert replayed.replayed
            assert replayed.body.decode() == body
            (event,) = orjson.loads(body)["events"]
            row = ledger.find(event["id"])
            assert row is not None
            assert row.position == event["position"]
