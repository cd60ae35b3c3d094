"""What a server takes at a time, decided before anything of a request is looked at but its method and path.

Requests in flight are counted. From one number of them on writes are turned away, from another one reads too, with 503
and `Retry-After`: a server that takes more than it can finish finishes less. Those who follow the feed wait most of
their time and are counted apart. What runs the server is always answered. A fault inside, which the application answers
with 500, is logged here with the place it happened at, not with what it met.
"""

import sys
from typing import Final

from starlette.datastructures import MutableHeaders
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from schemas.http_problems import Overloaded, Stopping
from services.api.problems import problem_response
from services.api.state import Api
from services.metrics import Kind

__all__ = ["ALWAYS", "Limited"]

ALWAYS: Final = frozenset(("/healthz", "/readyz", "/metrics"))
"""The paths that are answered however much else is asked."""

_FEED: Final = "/v1/feed"
_READING: Final = frozenset(("GET", "HEAD", "OPTIONS"))
_ANSWERS: Final = {error: problem_response(error()) for error in (Overloaded, Stopping)}
"""Made once: the server turns away most when it has the least time."""


class Limited:
    """An application that is asked no more than it can answer."""

    def __init__(self, app: ASGIApp, api: Api) -> None:
        """Take the application, and the parts of the server it is of."""
        self._app = app
        self._api = api
        self._in_flight = 0
        self._following = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or turn it away."""
        if scope["type"] != "http" or scope["path"] in ALWAYS:
            await self._serve(scope, receive, send)
            return
        kind: Kind = "read" if scope["method"] in _READING else "write"
        follows = scope["path"] == _FEED
        refusal = self._refusal(kind, follows=follows)
        if refusal is not None:
            scope.setdefault("state", {})["problem"] = refusal.problem.name
            await _ANSWERS[refusal](scope, receive, send)
            return
        self._count(1, follows=follows)
        self._api.metrics.entered(kind)
        try:
            await self._serve(scope, receive, send)
        finally:
            self._count(-1, follows=follows)
            self._api.metrics.left(kind)

    def _refusal(self, kind: Kind, *, follows: bool) -> type[Overloaded | Stopping] | None:
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

    def _count(self, more: int, *, follows: bool) -> None:
        if follows:
            self._following += more
        else:
            self._in_flight += more

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.setdefault("Cache-Control", "no-store")
                headers.setdefault("X-Content-Type-Options", "nosniff")
            await send(message)

        try:
            await self._app(scope, receive, answer)
        except ClientDisconnect:
            return  # in the middle of its body: nothing was recorded, and nobody is there to be told
        except Exception:
            self._api.log.error("fault", exc_info=sys.exc_info())  # noqa: G201  (not a logger of the standard library)
