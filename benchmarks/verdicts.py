"""All-readings verdicts over a large file, against orjson parsing the same file: whole processes, one after the other.

The peer reads each line into a dict and drops it, which is the least that any reader of the file does. What a process
took is the operating system's own account of it: processor seconds, and the memory at its peak.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Final, NamedTuple

from benchmarks.harness import ROUNDS, Row, row
from benchmarks.histories import write

__all__ = ["run"]

INCIDENTS: Final = int(os.environ.get("SLA_LEDGER_BENCH_INCIDENTS", "100000"))
RATIO_LIMIT: Final = 30.0
GIBIBYTE: Final = 1024.0

_EVALUATE: Final = "from services.cli import main; main()"
_PARSE: Final = """
import sys, orjson
with open(sys.argv[1], "rb") as file:
    for line in file:
        orjson.loads(line)
"""


class Spent(NamedTuple):
    """What one process took: processor seconds, mebibytes at the peak."""

    seconds: float
    mebibytes: float


def run() -> list[Row]:
    """Verdicts against parsing in processor seconds, and the memory of the verdicts against its limit."""
    with TemporaryDirectory(prefix="sla-ledger-") as folder:
        path = Path(folder, "history.jsonl")
        with path.open("w") as file:
            lines = write(file, INCIDENTS)
        ours, peer = [], []
        for _ in range(ROUNDS):
            ours.append(_spent(["-c", _EVALUATE, "evaluate", str(path), "--calendars", "RU"]))
            peer.append(_spent(["-c", _PARSE, str(path)]))
    per_incident = 1e6 / INCIDENTS
    seconds = median(spent.seconds for spent in ours) * per_incident
    parsing = median(spent.seconds for spent in peer) * per_incident
    name = f"verdicts on {INCIDENTS:,} incidents ({lines:,} events), against orjson parsing the file"
    memory = max(spent.mebibytes for spent in ours)
    return [
        row(name, seconds, parsing, "us an incident", RATIO_LIMIT),
        row("the memory of that at its peak, against one gibibyte", memory, GIBIBYTE, "MiB", 1.0),
    ]


def _spent(arguments: list[str]) -> Spent:
    with subprocess.Popen([sys.executable, *arguments], stdout=subprocess.DEVNULL) as process:
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise RuntimeError(f"a contender ended with {process.returncode}")
    return Spent(usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)
