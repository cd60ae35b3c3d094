"""Where a refused line is at fault and why: the long way, taken only on the way to a refusal.

Each function either raises, or returns, an InvalidInput that names the field by its JSON pointer.
"""

import json
import math
import unicodedata
from collections.abc import Iterator
from typing import Any, Final

from pydantic import ValidationError

from schemas.corrections import CORRECTABLE
from schemas.model import LARGEST_INTEGER
from schemas.pointer import child
from schemas.problems import InvalidInput
from schemas.reasons import REASONS
from schemas.text import fault_of, is_admissible, shown
from schemas.wording import json_fault, model_fault

__all__ = [
    "check_no_commitment",
    "check_no_null",
    "check_numbers",
    "check_texts",
    "compose",
    "field_fault",
    "line_fault",
]

_SET_BY_THE_LEDGER: Final = frozenset(("/log", "/version", "/imported_at", "/via"))
_TYPES: Final = frozenset(("model_type", "tuple_type", "string_type", "int_type", "bool_type"))


class _Members(list[tuple[str, Any]]):
    """The members of a JSON object as they stand in the line, equal keys and all."""


def line_fault(line: bytes, complaint: str) -> InvalidInput:
    """Why a line is not the JSON that the language admits; `complaint` is the parser's."""
    if not line.strip():
        return InvalidInput(reason="blank-line")
    if line.startswith(b"\xef\xbb\xbf"):
        return InvalidInput(reason="byte-order-mark")
    try:
        text = line.decode()
    except UnicodeDecodeError as error:
        return InvalidInput(reason="bad-encoding", at=error.start)
    try:
        lenient = json.loads(text, strict=False, object_pairs_hook=_Members, parse_int=_lenient_integer)
    except RecursionError:
        return InvalidInput(reason="too-deep")
    except json.JSONDecodeError as error:
        return InvalidInput(reason="not-json", why=json_fault(error, lines=False))
    try:
        _check_lenient(lenient, "")
    except InvalidInput as fault:
        return fault
    except RecursionError:
        return InvalidInput(reason="too-deep")
    if "recursion" in complaint:
        return InvalidInput(reason="too-deep")
    return InvalidInput(reason="not-json", why="a character in a string has to be written as an escape")


def _lenient_integer(digits: str) -> int:
    return int(digits) if len(digits) <= 32 else LARGEST_INTEGER + 1


def _check_lenient(value: Any, pointer: str) -> None:
    if isinstance(value, _Members):
        keys: set[str] = set()
        for key, member in value:
            _check_text(key, pointer)
            if key in keys:
                raise InvalidInput(reason="duplicate-key", pointer=pointer, key=shown(key))
            keys.add(key)
            _check_lenient(member, child(pointer, key))
    elif isinstance(value, list):
        for index, element in enumerate(value):
            _check_lenient(element, child(pointer, index))
    elif isinstance(value, str):
        _check_text(value, pointer)
    else:
        _check_number(value, pointer)


def _check_text(text: str, pointer: str) -> None:
    fault = fault_of(text)
    if fault is not None:
        raise InvalidInput(reason=fault[0], pointer=pointer, code_point=fault[1])


def _check_number(value: Any, pointer: str) -> None:
    if isinstance(value, float):
        found = shown(repr(value)) if math.isfinite(value) else "what is beyond every number"
        raise InvalidInput(reason="not-an-integer", pointer=pointer, found=found)
    if isinstance(value, int) and not -LARGEST_INTEGER <= value <= LARGEST_INTEGER:
        raise InvalidInput(reason="integer-out-of-range", pointer=pointer, found=shown(str(value)))


def _places(value: Any, pointer: str = "") -> Iterator[tuple[str, Any]]:
    yield pointer, value
    if isinstance(value, dict):
        for key, member in value.items():
            yield from _places(member, child(pointer, key))
    elif isinstance(value, list):
        for index, element in enumerate(value):
            yield from _places(element, child(pointer, index))


def check_no_null(wire: Any) -> None:
    """Refuse a null anywhere in the object."""
    for pointer, value in _places(wire):
        if value is None:
            raise InvalidInput(reason="null", pointer=_shown_pointer(pointer))


def check_no_commitment(wire: Any) -> None:
    """Refuse a commitment anywhere in the object: the interchange form carries values."""
    for pointer, value in _places(wire):
        if isinstance(value, dict) and "hmac_sha256" in value:
            raise InvalidInput(reason="commitment", pointer=_shown_pointer(pointer))


def check_numbers(wire: Any) -> None:
    """Refuse a float or an integer beyond 2^53-1 anywhere in the object."""
    for pointer, value in _places(wire):
        _check_number(value, _shown_pointer(pointer))


def check_texts(wire: Any) -> None:
    """Refuse a text that the canonical form would not hold as it is, anywhere in the object."""
    for pointer, value in _places(wire):
        if isinstance(value, str) and not is_admissible(value):
            _check_text(value, _shown_pointer(pointer))
            raise InvalidInput(reason="not-normalised", pointer=_shown_pointer(pointer))


def compose(value: Any, pointer: str = "") -> Any:
    """The value with every text composed (NFC); refuses a text that is not admitted."""
    if isinstance(value, str):
        _check_text(value, _shown_pointer(pointer))
        return unicodedata.normalize("NFC", value)
    if isinstance(value, dict):
        return {key: compose(member, child(pointer, key)) for key, member in value.items()}
    if isinstance(value, list):
        return [compose(element, child(pointer, index)) for index, element in enumerate(value)]
    return value


def field_fault(error: ValidationError, document: Any, base: str, *, stored: bool) -> InvalidInput:
    """The first fault that a model found in `document`, which stands at the pointer `base`."""
    details = error.errors(include_url=False, include_input=False)
    committed = [detail for detail in details if "Commitment" in detail["loc"]]
    valued = [detail for detail in details if "Commitment" not in detail["loc"]]
    first = (committed or valued if stored else valued or committed)[0]
    kind, why = first["type"], _printable(model_fault(first))
    pointer = _pointer_of(first["loc"], document, base)
    if kind == "missing":
        return InvalidInput(reason="missing-field", pointer=pointer)
    if kind == "extra_forbidden":
        if pointer in _SET_BY_THE_LEDGER:
            return InvalidInput(reason="canonical-form", pointer=pointer, field=pointer[1:])
        return InvalidInput(reason="unknown-field", pointer=pointer)
    if pointer == "/data/field" and kind == "literal_error":
        known = ", ".join(CORRECTABLE)
        found = shown(str(document["field"]))
        return InvalidInput(reason="not-correctable", pointer=pointer, field=found, known=known)
    if kind in REASONS:
        return InvalidInput(reason=kind, pointer=pointer, why=why)
    return InvalidInput(reason="wrong-type" if kind in _TYPES else "bad-value", pointer=pointer, why=why)


def _pointer_of(steps: tuple[int | str, ...], document: Any, base: str) -> str:
    pointer: str = base
    place: Any = document
    for index, step in enumerate(steps):
        if _has(place, step):
            place = place[step]
        elif index < len(steps) - 1 or not isinstance(place, dict):
            continue
        pointer = child(pointer, step)
    return _shown_pointer(pointer)


def _has(place: Any, step: int | str) -> bool:
    if isinstance(place, dict):
        return step in place
    return isinstance(place, list) and isinstance(step, int)


def _shown_pointer(pointer: str) -> str:
    return pointer if pointer.isascii() and pointer.isprintable() else shown(pointer)


def _printable(text: str) -> str:
    return text if text.isprintable() else ascii(text)[1:-1]
