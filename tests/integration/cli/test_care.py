"""`doctor` and `calendar`: what the installation is made of, and whether it counts business time as others do."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import orjson
import pytest

from projections.calendars import shipped_calendars
from services import diagnosis
from tests.unit.cli.calls import Answer, call


def findings(answer: Answer) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for one in answer.lines[0]["findings"]:
        found.setdefault(one["about"], []).append(one)
    return found


def test_doctor_tells_versions_settings_packages_and_the_ledger(ledger: str) -> None:
    answer = call("doctor", "--database", ledger, "--json", env={"SLA_LEDGER_LANG": "en"})
    found = findings(answer)
    assert answer.code == 0
    assert {"version", "python", "sqlite", "libraries", "setting", "package", "ledger"} <= set(found)
    assert [one["found"].partition(":")[0] for one in found["package"]] == [
        "ledger",
        "projections",
        "schemas",
        "services",
    ]
    assert "Our support" in found["ledger"][0]["found"]
    assert "eventsourcing 9." in found["libraries"][0]["found"]
    assert "SLA_LEDGER_LANG=en" in [one["found"] for one in found["setting"]]


def test_doctor_cuts_nothing_on_a_narrow_terminal(url: str) -> None:
    told = call("doctor", "--database", url, env={"COLUMNS": "40", "SLA_LEDGER_DATABASE_URL": url}).text
    assert "…" not in told
    assert f"SLA_LEDGER_DATABASE_URL={url}" in "".join(line[15:].strip() for line in told.splitlines())


@pytest.mark.parametrize(
    ("variable", "value", "shown"),
    [
        ("SLA_LEDGER_KAFKA_PASSWORD", "correct horse", "SLA_LEDGER_KAFKA_PASSWORD=***"),
        ("SLA_LEDGER_DATABASE_URL", "postgresql://me:horse@db/x", "SLA_LEDGER_DATABASE_URL=postgresql://me:***@db/x"),
    ],
)
def test_doctor_shows_no_password(url: str, variable: str, value: str, shown: str) -> None:
    told = call("doctor", "--database", url, env={variable: value}).text
    assert shown in told
    assert "horse" not in told


def test_doctor_is_at_ease_without_a_ledger(url: str) -> None:
    assert call("doctor", "--database", url).code == 0


def test_doctor_knows_the_bug_of_older_sqlite(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(diagnosis, "SQLITE_VERSION", (3, 40, 1))
    monkeypatch.setattr(diagnosis, "HAS_WAL_RESET_BUG", True)
    answer = call("doctor", "--database", url)
    assert answer.code == 1
    assert "3.40.1" in answer.text
    assert "pysqlite3" in answer.text


def test_doctor_finds_a_foreign_package_of_our_name(url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "diagnosed").mkdir()
    monkeypatch.setattr(diagnosis, "__file__", str(tmp_path / "diagnosed" / "diagnosis.py"))
    answer = call("doctor", "--database", url, "--json")
    assert answer.code == 1
    assert {one["advice"] for one in findings(answer)["package"]} == {"doctor-foreign"}


def test_doctor_says_where_a_ledger_does_not_open(ledger: str, tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "ledger.db", isolation_level=None)) as other:
        other.execute("INSERT INTO migrations VALUES (4711, 'of-the-future')")
    answer = call("doctor", "--database", ledger, "--json")
    assert answer.code == 1
    assert findings(answer)["ledger"][0]["advice"] == "doctor-ledger-trouble"


CASE: dict[str, Any] = {
    "id": "one hour of a Monday",
    "kind": "elapsed",
    "timezone": "+03:00",
    "schedule": {"mon": [["09:00", "18:00"]]},
    "start": "2024-04-01T08:00:00",
    "end": "2024-04-01T10:00:00",
    "expected_elapsed_seconds": 3600,
}


def cases(folder: Path, *found: dict[str, Any]) -> Path:
    path = folder / "cases.json"
    path.write_bytes(orjson.dumps({"vectors": list(found)}))
    return path


def test_cases_that_agree_are_counted(tmp_path: Path) -> None:
    answer = call("calendar", "check", cases(tmp_path, CASE), "--json")
    assert answer.code == 0
    assert answer.lines[0]["counts"]["agrees"] == 1


def test_a_case_that_does_not_agree_is_told_with_both_answers(tmp_path: Path) -> None:
    answer = call("calendar", "check", cases(tmp_path, {**CASE, "expected_elapsed_seconds": 7200}))
    assert answer.code == 1
    assert "7200" in answer.text
    assert "3600" in answer.text


@pytest.mark.parametrize("content", [b"", b"{}", b"[" * 100_000, b"\xff"])
def test_a_file_that_holds_no_cases_is_no_traceback(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "cases.json").write_bytes(content)
    answer = call("calendar", "check", tmp_path / "cases.json")
    assert answer.code in {1, 2}
    assert "Traceback" not in answer.talk


@pytest.mark.parametrize(
    ("content", "where"),
    [
        (b'{"vectors": [\n  {"id": }\n]}', "it is not JSON: a value is missing (line 2, character 10)"),
        (b"[" * 100_000, "a number is too long, or it is nested too deeply"),
        (b"\xff", "it is not UTF-8 (byte 0)"),
    ],
)
def test_a_file_that_is_no_json_is_told_so_and_where(tmp_path: Path, content: bytes, where: str) -> None:
    (tmp_path / "cases.json").write_bytes(content)
    answer = call("calendar", "check", tmp_path / "cases.json")
    assert answer.code == 2
    assert f"cases.json is no file of cases: {where} [cases-unusable]" in answer.talk
    assert "permissions" not in answer.talk


def test_shipped_calendars_are_listed_with_the_day_of_publication() -> None:
    listed = call("calendar", "list", "--json").lines
    assert len(listed) == len(shipped_calendars("RU"))
    assert {line["calendar"] for line in listed} == {f"RU-{year}" for year in range(2016, 2028)}
    assert [line["published"] for line in listed] == sorted(line["published"] for line in listed)
    assert "2015-09-24" in call("calendar", "list").text


def test_every_publication_of_a_year_is_shown() -> None:
    assert len(call("calendar", "show", "RU-2020", "--json").lines) == 6
    assert "2024-04-27" in call("calendar", "show", "RU-2024").text


def test_a_year_that_is_not_shipped_is_refused() -> None:
    answer = call("calendar", "show", "RU-2031")
    assert answer.code == 2
    assert "The calendar RU-2031 is not shipped" in answer.talk
    assert "RU-2016, RU-2017, " in answer.talk
