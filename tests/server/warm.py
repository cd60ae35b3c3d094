"""Servers whose program is loaded already: to be killed two hundred times it need not be imported two hundred times.

A process beside the tests imports the product once and forks a child for each start, which goes on as `sla-ledger` with
the arguments it is told. What serves, and what is killed, is a process of its own like any other. A request to the
nursery is a line of JSON, `{"start": [ARGUMENT…], "log": PATH, "variables": {…}}` for the id of a new child or
`{"poll": ID}` for its exit code, null as long as it runs; so is the answer.
"""

import json
import os
import signal
import subprocess
import sys
import threading
import time
import traceback
from collections.abc import Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any, NoReturn, Self

from services.cli import main
from tests.integration.cli.processes import environment
from tests.server.controls import BROKEN

__all__ = ["Child", "Nursery"]


class Nursery:
    """The process that forks servers; where a promise is named, servers that break it."""

    def __init__(self, broken_promise: str = "none") -> None:
        """Start it."""
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.server.warm", broken_promise],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=environment(),
            text=True,
        )
        self._asking = threading.Lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.communicate()

    def start(self, arguments: Sequence[str], log: Path, variables: Mapping[str, str]) -> "Child":
        """A new process of `sla-ledger` with these arguments and settings, writing to a log."""
        return Child(self, self.ask({"start": list(arguments), "log": str(log), "variables": dict(variables)}))

    def ask(self, request: object) -> Any:
        """The answer to a request."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        with self._asking:
            print(json.dumps(request), file=self._process.stdin, flush=True)
            return json.loads(self._process.stdout.readline())


class Child:
    """One of its processes, with what the tests use of `subprocess.Popen`."""

    def __init__(self, nursery: Nursery, pid: int) -> None:
        """Take the process with this id."""
        self.pid = pid
        self._nursery = nursery
        self._code: int | None = None

    def poll(self) -> int | None:
        """Its exit code, None as long as it runs."""
        if self._code is None:
            self._code = self._nursery.ask({"poll": self.pid})
        return self._code

    def wait(self, timeout: float = 60.0) -> int:
        """Its exit code, once it has ended."""
        deadline = time.monotonic() + timeout
        while (code := self.poll()) is None:
            assert time.monotonic() < deadline, f"process {self.pid} still runs after {timeout} s"
            time.sleep(0.001)
        return code

    def send_signal(self, number: int) -> None:
        """Signal it, unless it has ended."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        """SIGKILL."""
        self.send_signal(signal.SIGKILL)


def _serve_requests() -> None:
    for line in sys.stdin:
        request = json.loads(line)
        if "start" in request:
            assert threading.active_count() == 1, "a fork takes one thread along"
            answer: int | None = os.fork()
            if not answer:
                _become(request)
        else:
            ended, status = os.waitpid(request["poll"], os.WNOHANG)
            answer = os.waitstatus_to_exitcode(status) if ended else None
        print(json.dumps(answer), flush=True)


def _become(request: Mapping[str, Any]) -> NoReturn:
    """Go on as the product, and end as it ends."""
    code = 1
    try:
        log = os.open(request["log"], os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.dup2(log, 1)
        os.dup2(log, 2)
        os.environ.update(request["variables"])
        sys.argv[1:] = request["start"]
        main()
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else 1
    except BaseException:  # noqa: BLE001  (the child ends here, whatever it met)
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(code)


if __name__ == "__main__":
    BROKEN[sys.argv[1]]()
    import_module("services.serving")
    _serve_requests()
