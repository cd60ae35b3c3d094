"""The history that costs most to judge under every reading, against the second that it may take.

One Basic incident with 200 changes of priority and 50 reopenings, entries made late, corrections agreed and not,
calendars published again while it runs, a licence that lapses under it, and nothing settled: some 800 lines, checked
and judged from the file on, each time anew. The peer is no contender but the stated limit.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import orjson

from benchmarks.harness import Row, medians, row
from schemas.instants import parse_instant
from services.evaluation import evaluate_lines
from tests.strategies.histories import worst_history

__all__ = ["run"]

LIMIT_SECONDS: Final = 1.0
SEEDS: Final = (0, 1, 2)


def run() -> list[Row]:
    """The slowest of three such histories, in seconds."""
    seconds = medians({str(seed): _judging(seed) for seed in SEEDS})
    name = "the worst history, checked and judged under every reading, against its limit of one second"
    return [row(name, max(seconds.values()), LIMIT_SECONDS, "s", 1.0)]


def _judging(seed: int) -> Callable[[], object]:
    history = worst_history(seed)
    lines = [orjson.dumps(line) for line in history.lines]
    as_of = parse_instant(history.as_of[1])
    return lambda: list(evaluate_lines(lines, as_of=as_of))


if __name__ == "__main__":
    for line in run():
        print(line)
