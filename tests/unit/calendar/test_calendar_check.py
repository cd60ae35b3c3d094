"""Checking files of business-time cases: every status, and nothing that ends in a traceback."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from projections.calendar_check import CaseResult, CaseStatus, CheckReport, check_cases

OWN_CASES = Path(__file__).with_name("cases.json")
SHARED_CASES = Path(__file__).parents[4] / "shared" / "vectors" / "business_time.json"
ADD: dict[str, Any] = {
    "id": "one",
    "kind": "add",
    "timezone": "Europe/Moscow",
    "schedule": {"mon": [["09:00", "18:00"]]},
    "start": "2024-08-12T09:00:00",
    "amount_seconds": 3600,
    "expected_due": "2024-08-12T10:00:00",
}
ELAPSED: dict[str, Any] = {
    "id": "two",
    "kind": "elapsed",
    "timezone": "UTC",
    "schedule": {"mon": [["09:00", "18:00"]]},
    "start": "2024-08-12T00:00:00",
    "end": "2024-08-13T00:00:00",
    "expected_elapsed_seconds": 32400,
}


def check(case: object) -> CaseResult:
    (result,) = check_cases({"vectors": [case]}).results
    return result


def test_every_case_worked_out_by_hand_agrees() -> None:
    report = check_cases(json.loads(OWN_CASES.read_text(encoding="utf-8")))
    assert [result.to_wire() for result in report.results if result.failed] == []
    assert report.agrees
    assert report.counts == {
        CaseStatus.AGREES: 10,
        CaseStatus.DISAGREES: 0,
        CaseStatus.DIFFERS_BY_DECISION: 1,
        CaseStatus.NOT_SERVED: 1,
        CaseStatus.MALFORMED: 0,
    }


@pytest.mark.skipif(not SHARED_CASES.exists(), reason="../shared is not beside this checkout")
def test_every_case_from_other_products_agrees_or_differs_by_decision() -> None:
    report = check_cases(json.loads(SHARED_CASES.read_text(encoding="utf-8")))
    assert [result.to_wire() for result in report.results if result.failed] == []
    assert report.counts[CaseStatus.AGREES] == 127
    assert report.counts[CaseStatus.DIFFERS_BY_DECISION] == 4
    assert report.counts[CaseStatus.NOT_SERVED] == 8


def test_a_disagreement_shows_both_answers_and_the_segments_counted() -> None:
    result = check(ADD | {"amount_seconds": 10 * 3600})
    assert result.to_wire() == {
        "id": "one",
        "kind": "add",
        "status": "disagrees",
        "expected": "2024-08-12T10:00:00",
        "got": "2024-08-19T10:00:00",
        "segments": [
            ["2024-08-12T06:00:00Z", "2024-08-12T15:00:00Z"],
            ["2024-08-19T06:00:00Z", "2024-08-19T07:00:00Z"],
        ],
    }
    assert not CheckReport((result,)).agrees


@pytest.mark.parametrize(
    ("case", "got"),
    [
        (ELAPSED | {"expected_elapsed_seconds": 32400.5}, 32400),
        (ELAPSED | {"kind": "elapsed_sum", "spans": [], "expected_elapsed_seconds": 1}, 0),
        (ELAPSED | {"end": "2024-08-12T09:00:00.25", "expected_elapsed_seconds": 0}, 0.25),
        (
            ELAPSED | {"kind": "periods_after", "expected_periods": []},
            [["2024-08-12T09:00:00Z", "2024-08-12T18:00:00Z"]],
        ),
        (
            ELAPSED | {"kind": "periods_after", "expected_periods": [["2024-08-12T09:00:00Z"] * 2]},
            [["2024-08-12T09:00:00Z", "2024-08-12T18:00:00Z"]],
        ),
        (
            ELAPSED
            | {
                "kind": "periods_after",
                "schedule": {},
                "expected_periods": [["2024-08-12T09:00:00Z", "2024-08-12T18:00:00Z"]],
            },
            [],
        ),
    ],
)
def test_every_kind_can_disagree(case: object, got: object) -> None:
    result = check(case)
    assert (result.status, result.got) == (CaseStatus.DISAGREES, got)


def test_another_next_opening_is_a_disagreement_all_the_same() -> None:
    at_next_open = ADD | {"boundary": "next_open", "amount_seconds": 9 * 3600}
    decided = check(at_next_open | {"expected_due": "2024-08-19T09:00:00"})
    assert decided.status is CaseStatus.DIFFERS_BY_DECISION
    assert decided.got == "2024-08-12T18:00:00"
    other = check(at_next_open | {"expected_due": "2024-08-19T09:00:01"})
    assert other.status is CaseStatus.DISAGREES


def test_a_case_marked_next_open_may_agree() -> None:
    assert check(ADD | {"boundary": "next_open"}).status is CaseStatus.AGREES


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"schedule": {}}, "nothing is served"),
        ({"amount_seconds": 10**15}, "the amount is not served"),
    ],
)
def test_an_amount_without_an_answer_is_a_disagreement_with_a_reason(change: dict[str, Any], reason: str) -> None:
    result = check(ADD | change)
    assert result.status is CaseStatus.DISAGREES
    assert reason in str(result.reason)
    assert result.expected == ADD["expected_due"]


@pytest.mark.parametrize("kind", ["subtract", "add_business_days", "anything", 7])
def test_other_kinds_are_not_served_and_no_failure(kind: object) -> None:
    result = check({"id": "x", "kind": kind})
    assert result.status is CaseStatus.NOT_SERVED
    assert not result.failed


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"timezone": "Europe/Atlantis"}, "timezone: there is no zone 'Europe/Atlantis'"),
        ({"timezone": "Europe"}, "timezone: there is no zone"),
        ({"timezone": "../../etc/passwd"}, "timezone: there is no zone"),
        ({"timezone": "+24:00"}, "timezone: there is no zone"),
        ({"timezone": "\ud800"}, "timezone: there is no zone"),
        ({"timezone": None}, "timezone: expected a string"),
        ({"schedule": None}, "schedule: expected an object"),
        ({"schedule": {"monday": []}}, "schedule: 'monday' is none of mon, tue"),
        ({"schedule": {"mon": "09:00"}}, "schedule.mon: expected a list"),
        ({"schedule": {"mon": [["09:00"]]}}, "schedule.mon: expected pairs"),
        ({"schedule": {"mon": ["09"]}}, "schedule.mon: expected pairs"),
        ({"schedule": {"mon": [["09:00", "09:00"]]}}, "schedule.mon: hours must have a length"),
        ({"schedule": {"mon": [["24:00", "09:00"]]}}, "schedule.mon: hours must have a length"),
        ({"schedule": {"mon": [["09:00", "24:01"]]}}, "schedule.mon: '24:01' is no time of day"),
        ({"schedule": {"mon": [["09:60", "10:00"]]}}, "schedule.mon: '09:60' is no time of day"),
        ({"schedule": {"mon": [["9", "10:00"]]}}, "schedule.mon: '9' is no time of day"),
        ({"schedule": {"mon": [[9, 10]]}}, "schedule.mon: expected a string"),
        ({"schedule": {"mon": [], "intervals": []}}, "schedule: 'mon' is none of intervals"),
        (
            {"schedule": {"intervals": [["2024-01-02T00:00:00Z", "2024-01-01T00:00:00Z"]]}},
            "schedule.intervals: a stretch ends before it begins",
        ),
        (
            {"schedule": {"intervals": []}, "shifts": {"2024-01-01": []}},
            "shifts: they replace the hours of weekdays",
        ),
        ({"holidays": "2024-01-01"}, "holidays: expected a list"),
        ({"holidays": ["2024-02-30"]}, "holidays: '2024-02-30' is no date"),
        ({"holidays": ["--02-30"]}, "holidays: '2000-02-30' is no date"),
        ({"holidays": ["20240101"]}, "holidays: '20240101' is no date"),
        ({"shifts": {"soon": []}}, "shifts: 'soon' is no date"),
        ({"breaks": []}, "breaks: expected an object"),
        ({"pauses": [["2024-01-01T00:00:00Z", 5]]}, "pauses: expected a string"),
        ({"start": "2024-08-12"}, "start: '2024-08-12' is no instant"),
        ({"start": "2024-08-12T24:00:00"}, "start: '2024-08-12T24:00:00' is no instant"),
        ({"start": "2024-08-12T09:00:00.1234567Z"}, "is no instant"),
        ({"start": "0001-01-01T00:00:00+14:00", "amount_seconds": 0}, "outside the years 1 to"),
        ({"pauses": [["1800-01-01T00:00:00Z"] * 2]}, "over a hundred years apart"),
        ({"amount_seconds": "3600"}, "amount_seconds: expected a number"),
        ({"amount_seconds": True}, "amount_seconds: expected a number"),
        ({"amount_seconds": -1}, "amount_seconds: service time cannot be negative"),
        ({"amount_seconds": 1e-7}, "no whole number of microseconds"),
        ({"amount_seconds": float("nan")}, "no whole number of microseconds"),
        ({"amount_seconds": float("inf")}, "no whole number of microseconds"),
        ({"expected_due": None}, "expected_due: expected a string"),
        ({"expected_due": "tomorrow"}, "expected_due: 'tomorrow' is no instant"),
        ({"kind": ""}, "kind: it is missing"),
    ],
)
def test_a_malformed_case_is_named_with_its_reason(change: dict[str, Any], reason: str) -> None:
    result = check(ADD | change)
    assert result.status is CaseStatus.MALFORMED
    assert result.failed
    assert reason in str(result.reason)


def test_a_malformed_case_does_not_keep_the_others_from_being_tried() -> None:
    report = check_cases({"vectors": [5, {"start": 3}, ADD]})
    assert [result.status for result in report.results] == [
        CaseStatus.MALFORMED,
        CaseStatus.MALFORMED,
        CaseStatus.AGREES,
    ]
    assert [result.id for result in report.results] == ["#1", "#2", "one"]


@pytest.mark.parametrize("document", [None, [], {}, {"vectors": {}}, {"vectors": []}, "vectors"])
def test_a_file_without_cases_is_malformed(document: object) -> None:
    report = check_cases(document)
    assert not report.agrees
    assert report.to_wire()["counts"] == {
        "agrees": 0,
        "disagrees": 0,
        "differs-by-decision": 0,
        "not-served": 0,
        "malformed": 1,
    }


def test_a_huge_amount_is_answered_and_not_a_traceback() -> None:
    assert check(ADD | {"amount_seconds": 1e300}).status is CaseStatus.DISAGREES


def replaced(case: object, value: object) -> Iterator[object]:
    """The case with each of its parts in turn replaced by the value."""
    yield value
    if isinstance(case, dict):
        for key, part in case.items():
            for other in replaced(part, value):
                yield case | {key: other}
    elif isinstance(case, list):
        for place, part in enumerate(case):
            for other in replaced(part, value):
                yield [*case[:place], other, *case[place + 1 :]]


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=6,
)


@settings(max_examples=40)
@given(json_values)
def test_no_value_in_any_place_ends_in_a_traceback(value: object) -> None:
    """A value that does end in one fails the test, wherever it stands."""
    variants = list(replaced(ADD, value))
    assert len(check_cases({"vectors": variants}).results) == len(variants)
