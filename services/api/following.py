"""Those who follow the feed: told that there is news, never of what it is.

The writer sets a number and, where somebody waits, wakes each event loop once; readers then read the store on from
where they are. There is no queue for a reader to fill, so a slow one costs the writer nothing, and one that was told
twice of the same news, or of news it has had already, waits again.

Another process may append too, and tells nobody here: a notification inside its append would let commits wait for each
other. So as long as somebody waits the head is looked at now and then, by one query for all who wait.
"""

import asyncio
import threading
from collections.abc import Callable, Hashable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from typing import Any, Final, TypeVar

from schemas.problems import LedgerError
from services.api.trails import Trails

__all__ = ["Following"]

_POLL_SECONDS: Final = 0.5
_THREADS: Final = 4
"""How many pages are read at a time; other readers wait for their turn and leave the other routes theirs."""
_MOST_SHARED: Final = 64
"""How many of the last answers are kept for others who ask the same."""

_Found = TypeVar("_Found")


class _Waiters:
    """Those who wait on one event loop. All but `wake` happens on that loop."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.count = 0
        self.news = asyncio.Event()
        self.poll: asyncio.Task[None] | None = None
        self._loop = loop
        self._woken = False

    def wake(self) -> None:
        """Wake all of them soon, from any thread or signal handler; once where it is asked often."""
        if not self._woken:
            self._woken = True
            with suppress(RuntimeError):  # the loop is closed, and nobody waits there any more
                self._loop.call_soon_threadsafe(self._ring)

    def _ring(self) -> None:
        self._woken = False
        self.news.set()
        self.news = asyncio.Event()


class Following:
    """Who follows one ledger. The writer's threads tell of news, readers wait for it on event loops."""

    def __init__(self, head: Callable[[], int], *, poll_seconds: float = _POLL_SECONDS) -> None:
        """Take how the ledger's last position is looked up, which may block, and how often that is done."""
        self.trails: Final = Trails()
        self._look_up = head
        self._poll_seconds = poll_seconds
        self._head = 0
        self._moving = threading.Lock()
        self._readers = 0
        self._stopped = False
        self._waiters: dict[asyncio.AbstractEventLoop, _Waiters] = {}
        self._shared: tuple[int, dict[Hashable, asyncio.Future[Any]]] = (0, {})
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="feed")

    @property
    def readers(self) -> int:
        """How many follow the feed at this moment."""
        return self._readers

    @property
    def stopped(self) -> bool:
        """Whether the server is stopping, so that readers should end."""
        return self._stopped

    def committed(self, head: int) -> None:
        """The ledger has come to this position. For any thread; never waits for a reader."""
        with self._moving:
            if head <= self._head:
                return
            self._head = head
        self._wake()

    def stop(self) -> None:
        """Let every reader come to its end, now and from now on. For any thread or signal handler."""
        self._stopped = True
        self._wake()

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Count a reader as long as this lasts."""
        self._count(1)
        try:
            yield
        finally:
            self._count(-1)

    async def ask_the_store(self, question: Callable[[], _Found]) -> _Found:
        """What a question that blocks finds, asked in one of the few threads that readers share."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, question)

    async def ask_once(self, subject: Hashable, question: Callable[[], _Found]) -> _Found:
        """What a question finds that others may ask at the same moment, having been woken by the same news.

        It is looked up once for each position of the ledger, so what is found holds at least up to the last news.
        """
        loop = asyncio.get_running_loop()
        at, shared = self._shared
        if at != self._head:
            at, shared = self._shared = (self._head, {})
        key = (loop, subject)
        asked = shared.get(key)
        if asked is None:
            asked = loop.run_in_executor(self._threads, question)
            if len(shared) < _MOST_SHARED:
                shared[key] = asked
        try:
            found: _Found = await asyncio.shield(asked)
        except BaseException:
            shared.pop(key, None)
            raise
        return found

    async def news_beyond(self, position: int, seconds: float) -> bool:
        """Wait until the ledger goes beyond a position, at most so long; whether it does."""
        waiters = self._enter()
        try:
            async with asyncio.timeout(max(seconds, 0.0)):
                while self._head <= position and not self._stopped:
                    await waiters.news.wait()
        except TimeoutError:
            pass
        finally:
            self._leave(waiters)
        return self._head > position

    def _enter(self) -> _Waiters:
        loop = asyncio.get_running_loop()
        waiters = self._waiters.get(loop)
        if waiters is None:
            waiters = self._waiters[loop] = _Waiters(loop)
            waiters.poll = loop.create_task(self._poll())
        waiters.count += 1
        return waiters

    def _leave(self, waiters: _Waiters) -> None:
        waiters.count -= 1
        if waiters.count == 0:
            assert waiters.poll is not None
            waiters.poll.cancel()
            del self._waiters[asyncio.get_running_loop()]

    def _count(self, more: int) -> None:
        with self._moving:
            self._readers += more

    def _wake(self) -> None:
        for waiters in tuple(self._waiters.values()):
            waiters.wake()

    async def _poll(self) -> None:
        while True:
            await asyncio.sleep(self._poll_seconds)
            with suppress(LedgerError):  # whoever reads on meets it himself
                self.committed(await self.ask_the_store(self._look_up))
