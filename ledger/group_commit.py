"""Many requests, one transaction and one `fsync`: whoever waits while a commit is under way goes into the next one.

Nobody waits for company. A caller that finds nobody committing commits at once, in its own thread; those that come
meanwhile are committed together as soon as that is done. What a group is answered leaves after its commit.
"""

import threading
from collections import deque
from collections.abc import Sequence
from concurrent.futures import Future
from time import perf_counter
from typing import Final, Protocol

from ledger.application import Ledger
from ledger.submission import Answer, Submission
from schemas.problems import LedgerError, LedgerLocked, OutcomeUnknown, StorageFailed, StorageFull

__all__ = ["SILENT", "GroupCommit", "Observer"]

_MOST_EVENTS: Final = 500
_OF_THE_STORAGE: Final = (LedgerLocked, OutcomeUnknown, StorageFailed, StorageFull)


class Observer(Protocol):
    """Who is told of each group once it is over, outside of the transaction and in the committing thread."""

    def committed(self, head: int, requests: int, events: int, seconds: float) -> None:
        """The ledger has come to the position `head`, by this many events of this many accepted requests."""

    def refused(self, error: LedgerError) -> None:
        """A request was refused, or failed."""


class _Silent:
    def committed(self, head: int, requests: int, events: int, seconds: float) -> None:
        pass

    def refused(self, error: LedgerError) -> None:
        pass


SILENT: Final[Observer] = _Silent()


class GroupCommit:
    """The one way in for requests. Threads share it."""

    def __init__(self, ledger: Ledger, observer: Observer = SILENT) -> None:
        """Commit to this ledger."""
        self._ledger = ledger
        self._observer = observer
        self._waiting: deque[tuple[Submission, Future[Answer]]] = deque()
        self._committing = threading.Lock()

    def submit(self, submission: Submission) -> Answer:
        """The answer to a request. Raises as `Ledger.commit` tells, or what the request is refused by."""
        future = self.enqueue(submission)
        with self._committing:
            while not future.done():
                self._commit_next()
        return future.result()

    def enqueue(self, submission: Submission) -> Future[Answer]:
        """Put a request among those that wait; somebody has to call `drain` after this."""
        future: Future[Answer] = Future()
        self._waiting.append((submission, future))
        return future

    def drain(self) -> None:
        """Commit what waits, group after group, until nothing does."""
        with self._committing:
            while self._waiting:
                self._commit_next()

    def _commit_next(self) -> None:
        group: list[tuple[Submission, Future[Answer]]] = []
        events = 0
        while self._waiting and (not group or events + len(self._waiting[0][0].elements) <= _MOST_EVENTS):
            group.append(self._waiting.popleft())
            events += len(group[-1][0].elements)
        begun = perf_counter()
        outcomes = self._commit([submission for submission, _ in group])
        seconds = perf_counter() - begun
        accepted = 0
        recorded = 0
        for (submission, future), outcome in zip(group, outcomes, strict=True):
            if isinstance(outcome, Answer):
                if not outcome.replayed:
                    accepted += 1
                    recorded += len(submission.elements)
                future.set_result(outcome)
                continue
            future.set_exception(outcome)
            if isinstance(outcome, LedgerError):
                self._observer.refused(outcome)
        if accepted:
            self._observer.committed(self._ledger.head().count, accepted, recorded, seconds)

    def _commit(self, submissions: Sequence[Submission]) -> Sequence[Answer | BaseException]:
        """The outcome of each request; what is at fault with one of them is not its neighbours' fate."""
        try:
            return self._ledger.commit(submissions)
        except _OF_THE_STORAGE as failure:
            return [failure] * len(submissions)
        except Exception as fault:  # noqa: BLE001  (whoever waits has to hear of it; the caller raises it again)
            if len(submissions) == 1:
                return [fault]
            return [outcome for submission in submissions for outcome in self._commit([submission])]
