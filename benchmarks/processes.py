"""What a whole process takes: the operating system's own account of it."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import NamedTuple

__all__ = ["Spent", "environment", "spent"]


class Spent(NamedTuple):
    """What one process took: processor seconds, mebibytes at the peak."""

    seconds: float
    mebibytes: float


def environment() -> dict[str, str]:
    """The environment without settings: a benchmark's own are none of the product's."""
    return {name: value for name, value in os.environ.items() if not name.startswith("SLA_LEDGER_")}


def spent(arguments: list[str]) -> Spent:
    """What Python with these arguments took. Raises RuntimeError where it failed."""
    with subprocess.Popen([sys.executable, *arguments], stdout=subprocess.DEVNULL, env=environment()) as process:
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise RuntimeError(f"a contender ended with {process.returncode}")
    return Spent(usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)
