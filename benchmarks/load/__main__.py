"""The loading process: a plan on stdin, its result on stdout, both as JSON."""

from __future__ import annotations

import asyncio
import gc
import json
import sys
from dataclasses import asdict
from statistics import quantiles
from time import perf_counter, process_time
from typing import Final

import uvloop

from benchmarks.load.connections import Load
from benchmarks.load.plan import Plan, Result

_TICK_SECONDS: Final = 0.001


async def carry_out(plan: Plan) -> Result:
    """Ask as the plan says."""
    load = Load(plan)
    await load.connect(plan.connections)
    begun, busy = perf_counter(), process_time()
    if plan.rate is None:
        load.ask_all()
        await asyncio.sleep(plan.seconds)
    else:
        await _arrive(load, plan.rate, begun, plan.seconds)
    load.is_over = True
    seconds = perf_counter() - begun
    return Result(
        seconds=seconds,
        answers={status: len(taken) for status, taken in load.seconds.items()},
        unsent=load.unsent,
        busy=(process_time() - busy) / seconds,
        p50={status: _quantile(taken, 50) for status, taken in load.seconds.items()},
        p99={status: _quantile(taken, 99) for status, taken in load.seconds.items()},
    )


async def _arrive(load: Load, rate: float, begun: float, seconds: float) -> None:
    arrived = 0
    while (elapsed := perf_counter() - begun) < seconds:
        for number in range(arrived, int(elapsed * rate)):
            load.fall_due(begun + number / rate)
        arrived = int(elapsed * rate)
        await asyncio.sleep(_TICK_SECONDS)


def _quantile(taken: list[float], percent: int) -> float:
    return quantiles(taken, n=100, method="inclusive")[percent - 1] if len(taken) > 1 else taken[0]


if __name__ == "__main__":
    told = json.loads(sys.stdin.read())
    gc.disable()
    result = uvloop.run(carry_out(Plan(**{**told, "paths": tuple(told["paths"])})))
    print(json.dumps(asdict(result)))
