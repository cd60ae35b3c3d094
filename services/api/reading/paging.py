"""Where the next page of a list begins, as text that the reader hands back, and as a link.

A cursor holds the place of the last row read, with a checksum over the ledger and the list that it was given for. The
checksum shows what was cut short, mistyped or given for another list. It is no secret: whoever makes up a cursor begins
at another place of a list that he may read anyway.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from hashlib import sha256
from typing import Any, Final
from urllib.parse import urlencode

import orjson

from schemas.http_problems import CursorUnusable

__all__ = ["link_to", "parse_page_cursor", "print_page_cursor"]

_CHECKSUM_BYTES: Final = 9


def print_page_cursor(list_: Mapping[str, Any], place: list[int | str]) -> str:
    """The cursor that says: everything of this list up to this place. `list_` is what tells one list from another."""
    told = orjson.dumps(place)
    return urlsafe_b64encode(_checksum(list_, told) + told).rstrip(b"=").decode("ascii")


def parse_page_cursor(list_: Mapping[str, Any], text: str) -> list[int | str]:
    """The place that a cursor of this list says. Raises CursorUnusable."""
    try:
        sealed = urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4))
        place: list[int | str] = orjson.loads(sealed[_CHECKSUM_BYTES:])
    except ValueError:
        raise CursorUnusable from None
    if sealed[:_CHECKSUM_BYTES] != _checksum(list_, sealed[_CHECKSUM_BYTES:]):
        raise CursorUnusable
    if print_page_cursor(list_, place) != text:  # bits beyond the last byte, or another spelling of the place
        raise CursorUnusable
    return place


def link_to(cursor: str | None, others: Mapping[str, str]) -> str | None:
    """The next page as a Link header has it (RFC 8288), None on the last one; `others` are the other parameters."""
    return None if cursor is None else f'<?{urlencode({**others, "cursor": cursor})}>; rel="next"'


def _checksum(list_: Mapping[str, Any], told: bytes) -> bytes:
    return sha256(orjson.dumps(dict(list_), option=orjson.OPT_SORT_KEYS) + b"\0" + told).digest()[:_CHECKSUM_BYTES]
