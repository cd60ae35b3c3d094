"""The feed, without a network: what to ask next, what was heard, whether to come back and when.

    {"position":N,"index":I,"event":<canonical bytes>}    or "cursor" in place of "position"
    {"position":N}                                        a heartbeat: it moves the cursor alone

Only whole lines count. After a connection is lost the next request begins after the last whole line, so nothing is
missed; a line that comes again all the same is dropped by its index in its log.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sla_ledger_client.answers import Event, FeedItem
from sla_ledger_client.problem import Unreachable, problem_of
from sla_ledger_client.request import NoAnswer, Reply, Request, query
from sla_ledger_client.retries import Budget, Conduct

__all__ = ["FeedReader", "Wanted"]

_EVENT: Final = b'"event":'
_IDLE_SECONDS: Final = 0.5
_LONGEST_SILENCE_SECONDS: Final = 60
_LONGEST_ERROR_BYTES: Final = 1 << 16


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a reader wants of the feed.

    `wait_seconds` is how long the ledger may hold an answer until something happens. With `follow` false the reader
    stops at the end of what is recorded.
    """

    contracts: Sequence[str] = ()
    types: Sequence[str] = ()
    limit: int | None = None
    wait_seconds: int = 3
    follow: bool = True
    sse: bool = False

    def __post_init__(self) -> None:
        """Refuse a stream that should end by itself."""
        if self.sse and not self.follow:
            raise ValueError("a stream of Server-Sent Events has no end: use it with follow=True")


class FeedReader:
    """The state of one reader: the cursor, and the answer being heard."""

    def __init__(self, wanted: Wanted, after: str | int | None, conduct: Conduct) -> None:
        self.cursor: str | None = None if after is None else str(after)
        """Everything up to it was heard."""
        self.is_over = False
        self._wanted = wanted
        self._conduct = conduct
        self._budget = Budget(conduct)
        self._indexes: dict[str, int] = {}
        self._status, self._headers = 0, dict[str, str]()
        self._rest, self._since = b"", 0.0
        self._moved = False
        self._data: list[bytes] = []
        self._id: str | None = None

    def request(self) -> Request:
        """What to ask next."""
        wanted = self._wanted
        wait = wanted.wait_seconds if wanted.follow else 0
        parameters: dict[str, Any] = {
            "after": self.cursor,
            "contract": list(wanted.contracts),
            "type": list(wanted.types),
        }
        if wanted.sse:
            headers, patience = {"Accept": "text/event-stream"}, _LONGEST_SILENCE_SECONDS
        else:
            headers, patience = {"Accept": "application/x-ndjson"}, wait
            parameters |= {"limit": wanted.limit, "wait": wait}
        return Request("GET", "/v1/feed", query(parameters), headers, patience_seconds=patience)

    def begin(self, status: int, headers: Mapping[str, str]) -> None:
        """An answer begins."""
        self._status, self._headers = status, dict(headers)
        self._rest, self._moved = b"", False
        self._data, self._id = [], None
        self._since = self._conduct.clock()

    def hear(self, chunk: bytes) -> Iterator[FeedItem]:
        """The events in the next bytes of the answer. Raises ValueError where a line cannot be understood."""
        self._rest += chunk
        if self._status != 200:
            self._rest = self._rest[:_LONGEST_ERROR_BYTES]
            return
        *lines, self._rest = self._rest.split(b"\n")
        for line in lines:
            told = self._unwrapped(line.rstrip(b"\r")) if self._wanted.sse else line
            item = self._understood(told) if told else None
            if item is not None:
                yield item

    def end(self, failure: NoAnswer | None = None) -> float:
        """The answer is over, or did not come to its end; the seconds to wait before the next request.

        Raises the error that ends the reading: a refusal, or a silence longer than was allowed.
        """
        if failure is None and self._status == 200:
            self._budget.refill()
            self.is_over = not (self._wanted.follow or self._moved)
            is_idle = not self._moved and self._conduct.clock() - self._since < _IDLE_SECONDS
            return _IDLE_SECONDS if is_idle and not self.is_over else 0.0
        if failure is not None:
            pause = self._budget.pause()
            if pause is None:
                raise Unreachable(failure.reason)
            return pause
        problem = problem_of(Reply(self._status, self._headers, self._rest))
        pause = self._budget.pause(problem.retry_after) if problem.may_be_retried else None
        if pause is None:
            raise problem
        return pause

    def _unwrapped(self, line: bytes) -> bytes | None:
        """The data of a Server-Sent Event whose last line this is."""
        if not line:
            told, cursor = b"\n".join(self._data), self._id
            self._data, self._id = [], None
            if not told and cursor is not None:
                self._move(cursor)
            return told
        name, _, value = line.partition(b":")
        value = value.removeprefix(b" ")
        if name == b"data":
            self._data.append(value)
        elif name == b"id":
            self._id = value.decode("utf-8")
        return None

    def _understood(self, line: bytes) -> FeedItem | None:
        told = json.loads(line)
        cursor = told.get("cursor", told.get("position")) if isinstance(told, dict) else None
        if cursor is None:
            raise ValueError("this is not a line of the feed")
        if "event" not in told:
            self._move(str(cursor))
            return None
        event = Event.of(line[line.index(_EVENT) + len(_EVENT) : line.rindex(b"}")])
        index = int(told["index"])
        self._move(str(cursor))
        if index <= self._indexes.get(event.log, -1):
            return None
        self._indexes[event.log] = index
        return FeedItem(event, str(cursor), _position(told), index)

    def _move(self, cursor: str) -> None:
        self._moved = self._moved or cursor != self.cursor
        self.cursor = cursor
        self._budget.refill()


def _position(told: Mapping[str, Any]) -> int | None:
    position = told.get("position")
    return position if isinstance(position, int) else None
