"""How the OpenAPI document describes the routes that record: their headers, their answers, what refuses them."""

from collections.abc import Mapping
from typing import Any, Final

from starlette.responses import Response

from schemas import http_problems as http
from schemas.problems import (
    InvalidInput,
    LedgerError,
    PolicyUnusable,
    RuleBroken,
    StorageFull,
    UnknownContract,
    UnknownIncident,
)
from services.api.bodies import JSON
from services.api.openapi_bodies import ANSWER
from services.api.problems import MEDIA_TYPE

__all__ = ["described"]

_TEXT: Final = {"type": "string"}
_KEY: Final = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": True,
    "description": "Names the request: sent again under it, it gets the stored answer. Make a new one for each request "
    "(a random UUID does), and keep it until the answer has come.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[ -~]{1,255}$"},
    "example": "6f0d9c1e-3a52-4d0e-9b8a-2f5e7c1d4b60",
}
_IF_MATCH: Final = {
    "name": "If-Match",
    "in": "header",
    "required": False,
    "description": "The `ETag` that was read: it is recorded only if nothing was since. `*`: only if it exists. "
    "Required, as a version, to agree to a priority, to correct, to agree to a correction, to rule on a dispute.",
    "schema": {"type": "string", "pattern": '^(?:\\*|(?:W/)?"[!#-~]*")$'},
    "example": '"v3"',
}
_HEADERS: Final[Mapping[str, Any]] = {
    "Idempotency-Replayed": {
        "description": "`true` where the answer is the stored one of an earlier request under the same key.",
        "schema": {"const": "true"},
    },
}
_OF_ONE_SUBJECT: Final[Mapping[str, Any]] = {
    "ETag": {"description": "The version that the subject has by this event.", "schema": _TEXT, "example": '"v4"'},
    "Location": {"description": "Where it is read.", "schema": {"type": "string", "format": "uri-reference"}},
}
_REFUSED: Final[tuple[type[LedgerError], ...]] = (
    http.IdempotencyKeyMissing,
    http.VersionDiffers,
    RuleBroken,
    http.BodyTooLong,
    http.UnsupportedMediaType,
    InvalidInput,
    http.IdempotencyKeyReused,
    http.ParameterUnusable,
    StorageFull,
)


def described(
    summary: str, body: Mapping[str, Any], *, many: bool = False, of: str = "incident", blind: bool = False
) -> dict[str, Any]:
    """What a route that records is registered with, beside its path.

    `of` is what may be missing, `blind` says that some events need the version that was read.
    """
    refused = [*_REFUSED]
    refused += [UnknownContract] if of == "contract" else [UnknownIncident, UnknownContract]
    refused += [http.VersionRequired] if blind else []
    refused += [http.BatchTooLong, PolicyUnusable] if many else []
    headers = {**_HEADERS, **({} if many else _OF_ONE_SUBJECT)}
    answer = {"content": {JSON: {"schema": ANSWER}}, "headers": headers}
    responses: dict[int | str, dict[str, Any]] = {
        201: {"description": "It is recorded; or it was, by an earlier request under the same key.", **answer},
        200: {"description": "It had been recorded before, under the same ids.", **answer},
    }
    for error in refused:
        problem = error.problem
        told = responses.setdefault(problem.status, {"description": "", "content": {MEDIA_TYPE: {}}})
        said = f"{problem.title} (`{problem.name}`)"
        told["description"] = f"{told['description'].removesuffix('.')}; {said}.".removeprefix("; ")
    return {
        "summary": summary,
        "status_code": 201,
        "response_class": Response,
        "responses": responses,
        "openapi_extra": {"requestBody": dict(body), "parameters": [_KEY, *([] if many else [_IF_MATCH])]},
    }
