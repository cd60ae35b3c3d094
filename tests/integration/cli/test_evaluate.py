"""`evaluate`: a bare file in, one verdict a line out."""

import gc
from pathlib import Path
from typing import Any

import orjson
import pytest

from services.evaluation import evaluate_lines
from tests.integration.cli.histories import contract, event, history, incident, write
from tests.unit.cli.calls import call


def response(verdict: dict[str, Any]) -> dict[str, Any]:
    return next(one for one in verdict["obligations"] if one["obligation"] == "response")


def test_there_is_one_verdict_a_line_in_the_order_the_incidents_were_opened(file: Path) -> None:
    answer = call("evaluate", file, "--calendars", "RU")
    assert (answer.code, answer.talk) == (0, "")
    assert [line["incident"] for line in answer.lines] == [f"INC-2024-00000{n}" for n in (1, 2, 3)]


def test_without_as_of_the_last_recorded_instant_counts_and_shipped_calendars_do_not_move_it(file: Path) -> None:
    answer = call("evaluate", file, "--calendars", "RU")
    assert {line["as_of"] for line in answer.lines} == {"2024-04-03T14:10:00Z"}


def test_standard_input_is_read_where_the_file_is_a_dash(file: Path) -> None:
    assert call("evaluate", "-", "--calendars", "RU", stdin=file.read_bytes()) == call(
        "evaluate", file, "--calendars", "RU"
    )


def test_a_later_instant_is_marked_provisional_and_an_unrecorded_incident_has_no_line(file: Path) -> None:
    later = call("evaluate", file, "--calendars", "RU", "--as-of", "2024-05-01T00:00:00+03:00")
    earlier = call("evaluate", file, "--calendars", "RU", "--as-of", "2024-04-02T12:00:00Z")
    assert "provisional" in later.talk
    assert "2024-04-03T14:10:00Z" in later.talk
    assert earlier.talk == ""
    assert [line["incident"] for line in earlier.lines] == ["INC-2024-000001"]


def test_a_reading_settles_a_question_for_the_run(tmp_path: Path) -> None:
    file = write(tmp_path / "premium.jsonl", [contract(level="premium"), *incident("INC-2024-000001", "2024-04-01")])
    free = call("evaluate", file, "--calendars", "RU", "--as-of", "2024-04-05T00:00:00Z")
    settled = call(
        "evaluate", file, "--calendars", "RU", "--as-of", "2024-04-05T00:00:00Z", "--reading", "premium-hours=service"
    )
    assert "premium-hours" in response(free.lines[0])["depends_on"]
    assert "premium-hours" not in response(settled.lines[0])["depends_on"]
    assert response(free.lines[0])["literal"]["due"] < response(settled.lines[0])["literal"]["due"]


def test_two_answers_to_one_question_are_refused(file: Path) -> None:
    twice = ("--reading", "clock-start=received", "--reading", "clock-start=confirmed")
    answer = call("evaluate", file, "--calendars", "RU", *twice)
    assert answer.code == 2
    assert "clock-start is settled twice: received, confirmed" in answer.talk


def test_a_reading_that_overrides_an_agreement_says_so(tmp_path: Path) -> None:
    agreed = {"question": "premium-hours", "option": "clock", "effective_from": "2024-01-10"}
    agreement = event("contract.reading-agreed", "C-001", "2024-01-10T09:00:00+03:00", agreed, "system")
    lines = [contract(level="premium"), agreement, *incident("INC-2024-000001", "2024-04-01")]
    file = write(tmp_path / "agreed.jsonl", lines)
    literal = call("evaluate", file, "--calendars", "RU")
    overriding = call("evaluate", file, "--calendars", "RU", "--reading", "premium-hours=service")
    other = call("evaluate", file, "--calendars", "RU", "--reading", "clock-start=received")
    assert "premium-hours is read as service for this run" in overriding.talk
    assert (literal.talk, other.talk) == ("", "")
    assert response(literal.lines[0])["literal"]["due"] < response(overriding.lines[0])["literal"]["due"]


def test_one_incident_can_be_asked_for(file: Path) -> None:
    answer = call("evaluate", file, "--calendars", "RU", "--incident", "INC-2024-000002")
    assert [line["incident"] for line in answer.lines] == ["INC-2024-000002"]


def test_an_incident_that_was_never_opened_is_refused_before_anything_is_printed(file: Path) -> None:
    answer = call(
        "evaluate", file, "--calendars", "RU", "--incident", "INC-2024-000002", "--incident", "INC-2024-000009"
    )
    assert (answer.code, answer.data) == (2, b"")
    assert "INC-2024-000009" in answer.talk


