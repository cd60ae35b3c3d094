"""Each request that is taken, from its first byte to the last of its answer: counted, timed, told in a line of the log.

What it was is known by its route as the code writes it, never by its path. Who asked and what it was refused by, the
routes say in the request's state: `caller` and `problem`.
"""

import secrets
from itertools import count
from time import perf_counter
from typing import Any, Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services.logging import Log
from services.metrics import NOWHERE, Metrics, method_label
from services.tracing import Tracer

__all__ = ["REQUEST_ID", "Observed"]

REQUEST_ID: Final = b"x-request-id"
"""The header of every answer by which its line in the log is found."""

_RUN: Final = secrets.token_hex(6)
"""Begins the ids of this process' requests, which are numbered after it."""
_GONE: Final = 499
"""Logged where the caller went away before an answer was begun; nobody is ever sent it."""

_numbers: Final = count()


class Observed:
    """An application whose requests are logged, counted and traced."""

    def __init__(self, app: ASGIApp, log: Log, metrics: Metrics, tracer: Tracer) -> None:
        """Take the application, and who is told."""
        self._app = app
        self._log = log
        self._metrics = metrics
        self._tracer = tracer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request; anything else (the application's own start and end) passes through."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begun = perf_counter()
        request_id = f"{_RUN}{next(_numbers):08x}"
        status = _GONE

        async def answer(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message.get("headers", ()), (REQUEST_ID, request_id.encode("ascii"))]
            await send(message)

        scope.setdefault("state", {})
        with self._tracer.span("request") as span:
            try:
                await self._app(scope, receive, answer)
            finally:
                facts = _facts(scope, status)
                span.tell(facts)
                self._tell(facts, perf_counter() - begun, request_id)

    def _tell(self, facts: dict[str, Any], seconds: float, request_id: str) -> None:
        status: int = facts["status"]
        self._metrics.answered(facts["method"], facts["route"], status, seconds, facts.get("problem"))
        tell = self._log.error if status == 500 else self._log.info
        tell("request", **facts, ms=round(seconds * 1_000, 3), request_id=request_id)


def _facts(scope: Scope, status: int) -> dict[str, Any]:
    facts: dict[str, Any] = {
        "method": method_label(scope["method"]),
        "route": getattr(scope.get("route"), "path", NOWHERE),
        "status": status,
    }
    state = scope["state"]
    return facts | {name: state[name] for name in ("caller", "problem") if name in state}
