"""Errors as RFC 9457 says: every answer that is none tells what went wrong, where, and what to do. No input is echoed.

    {"type": "/problems/rule-broken", "title": …, "status": 409, "detail": …, "problem": "rule-broken", "remedy": …,
     "pointer": "/3/data/engineer", "rule": "no-open-session"}

`pointer`, `rule` and `reason` are there where they are known. Of a message's parameters only those stand in the detail
that the server itself has made; the others are named, not told.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

import orjson
from starlette.responses import Response

from schemas.events import TYPES
from schemas.pointer import child, split
from schemas.problems import InvalidInput, LedgerError, RuleBroken

__all__ = ["MEDIA_TYPE", "problem_document", "problem_response"]

MEDIA_TYPE: Final = "application/problem+json"

_OWN: Final = frozenset(
    (
        "allowed", "bytes", "closed_by", "known", "last", "levels", "limit", "now", "party", "position",
        "recorded_at", "role", "rule", "version", "year",
    )
)  # fmt: skip
"""Parameters whose values come from the server, or from a vocabulary of its own."""

_RETRY_AFTER_SECONDS: Final[Mapping[str, int]] = {
    "overloaded": 1,
    "stopping": 5,
    "outcome-unknown": 1,
    "ledger-locked": 1,
    "clock-suspect": 30,
    "storage-failed": 5,
    "storage-full": 30,
}

_is_plain = re.compile(r"[A-Za-z0-9_]{1,64}").fullmatch


def problem_response(error: LedgerError, *, headers: Mapping[str, str] = {}) -> Response:
    """The answer that tells of an error."""
    told = dict(headers)
    seconds = _RETRY_AFTER_SECONDS.get(error.problem.name)
    if seconds is not None:
        told.setdefault("Retry-After", str(seconds))
    if error.problem.status == 401:
        told.setdefault("WWW-Authenticate", "Bearer")
    body = orjson.dumps(problem_document(error))
    return Response(body, error.problem.status, headers=told, media_type=MEDIA_TYPE)


def problem_document(error: LedgerError) -> dict[str, Any]:
    """The error as RFC 9457 has it."""
    name = error.problem.name
    told = type(error)(pointer=error.pointer, **dict(_told(error)))
    document: dict[str, Any] = {
        "type": f"/problems/{name}",
        "title": error.problem.title,
        "status": error.problem.status,
        "detail": f"{told.message}.",
        "problem": name,
        "remedy": told.remedy,
    }
    if error.pointer:
        document["pointer"] = _shown(error.pointer)
    if isinstance(error, RuleBroken):
        document["rule"] = error.rule
    if isinstance(error, InvalidInput):
        document["reason"] = error.reason
    return document


def _told(error: LedgerError) -> Iterator[tuple[str, Any]]:
    code = getattr(error, "code", None)
    for name, value in error.params.items():
        own = name in _OWN or value == code or (name == "type" and value in TYPES)
        yield name, value if own else f"the {name.replace('_', ' ')}"


def _shown(pointer: str) -> str:
    """The pointer up to its first step that is no plain name."""
    shown = ""
    for step in split(pointer):
        if not _is_plain(step):
            break
        shown = child(shown, step)
    return shown
