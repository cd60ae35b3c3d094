"""The read model kept by a process of its own beside a server: judging takes nothing of the interpreter that commits.

The two talk by lines over a pair of sockets, which is all that ties them together:

    head 1204                    the ledger has come to a position
    bring 17 1714208400000000    bring the rows to the head and to an instant (microseconds), for a reader
    ready                        the process follows
    brought 17                   the rows are there, or as far as a reader's patience went
    failed 17                    it could not: the server finds out why by doing it itself

The process ends where the server's end of the pair is closed, however the server ended. Should it end by itself, the
rows and their position belong together as ever; the server brings up what a reader needs until the next one is ready.
"""

import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import Future, InvalidStateError
from contextlib import closing, suppress
from math import inf
from pathlib import Path
from typing import Final

from ledger.application import Ledger
from projections.store import ReadModel
from schemas.operation_problems import ProjectionBehind
from schemas.problems import LedgerError
from services.bootstrap import open_ledger
from services.collecting import set_aside
from services.logging import open_log
from services.projecting import Projecting, open_views

__all__ = ["ProjectingApart", "main"]

_PROGRAM: Final = "import sys; from services.projecting_apart import main; main(*sys.argv[1:])"
_HEAD: Final = b"head"
_BRING: Final = b"bring"
_READY: Final = b"ready"
_BROUGHT: Final = b"brought"
_FAILED: Final = b"failed"

_URL: Final = "SLA_LEDGER_DATABASE_URL"
"""The URL may hold a password: everybody on the machine can read a command, and nobody else an environment."""

_SHORTEST_PAUSE_SECONDS: Final = 0.5
_LONGEST_PAUSE_SECONDS: Final = 60.0
_NOT_STARTED: Final = 127
_END_SECONDS: Final = 10.0
"""How long a process may take to end the transaction it is at."""


class ProjectingApart(Projecting):
    """Has the rows kept by a process, and keeps them itself for its readers while there is none."""

    def __init__(
        self,
        ledger: Ledger,
        views: ReadModel,
        url: str,
        *,
        patience_seconds: float = inf,
        ended: Callable[[int], object] = lambda _code: None,
    ) -> None:
        """`ended` is told the exit code of a process that ended before it was to."""
        super().__init__(ledger, views, patience_seconds=patience_seconds)
        self._url = url
        self._ended = ended
        self._mutex = threading.Lock()
        self._link: socket.socket | None = None
        self._is_ready = False
        self._process: int | None = None
        self._count = 0
        self._waiting: dict[int, Future[bool]] = {}
        self._pause = threading.Event()

    @property
    def process(self) -> int | None:
        """The id of the process that keeps the rows; None while there is none, or it is not ready."""
        return self._process if self._is_ready else None

    def current(self, now: int) -> int:
        """See Projecting.current."""
        position = self._views.position()
        if position == self._ledger.head().count and not self._views.due(now, 1):
            return position
        return self.reached() if self._brought(now) else super().current(now)

    def lag(self) -> int:
        """See Projecting.lag."""
        with suppress(LedgerError):
            self._position = self._views.position()
            self._known_head = max(self._known_head, self._ledger.head().count)
        return super().lag()

    def notify(self, head: int) -> None:
        """The ledger has come to a position: the process goes on. Nobody waits for it."""
        self._known_head = max(self._known_head, head)
        with self._mutex:
            self._send(_HEAD, head)

    def stop(self) -> None:
        """End the process after the transaction it is at."""
        self._stopping = True
        self._pause.set()
        with self._mutex:
            if self._link is not None:
                self._link.shutdown(socket.SHUT_RDWR)
        super().stop()
        self._pause.clear()

    def _follows(self) -> bool:
        return False

    def _brought(self, now: int) -> bool:
        """Have the process bring the rows to the head and to an instant; False where none does."""
        answer: Future[bool] = Future()
        with self._mutex:
            self._count += 1
            number = self._count
            self._waiting[number] = answer
            if not self._is_ready or not self._send(_BRING, number, now):
                del self._waiting[number]
                return False
        try:
            return answer.result(min(self._patience, threading.TIMEOUT_MAX))
        except TimeoutError:
            return True
        finally:
            self._waiting.pop(number, None)

    def _send(self, told: bytes, *numbers: int) -> bool:
        """Send a line, unless the process is so far behind with reading that it has enough to do."""
        if self._link is None:
            return False
        line = b" ".join((told, *(b"%d" % number for number in numbers))) + b"\n"
        try:
            # A line is a few bytes: the kernel takes it whole or not at all.
            return self._link.send(line, socket.MSG_DONTWAIT | socket.MSG_NOSIGNAL) == len(line)
        except OSError:
            return False

    def _run(self) -> None:
        pause = _SHORTEST_PAUSE_SECONDS
        while True:
            was_ready, code = self._kept()
            if self._stopping:
                return
            self._ended(code)
            pause = _SHORTEST_PAUSE_SECONDS if was_ready else min(2 * pause, _LONGEST_PAUSE_SECONDS)
            self._pause.wait(pause)

    def _kept(self) -> tuple[bool, int]:
        """Have one process keep the rows until it ends; whether it came to be ready, and its exit code."""
        ours, theirs = socket.socketpair()
        with ours:
            with theirs:
                try:
                    process = _started(self._url, self._patience, theirs)
                except OSError:
                    return False, _NOT_STARTED
            with self._mutex:
                self._link, self._process = ours, process.pid
                if self._stopping:
                    ours.shutdown(socket.SHUT_RDWR)
            try:
                was_ready = self._listened(ours)
            finally:
                with self._mutex:
                    self._link, self._is_ready = None, False
                for answer in list(self._waiting.values()):
                    _give(answer, value=False)
        return was_ready, _exit_code(process)

    def _listened(self, link: socket.socket) -> bool:
        """Hear what the process says until it says no more; whether it came to be ready."""
        with suppress(OSError), link.makefile("rb") as lines:
            for line in lines:
                said, *number = line.split()
                if said == _READY:
                    with self._mutex:
                        self._is_ready = True
                        self._send(_HEAD, self._known_head)
                elif (answer := self._waiting.get(int(number[0]))) is not None:
                    _give(answer, value=said == _BROUGHT)
        return self._is_ready


