"""The read model kept up with the ledger: by whoever asks, by a thread that follows each commit, or by a rebuild.

A reader has the rows brought up to the head and to his own instant before he reads them, so that a deadline that passed
a moment ago has passed for him. The thread only does that work early.

Where several processes serve one ledger, one of them keeps the rows, as long as it lives; it looks for what the others
recorded, and they wait for it. The same waiting serves rows that are made from a topic (services.kafka.projecting).

Nobody waits for ever, though: where it takes longer than a reader's patience he reads the rows as far as they are, each
of which says what it is as of, or is refused where too many events lack.
"""

import threading
from collections.abc import Callable, Iterator, Mapping
from math import inf
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic, sleep
from types import TracebackType
from typing import Final, NamedTuple, Self, TypeAlias

from ledger.application import Ledger
from ledger.drivers.urls import is_postgres, masked, sqlite_path
from projections.projector import Projector
from projections.store import PositionMovedError, ReadModel
from projections.store.sqlite import SqliteReadModel
from schemas.instants import to_micros
from schemas.operation_problems import ProjectionBehind
from schemas.problems import LedgerError

__all__ = ["MOST_BEHIND", "Difference", "PolicyTexts", "Projecting", "differences", "open_views"]

_PAGE: Final = 500

MOST_BEHIND: Final = 1_000
"""Events that the rows may lack while readers are still told them."""

_RESTS_FOR_WORK: Final = 3.0
_LONGEST_REST_SECONDS: Final = 0.25
_MOST_GATHERED: Final = 250
"""While commits follow each other and few events lack, the thread works a quarter of the time, and judges an incident
once for many events: the writers have the processor before it does, and a reader brings the rows up himself."""

_LOOKS_SECONDS: Final = 0.05
"""How often whoever keeps the rows of several processes looks for what was recorded, and for what time changes."""
_WAITS_SECONDS: Final = 0.01
"""How often whoever waits for the rows that another process keeps looks whether they have come."""

Told: TypeAlias = Callable[[int], object]
"""Is given the position that the rows have come to, after each transaction."""


def open_views(url: str) -> ReadModel:
    """The read model in the ledger's own database. Raises UnsupportedDatabase, NoLedgerHere, StorageFailed."""
    if is_postgres(url):
        from projections.store.postgres import PostgresReadModel  # noqa: PLC0415  (libpq is loaded where it is used)

        return PostgresReadModel(url, masked(url))
    return SqliteReadModel(sqlite_path(url))


