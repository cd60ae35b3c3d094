"""How a benchmark is measured: medians of five rounds, in each of which the contenders take turns.

A machine that slows down for a while slows the contenders alike, because their turns are short: the
ratio of two medians means more than either figure. Garbage is collected between rounds only.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from statistics import median
from threading import Barrier
from time import perf_counter
from typing import TypedDict

__all__ = ["Row", "medians", "rate_of_callers", "row"]

ROUNDS = 5
TURNS = 10
TURN_SECONDS = 0.005


class Row(TypedDict):
    """One line of the table: ours, the peer's, and their ratio with its limit, if it has one.

    Where less is better a ratio above the limit misses the goal; a unit that ends in `/s` is a
    rate, of which more is better, and a ratio below the limit misses it.
    """

    name: str
    ours: float
    peer: float
    ratio: float
    limit: float | None
    unit: str


def row(name: str, ours: float, peer: float, unit: str, limit: float | None = None) -> Row:
    """The line of the table for two figures of the same unit."""
    return Row(name=name, ours=ours, peer=peer, ratio=ours / peer, limit=limit, unit=unit)


def rate_of_callers(callers: int, each: int, call: Callable[[int], object]) -> float:
    """Calls a second of so many threads together, of which each makes so many and is told its number.

    The clock starts when all of them stand ready: what threads take to be started is nobody's rate.
    """
    begun: list[float] = []
    ready = Barrier(callers, action=lambda: begun.append(perf_counter()))

    def work(number: int) -> None:
        ready.wait()
        for _ in range(each):
            call(number)

    with ThreadPoolExecutor(callers) as pool:
        list(pool.map(work, range(callers)))
        return callers * each / (perf_counter() - begun[0])


def medians(contenders: Mapping[str, Callable[[], object]]) -> dict[str, float]:
    """The median seconds of one call of each contender, over five interleaved rounds.

    Each is called once to warm up; then a round is ten turns each, and a turn as many calls as fit
    five milliseconds, at least one.
    """
    calls = {name: _calls_per_turn(run) for name, run in contenders.items()}
    rounds: dict[str, list[float]] = {name: [] for name in contenders}
    collecting = gc.isenabled()
    gc.disable()
    try:
        for _ in range(ROUNDS):
            spent = dict.fromkeys(contenders, 0.0)
            for _ in range(TURNS):
                for name, run in contenders.items():
                    spent[name] += _seconds(run, calls[name])
            for name, seconds in spent.items():
                rounds[name].append(seconds / (TURNS * calls[name]))
            gc.collect()
    finally:
        if collecting:
            gc.enable()
    return {name: median(seconds) for name, seconds in rounds.items()}


def _calls_per_turn(run: Callable[[], object]) -> int:
    run()
    calls = 1
    while (seconds := _seconds(run, calls)) < TURN_SECONDS / 4:
        calls *= 2
    return max(1, round(calls * TURN_SECONDS / seconds))


def _seconds(run: Callable[[], object], calls: int) -> float:
    begun = perf_counter()
    for _ in range(calls):
        run()
    return perf_counter() - begun
