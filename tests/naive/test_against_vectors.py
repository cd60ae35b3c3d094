"""The naive judge against the shared vectors: is the second opinion itself any good?"""

import gc
import json
from pathlib import Path
from random import Random

import pytest

from tests.naive.evaluate import Case
from tests.naive.instants import minute_of, printed
from tests.naive.record import Wire, read
from tests.scale import scaled

VECTORS = Path(__file__).parents[2].parent / "shared" / "vectors" / "verdicts"
EXPECTED = ("expected.jsonl", "expected-2022-03-06.jsonl")
# Counting every minute of a clock that has run for years would take minutes; such an incident has a long line.
LINE_BYTES = 3500
READINGS = 200
SAMPLE = 100

pytestmark = pytest.mark.skipif(not VECTORS.is_dir(), reason=f"no vectors at {VECTORS}")


def lines_of(name: str) -> list[Wire]:
    with (VECTORS / name).open(encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def small(expected: Wire) -> bool:
    readings = max((line["readings"] for line in expected["obligations"]), default=1)
    return len(json.dumps(expected)) <= LINE_BYTES and bool(readings <= READINGS)


@pytest.mark.parametrize("name", EXPECTED)
def test_the_naive_judge_says_what_the_vectors_say(name: str) -> None:
    expected = lines_of(name)
    as_of = minute_of(expected[0]["as_of"])
    record = read(lines_of("events.jsonl"), as_of)
    assert list(record.incidents) == [line["incident"] for line in expected]
    feasible = [line for line in expected if small(line)]
    for line in Random(0).sample(feasible, min(scaled(SAMPLE), len(feasible))):
        assert Case(record, record.incidents[line["incident"]], as_of, {}).verdict(printed(as_of)) == line
        gc.collect()  # the minutes of years, held in a cycle; few objects, so the collector would not see their size


def test_a_judge_without_the_calendars_is_noticed() -> None:
    every = lines_of(EXPECTED[0])
    expected = [line for line in every if small(line) and line["level"] == "basic"][:10]
    as_of = minute_of(expected[0]["as_of"])
    lines = lines_of("events.jsonl")
    record = read([line for line in lines if line["type"] != "calendar.published.v1"], as_of)
    cases = [Case(record, record.incidents[line["incident"]], as_of, {}) for line in expected]
    assert [case.verdict(printed(as_of)) for case in cases] != expected
