"""The appends of one caller and of 64 where a sync takes what it takes on most devices: four milliseconds.

Where the disk at hand syncs in a fraction of one there is little for a group to share, and an interpreter's own time is
all that is compared. Here each `fsync` of either side takes four milliseconds longer, by a library loaded before the C
library, and nothing else is changed.
"""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from benchmarks.harness import Row
from benchmarks.processes import environment
from tests.faults.shim import Shim

DELAY: Final = timedelta(milliseconds=4)
MODULES: Final = ("append", "callers")

_PROGRAM: Final = (
    "import json, sys; from importlib import import_module; "
    "print(json.dumps([row for name in sys.argv[1:] for row in import_module(f'benchmarks.{name}').run()]))"
)


def run() -> list[Row]:
    """The table's lines."""
    with TemporaryDirectory() as name:
        variables = {**environment(), **Shim.build(Path(name)).slow(DELAY)}
        command = [sys.executable, "-c", _PROGRAM, *MODULES]
        done = subprocess.run(command, env=variables, stdout=subprocess.PIPE, check=True)
    rows: list[Row] = json.loads(done.stdout)
    millis = round(DELAY / timedelta(milliseconds=1))
    return [{**row, "name": f"{row['name']}, each sync {millis} ms longer"} for row in rows]


if __name__ == "__main__":
    for line in run():
        print(line)
