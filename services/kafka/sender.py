"""The relay's end of the process that produces (services.kafka.producing): started, watched, ended.

Whatever does not come back within the patience is ended by SIGKILL; what it may have committed is read back from the
topic by the next one, after it has fenced this one off. Where the broker had refused its user all the while, that is
told: it is no silence, and waiting mends nothing.
"""

import contextlib
import pickle
import queue
import subprocess
import sys
import threading
from collections.abc import Sequence
from time import monotonic
from typing import Final

from ledger.recorder import Row
from services.kafka.producing import Batch, Failed, Failure, Opened, Opening, Refusing
from services.kafka.records import Outgoing

__all__ = ["PRODUCING", "Sender", "SenderFailed"]

PRODUCING: Final = (sys.executable, "-P", "-m", "services.kafka")
"""The command of the process that produces."""

_LOOKS_SECONDS: Final = 0.25
_END_SECONDS: Final = 5.0


class SenderFailed(Exception):  # noqa: N818  (named by what happened)
    """The producer is lost: what was not acknowledged may have been committed or not."""

    def __init__(self, kind: Failure, reason: str) -> None:
        super().__init__(reason)
        self.kind = kind
        self.reason = reason


class Sender:
    """One producer's life: opened once, lost at the first failure."""

    def __init__(self, *, patience_seconds: float, command: Sequence[str] = PRODUCING) -> None:
        self._patience = patience_seconds
        self._answers: queue.SimpleQueue[object] = queue.SimpleQueue()
        pipe = subprocess.PIPE
        self._process = subprocess.Popen(command, stdin=pipe, stdout=pipe)  # noqa: S603  (our own program)
        self._since: float | None = None
        self._overdue = False
        self._refusing: Refusing | None = None
        self._sent = 0
        self._committed = 0
        self._listening = threading.Thread(target=self._listen, name="producing", daemon=True)
        self._listening.start()
        threading.Thread(target=self._watch, name="watchdog", daemon=True).start()

    @property
    def in_flight(self) -> int:
        """How many transactions were sent and not acknowledged yet."""
        return self._sent - self._committed

    def open(self, opening: Opening) -> Opened:
        """Fence every other producer off, and read the position back. Raises SenderFailed."""
        self._tell(opening)
        answer = self._answer()
        assert isinstance(answer, Opened), "the first answer tells what was opened"
        return answer

    def send(self, rows: Sequence[Row], records: Sequence[Outgoing]) -> None:
        """Begin a transaction with these events and records; it is committed once `settle` says so.

        Raises SenderFailed.
        """
        self._sent += 1
        events = [(row.position, row.log, row.index, row.state) for row in rows]
        self._tell(Batch(self._sent, events, records))

    def settle(self, most_in_flight: int = 0) -> None:
        """Wait until no more than so many transactions are under way. Raises SenderFailed."""
        while self.in_flight > most_in_flight:
            answer = self._answer()
            assert answer == self._committed + 1, "transactions are committed in turn"
            self._committed += 1

    def close(self) -> None:
        """End the process: in good order where nothing is under way, else at once."""
        self._since = None
        if self.in_flight:
            self._process.kill()
        with contextlib.suppress(OSError):
            if self._process.stdin is not None:
                self._process.stdin.close()
        try:
            self._process.wait(_END_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._listening.join()
        if self._process.stdout is not None:
            self._process.stdout.close()

    def _tell(self, message: object) -> None:
        assert self._process.stdin is not None
        if self._since is None:
            self._since = monotonic()
        try:
            pickle.dump(message, self._process.stdin, protocol=5)
            self._process.stdin.flush()
        except OSError:
            self._fail(self._answers.get())

    def _answer(self) -> object:
        answer = self._answers.get()
        if isinstance(answer, Failed | type(None)):
            self._fail(answer)
        self._since = None if isinstance(answer, Opened) or self.in_flight <= 1 else monotonic()
        return answer

    def _fail(self, answer: object) -> None:
        self._since = None
        self._process.kill()
        self._process.wait()
        while answer is not None and not isinstance(answer, Failed):
            answer = self._answers.get()
        if isinstance(answer, Failed):
            raise SenderFailed(answer.kind, answer.reason)
        if self._overdue and self._refusing is not None:
            raise SenderFailed("refused", self._refusing.reason)
        reason = "it did not answer in time" if self._overdue else "the process that produces ended"
        raise SenderFailed("other", reason)

    def _listen(self) -> None:
        """Pass on what the process tells, and None once it has ended."""
        assert self._process.stdout is not None
        try:
            while True:
                answer = pickle.load(self._process.stdout)  # noqa: S301  (written by our own process)
                self._refusing = answer if isinstance(answer, Refusing) else None
                if self._refusing is None:
                    self._answers.put(answer)
        except (EOFError, OSError, pickle.UnpicklingError):
            self._answers.put(None)

    def _watch(self) -> None:
        """End the process once it has kept an answer back for too long."""
        while self._process.poll() is None:
            since = self._since
            if since is not None and monotonic() - since > self._patience:
                self._overdue = True
                self._process.kill()
                return
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(_LOOKS_SECONDS)
