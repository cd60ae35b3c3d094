"""Where a reader of the feed has come to, as text that it hands back to go on from there.

Whoever may read the whole ledger has the position. A caller limited to contracts must not learn positions, which tell
how much others record: its cursor names the last event of its own scope, by log and index, with a checksum over the
ledger it was given by. The checksum shows what was cut short, mistyped or given elsewhere; it is no secret, for whoever
makes up a cursor finds nothing by it that the scope does not hold anyway.
"""

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from schemas.model import IDENTIFIER_PATTERN, LARGEST_INTEGER
from schemas.problems import http_problems

__all__ = ["Mark", "parse_cursor", "parse_position", "print_cursor"]

_CHECKSUM_BYTES: Final = 6
_LONGEST: Final = 200

_is_number = re.compile(r"0|[1-9][0-9]{0,15}").fullmatch
_is_mark = re.compile(rf"({IDENTIFIER_PATTERN})\.(0|[1-9][0-9]{{0,15}})").fullmatch


@dataclass(frozen=True, slots=True)
class Mark:
    """The last event that a reader has had, by its log and its index there."""

    log: str
    index: int


def parse_position(text: str) -> int:
    """The position that a text says. Raises CursorUnusable for whatever is not one."""
    if _is_number(text) is None or int(text) > LARGEST_INTEGER:
        raise http_problems.CursorUnusable
    return int(text)


def print_cursor(ledger_id: str, mark: Mark | None) -> str:
    """The cursor that says: everything up to this event; None for a reader that has had nothing."""
    told = b"" if mark is None else f"{mark.log}.{mark.index}".encode()
    return urlsafe_b64encode(_checksum(ledger_id, told) + told).rstrip(b"=").decode()


def parse_cursor(ledger_id: str, text: str) -> Mark | None:
    """The event that a cursor of this ledger names, None where it is the beginning. Raises CursorUnusable."""
    if len(text) > _LONGEST:
        raise http_problems.CursorUnusable
    try:
        sealed = urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4))
        told = sealed[_CHECKSUM_BYTES:].decode("ascii")
    except ValueError:
        raise http_problems.CursorUnusable from None
    parts = _is_mark(told)
    mark = None if parts is None else Mark(parts[1], int(parts[2]))
    if print_cursor(ledger_id, mark) != text:
        raise http_problems.CursorUnusable
    return mark


def _checksum(ledger_id: str, told: bytes) -> bytes:
    return sha256(b"%b\0%b" % (ledger_id.encode(), told)).digest()[:_CHECKSUM_BYTES]
