"""The one byte string of an event: RFC 8785 restricted until every JSON library agrees on it.

Keys match `[a-z][a-z0-9_]*` and are sorted, strings are NFC of Unicode 14.0 without NUL, numbers
are integers within 2^53-1, null is refused, nothing is longer than 64 KiB (EVENTS.md, canonical
form). These bytes are stored, hashed, published and exported; nothing encodes an event twice.
"""

import re
from functools import lru_cache
from typing import Any, Final

import orjson

from schemas.model import LARGEST_INTEGER
from schemas.pointer import child
from schemas.problems import InvalidInput
from schemas.text import fault_of, is_admissible, shown

__all__ = ["LONGEST_BYTES", "canonical_bytes", "value_bytes"]

LONGEST_BYTES: Final = 64 * 1024

_DEEPEST: Final = 64
_KEYS_REMEMBERED: Final = 1_024
_is_key = re.compile(r"[a-z][a-z0-9_]*").fullmatch


def canonical_bytes(wire: dict[str, Any]) -> bytes:
    """The canonical bytes of an event's JSON object; raises InvalidInput with field and reason."""
    if type(wire) is not dict:
        raise InvalidInput(reason="not-an-object")
    encoded = value_bytes(wire)
    if len(encoded) > LONGEST_BYTES:
        raise InvalidInput(reason="too-long", bytes=len(encoded))
    return encoded


def value_bytes(value: Any) -> bytes:
    """The RFC 8785 bytes of any value of the profile, a string with its quotes.

    Raises InvalidInput, naming the place inside the value and the reason.
    """
    if not _is_fine(value, _DEEPEST):
        _check(value, "", 0)
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)


def _is_fine(value: Any, deeper: int) -> bool:
    """Whether a value is of the profile, without saying where it is not: what `_check` finds no fault with."""
    kind = type(value)
    if kind is str:
        return is_admissible(value)
    if kind is dict and deeper:
        for key, member in value.items():
            if type(key) is not str or not _is_known_key(key):
                return False
            if type(member) is str and member.isascii() and "\x00" not in member:  # most, and without a call
                continue
            if not _is_fine(member, deeper - 1):
                return False
        return True
    if kind is int:
        return bool(-LARGEST_INTEGER <= value <= LARGEST_INTEGER)
    if (kind is list or kind is tuple) and deeper:
        return all(_is_fine(element, deeper - 1) for element in value)
    return bool(kind is bool)


@lru_cache(_KEYS_REMEMBERED)
def _is_known_key(key: str) -> bool:
    return _is_key(key) is not None


def _check(value: Any, pointer: str, depth: int) -> None:
    kind = type(value)
    if kind is str:
        if not is_admissible(value):
            raise _text_refused(value, pointer)
    elif kind is dict:
        for key, member in value.items():
            if type(key) is not str or _is_key(key) is None:
                raise InvalidInput(reason="bad-key", pointer=pointer, key=shown(str(key)))
            _check(member, child(pointer, key), _deeper(depth, pointer))
    elif kind is list or kind is tuple:
        for index, element in enumerate(value):
            _check(element, child(pointer, index), _deeper(depth, pointer))
    elif kind is not bool:
        _check_number(value, pointer)


def _deeper(depth: int, pointer: str) -> int:
    if depth == _DEEPEST:
        raise InvalidInput(reason="too-deep", pointer=pointer)
    return depth + 1


def _check_number(value: Any, pointer: str) -> None:
    if type(value) is not int:
        raise _kind_refused(value, pointer)
    if not -LARGEST_INTEGER <= value <= LARGEST_INTEGER:
        raise InvalidInput(reason="integer-out-of-range", pointer=pointer, found=value)


def _text_refused(text: str, pointer: str) -> InvalidInput:
    fault = fault_of(text)
    if fault is None:
        return InvalidInput(reason="not-normalised", pointer=pointer)
    return InvalidInput(reason=fault[0], pointer=pointer, code_point=fault[1])


def _kind_refused(value: Any, pointer: str) -> InvalidInput:
    if value is None:
        return InvalidInput(reason="null", pointer=pointer)
    if type(value) is float:
        return InvalidInput(reason="not-an-integer", pointer=pointer, found=repr(value))
    return InvalidInput(reason="not-a-value", pointer=pointer, found=type(value).__name__)
