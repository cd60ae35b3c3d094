"""A server for benchmarks: a process of its own over a founded ledger, as shipped or with its commit replaced."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.request import urlopen

from benchmarks.desk import furnish, incident
from benchmarks.load import Plan
from benchmarks.processes import environment
from services.bootstrap import found_ledger
from tests.tools import family

__all__ = ["PRODUCT", "Server", "free_port", "running", "served", "served_at", "waited_for"]

PRODUCT: Final = ("-c", "from services.cli import main; main()")
"""What runs the product's own command line."""

_INCIDENTS: Final = 2_000
_BODY: Final = (
    '{"type":"incident.status-reported.v1","occurred_at":"2024-04-27T09:30:00Z",'
    '"actor":{"kind":"engineer","id":"e-17"},"data":{"summary":"The cause is found; the repair is being tested"}}'
)
_READY_SECONDS: Final = 30.0
_REST_SECONDS: Final = 30.0
_LOOK_SECONDS: Final = 0.25
_IDLE_SHARE: Final = 0.05
_TICKS_A_SECOND: Final = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Server:
    """A server that is ready: where it listens, its process, and a key to write to its open incidents with."""

    port: int
    pid: int
    bearer: str
    url: str

    @contextmanager
    def beside(self, folder: Path) -> Iterator[Server]:
        """Another server of the same ledger."""
        with _started(self.url, self.bearer, folder, PRODUCT) as server:
            yield server

    def plan(self, seconds: float, *, connections: int = 64, rate: float | None = None) -> Plan:
        """Appends of one event each, to its incidents in turn."""
        paths = tuple(f"/v1/incidents/{incident(number)}/events" for number in range(_INCIDENTS))
        return Plan(self.port, self.bearer, paths, _BODY, seconds, connections, rate)

    def processor_seconds(self) -> float:
        """What all its threads, and the processes it has started, have taken of the processors so far."""
        return sum(_ticks(process) for process in family(self.pid)) / _TICKS_A_SECOND

    def rest(self) -> None:
        """Wait until it has nothing left to do: the rows of what was appended may come after the last answer."""
        deadline = time.monotonic() + _REST_SECONDS
        before, now = -1.0, self.processor_seconds()
        while now - before > _IDLE_SHARE * _LOOK_SECONDS and time.monotonic() < deadline:
            time.sleep(_LOOK_SECONDS)
            before, now = now, self.processor_seconds()


@contextmanager
def served(folder: Path, program: Sequence[str] = PRODUCT) -> Iterator[Server]:
    """Serve a new ledger with open incidents by the product, or by a program that takes its arguments."""
    folder.mkdir()
    with served_at(f"sqlite:///{folder / 'ledger.db'}", folder, program) as server:
        yield server


@contextmanager
def served_at(url: str, folder: Path, program: Sequence[str] = PRODUCT) -> Iterator[Server]:
    """The same at the URL of a database without a ledger; the folder is for what the server says."""
    with found_ledger(url) as ledger:
        furnish(ledger, _INCIDENTS)
        key = ledger.keyring.create(role="service", act_as=("engineer",))
    with _started(url, key.text, folder, program) as server:
        yield server


@contextmanager
def _started(url: str, bearer: str, folder: Path, program: Sequence[str]) -> Iterator[Server]:
    folder.mkdir(exist_ok=True)
    port = free_port()
    arguments = [*program, "serve", "--database", url, "--host", "127.0.0.1", "--port", str(port)]
    with (folder / "server.log").open("wb") as log, running(arguments, log.fileno()) as process:
        waited_for(lambda: _is_ready(port), process)
        yield Server(port, process.pid, bearer, url)


@contextmanager
def running(arguments: Sequence[str], log: int) -> Iterator[subprocess.Popen[bytes]]:
    """Python with these arguments and without settings of the product, ended by a signal at the end."""
    process = subprocess.Popen([sys.executable, *arguments], stdout=log, stderr=log, env=environment())
    try:
        yield process
    finally:
        process.terminate()
        process.wait()


def waited_for(is_ready: Callable[[], bool], process: subprocess.Popen[bytes]) -> None:
    """Wait until a process is ready. Raises RuntimeError where it ends before, or takes too long."""
    deadline = time.monotonic() + _READY_SECONDS
    while not is_ready():
        if process.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError("a server did not become ready")
        time.sleep(0.02)


def free_port() -> int:
    """A port of this machine that nobody listens at."""
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _ticks(process: int) -> int:
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return int(fields[11]) + int(fields[12])


def _is_ready(port: int) -> bool:
    try:
        with urlopen(f"http://127.0.0.1:{port}/readyz") as answer:
            return bool(answer.status == 200)
    except OSError:
        return False
