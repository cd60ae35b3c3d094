"""How a read is registered: GET with its description, HEAD alike, every status that it can give.

What every route can be refused by (who asks, too many requests in flight, a fault) is the edge's to describe.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from fastapi import APIRouter
from starlette.responses import Response

from schemas.http_problems import NotAcceptable, ParameterUnusable
from schemas.problem import LedgerError
from services.api.problems import MEDIA_TYPE as PROBLEM
from services.api.reading.parameters import Parameter

__all__ = ["CSV", "JSON", "NDJSON", "Form", "reads", "refused_by"]

JSON: Final = "application/json"
NDJSON: Final = "application/x-ndjson"
CSV: Final = "text/csv"

_ETAG: Final = {
    "ETag": {"description": 'The version that was read: "v3" for the third.', "schema": {"type": "string"}},
}
_IF_NONE_MATCH: Final = {
    "name": "If-None-Match",
    "in": "header",
    "required": False,
    "description": "The `ETag` of what is known already: if it is still so, the answer is 304, without a body.",
    "schema": {"type": "string"},
    "example": '"v3"',
}
_TABLE: Final = {
    "Link": {"description": 'The next page, with `rel="next"`.', "schema": {"type": "string"}},
    "Sla-Ledger-Position": {
        "description": "The position that was read, in NDJSON and CSV; absent for credentials limited to contracts.",
        "schema": {"type": "integer"},
    },
}
_Route = TypeVar("_Route", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Form:
    """One media type of an answer: a TypedDict or a JSON schema, and an example."""

    media_type: str
    shape: Any
    example: Any = None

    def to_openapi(self) -> dict[str, Any]:
        """The form as OpenAPI describes it; a TypedDict's schema is added by the framework."""
        told = {"schema": self.shape} if isinstance(self.shape, dict) else {}
        return told if self.example is None else {**told, "example": self.example}


def reads(
    router: APIRouter,
    path: str,
    *forms: Form,
    tag: str,
    parameters: Sequence[Parameter[Any]] = (),
    refusals: Sequence[type[LedgerError]] = (),
    versioned: bool = False,
) -> Callable[[_Route], _Route]:
    """Register a read under a path: what it takes, in which forms it answers, by what it can be refused.

    The first line of its docstring is the summary. `versioned`: it has an ETag, and answers 304 to one that is known.
    """
    refused = [*refusals, ParameterUnusable, *([NotAcceptable] if len(forms) > 1 else [])]
    responses: dict[int | str, dict[str, Any]] = {200: _answered(forms, versioned=versioned), **refused_by(refused)}
    if versioned:
        responses[304] = {"description": "It is as If-None-Match says.", "headers": _ETAG}
    described = [*(one.to_openapi() for one in parameters), *([_IF_NONE_MATCH] if versioned else [])]

    def register(route: _Route) -> _Route:
        summary = (route.__doc__ or "").partition("\n")[0].removesuffix(".")
        router.add_api_route(
            path,
            route,
            methods=["GET"],
            response_class=Response,
            response_model=None,
            responses=responses,
            summary=summary,
            tags=[tag],
            operation_id=route.__name__,
            openapi_extra={"parameters": described} if described else None,
        )
        router.add_api_route(path, route, methods=["HEAD"], response_class=Response, include_in_schema=False)
        return route

    return register


def _answered(forms: Sequence[Form], *, versioned: bool) -> dict[str, Any]:
    answered: dict[str, Any] = {
        "description": "The answer.",
        "content": {form.media_type: form.to_openapi() for form in forms},
    }
    shape = next((form.shape for form in forms if form.media_type == JSON), None)
    if shape is not None and not isinstance(shape, dict):
        answered["model"] = shape
    headers = {**(_ETAG if versioned else {}), **(_TABLE if any(form.media_type == CSV for form in forms) else {})}
    if headers:
        answered["headers"] = headers
    return answered


def refused_by(errors: Sequence[type[LedgerError]]) -> Mapping[int | str, dict[str, Any]]:
    """What OpenAPI is told of refusals, by status."""
    titles: dict[int, list[str]] = {}
    for error in errors:
        titles.setdefault(error.problem.status, []).append(f"{error.problem.title} (`{error.problem.name}`)")
    return {
        status: {
            "description": "; ".join(told) + ".",
            "content": {PROBLEM: {}},
        }
        for status, told in sorted(titles.items())
    }
