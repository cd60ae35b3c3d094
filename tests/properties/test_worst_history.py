"""The history that costs most is judged right, and its work is shared between the readings.

How long it takes is a benchmark's matter; what makes it short is shown here.
"""

from collections.abc import Callable
from functools import cache
from random import Random
from typing import Any, NamedTuple

import pytest

from projections.diagram import OPTIONS, ORDER, follow
from projections.dues import Dues
from projections.service import Service
from projections.verdict import Judgement
from schemas.instants import parse_instant, to_micros
from schemas.verdicts import IncidentVerdict, Outcome, print_micros
from tests.naive.evaluate import evaluate
from tests.properties.judging import docket
from tests.scale import scaled
from tests.strategies.histories import WORST_CHANGES, WORST_REOPENINGS, History, worst_history

READINGS = 60
Ask = Callable[[str], str]


@cache
def worst() -> History:
    return worst_history(0)


def judgement() -> Judgement:
    """The worst history laid out and judged anew."""
    case = docket(worst().lines).case("I-1", to_micros(parse_instant(worst().as_of[1])), {})
    assert case is not None
    return Judgement(case)


def test_it_is_as_bad_as_it_says() -> None:
    kinds = [line["type"] for line in worst().lines]
    assert kinds.count("incident.reprioritized.v1") == WORST_CHANGES == 200
    assert kinds.count("incident.reopened.v1") == WORST_REOPENINGS == 50
    assert judgement().case.settled == {}


def printed(outcome: Outcome) -> dict[str, Any]:
    uncovered = [[print_micros(since), print_micros(until)] for since, until in outcome.uncovered]
    return {
        "verdict": outcome.verdict,
        "due": print_micros(outcome.due),
        "at": print_micros(outcome.at),
        "uncovered": uncovered,
    }


def test_under_any_reading_it_is_judged_as_the_naive_judge_does() -> None:
    judged = judgement()
    diagrams = {name: diagram for name, _, diagram in judged.obligations}
    for seed in range(scaled(READINGS, 4)):
        rng = Random(seed)
        reading = {question: rng.choice(OPTIONS[question]) for question in ORDER}
        (naive,) = evaluate(worst().lines, worst().as_of[1], reading)
        assert len(naive["obligations"]) <= len(diagrams) == 2 + WORST_REOPENINGS
        for line in naive["obligations"]:
            found = follow(diagrams[line["obligation"]], reading)
            assert isinstance(found, Outcome)
            shown = printed(found)
            assert {part: shown[part] for part in line["literal"]} == line["literal"], (seed, line["obligation"])


def test_all_of_it_is_said() -> None:
    verdict = judgement().verdict()
    assert isinstance(verdict, IncidentVerdict)
    first = verdict.obligations[0]
    assert first.readings == sum(first.verdicts.values()) > 1000


class Count(NamedTuple):
    """A due instant counted to its end: from when, at which priority, under the answers it turned out to need."""

    start: int
    priority: int
    answers: frozenset[tuple[str, str]]


@pytest.fixture
def counts(monkeypatch: pytest.MonkeyPatch) -> list[Count]:
    """Every due instant that the judgement counts, as it counts it."""
    made: list[Count] = []
    count = Service.due

    def noted(service: Service, start: int, priority: int, ask: Ask) -> int:
        answers: dict[str, str] = {}

        def noting(question: str) -> str:
            answers[question] = ask(question)
            return answers[question]

        due = count(service, start, priority, noting)
        made.append(Count(start, priority, frozenset(answers.items())))
        return due

    monkeypatch.setattr(Service, "due", noted)
    return made


def test_each_due_instant_is_counted_once_whatever_the_number_of_readings(counts: list[Count]) -> None:
    judgement().verdict()
    assert 0 < len(counts) == len(set(counts))


def test_a_judgement_that_remembers_nothing_is_noticed(counts: list[Count], monkeypatch: pytest.MonkeyPatch) -> None:
    judgement().verdict()
    shared = len(counts)
    counts.clear()
    monkeypatch.setattr(Dues, "__call__", lambda dues, start, priority, ask: dues._count(start, priority, ask))
    judgement().verdict()
    assert len(counts) > len(set(counts))
    assert len(counts) > 5 * shared > 0
