"""What the `type` of a problem leads to: a page for people, or the same as JSON for whoever asks for it."""

import re
from collections.abc import Iterator, Mapping
from html import escape
from typing import Any, Final

import orjson
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from schemas.http_problems import NotAcceptable, UnknownResource
from schemas.problems import CATALOGUE, Problem
from schemas.reasons import REASONS
from schemas.refusal import Refusal
from schemas.rules import RULES
from services.api.reading.replies import wanted
from services.api.reading.routes import refused_by

__all__ = ["router"]

router = APIRouter(tags=["problems"])

_HTML: Final = "text/html"
_JSON: Final = "application/json"
_TABLED: Final[Mapping[str, tuple[str, Mapping[str, Refusal]]]] = {
    "invalid-input": ("reason", REASONS),
    "rule-broken": ("rule", RULES),
}
"""The problems that say more by a member of their own, with the table of what it may be."""

_STYLE: Final = "body{font:1rem/1.5 sans-serif;max-width:45rem;margin:2rem auto;padding:0 1rem}dt{font-weight:bold}"
_HEADERS: Final = {
    "Cache-Control": "max-age=3600",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'",
    "Vary": "Accept",
}
_PAGE: Final[dict[int | str, dict[str, Any]]] = {
    200: {
        "description": "The page, or the same as JSON.",
        "content": {_HTML: {"schema": {"type": "string"}}, _JSON: {"schema": {"type": "object"}}},
    }
}


@router.head("/problems", include_in_schema=False)
@router.get(
    "/problems",
    summary="Every problem that there is",
    responses={**_PAGE, **refused_by((NotAcceptable,))},
    response_class=Response,
)
async def problems(request: Request) -> Response:
    """The catalogue: names, statuses, messages, and what to do."""
    if wanted(request, (_HTML, _JSON)) == _JSON:
        return _json({"problems": [_document(problem) for problem in _sorted()]})
    items = "".join(
        f'<li><a href="/problems/{one.name}">{one.name}</a> ({one.status}): {escape(one.title)}</li>'
        for one in _sorted()
    )
    return _page("Problems", f"<ul>{items}</ul>")


@router.head("/problems/{name}", include_in_schema=False)
@router.get(
    "/problems/{name}",
    summary="One problem",
    responses={**_PAGE, **refused_by((NotAcceptable, UnknownResource))},
    response_class=Response,
)
async def problem(request: Request, name: str) -> Response:
    """What a problem means and what to do about it."""
    found = CATALOGUE.get(name)
    if found is None:
        raise UnknownResource
    document = _document(found)
    if wanted(request, (_HTML, _JSON)) == _JSON:
        return _json(document)
    parts = [
        f"<p><strong>{escape(document['title'])}</strong></p>",
        _list(
            (("Status", str(found.status)), ("What is said", document["detail"]), ("What to do", document["remedy"]))
        ),
    ]
    for member, table in _tables(found):
        parts.append(f"<h2>Every {member}</h2><p>Named by the member <code>{member}</code>.</p>")
        parts.append(_list((code, f"{_said(one.message)}. {_said(one.remedy)}") for code, one in table.items()))
    return _page(found.name, "".join(parts))


def _sorted() -> list[Problem]:
    return sorted(CATALOGUE.values(), key=lambda one: one.name)


def _document(problem: Problem) -> dict[str, Any]:
    document: dict[str, Any] = {
        "type": f"/problems/{problem.name}",
        "problem": problem.name,
        "status": problem.status,
        "title": problem.title,
        "detail": _said(problem.template),
        "remedy": _said(problem.remedy),
    }
    for member, table in _tables(problem):
        document[f"{member}s"] = {
            code: {"detail": _said(one.message), "remedy": _said(one.remedy)} for code, one in table.items()
        }
    return document


def _tables(problem: Problem) -> Iterator[tuple[str, Mapping[str, Refusal]]]:
    if problem.name in _TABLED:
        yield _TABLED[problem.name]


def _said(template: str) -> str:
    """A message with the names of its parameters in angle quotes."""
    return re.sub(r"\{(\w+)\}", lambda match: f"‹{match[1].replace('_', ' ')}›", template)


def _list(pairs: Iterator[tuple[str, str]] | tuple[tuple[str, str], ...]) -> str:
    return "<dl>" + "".join(f"<dt>{escape(name)}</dt><dd>{escape(text)}</dd>" for name, text in pairs) + "</dl>"


def _page(title: str, body: str) -> Response:
    page = (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{escape(title)} – sla-ledger</title>'
        f"<style>{_STYLE}</style></head><body><h1>{escape(title)}</h1>{body}"
        '<p><a href="/problems">All problems</a></p></body></html>\n'
    )
    return Response(page, media_type=_HTML, headers=_HEADERS)


def _json(document: Any) -> Response:
    return Response(orjson.dumps(document), media_type=_JSON, headers=_HEADERS)
