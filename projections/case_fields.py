"""The fields of a business-time case, read strictly: instants, dates, times of day, seconds, pairs.

Every reader takes the value as JSON gives it and the field's name, and refuses what is not of the
form with a `MalformedCaseError` that names the field and the reason.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from projections.schedule import DAY_MICROS, Hours

__all__ = [
    "MalformedCaseError",
    "has_offset",
    "print_instant",
    "read_date",
    "read_hours",
    "read_instant",
    "read_list",
    "read_mapping",
    "read_micros",
    "read_pairs",
    "read_text",
]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_SECOND_MICROS = 1_000_000
_INSTANT = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d([.]\d{1,6})?)?(Z|[+-]\d\d:\d\d)?", re.ASCII)
_OFFSET = re.compile(r"(Z|[+-]\d\d:\d\d)$", re.ASCII)
_CLOCK = re.compile(r"(\d\d):(\d\d)(?::(\d\d))?", re.ASCII)
_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


class MalformedCaseError(ValueError):
    """A case that cannot be read; the message names the field and the reason."""


def read_text(written: object, name: str) -> str:
    """A string."""
    if isinstance(written, str):
        return written
    raise MalformedCaseError(f"{name}: expected a string")


def read_mapping(written: object, name: str) -> Mapping[str, object]:
    """An object with named fields."""
    if isinstance(written, Mapping):
        return written
    raise MalformedCaseError(f"{name}: expected an object")


def read_list(written: object, name: str) -> list[object]:
    """A list."""
    if isinstance(written, list | tuple):
        return list(written)
    raise MalformedCaseError(f"{name}: expected a list")


def read_pairs(written: object, name: str) -> list[tuple[object, object]]:
    """A list of lists of two."""
    pairs: list[tuple[object, object]] = []
    for pair in read_list(written, name):
        match pair:
            case [start, end]:
                pairs.append((start, end))
            case _:
                raise MalformedCaseError(f"{name}: expected pairs of a start and an end")
    return pairs


def read_instant(written: object, name: str) -> int:
    """An instant, or what the wall clock shows where it has no offset, in microseconds."""
    text = read_text(written, name)
    try:
        if not _INSTANT.fullmatch(text):
            raise MalformedCaseError(f"{name}: {text!r} is no instant")
        parsed = datetime.fromisoformat(text)
    except ValueError as error:
        raise MalformedCaseError(f"{name}: {text!r} is no instant") from error
    return ((parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)) - _EPOCH) // _MICROSECOND


def has_offset(text: str) -> bool:
    """Whether an instant is written with its offset from UTC."""
    return _OFFSET.search(text) is not None


def print_instant(instant: int) -> str:
    """The instant in UTC, with a fraction only where it has one."""
    return (_EPOCH + instant * _MICROSECOND).isoformat().replace("+00:00", "Z")


def read_micros(written: object, name: str) -> int:
    """A number of seconds, in microseconds; a finer one is refused."""
    if isinstance(written, bool) or not isinstance(written, int | float | Decimal):
        raise MalformedCaseError(f"{name}: expected a number of seconds")
    if isinstance(written, int):
        return written * _SECOND_MICROS
    micros = Decimal(str(written)) * _SECOND_MICROS
    if not (micros.is_finite() and micros == micros.to_integral_value()):
        raise MalformedCaseError(f"{name}: {written} is no whole number of microseconds")
    return int(micros)


def read_date(written: object, name: str) -> date:
    """A calendar date, YYYY-MM-DD."""
    text = read_text(written, name)
    try:
        if _DATE.fullmatch(text):
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise MalformedCaseError(f"{name}: {text!r} is no date")


def read_hours(written: object, name: str) -> Hours:
    """Opening and closing times of a day; one that closes before it opens passes midnight."""
    hours = tuple((_read_clock(opens, name), _read_clock(closes, name)) for opens, closes in read_pairs(written, name))
    if any(opens in (closes, DAY_MICROS) for opens, closes in hours):
        raise MalformedCaseError(f"{name}: hours must have a length and begin before 24:00")
    return hours


def _read_clock(written: object, name: str) -> int:
    found = _CLOCK.fullmatch(read_text(written, name))
    if found is None:
        raise MalformedCaseError(f"{name}: {written!r} is no time of day")
    hours, minutes, seconds = (int(part or 0) for part in found.groups())
    micros = ((hours * 60 + minutes) * 60 + seconds) * _SECOND_MICROS
    if minutes > 59 or seconds > 59 or micros > DAY_MICROS:
        raise MalformedCaseError(f"{name}: {written!r} is no time of day")
    return micros
