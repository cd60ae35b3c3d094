"""The examples that the documentation quotes, run against the server."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.checkout import ROOT
from tests.documents import Shell
from tests.server.support import Desk

EXAMPLES = ROOT / "examples/client"


def run(desk: Desk, key: str, folder: Path, name: str, *arguments: str) -> list[str]:
    """What an example prints."""
    outcome = subprocess.run(
        [sys.executable, str(EXAMPLES / name), *arguments],
        cwd=folder,
        env=os.environ | {"URL": f"http://127.0.0.1:{desk.server.port}", "KEY": key},
        capture_output=True,
        text=True,
        check=False,
    )
    assert outcome.returncode == 0, outcome.stderr
    return outcome.stdout.splitlines()


def test_a_service_outlives_the_servers_restart(tmp_path: Path) -> None:
    opened, killed, result = Shell(tmp_path).run("sh examples/client/run.sh").splitlines()
    assert opened.endswith("-000001 is open")
    assert killed == "The server was killed."
    assert result == "6 events: kept"


def test_a_reader_of_the_feed_goes_on_where_it_ended(desk: Desk, tmp_path: Path) -> None:
    assert run(desk, desk.keys.service, tmp_path, "follow.py") == [f"{desk.incident} incident.opened.v1"]
    assert run(desk, desk.keys.service, tmp_path, "follow.py") == []
    assert (tmp_path / "cursor").read_text(encoding="ascii").isdigit()


def test_a_correction_is_decided_by_what_was_read(desk: Desk, tmp_path: Path) -> None:
    said = run(desk, desk.keys.engineer, tmp_path, "correct.py", desk.incident, "phone")
    assert said == ["corrected in version 2"]


@pytest.mark.parametrize("name", ["desk.py", "follow.py", "correct.py"])
def test_an_example_is_quoted(name: str) -> None:
    assert f"```python examples/client/{name}" in (ROOT / "docs/client.md").read_text(encoding="utf-8")
