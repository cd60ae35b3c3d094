"""One reader's way through the feed: page by page to the end of what is recorded, then along with it.

Only one page of it is in memory, and the next one is read when that was taken; a reader that takes nothing waits alone.
"""

from asyncio import get_running_loop, sleep
from collections.abc import AsyncGenerator, Awaitable, Callable
from dataclasses import dataclass
from math import inf
from typing import Final

from schemas.problems import LedgerError
from services.api.feed_lines import FeedLines
from services.api.feed_pages import Page, Place, Selection, read_page
from services.api.state import Api
from services.api.trails import Trail

__all__ = ["FeedReader", "Stay"]

_MOVED_SECONDS: Final = 1.0
"""How soon a reader hears that it has been led past events that are not for it: at once, but at most this often."""

_PAGES_PER_SECOND: Final = 1_000
"""How many pages all readers together ask for in a second, once they have caught up with a busy writer."""


@dataclass(frozen=True, slots=True)
class Stay:
    """How long a reader stays: for at most `limit` events, or until it has waited so long for the first one.

    Where `wait_seconds` is None it stays until the server stops, and hears a heartbeat whenever nothing else was told
    for `heartbeat_seconds`.
    """

    limit: int | None
    wait_seconds: float | None
    heartbeat_seconds: float


class FeedReader:
    """A reader from its first page to its last. Not for several tasks."""

    def __init__(
        self,
        api: Api,
        selection: Selection,
        lines: FeedLines,
        stay: Stay,
        place: Place,
        check_admitted: Callable[[], Awaitable[object]],
    ) -> None:
        """Take what it wants, how it is written to and where it has come to; its stay begins now.

        `check_admitted` raises LedgerError once the reader's credential is of no use any more.
        """
        self._ledger = api.ledger
        self._following = api.following
        self._log = api.log
        self._selection = selection
        self._lines = lines
        self._stay = stay
        self._check_admitted = check_admitted
        self._left = stay.limit
        self._page = Page((), place, at_head=False)
        self._told = place.position
        self._told_at = -inf
        self._had_events = False
        self._begun_at = self._read_at = self._now()

    async def open(self) -> None:
        """Read the first page. Raises LedgerError, which can still be answered as a problem."""
        self._page = await self._following.ask_the_store(self._question())

    async def chunks(self, trail: Trail) -> AsyncGenerator[bytes, None]:
        """What is sent, in whole lines; keeps in the trail how far the reader has been told of.

        What the store refuses later than in `open`, or a credential that was revoked or has expired meanwhile, ends the
        reading after the last line; the next request is told why.
        """
        if self._lines.opening:
            yield self._lines.opening
        try:
            while True:
                if self._page.rows:
                    yield self._tell(trail)
                if self._is_over():
                    break
                if self._now() >= self._heartbeat_at():
                    yield self._beat(trail)
                await self._turn()
        except LedgerError as error:
            self._log.warning("feed-broken-off", problem=error.problem.name)
        if self._stay.wait_seconds is not None and (self._has_moved() or self._told_at == -inf):
            yield self._beat(trail)
        trail.whole = True

    def _tell(self, trail: Trail) -> bytes:
        self._had_events = True
        if self._left is not None:
            self._left -= len(self._page.rows)
        self._keep(trail, self._page.rows[-1].position if self._lines.events_say_where else self._told)
        return self._lines.events(self._page.rows)

    def _beat(self, trail: Trail) -> bytes:
        self._keep(trail, self._page.place.position)
        return self._lines.heartbeat(self._page.place)

    def _keep(self, trail: Trail, told: int) -> None:
        self._told = trail.ended = told
        self._told_at = self._now()

    def _is_over(self) -> bool:
        if self._left == 0 or self._following.stopped:
            return True
        if self._stay.wait_seconds is None or not self._page.at_head:
            return False
        return self._had_events or self._now() >= self._begun_at + self._stay.wait_seconds

    async def _turn(self) -> None:
        """On to the next page, or, at the end of what is recorded, to whatever happens next.

        The credential is looked at before a page is read: what a reader is not to be given moves no place of his.
        """
        place = self._page.place
        if self._page.at_head:
            until = self._heartbeat_at()
            if self._stay.wait_seconds is not None:
                until = min(until, self._begun_at + self._stay.wait_seconds)
            is_news = await self._following.news_beyond(place.seen, until - self._now())
            await self._check_admitted()
            if not is_news:
                self._page = Page((), place, at_head=True)
                return
            await sleep(self._read_at + self._following.readers / _PAGES_PER_SECOND - self._now())
            self._read_at = self._now()
            subject = (self._selection, place, self._left)
            self._page = await self._following.ask_once(subject, self._question())
        else:
            await self._check_admitted()
            self._page = await self._following.ask_the_store(self._question())

    def _question(self) -> Callable[[], Page]:
        place = self._page.place
        most = inf if self._left is None else self._left
        return lambda: read_page(self._ledger, self._selection, place, most)

    def _heartbeat_at(self) -> float:
        if self._has_moved():
            return self._told_at + _MOVED_SECONDS
        if self._stay.wait_seconds is not None:
            return inf
        return max(self._told_at, self._begun_at) + self._stay.heartbeat_seconds

    def _has_moved(self) -> bool:
        return self._page.place.position != self._told

    def _now(self) -> float:
        return get_running_loop().time()
