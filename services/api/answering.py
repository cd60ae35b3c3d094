"""What every answer says in common, and what becomes of a fault that the program did not expect.

A fault is answered with 500 and logged before that, with the place it happened at and not with what it met. In the
middle of an answer it cuts the answer off.
"""

from typing import Final

from starlette.datastructures import MutableHeaders
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from schemas.problems import InternalError
from services.api.problems import problem_response
from services.api.state import Api

__all__ = ["Answered"]

_COMMON: Final = (("Cache-Control", "no-store"), ("X-Content-Type-Options", "nosniff"))
"""What every answer says unless it says something else."""


class _NoAnswer(Response):
    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send nothing."""


class Answered:
    """The application around the framework's."""

    def __init__(self, app: ASGIApp, api: Api) -> None:
        """Take the framework's application, which hands faults to `answer_fault` and raises them once more."""
        self._app = app
        self._api = api

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""

        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _COMMON:
                    headers.setdefault(name, value)
            await send(message)

        try:
            await self._app(scope, receive, answer)
        except ClientDisconnect:
            return  # in the middle of its body: nothing was recorded, and nobody is there to be told
        except Exception as fault:  # noqa: BLE001  (whatever it is, it is told, and the next request is served)
            if scope["state"].get("problem") != InternalError.problem.name:
                self._tell(fault)

    async def answer_fault(self, request: Request, fault: Exception) -> Response:
        """The answer to a request that met a fault before anything was answered; none for a client that went away."""
        if isinstance(fault, ClientDisconnect):
            return _NoAnswer()
        self._tell(fault)
        request.state.problem = InternalError.problem.name
        return problem_response(InternalError(reason=""))

    def _tell(self, fault: Exception) -> None:
        self._api.log.error("fault", exc_info=(type(fault), fault, fault.__traceback__))