class PolicyTexts(Mapping[str, bytes]):
    """The policy files that a ledger keeps, by their SHA-256; each is read when it is first asked for."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._texts: dict[str, bytes] = {}

    def __getitem__(self, sha256: str) -> bytes:
        text = self._texts.get(sha256)
        if text is None:
            text = self._ledger.policy_text(sha256)
            if text is None:
                raise KeyError(sha256)
            self._texts[sha256] = text
        return text

    def __iter__(self) -> Iterator[str]:
        return iter(self._ledger.policy_hashes())

    def __len__(self) -> int:
        return len(self._ledger.policy_hashes())


class Projecting:
    """Keeps the rows of one ledger; threads may share it. It closes neither of the two that it was given."""

    def __init__(self, ledger: Ledger, views: ReadModel, *, patience_seconds: float = inf) -> None:
        """A reader who asks for the current rows waits for them no longer than his patience lasts."""
        self._ledger = ledger
        self._views = views
        self._patience = patience_seconds
        self._turn = threading.Lock()
        self._projector: Projector | None = None
        self._position = views.position()
        self._known_head = self._position
        self._woken = threading.Event()
        self._stopping = False
        self._thread: threading.Thread | None = None

    def catch_up(self, told: Told = lambda _position: None) -> int:
        """Bring the rows to the head of the ledger; `told` is given the position after each transaction.

        Broken off by an exception, the rows stay at the last position told. Returns the position.
        """
        return self._together(lambda: self._bring(None, told))

    def current(self, now: int) -> int:
        """Bring the rows to the head and to an instant (microseconds), for a reader; the position they are at then.

        Where his patience ends before, they are as far as they have come by then. Raises ProjectionBehind where more
        than MOST_BEHIND events lack.
        """
        late = monotonic() + self._patience

        def told(_position: int) -> None:
            if monotonic() > late:
                raise _BrokenOff

        try:
            return self._together(lambda: self._bring(now, told), wait_seconds=self._patience)
        except _BrokenOff:
            return self.reached()

    def reached(self) -> int:
        """The position that the rows are at, where that does. Raises ProjectionBehind."""
        position = self._views.position()
        behind = self._ledger.head().count - position
        if behind > MOST_BEHIND:
            raise ProjectionBehind(count=behind) from None
        return position

    def rebuild(self, told: Told = lambda _position: None) -> int:
        """Drop the rows and make them anew; broken off, `catch_up` goes on. Returns the position."""
        with self._turn:
            self._views.reset()
            self._projector = None
        return self.catch_up(told)

    def lag(self) -> int:
        """How many events the rows are behind the head of which this process knows."""
        return max(0, self._known_head - self._position)

    def notify(self, head: int) -> None:
        """The ledger has come to a position: the thread goes on."""
        self._known_head = max(self._known_head, head)
        self._woken.set()

    def start(self) -> None:
        """Catch up and follow commits in a thread of its own."""
        assert self._thread is None, "it follows already"
        self._thread = threading.Thread(target=self._run, name="projecting", daemon=True)
        self._woken.set()
        self._thread.start()

    def stop(self) -> None:
        """End the thread after the transaction it is at."""
        self._stopping = True
        self._woken.set()
        if self._thread is not None:
            self._thread.join()
            self._thread = None
            self._views.release()
        self._stopping = False

    def __enter__(self) -> Self:
        """Nothing but itself; leaving it stops the thread."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop the thread."""
        self.stop()

    def _run(self) -> None:
        def unless_stopping(_position: int) -> None:
            if self._stopping:
                raise _BrokenOff

        while not self._stopping:
            self._woken.wait(_LOOKS_SECONDS if self._views.shared else None)
            self._woken.clear()
            begun = monotonic()
            try:
                self._follow(unless_stopping)
            except _BrokenOff:
                return
            except LedgerError:
                # The storage refused: the next commit, or the next reader, comes back to it.
                if self._views.shared:
                    sleep(_LONGEST_REST_SECONDS)
                continue
            if self._woken.is_set() and self.lag() < _MOST_GATHERED:
                sleep(min(_LONGEST_REST_SECONDS, _RESTS_FOR_WORK * (monotonic() - begun)))

    def _follow(self, told: Told) -> None:
        """What the thread does at each turn: it brings the rows up, or sees how far those go that another one keeps."""
        if not self._views.shared:
            self.catch_up(told)
        elif self._views.hold():
            self._together(lambda: self._bring(to_micros(self._ledger.wall()), told))
        else:
            self._position = self._views.position()
            self._known_head = max(self._known_head, self._ledger.head().count)

    def _bring(self, now: int | None, told: Told) -> int:
        if not self._views.hold():
            return self._await(now, told)
        position = self._catch_up(told)
        if now is not None:
            self._following().advance(now, told)
        return position

    def _await(self, now: int | None, told: Told) -> int:
        """Wait until whoever keeps the rows has brought them so far; take them over where he has ended."""
        self._projector = None
        head = self._ledger.head().count
        while True:
            position = self._views.position()
            told(position)
            if position >= head and (now is None or not self._views.due(now, 1)):
                return position
            sleep(_WAITS_SECONDS)
            if self._views.hold():
                return self._bring(now, told)

    def _follows(self) -> bool:
        """Whether a thread of this process keeps the rows, asked or not."""
        return self._thread is not None

    def _catch_up(self, told: Told) -> int:
        projector = self._following()
        head = self._ledger.head().count
        self._known_head = max(self._known_head, head)
        if head > projector.position:
            for position in projector.follow(self._ledger.rows(after=projector.position, until=head)):
                self._position = position
                told(position)
        return projector.position

    def _following(self) -> Projector:
        if self._projector is None:
            self._projector = Projector(self._views, self._ledger, PolicyTexts(self._ledger))
            self._position = self._projector.position
        return self._projector

    def _together(self, work: Callable[[], int], *, wait_seconds: float = inf) -> int:
        """Do it alone of all threads; anew, from where the rows are, where another process has moved them."""
        if not self._turn.acquire(timeout=min(wait_seconds, threading.TIMEOUT_MAX)):
            raise _BrokenOff
        try:
            while True:
                try:
                    return work()
                except PositionMovedError:
                    self._projector = None
                except _BrokenOff:
                    raise  # between two transactions: what is in memory is what the rows are
                except BaseException:
                    self._projector = None  # what is in memory may be ahead of the rows
                    raise
        finally:
            if not self._follows():
                self._views.release()  # nobody would keep the rows until it is asked again
            self._turn.release()


class _BrokenOff(Exception):  # noqa: N818  (named by what happened)
    """Nobody waits any longer for what is being done."""


class Difference(NamedTuple):
    """An incident whose rows are not what a rebuild makes of the ledger; `there` and `rebuilt` None where absent."""

    incident: str
    there: bytes | None
    rebuilt: bytes | None


def differences(ledger: Ledger, views: ReadModel, now: int) -> Iterator[Difference]:
    """Where the rows differ from those of a fresh rebuild in a database of its own, both as of an instant."""
    Projecting(ledger, views).current(now)
    with TemporaryDirectory(prefix="sla-ledger-") as folder:
        fresh = SqliteReadModel(Path(folder, "views.db"), create=True)
        try:
            rebuilding = Projecting(ledger, fresh)
            rebuilding.current(now)
            found = list(_differing(views, fresh))
            if found and views.shared:
                # Somebody may have let time pass beyond the instant meanwhile.
                later = to_micros(ledger.wall())
                Projecting(ledger, views).current(later)
                rebuilding.current(later)
                found = list(_differing(views, fresh))
            yield from found
        finally:
            fresh.close()


def _differing(views: ReadModel, fresh: ReadModel) -> Iterator[Difference]:
    names = set(_names(views)) | set(_names(fresh))
    for name in sorted(names):
        there, rebuilt = views.view(name), fresh.view(name)
        if there is None or rebuilt is None or there.told() != rebuilt.told():
            yield Difference(name, None if there is None else there.told(), None if rebuilt is None else rebuilt.told())


def _names(views: ReadModel) -> Iterator[str]:
    last = ""
    while page := views.names(after=last, limit=_PAGE):
        yield from page
        last = page[-1]