@pytest.mark.parametrize(
    ("fail_on", "as_of", "code"),
    [
        ("broken", "2024-04-01T14:11:00Z", 0),
        ("broken", "2024-06-01T00:00:00Z", 1),
        ("disputed", "2024-06-01T00:00:00Z", 1),
    ],
)
def test_the_exit_code_is_the_answer_where_it_is_asked_for(file: Path, fail_on: str, as_of: str, code: int) -> None:
    settled = ("--reading", "clock-start=received", "--reading", "response-kind=engineer")
    arguments = ("evaluate", file, "--calendars", "RU", "--as-of", as_of, *settled)
    verdicts, answer = call(*arguments), call(*arguments, "--fail-on", fail_on)
    assert (verdicts.code, answer.code) == (0, code)
    assert answer.data == verdicts.data


def test_a_disputed_verdict_fails_where_disputes_count_and_only_there(tmp_path: Path) -> None:
    lines = [contract(level="premium"), *incident("INC-2024-000001", "2024-04-01", answered=None)]
    late = event(
        "incident.responded", "INC-2024-000001", "2024-04-02T10:00:00+03:00", {"engineer": "e-17", "channel": "email"}
    )
    file = write(tmp_path / "disputed.jsonl", [*lines, late])
    arguments = ("evaluate", file, "--calendars", "RU")
    assert response(call(*arguments).lines[0])["standing"] == "disputed"
    assert call(*arguments, "--fail-on", "broken").code == 0
    assert call(*arguments, "--fail-on", "disputed").code == 1


def test_a_year_without_a_calendar_is_an_error_line_and_exit_code_3_after_all_lines(file: Path) -> None:
    answer = call("evaluate", file, "--as-of", "2024-04-05T00:00:00Z")
    assert answer.code == 3
    assert [line["incident"] for line in answer.lines] == [f"INC-2024-00000{n}" for n in (1, 2, 3)]
    assert answer.lines[0]["error"] == {"problem": "calendar-missing", "jurisdiction": "RU", "year": 2024}


def test_the_files_own_calendar_of_the_same_instant_goes_before_the_shipped_one(tmp_path: Path) -> None:
    days = {"holidays": [], "days_off": ["2024-04-02"], "working_weekends": [], "shortened": [], "non_working_days": []}
    own = event(
        "calendar.published",
        "RU-2024",
        "2023-08-12T12:00:00+03:00",
        {"jurisdiction": "RU", "year": 2024, **days, "source": "own"},
        "system",
    )
    asked = ("--calendars", "RU", "--as-of", "2024-04-05T00:00:00Z")
    incidents = [contract(), *incident("INC-2024-000001", "2024-04-01", answered=None)]
    with_own = call("evaluate", write(tmp_path / "own.jsonl", [own, *incidents]), *asked)
    without = call("evaluate", write(tmp_path / "shipped.jsonl", incidents), *asked)
    due, shipped_due = (response(answer.lines[0])["literal"]["due"] for answer in (with_own, without))
    assert due > shipped_due


def test_the_same_event_twice_is_one_event(tmp_path: Path) -> None:
    lines = history()
    doubled = write(tmp_path / "doubled.jsonl", [*lines, lines[-1]])
    once = write(tmp_path / "once.jsonl", lines)
    assert call("evaluate", doubled, "--calendars", "RU").data == call("evaluate", once, "--calendars", "RU").data


def test_an_empty_file_has_nothing_to_judge_unless_an_instant_is_given(tmp_path: Path) -> None:
    empty = write(tmp_path / "empty.jsonl", [])
    refused = call("evaluate", empty, "--json")
    assert (refused.code, refused.problem["problem"]) == (2, "nothing-to-judge")
    assert call("evaluate", empty, "--as-of", "2024-04-05T00:00:00Z").code == 0


def test_verdicts_are_the_lines_of_the_event_contract(file: Path) -> None:
    line = call("evaluate", file, "--calendars", "RU").data.splitlines()[0]
    verdict = orjson.loads(line)
    assert list(verdict)[:4] == ["incident", "as_of", "level", "policy"]
    assert response(verdict)["literal"] == {
        "verdict": "met",
        "due": "2024-04-03T08:00:00Z",
        "at": "2024-04-01T14:10:00Z",
    }


def test_judging_leaves_the_cyclic_collector_as_it_found_it() -> None:
    before = (gc.isenabled(), gc.get_freeze_count())
    lines = [orjson.dumps(line) for line in history()]
    assert list(evaluate_lines(lines, calendars="RU"))
    assert (gc.isenabled(), gc.get_freeze_count()) == before
