"""How errors reach their reader: exit code, message, remedy, and JSON for programs."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from schemas.problems import CATALOGUE, ExitCode, LedgerLocked
from services.cli import calendar
from services.cli.failures import INTERRUPTED, problem_details, report_error
from tests.unit.cli.calls import call


@pytest.fixture
def failing(monkeypatch: pytest.MonkeyPatch) -> Callable[[BaseException], None]:
    """Makes `calendar list` end with an error, as if it came from deep inside."""

    def fail_with(error: BaseException) -> None:
        def fail(_jurisdiction: str) -> None:
            raise error

        monkeypatch.setattr(calendar, "shipped_calendars", fail)

    return fail_with


def test_an_error_says_what_is_wrong_what_to_do_and_its_name() -> None:
    answer = call("evaluate", "/nowhere/at-all.jsonl")
    assert (answer.code, answer.data) == (2, b"")
    said, remedy = answer.talk.splitlines()
    assert said == "error: /nowhere/at-all.jsonl cannot be read: No such file or directory [file-unreadable]"
    assert remedy == "  → Check the path and its permissions."


def test_an_error_is_a_problem_object_where_json_is_asked_for() -> None:
    answer = call("evaluate", "/nowhere/at-all.jsonl", "--json")
    assert (answer.code, answer.data) == (2, b"")
    assert answer.problem == {
        "type": "urn:sla-ledger:problem:file-unreadable",
        "title": "A file cannot be read",
        "status": 422,
        "detail": "/nowhere/at-all.jsonl cannot be read: No such file or directory",
        "problem": "file-unreadable",
        "remedy": "Check the path and its permissions.",
        "exit_code": 2,
        "params": {"path": "/nowhere/at-all.jsonl", "reason": "No such file or directory"},
    }


def test_a_name_that_is_no_text_is_told_as_json_all_the_same() -> None:
    problem = call("evaluate", os.fsdecode(b"/nowhere/\xff.jsonl"), "--json").problem
    assert problem["params"]["path"] == "/nowhere/\\udcff.jsonl"


def test_the_object_names_line_and_field(tmp_path: Path) -> None:
    file = tmp_path / "bad.jsonl"
    file.write_bytes(b'{"id": 1}\n')
    problem = call("evaluate", file, "--json").problem
    assert (problem["problem"], problem["line"], problem["pointer"]) == ("invalid-input", 1, "/type")


def test_an_unexpected_fault_is_told_without_a_traceback(failing: Callable[[BaseException], None]) -> None:
    failing(ZeroDivisionError("inside"))
    answer = call("calendar", "list")
    assert answer.code == ExitCode.INTERNAL
    assert "Traceback" not in answer.talk
    assert "ZeroDivisionError: inside" in answer.talk
    assert "SLA_LEDGER_TRACEBACK=1" in answer.talk


def test_an_unexpected_fault_can_be_seen_whole(failing: Callable[[BaseException], None]) -> None:
    failing(ZeroDivisionError("inside"))
    with pytest.raises(ZeroDivisionError):
        call("calendar", "list", env={"SLA_LEDGER_TRACEBACK": "1"})


def test_an_interruption_ends_with_130(failing: Callable[[BaseException], None]) -> None:
    failing(KeyboardInterrupt())
    assert call("calendar", "list").code == INTERRUPTED


def test_every_exit_code_of_the_catalogue_is_one_that_is_documented() -> None:
    assert {problem.exit_code for problem in CATALOGUE.values()} <= set(ExitCode)


def test_the_exit_code_is_the_catalogues(capsys: pytest.CaptureFixture[str]) -> None:
    error = LedgerLocked(database="sqlite:///x.db", pid=4711)
    assert report_error(error, as_json=False) == ExitCode.LEDGER_STATE
    assert "4711" in capsys.readouterr().err
    assert problem_details(error)["exit_code"] == 4
