"""Errors as RFC 9457 says: every answer that is none tells what went wrong, where, and what to do. No input is echoed.

    {"type": "/problems/rule-broken", "title": …, "status": 409, "detail": …, "problem": "rule-broken", "remedy": …,
     "pointer": "/3/data/engineer", "rule": "no-open-session"}

`pointer`, `rule` and `reason` are there where they are known. Of a message's parameters only those stand in the detail
that the server itself has made, or that are words of its own language; of the others it is said what they are.
"""

import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any, Final, get_args

import orjson
from starlette.responses import Response

from schemas.corrections import CORRECTABLE
from schemas.events import TYPES, ActorKind, SubjectKind
from schemas.model import Party
from schemas.pointer import child, split
from schemas.problems import InvalidInput, LedgerError, RuleBroken

__all__ = ["MEDIA_TYPE", "problem_document", "problem_response"]

MEDIA_TYPE: Final = "application/problem+json"

_OWN: Final = frozenset(
    (
        "allowed", "closed_by", "code_point", "header", "jurisdiction", "known", "last", "levels", "other", "party",
        "path", "recorded_at", "role", "rule", "what", "why",
    )
)  # fmt: skip
"""Parameters whose values the server has made, whatever the error."""

_OWN_IN: Final[Mapping[str, frozenset[str]]] = MappingProxyType(
    {
        "clock-suspect": frozenset(("now", "expected")),
        "forbidden": frozenset(("reason",)),
        "instant-ahead": frozenset(("now",)),
        "outcome-unknown": frozenset(("reason",)),
        "policy-unusable": frozenset(("reason",)),
        "storage-failed": frozenset(("reason",)),
        "storage-full": frozenset(("reason",)),
        "unauthenticated": frozenset(("reason",)),
    }
)
"""The same for some errors alone."""

_WORDS: Final = frozenset(
    (*TYPES, *CORRECTABLE, *get_args(ActorKind), *get_args(Party), *get_args(SubjectKind), "imported_at", "log", "via")
)
"""Words of the language, which tell nothing wherever they come from."""

_SAID: Final[Mapping[str, str]] = MappingProxyType(
    {
        "contract": "of this id",
        "expected": "another one",
        "found": "what stands here",
        "id": "in question",
        "incident": "of this number",
        "key": "in question",
        "now": "the instant in `now`",
        "occurred_at": "the instant in `occurred_at`",
        "policy": "in force",
        "prefix": "in question",
        "reason": "the log of the server says what",
        "sha256": "named",
    }
)
"""What is said in the place of a parameter where its bare name would not do, so that the message stays a sentence."""

_NOT_TOLD: Final = "`sla-ledger doctor` beside the server says what"
"""Of PostgreSQL: what it or its library says names its address and its user."""

_SAID_IN: Final[Mapping[str, str]] = MappingProxyType({"invalid-input-reserved-id": "the id"})

_RETRY_AFTER_SECONDS: Final[Mapping[str, int]] = MappingProxyType(
    {
        "access-unrecorded": 30,
        "clock-suspect": 30,
        "issuer-away": 30,
        "ledger-locked": 1,
        "ledger-moved": 30,
        "outcome-unknown": 1,
        "overloaded": 1,
        "projection-behind": 5,
        "stopping": 5,
        "storage-failed": 5,
        "storage-full": 30,
    }
)

_is_plain = re.compile(r"[A-Za-z0-9_]{1,64}").fullmatch


def problem_response(error: LedgerError, *, headers: Mapping[str, str] = MappingProxyType({})) -> Response:
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
    told = type(error)(**dict(_told(error)))
    document: dict[str, Any] = {
        "type": f"/problems/{name}",
        "title": error.problem.title,
        "status": error.problem.status,
        "detail": f"{told.message.removesuffix('.')}.",
        "problem": name,
        "remedy": told.remedy,
    }
    if error.pointer is not None:
        document["pointer"] = _shown(error.pointer)
    if isinstance(error, RuleBroken):
        document["rule"] = error.rule
    if isinstance(error, InvalidInput):
        document["reason"] = error.reason
    return document


def _told(error: LedgerError) -> Iterator[tuple[str, Any]]:
    code = getattr(error, "code", None)
    own = _OWN | _OWN_IN.get(error.problem.name, frozenset())
    is_remote = str(error.params.get("database")).startswith("postgres")
    for name, value in error.params.items():
        if name == "reason" and is_remote:
            yield name, _NOT_TOLD
        elif name in own or isinstance(value, int) or str(value) in _WORDS or value == code:
            yield name, value
        else:
            yield name, _SAID_IN.get(error.key) or _SAID.get(name) or f"the {name.replace('_', ' ')}"


def _shown(pointer: str) -> str:
    """The pointer up to its first step that is no plain name."""
    shown = ""
    for step in split(pointer):
        if _is_plain(step) is None:
            break
        shown = child(shown, step)
    return shown
