"""The OpenAPI document of the whole API, served by it, and published as schemas/generated/openapi.json.

The framework makes it of the routes; what all of them have in common is added here: how a caller says who he is, the
one form of every problem, and what any route can be refused by.

`python -m services.api.openapi` writes the published copy, `--check` compares and exits 1 when it is stale.
"""

import argparse
import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, Final

import orjson
from fastapi import APIRouter
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute
from starlette.responses import Response

from schemas.http_problems import Forbidden, Overloaded, Unauthenticated
from schemas.problems import CATALOGUE, InternalError, LedgerError
from schemas.reasons import REASONS
from schemas.rules import RULES
from services.api.limits import ALWAYS
from services.api.openapi_bodies import event_schemas
from services.api.problems import MEDIA_TYPE
from services.api.rights import PUBLIC, RIGHTS, rights_of
from services.version import product_version

__all__ = ["document", "main", "router"]

router = APIRouter(tags=["operations"])

_COPY: Final = Path(__file__).parents[2] / "schemas" / "generated" / "openapi.json"
_PROBLEM: Final = {"$ref": "#/components/schemas/Problem"}
_METHODS: Final = frozenset(("get", "post"))
_DESCRIPTION: Final = """\
The ledger of support incidents: services append events, and read back the same bytes and the verdicts over them.

* **Who asks**: `Authorization: Bearer KEY`, a key of `sla-ledger keys create` or a token of the identity provider.
* **Writing**: every write carries an `Idempotency-Key`. The same key with the same request gets the stored answer, byte
  for byte, for ever; so send it again, under the same key, whenever an answer did not come, or was 503.
* **Versions**: `If-Match` with the `ETag` that was read keeps a write from being a blind one.
* **Errors**: every answer that is none is a problem (RFC 9457). Its `problem` never changes; `type` leads to a page.
* **Instants** are RFC 3339 with an offset, at most six decimals. Duplicate keys, null, floats and unknown fields are
  refused.
"""


@router.head("/v1/openapi.json", include_in_schema=False)
@router.get("/v1/openapi.json", summary="This document", responses={200: {"content": {"application/json": {}}}},
            response_class=Response)  # fmt: skip
async def openapi() -> Response:
    """The OpenAPI 3.1 document of the API."""
    return Response(_served(), media_type="application/json", headers={"Cache-Control": "max-age=300"})


@cache
def document() -> Mapping[str, Any]:
    """The document, made of the routes."""
    from services.api.application import ROUTERS, routes  # noqa: PLC0415  (this is one of them)

    made = get_openapi(
        title="sla-ledger",
        version=product_version(),
        description=_DESCRIPTION,
        license_info={"name": "Apache-2.0", "identifier": "Apache-2.0"},
        routes=[route for router in ROUTERS for route in router.routes],
    )
    components = made.setdefault("components", {})
    schemas = components.setdefault("schemas", {})
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    for name, schema in {**event_schemas(), "Problem": _problem()}.items():
        assert schemas.setdefault(name, schema) == schema, f"{name} means two things"
    components["schemas"] = dict(sorted(schemas.items()))
    components["securitySchemes"] = {
        "bearer": {"type": "http", "scheme": "bearer", "description": "A key `slk_…`, or an OpenID Connect token."}
    }
    made["security"] = [{"bearer": []}]
    by_path = {(route.path_format, method.lower()): route for route in routes() for method in route.methods or ()}
    for path, operations in made["paths"].items():
        for method, operation in operations.items():
            _complete(operation, by_path[path, method])
    return made


def _complete(operation: dict[str, Any], route: APIRoute) -> None:
    """Say who may ask, and what any route can be refused by."""
    operation["operationId"] = route.operation_id or route.name
    responses = operation["responses"]
    _restore_examples(responses, route)
    if "422" in responses and MEDIA_TYPE not in responses["422"].get("content", {}):
        del responses["422"]  # the framework's own, which is never given
    common: tuple[type[LedgerError], ...] = (InternalError,) if route.path in ALWAYS else (InternalError, Overloaded)
    if route.path in PUBLIC:
        operation["security"] = []
    else:
        (needed,) = rights_of(route.dependant)
        roles = ", ".join(role for role, rights in RIGHTS.items() if needed in rights)
        told = operation.get("description", "")
        operation["description"] = f"{told}\n\nNeeds the right `{needed}`, which these roles have: {roles}.".strip()
        everybody_may = "POST" not in (route.methods or ()) and all(needed in rights for rights in RIGHTS.values())
        common = (Unauthenticated, *(() if everybody_may else (Forbidden,)), *common)
    for error in common:
        problem = error.problem
        known = responses.setdefault(str(problem.status), {"description": "", "content": {MEDIA_TYPE: {}}})
        if problem.name not in known["description"]:
            said = f"{problem.title} (`{problem.name}`)"
            known["description"] = f"{known['description'].removesuffix('.')}; {said}.".removeprefix("; ")
    for status, response in responses.items():
        for media_type, content in response.get("content", {}).items():
            if media_type == MEDIA_TYPE:
                content["schema"] = _PROBLEM
        headers = dict(_headers(int(status)))
        if headers:
            response["headers"] = {**headers, **response.get("headers", {})}
    operation["responses"] = dict(sorted(responses.items()))


def _restore_examples(responses: dict[str, Any], route: APIRoute) -> None:
    """Put back the examples as the route has them: the framework takes every null out of a document."""
    for status, response in route.responses.items():
        for media_type, content in response.get("content", {}).items():
            for member in ("example", "examples"):
                if member in content:
                    responses[str(status)]["content"][media_type][member] = content[member]


def _headers(status: int) -> Iterator[tuple[str, Any]]:
    if status == 401:
        yield "WWW-Authenticate", {"description": "Always `Bearer`.", "schema": {"type": "string"}}
    if status in {503, 507}:
        told = "After how many seconds it is worth the while to send it again."
        yield "Retry-After", {"description": told, "schema": {"type": "integer", "minimum": 0}}


def _problem() -> dict[str, Any]:
    text = {"type": "string"}
    return {
        "type": "object",
        "description": "What went wrong and what to do about it (RFC 9457). No input is repeated in it.",
        "properties": {
            "type": {"type": "string", "format": "uri-reference", "description": "Where its page is."},
            "title": text,
            "status": {"type": "integer"},
            "detail": text,
            "problem": {"enum": sorted(CATALOGUE), "description": "Its name, which never changes."},
            "remedy": {"type": "string", "description": "What to do about it."},
            "pointer": {
                "type": "string",
                "format": "json-pointer",
                "description": "The field at fault in the body, or `/query/NAME` for a parameter.",
            },
            "rule": {"enum": sorted(RULES), "description": "The rule that is broken, of `rule-broken`."},
            "reason": {"enum": sorted(REASONS), "description": "What is wrong with the form, of `invalid-input`."},
        },
        "required": ["type", "title", "status", "detail", "problem", "remedy"],
    }


@cache
def _served() -> bytes:
    return orjson.dumps(document())


def main(arguments: Sequence[str] | None = None, say: Callable[[str], object] = sys.stderr.write) -> int:
    """Write the published copy, or with `--check` say whether it is stale; the exit code."""
    parser = argparse.ArgumentParser(prog="python -m services.api.openapi", description=main.__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing, exit 1 when stale")
    text = json.dumps(document(), ensure_ascii=False, indent=2) + "\n"
    if parser.parse_args(arguments).check:
        is_stale = not _COPY.exists() or _COPY.read_text(encoding="utf-8") != text
        if is_stale:
            say(f"stale: {_COPY.name}\n")
        return int(is_stale)
    _COPY.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
