"""Many requests, one transaction and one `fsync`: whoever waits while a commit is under way goes into the next one.

Nobody waits for company. A caller that finds nobody committing commits at once, in its own thread; those that come
meanwhile are committed together as soon as that is done. What a group is answered leaves after its commit.
"""

import logging
import threading
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import perf_counter
from typing import Final, Protocol, TypeAlias

from ledger.application import Ledger
from ledger.submission import Answer, Submission
from schemas.operation_problems import LedgerMoved
from schemas.problems import LedgerError, LedgerLocked, OutcomeUnknown, StorageFailed, StorageFull

__all__ = ["SILENT", "Committed", "GroupCommit", "Observer", "Outcome", "Told"]

_LOG: Final = logging.getLogger(__name__)
_MOST_EVENTS: Final = 500
_OF_THE_STORAGE: Final = (LedgerLocked, LedgerMoved, OutcomeUnknown, StorageFailed, StorageFull)

Outcome: TypeAlias = Answer | BaseException
"""The answer to a request, or what it is refused by."""

Told: TypeAlias = Callable[[Outcome], object]
"""Is given the outcome of a request in the committing thread, once its group is over."""


@dataclass(frozen=True, slots=True)
class Committed:
    """A group that was committed: the position that the ledger has come to, by how many events of how many requests.

    `seconds` is the time from the first decision to the last row and its `fsync`, `sync_seconds` that of the database's
    own commit alone, which is mostly the `fsync`.
    """

    head: int
    requests: int
    events: int
    seconds: float
    sync_seconds: float


class Observer(Protocol):
    """Who is told of each group once it is over, outside of the transaction and in the committing thread."""

    def committed(self, group: Committed) -> None:
        """Some requests of a group were accepted and recorded."""

    def refused(self, error: LedgerError) -> None:
        """A request was refused, or failed."""


class _Silent:
    def committed(self, group: Committed) -> None:
        pass

    def refused(self, error: LedgerError) -> None:
        pass


SILENT: Final[Observer] = _Silent()


class _Request:
    """A request that waits for its outcome; `turn` is what a thread sleeps on that leads when it is woken."""

    __slots__ = ("outcome", "submission", "told", "turn")

    def __init__(self, submission: Submission, told: Told | None, turn: "threading.Lock | None") -> None:
        self.submission = submission
        self.told = told
        self.turn = turn
        self.outcome: Outcome | None = None

    def is_over(self) -> bool:
        return self.outcome is not None

    def answer(self) -> Answer:
        assert self.outcome is not None
        if isinstance(self.outcome, Answer):
            return self.outcome
        raise self.outcome


class GroupCommit:
    """The one way in for requests. Threads share it.

    One thread at a time leads: it commits what waits. When its group is done it hands the lead to a thread that still
    waits, so that nobody serves others for longer than his own request takes.
    """

    def __init__(self, ledger: Ledger, observer: Observer = SILENT) -> None:
        """Commit to this ledger."""
        self._ledger = ledger
        self._observer = observer
        self._waiting: deque[_Request] = deque()
        self._is_led = False
        self._mutex = threading.Lock()

    def submit(self, submission: Submission) -> Answer:
        """The answer to a request. Raises as `Ledger.commit` tells, or what the request is refused by."""
        turn = threading.Lock()
        turn.acquire()
        request = _Request(submission, None, turn)
        with self._mutex:
            self._waiting.append(request)
            leads = not self._is_led
            self._is_led = True
        if not leads:
            turn.acquire()
        if not request.is_over():
            while not request.is_over():
                self._commit_next()
            self._hand_over()
        return request.answer()

    def enqueue(self, submission: Submission, told: Told) -> None:
        """Put a request among those that wait; somebody has to call `drain` after this."""
        request = _Request(submission, told, None)
        with self._mutex:
            self._waiting.append(request)

    def drain(self) -> None:
        """Commit what waits, group after group, until nothing does or somebody else leads."""
        with self._mutex:
            if self._is_led or not self._waiting:
                return
            self._is_led = True
        while True:
            self._commit_next()
            with self._mutex:
                if not self._waiting:
                    self._is_led = False
                    return

    def _hand_over(self) -> None:
        """Give the lead to the first that waits in a thread of its own, or let go of it."""
        while True:
            with self._mutex:
                following = next((one.turn for one in self._waiting if one.turn is not None), None)
                self._is_led = bool(self._waiting)
            if following is not None:
                following.release()
                return
            if not self._is_led:
                return
            self._commit_next()

    def _commit_next(self) -> None:
        group: list[_Request] = []
        events = 0
        with self._mutex:
            while self._waiting and (not group or events + len(self._waiting[0].submission.elements) <= _MOST_EVENTS):
                request = self._waiting.popleft()
                group.append(request)
                events += len(request.submission.elements)
        assert group, "whoever leads has something to commit"
        begun = perf_counter()
        outcomes = self._commit([request.submission for request in group])
        seconds = perf_counter() - begun
        for request, outcome in zip(group, outcomes, strict=True):
            _settle(request, outcome)
        try:
            self._tell(group, outcomes, seconds)
        except Exception:  # noqa: BLE001  (whatever befalls a listener, those who wait are committed)
            _LOG.exception("a group was committed, and telling of it failed")

    def _tell(self, group: Sequence[_Request], outcomes: Sequence[Outcome], seconds: float) -> None:
        """Tell the observer of the refused, and of what was accepted."""
        accepted = recorded = 0
        for request, outcome in zip(group, outcomes, strict=True):
            if isinstance(outcome, LedgerError):
                self._observer.refused(outcome)
            elif isinstance(outcome, Answer) and not outcome.replayed:
                accepted += 1
                recorded += len(request.submission.elements) if outcome.created else 0
        if accepted:
            head, synced = self._ledger.committed, self._ledger.sync_seconds
            self._observer.committed(Committed(head, accepted, recorded, seconds, synced))

    def _commit(self, submissions: Sequence[Submission]) -> Sequence[Outcome]:
        """The outcome of each request; what is at fault with one of them is not its neighbours' fate."""
        try:
            return self._ledger.commit(submissions)
        except _OF_THE_STORAGE as failure:
            return [failure] * len(submissions)
        except Exception as fault:  # noqa: BLE001  (whoever waits has to hear of it; the caller raises it again)
            if len(submissions) == 1:
                return [fault]
            return [outcome for submission in submissions for outcome in self._commit([submission])]


def _settle(request: _Request, outcome: Outcome) -> None:
    """Hand an outcome to whoever waits for it."""
    request.outcome = outcome
    if request.turn is not None:
        request.turn.release()
    if request.told is not None:
        try:
            request.told(outcome)
        except Exception:  # noqa: BLE001  (an event loop may be gone; its neighbours' outcomes are still to be told)
            _LOG.exception("a request was decided, and nobody could be told")