def _give(answer: Future[bool], *, value: bool) -> None:
    with suppress(InvalidStateError):  # both its answer and the end of the process may come
        answer.set_result(value)


def _started(url: str, patience_seconds: float, link: socket.socket) -> "subprocess.Popen[bytes]":
    """The process, with our own packages whatever lies in the working directory, and out of the terminal's reach."""
    paths = [str(Path(__file__).parents[1]), *filter(None, [os.environ.get("PYTHONPATH")])]
    return subprocess.Popen(  # noqa: S603  (our own interpreter and program)
        [sys.executable, "-P", "-c", _PROGRAM, str(patience_seconds), str(link.fileno())],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        env={**os.environ, _URL: url, "PYTHONPATH": os.pathsep.join(paths)},
        pass_fds=(link.fileno(),),
        process_group=0,
    )


def _exit_code(process: "subprocess.Popen[bytes]") -> int:
    """The exit code of a process that is to end; one that does not is killed, which harms no row."""
    try:
        return process.wait(_END_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        return process.wait()


def main(patience_seconds: str, descriptor: str) -> None:
    """Keep the rows of the environment's ledger for the server at the other end of a socket, until that is closed."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)  # whoever stops all at once lets the server drain first
    log = open_log("warning", sys.stderr.buffer)
    try:
        with socket.socket(fileno=int(descriptor)) as link:
            _keep(os.environ[_URL], float(patience_seconds), link)
    except Exception:
        log.exception("projecting-failed")
        sys.exit(1)


def _keep(url: str, patience_seconds: float, link: socket.socket) -> None:
    with (
        open_ledger(url) as ledger,
        closing(open_views(url)) as views,
        Projecting(ledger, views, patience_seconds=patience_seconds) as projecting,
    ):
        set_aside()
        projecting.start()
        with suppress(OSError), link.makefile("rb") as lines:
            link.sendall(b"%s\n" % _READY)
            for line in lines:
                told, number, *now = line.split()
                if told == _HEAD:
                    projecting.notify(int(number))
                else:
                    link.sendall(b"%s %s\n" % (_brought(projecting, int(now[0])), number))


def _brought(projecting: Projecting, now: int) -> bytes:
    try:
        projecting.current(now)
    except ProjectionBehind:
        pass  # the server, which has looked at the position last, says so
    except LedgerError:
        return _FAILED
    return _BROUGHT
