"""What a server takes at a time, decided before anything of a request is looked at but its method and path.

Requests in flight are counted. From one number of them on writes are turned away, from another one reads too, with 503
and `Retry-After`: a server that takes more than it can finish finishes less. Those who follow the feed wait most of
their time and are counted apart. What runs the server is always answered.

Most are turned away when there is the least time: their answer is made once, each is counted in the figures, and the
log has a line of the first, and then at most one a second with the number since.
"""

import asyncio
from collections import Counter
from time import perf_counter
from typing import Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from schemas.http_problems import Overloaded, Stopping
from services.api.problems import problem_response
from services.api.state import Api
from services.metrics import NOWHERE, Kind, method_label

__all__ = ["ALWAYS", "Limited"]

ALWAYS: Final = frozenset(("/healthz", "/readyz", "/metrics"))
"""The paths that are answered however much else is asked."""

_FEED: Final = "/v1/feed"
_READING: Final = frozenset(("GET", "HEAD", "OPTIONS"))
_TELLS_SECONDS: Final = 1.0

_Refusal = type[Overloaded] | type[Stopping]


def _messages(error: _Refusal) -> tuple[Message, Message]:
    answer = problem_response(error())
    begin = {"type": "http.response.start", "status": answer.status_code, "headers": answer.raw_headers}
    return begin, {"type": "http.response.body", "body": answer.body}


_ANSWERS: Final = {error: _messages(error) for error in (Overloaded, Stopping)}


class Limited:
    """An application that is asked no more than it can answer."""

    def __init__(self, app: ASGIApp, api: Api) -> None:
        """Take the application, and the parts of the server it is of."""
        self._app = app
        self._api = api
        self._in_flight = 0
        self._following = 0
        self._untold: Counter[str] = Counter()
        self._timer: asyncio.TimerHandle | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or turn it away."""
        if scope["type"] != "http" or scope["path"] in ALWAYS:
            await self._app(scope, receive, send)
            return
        kind: Kind = "read" if scope["method"] in _READING else "write"
        follows = scope["path"] == _FEED
        refusal = self._refusal(kind, follows=follows)
        if refusal is not None:
            await self._turn_away(scope["method"], refusal, send)
            return
        self._count(1, follows=follows)
        self._api.metrics.entered(kind)
        try:
            await self._app(scope, receive, send)
        finally:
            self._count(-1, follows=follows)
            self._api.metrics.left(kind)

    def tell(self) -> None:
        """Tell the log how many were turned away since it was told last."""
        for problem, count in sorted(self._untold.items()):
            self._api.log.warning("turned-away", problem=problem, count=count)
        self._untold.clear()

    def _refusal(self, kind: Kind, *, follows: bool) -> _Refusal | None:
        settings = self._api.settings
        if self._api.stopping:
            return Stopping
        if follows:
            is_over = self._following >= settings.in_flight_reads
        else:
            is_over = self._in_flight >= (settings.in_flight_reads if kind == "read" else settings.in_flight_writes)
        if not is_over:
            return None
        self._api.metrics.shed(kind)
        return Overloaded

    async def _turn_away(self, method: str, refusal: _Refusal, send: Send) -> None:
        begun = perf_counter()
        begin, body = _ANSWERS[refusal]
        await send(begin)
        await send(body)
        name = refusal.problem.name
        self._api.metrics.answered(method_label(method), NOWHERE, refusal.problem.status, perf_counter() - begun, name)
        self._untold[name] += 1
        if self._timer is None:
            self._tell_on()

    def _tell_on(self) -> None:
        """Tell the log now, and again in a second, until nobody is turned away any more."""
        is_over = not self._untold
        self.tell()
        self._timer = None if is_over else asyncio.get_running_loop().call_later(_TELLS_SECONDS, self._tell_on)

    def _count(self, more: int, *, follows: bool) -> None:
        if follows:
            self._following += more
        else:
            self._in_flight += more
