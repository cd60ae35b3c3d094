"""What only a process of its own can show: kills, interruptions, readers that leave."""

import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from tests.checkout import ROOT
from tests.integration.cli.histories import Line, history, write
from tests.integration.cli.processes import COMMAND, environment, start
from tests.unit.cli.calls import call

INCIDENTS = 28
"""As many as April has days to open one on."""


def copies(count: int) -> list[Line]:
    """Several contracts with the same history each."""
    lines = []
    for copy in range(count):
        for line in history(INCIDENTS):
            data = line["data"]
            if "contract" in data:
                data = {**data, "contract": f"{data['contract']}-{copy}"}
            named = {"id": f"{copy:08x}{line['id'][8:]}", "subject": f"{line['subject']}-{copy}"}
            lines.append({**line, **named, "data": data})
    return lines


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file that takes several batches."""
    return write(tmp_path_factory.mktemp("large") / "large.jsonl", copies(50))


@pytest.fixture(scope="module")
def undisturbed(large: Path) -> list[tuple[str, ...]]:
    """The ledger of an import that nobody disturbed."""
    url = f"sqlite:///{large.parent}/undisturbed.db"
    call("init", "--no-calendars", "--database", url)
    assert call("import", large, "--database", url).code == 0
    return comparable(url)


def comparable(url: str) -> list[tuple[str, ...]]:
    """What does not differ from one import of a file to another."""
    lines = call("export", "--database", url).lines
    return [(one["id"], one["recorded_at"], one["log"], one["version"]) for one in lines]


def wait_for(url: str, events: int) -> None:
    """Wait until a ledger that another process writes holds so many events."""
    path = url.removeprefix("sqlite:///")
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as reader:
        while reader.execute("SELECT count FROM head").fetchone()[0] < events:
            time.sleep(0.005)


@pytest.mark.parametrize("events", [1 + 1_000 * batch for batch in (1, 2, 3)])
def test_an_import_killed_in_the_middle_goes_on_and_ends_like_one_that_was_not(
    large: Path, undisturbed: list[tuple[str, ...]], ledger: str, events: int
) -> None:
    with start("import", large, "--database", ledger) as process:
        wait_for(ledger, events)
        process.kill()
        process.communicate()
    begun = comparable(ledger)
    assert events <= len(begun) < len(undisturbed), "it was killed in the middle"
    assert call("import", large, "--database", ledger).code == 0
    assert comparable(ledger) == undisturbed


def test_an_import_interrupted_ends_with_130_and_says_how_to_go_on(large: Path, ledger: str) -> None:
    with start("import", large, "--database", ledger) as process:
        wait_for(ledger, 1_001)
        process.send_signal(signal.SIGINT)
        _, talk = process.communicate()
    assert process.returncode == 130
    assert b"Traceback" not in talk
    assert b"Run the same import again" in talk
    assert call("import", large, "--database", ledger, "--json").lines[0]["present"] >= 1_000


def test_a_reader_that_leaves_is_not_complained_about(tmp_path: Path) -> None:
    file = write(tmp_path / "large.jsonl", copies(20))
    with start("evaluate", file, "--calendars", "RU") as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 141


def test_data_and_talk_do_not_mix(file: Path) -> None:
    arguments = [*COMMAND, "evaluate", str(file), "--calendars", "RU", "--as-of", "2024-06-01T00:00:00Z"]
    done = subprocess.run(arguments, capture_output=True, check=True, env=environment())
    assert len(done.stdout.splitlines()) == 3
    assert b"provisional" in done.stderr


def test_a_pipe_is_read_like_a_file(file: Path) -> None:
    script = (
        f"cat {file} | {sys.executable} -c 'from services.cli import main; main()' evaluate /dev/stdin --calendars RU"
    )
    done = subprocess.run(["sh", "-c", script], capture_output=True, check=True, env=environment())
    assert done.stdout == call("evaluate", file, "--calendars", "RU").data


def test_the_reference_is_checked_by_a_process() -> None:
    arguments = [sys.executable, "-m", "services.cli.reference", "--check"]
    assert subprocess.run(arguments, cwd=ROOT, check=False, env=environment()).returncode == 0
