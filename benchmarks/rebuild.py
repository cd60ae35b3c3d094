"""The read model rebuilt from a ledger, against the evaluation of the same incidents from a file; whole processes.

Both judge every incident under every reading. The rebuild decodes the canonical events, keeps the rows of incidents
and obligations with what makes them change later, and writes them; the evaluation decodes and checks each line of the
interchange form, and writes a line for each incident. What a process took is the operating system's own account.
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
from schemas.decode import decode_proposal
from services.bootstrap import found_ledger

INCIDENTS: Final = int(os.environ.get("SLA_LEDGER_BENCH_REBUILD_INCIDENTS", "5000"))
LIMIT: Final = 0.7

_PRODUCT: Final = ("-c", "from services.cli import main; main()")


def run() -> list[Row]:
    """The table's line: incidents a second of the processor's time."""
    with TemporaryDirectory() as name:
        file, url = Path(name, "history.jsonl"), f"sqlite:///{name}/ledger.db"
        with file.open("w") as out:
            write(out, INCIDENTS)
        with found_ledger(url) as ledger, file.open("rb") as lines:
            for _ in ledger.import_(decode_proposal(line) for line in lines):
                pass
        ours, peer = [], []
        for _ in range(ROUNDS):
            ours.append(spent([*_PRODUCT, "projections", "rebuild", "--database", url]).seconds)
            peer.append(spent([*_PRODUCT, "evaluate", str(file), "--calendars", "RU"]).seconds)
    rebuilt, evaluated = INCIDENTS / median(ours), INCIDENTS / median(peer)
    name = f"rebuild of the rows of {INCIDENTS:,} incidents, against their evaluation from a file"
    return [row(name, rebuilt, evaluated, "incidents/s", LIMIT)]


if __name__ == "__main__":
    for line in run():
        print(line)
