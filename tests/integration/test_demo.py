"""The demo tells one dispute from beginning to end, quickly, and leaves nothing behind."""

import json
import time
from pathlib import Path

import pytest

from tests.checkout import ROOT
from tests.documents import Shell
from tests.unit.cli.calls import call

DISPUTE = ROOT / "examples" / "demo" / "dispute.jsonl"
INCIDENT = "INC-2021-000041"


@pytest.fixture(scope="module")
def temporary(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the demo makes its ledger."""
    return tmp_path_factory.mktemp("tmp")


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory, temporary: Path) -> str:
    """What the demo says."""
    started = time.monotonic()
    command = f"TMPDIR={temporary} sh examples/demo/run.sh; echo exit $?"
    said = Shell(tmp_path_factory.mktemp("demo")).run(command)
    assert time.monotonic() - started < 60
    return said


def test_it_runs_through(told: str) -> None:
    assert told.endswith("exit 0\n")
    commands = [line.split()[2] for line in told.splitlines() if line.startswith("$ sla-ledger")]
    assert commands == ["init", "import", "verdict", "explain", "timeline"]


def test_it_shows_a_dispute(told: str) -> None:
    assert f"{INCIDENT}: DISPUTED." in told
    assert "Sat 2021-02-20  —                         working weekend day, not served" in told
    assert "recorded Thu 2021-02-25 09:10" in told
    assert "attempts to reach the customer  RES-UNREACHABLE  missing" in told


def test_the_dispute_is_one_incident_and_hangs_on_what_its_story_tells() -> None:
    (line,) = call("evaluate", DISPUTE, "--calendars", "RU").lines
    response = line["obligations"][0]
    assert response["standing"] == "disputed"
    assert {"working-saturdays", "late-entries", "reprioritized-clock"} <= set(response["decisive"])
    assert {one["obligation"] for one in line["obligations"] if one["standing"] == "disputed"} == {"response"}


def test_its_record_reads_like_a_story() -> None:
    lines = [json.loads(line) for line in DISPUTE.read_text(encoding="utf-8").splitlines()]
    assert [line["type"].split(".")[1] for line in lines if line["subject"] == INCIDENT] == [
        "opened",
        "confirmed",
        "reprioritized",
        "responded",
        "information-requested",
        "status-reported",
        "contact-attempted",
        "customer-replied",
        "information-provided",
        "contact-attempted",
        "customer-unreachable",
        "disputed",
    ]


def test_it_leaves_nothing_behind(told: str, temporary: Path) -> None:
    assert f"sqlite:///{temporary}" in told
    assert list(temporary.iterdir()) == []
