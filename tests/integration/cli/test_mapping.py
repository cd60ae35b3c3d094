"""`import --mapping`: another system's export, with what it lost and its own verdict beside it."""

from pathlib import Path

import orjson
import pytest

from tests.unit.cli.calls import call
from tests.unit.servicenow.audit_log import ordinary_incident, row, write

NUMBERS = ("INC0000001", "INC0000002")


@pytest.fixture
def audit(tmp_path: Path) -> Path:
    rows = [one for number in NUMBERS for one in ordinary_incident(number)]
    lost = row("INC0000003", 4, "Active", "2/3/2016 10:00")
    return write(tmp_path / "audit.csv", [*rows, lost])


def test_the_rows_become_events_of_the_ledger(ledger: str, audit: Path, tmp_path: Path) -> None:
    rejects, outcomes = tmp_path / "rejects.jsonl", tmp_path / "outcomes.jsonl"
    arguments = ("import", "--mapping", "servicenow", audit, "--rejects", rejects, "--outcomes", outcomes)
    answer = call(*arguments, "--calendars", "RU", "--database", ledger)
    assert answer.code == 0
    assert "9 rows of 3 incidents" in answer.talk
    types = [line["type"] for line in call("export", "--database", ledger).lines]
    assert types.count("incident.opened.v1") == 3
    assert "INC0000003" in rejects.read_text("utf-8")
    assert [orjson.loads(line)["incident"] for line in outcomes.read_bytes().splitlines()] == [*NUMBERS, "INC0000003"]


def test_the_second_import_of_the_rows_adds_nothing(ledger: str, audit: Path) -> None:
    call("import", "--mapping", "servicenow", audit, "--database", ledger)
    answer = call("import", "--mapping", "servicenow", audit, "--database", ledger, "--json")
    assert (answer.code, answer.lines[0]["added"]) == (0, 0)


def test_files_for_what_a_mapping_finds_need_a_mapping(ledger: str, file: Path, tmp_path: Path) -> None:
    answer = call("import", file, "--rejects", tmp_path / "r.jsonl", "--database", ledger, "--json")
    assert (answer.code, answer.problem["problem"]) == (2, "bad-argument")
    assert not (tmp_path / "r.jsonl").exists()


def test_a_mapping_that_is_not_there_is_refused(ledger: str, audit: Path) -> None:
    answer = call("import", "--mapping", "nothing.toml", audit, "--database", ledger, "--json")
    assert (answer.code, answer.problem["problem"]) == (2, "mapping-unusable")
