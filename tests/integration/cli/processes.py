"""The command line as a process of its own, for what only a process can show: signals, pipes, exit codes."""

import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from typing import Final

from tests.checkout import ROOT

__all__ = ["COMMAND", "environment", "start"]

COMMAND: Final = (sys.executable, "-c", "from services.cli import main; main()")


def environment(extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """An environment without settings of the product, in which this checkout is found."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("SLA_LEDGER_")}
    return {**kept, "LANG": "C.UTF-8", "PYTHONPATH": str(ROOT), **(extra or {})}


def start(*arguments: object, env: Mapping[str, str] | None = None) -> subprocess.Popen[bytes]:
    """Start `sla-ledger` with the arguments, open to an interruption even where these tests themselves are not."""
    return subprocess.Popen(
        [*COMMAND, *map(str, arguments)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment(env),
        preexec_fn=_interruptible,  # noqa: PLW1509  # a signal's disposition can be set nowhere else; no threads here
    )


def _interruptible() -> None:
    signal.signal(signal.SIGINT, signal.SIG_DFL)
