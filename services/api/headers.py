"""What the headers of a request say, read strictly: one that stands twice, or says something unclear, is refused.

An unclear precondition must not be passed over, since the write would then be a blind one.
"""

import re
from typing import Final

from starlette.requests import Request

from schemas.http_problems import IdempotencyKeyMissing
from schemas.problems import InvalidInput

__all__ = ["NEVER", "check_no_other_condition", "entity_tag", "idempotency_key", "matched_version", "single"]

NEVER: Final = -1
"""The version of an entity tag that was never given out: no subject has it."""

_UNHEEDED: Final = ("if-none-match", "if-modified-since", "if-unmodified-since", "if-range")

_is_key = re.compile(r"[\x20-\x7e]{1,255}").fullmatch
_own_tag = re.compile(r'"v([1-9][0-9]{0,15})"').fullmatch
_any_tag = re.compile(r'(?:W/)?"[\x21\x23-\x7e\x80-\xff]*"').fullmatch


def entity_tag(version: int) -> str:
    """The entity tag of a subject at a version (RFC 9110, 8.8.3)."""
    return f'"v{version}"'


def single(request: Request, name: str) -> str | None:
    """The value of a header, None where it is not given. Raises InvalidInput where it stands more than once."""
    values = request.headers.getlist(name)
    if len(values) > 1:
        raise InvalidInput(reason="bad-header", header=name.title(), why="stands more than once")
    return values[0] if values else None


def idempotency_key(request: Request) -> str:
    """The key under which the request is answered once. Raises IdempotencyKeyMissing, InvalidInput."""
    key = single(request, "idempotency-key")
    if key is None or _is_key(key) is None:
        raise IdempotencyKeyMissing
    return key


def matched_version(request: Request) -> int | None:
    """The version that the subject must have, as If-Match says it; None without one. Raises InvalidInput.

    `*` asks for a subject that exists, and gives no version: the caller of this has looked that up. A weak tag, or one
    that was never given out, matches nothing (RFC 9110, 13.1.1).
    """
    given = single(request, "if-match")
    if given is None or given == "*":
        return None
    own = _own_tag(given)
    if own is not None:
        return int(own[1])
    if _any_tag(given) is None:
        raise InvalidInput(reason="bad-header", header="If-Match", why='holds no single entity tag such as "v3"')
    return NEVER


def check_no_other_condition(request: Request) -> None:
    """Refuse a precondition that is not heeded here. Raises InvalidInput."""
    for name in _UNHEEDED:
        if name in request.headers:
            raise InvalidInput(reason="bad-header", header=name.title(), why="is not heeded where something is written")
