"""The published verdicts: two implementations of the readings, written apart, agree on them, and so does this one."""

import json
from functools import cache
from typing import Any

import pytest

from projections import response
from schemas.instants import parse_instant
from services.evaluation import evaluate_lines
from tests.checkout import ROOT

VECTORS = ROOT.parent / "shared" / "vectors" / "verdicts"
EXPECTED = ("expected.jsonl", "expected-2022-03-06.jsonl")

pytestmark = pytest.mark.skipif(not VECTORS.is_dir(), reason="../shared/vectors/verdicts is not here")


@cache
def events() -> tuple[bytes, ...]:
    return tuple((VECTORS / "events.jsonl").read_bytes().splitlines())


def expected(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (VECTORS / name).read_bytes().splitlines()]


def judge(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return list(evaluate_lines(events(), as_of=parse_instant(lines[0]["as_of"])))


@cache
def judged(name: str) -> list[dict[str, Any]]:
    return judge(expected(name))


def differing(said: Any, found: Any) -> bool:
    """Whether a value is not the one published; a field that was not published may be there."""
    if isinstance(said, dict) and isinstance(found, dict):
        return any(name not in found or differing(value, found[name]) for name, value in said.items())
    if isinstance(said, list) and isinstance(found, list):
        return len(said) != len(found) or any(map(differing, said, found))
    return bool(said != found)


def disagreements(lines: list[dict[str, Any]], found: list[dict[str, Any]]) -> list[str]:
    assert [line["incident"] for line in found] == [line["incident"] for line in lines]
    return [said["incident"] for said, line in zip(lines, found, strict=True) if differing(said, line)]


@pytest.mark.parametrize("name", EXPECTED)
def test_every_published_verdict_is_ours_on_every_field(name: str) -> None:
    assert disagreements(expected(name), judged(name)) == []


@pytest.mark.parametrize("name", EXPECTED)
def test_how_many_readings_give_a_verdict_is_published_in_full(name: str) -> None:
    """`verdicts` has a key per verdict: one too many would be let through as a field not published."""
    for said, found in zip(expected(name), judged(name), strict=True):
        for one, other in zip(said.get("obligations", ()), found.get("obligations", ()), strict=True):
            assert one["verdicts"] == other["verdicts"]


def test_a_judgement_that_lets_a_response_at_the_deadline_be_late_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    decide = response.Walk._decide

    def strict(walk: response.Walk, effective: int, following: int | None, answered: int | None) -> Any:
        return decide(walk, effective, following, None if answered == effective else answered)

    monkeypatch.setattr(response.Walk, "_decide", strict)
    lines = expected(EXPECTED[1])
    assert disagreements(lines, judge(lines)) != []


@pytest.mark.parametrize(
    ("field", "value"), [("readings", 0), ("earliest_due", None), ("decisive", ["clock-start"]), ("verdicts", {})]
)
def test_one_changed_field_is_noticed(field: str, value: object) -> None:
    lines = expected(EXPECTED[0])
    line = next(line for line in lines if "obligations" in line and line["obligations"][0]["earliest_due"])
    line["obligations"][0][field] = value if field != "verdicts" else {"met": 10**6}
    assert disagreements(lines, judged(EXPECTED[0])) == [line["incident"]]
