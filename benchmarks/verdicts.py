"""All-readings verdicts over a large file, against orjson parsing the same file: whole processes, one after the other.

The peer reads each line into a dict and drops it, which is the least that any reader of the file does. What a process
took is the operating system's own account of it: processor seconds, and the memory at its peak.
"""

from __future__ import annotations

import os
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Final

from benchmarks.harness import ROUNDS, Row, row
from benchmarks.histories import write
from benchmarks.processes import spent

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


def run() -> list[Row]:
    """Verdicts against parsing in processor seconds, and the memory of the verdicts against its limit."""
    with TemporaryDirectory(prefix="sla-ledger-") as folder:
        path = Path(folder, "history.jsonl")
        with path.open("w") as file:
            lines = write(file, INCIDENTS)
        ours, peer = [], []
        for _ in range(ROUNDS):
            ours.append(spent(["-c", _EVALUATE, "evaluate", str(path), "--calendars", "RU"]))
            peer.append(spent(["-c", _PARSE, str(path)]))
    per_incident = 1e6 / INCIDENTS
    seconds = median(one.seconds for one in ours) * per_incident
    parsing = median(one.seconds for one in peer) * per_incident
    name = f"verdicts on {INCIDENTS:,} incidents ({lines:,} events), against orjson parsing the file"
    memory = max(one.mebibytes for one in ours)
    return [
        row(name, seconds, parsing, "us an incident", RATIO_LIMIT),
        row("the memory of that at its peak, against one gibibyte", memory, GIBIBYTE, "MiB", 1.0),
    ]
