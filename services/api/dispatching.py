"""From a request to its route, and back to the answer.

A route is given what it declares, and there are four kinds of it: the request, names out of the path, the parts of the
server, a caller who has a right. That little is resolved here. The framework, which the routes are declared by and the
OpenAPI document is made by, resolves whatever may be declared, at half of the event loop's processor time of an append
(docs/decisions/0017-fastapi.md).

A fault is answered with 500, and logged before that with the place it happened at, not with what it met.
"""

import sys
from collections.abc import Awaitable, Callable, Iterable, Iterator
from inspect import iscoroutinefunction
from re import Match
from typing import Any, Final

from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from starlette.concurrency import run_in_threadpool
from starlette.convertors import StringConvertor
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from schemas.http_problems import MethodNotAllowed, UnknownResource
from schemas.problems import InternalError, LedgerError
from services.api.problems import problem_response
from services.api.state import Api

__all__ = ["Dispatched"]

_COMMON: Final = ((b"cache-control", b"no-store"), (b"x-content-type-options", b"nosniff"))
"""What every answer says unless it says something else."""


class Dispatched:
    """The application of these routes; what it is refused by, a route raises as the catalogue's error."""

    def __init__(self, api: Api, routes: Iterable[APIRoute]) -> None:
        """Take the parts of the server, and the routes in the order in which they are tried."""
        self._api = api
        self._ways: Final = tuple(_Way(route) for route in routes)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request. A fault in the middle of an answer cuts it off."""
        scope["api"] = self._api
        try:
            response = await self._response(Request(scope, receive, send))
            await response(scope, receive, send)
        except ClientDisconnect:
            return  # in the middle of its body: nothing was recorded, and nobody is there to be told
        except Exception:  # noqa: BLE001  (whatever it is, it is told, and the next request is served)
            self._tell_fault()

    async def _response(self, request: Request) -> Response:
        try:
            response = await self._answer(request)
        except LedgerError as error:
            response = _refused(request, error)
        except ClientDisconnect:
            raise
        except Exception:  # noqa: BLE001  (as above)
            self._tell_fault()
            response = _refused(request, InternalError(reason=""))
        said = {name for name, _ in response.raw_headers}
        response.raw_headers += [header for header in _COMMON if header[0] not in said]
        return response

    def _answer(self, request: Request) -> Awaitable[Response]:
        path, method = request.scope["path"], request.scope["method"]
        for way in self._ways:
            if method in way.methods and (found := way.match(path)) is not None:
                request.scope["route"] = way.route
                return way.answer(request, found)
        allowed = ", ".join(sorted(self._methods(path)))
        raise MethodNotAllowed(allowed=allowed) if allowed else UnknownResource

    def _tell_fault(self) -> None:
        self._api.log.error("fault", exc_info=sys.exc_info())

    def _methods(self, path: str) -> Iterator[str]:
        for way in self._ways:
            if way.match(path):
                yield from way.methods


class _Way:
    """The way to one route: which requests take it, and what it is given of them."""

    def __init__(self, route: APIRoute) -> None:
        declared = route.dependant
        assert declared.call is not None, "a route has somebody to call"
        _check_little_is_declared(route)
        self.route: Final = route
        self.methods: Final = frozenset(route.methods or ())
        self.match: Final[Callable[[str], Match[str] | None]] = route.path_regex.match
        self._call: Final = declared.call
        self._waits: Final = iscoroutinefunction(declared.call)
        self._request: Final = declared.request_param_name
        self._needed: Final = tuple(_needed(declared))

    async def answer(self, request: Request, found: Match[str]) -> Response:
        given: dict[str, Any] = found.groupdict()
        for name, find in self._needed:
            given[name] = await find(request)
        if self._request is not None:
            given[self._request] = request
        response = await (self._call(**given) if self._waits else run_in_threadpool(self._call, **given))
        assert isinstance(response, Response), "a route makes its answer itself"
        return response


def _needed(declared: Dependant) -> Iterator[tuple[str, Callable[[Request], Awaitable[Any]]]]:
    for one in declared.dependencies:
        assert one.call is not None, "a dependency has somebody to call"
        assert one.name is not None, "a dependency is a parameter"
        yield one.name, one.call


def _check_little_is_declared(route: APIRoute) -> None:
    """That a route declares nothing of which it would not be given anything."""
    assert all(type(one) is StringConvertor for one in route.param_convertors.values()), "names in paths are texts"
    for one in (route.dependant, *route.dependant.dependencies):
        others = (one.query_params, one.header_params, one.cookie_params, one.body_params)
        assert not any(others), "what a request says is read strictly, by readers of our own"


def _refused(request: Request, error: LedgerError) -> Response:
    """The answer that tells of an error, which the request's line in the log names too."""
    headers: dict[str, str] = {}
    if isinstance(error, MethodNotAllowed):
        headers["Allow"] = error.params["allowed"]
    request.state.problem = error.key
    return problem_response(error, headers=headers)
