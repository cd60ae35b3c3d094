"""Instants and durations as the event contract writes them (EVENTS.md; READINGS.md, Time).

An instant is kept in UTC to the microsecond. What would lose information on the way in (no offset,
a seventh digit, a leap second) is refused rather than rounded, because two readers that round
differently give two verdicts.
"""

import re
from datetime import UTC, datetime, timedelta
from typing import Final

__all__ = [
    "DURATION_PATTERN",
    "INSTANT_PATTERN",
    "MICROS_PER_DAY",
    "MICROS_PER_HOUR",
    "MICROS_PER_MINUTE",
    "MICROS_PER_SECOND",
    "PRINTED_INSTANT_PATTERN",
    "canonical_instant",
    "from_micros",
    "parse_duration",
    "parse_instant",
    "print_instant",
    "to_micros",
]

MICROS_PER_SECOND: Final = 1_000_000
MICROS_PER_MINUTE: Final = 60 * MICROS_PER_SECOND
MICROS_PER_HOUR: Final = 60 * MICROS_PER_MINUTE
MICROS_PER_DAY: Final = 24 * MICROS_PER_HOUR

INSTANT_PATTERN: Final = (
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]{1,6})?"
    r"(?:Z|[+-](?:[01][0-9]|2[0-3]):[0-5][0-9])"
)
PRINTED_INSTANT_PATTERN: Final = r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?Z"
"""An instant as verdicts and rows print it: UTC, a fraction of seconds only where it is not zero."""

DURATION_PATTERN: Final = r"P(?=[0-9T])(?:[0-9]+D)?(?:T(?=[0-9])(?:[0-9]+H)?(?:[0-9]+M)?(?:[0-9]+S)?)?"

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)
_LONGEST_DURATION_MICROS: Final = 2**53 - 1

_is_instant = re.compile(INSTANT_PATTERN).fullmatch
_from_iso = datetime.fromisoformat
_duration_parts = re.compile(r"P(?:([0-9]+)D)?(?:T(?=[0-9])(?:([0-9]+)H)?(?:([0-9]+)M)?(?:([0-9]+)S)?)?").fullmatch

_FAULTS: Final = (
    (r".*[T ][0-9:.]*:60(?:[.,Zz+-].*)?", "a leap second has no place on the ledger's time line"),
    (r".*[T ]24:.*", "hour 24 is not used: write 00:00 of the next day"),
    (r".*\.[0-9]{7,}.*", "it is finer than a microsecond"),
    (r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?:T[0-9:.]*)?", "it has no offset from UTC"),
)


def parse_instant(text: str) -> datetime:
    """The instant that `YYYY-MM-DDTHH:MM:SS[.f](Z|±HH:MM)` stands for (RFC 3339, restricted).

    Returns a datetime in UTC. Raises ValueError with the reason: no offset, finer than a
    microsecond, a leap second, hour 24, a day that is not in the calendar, or outside the years
    0001-9999 once in UTC.
    """
    if _is_instant(text) is None:
        raise ValueError(_why_no_instant(text))
    try:
        instant = _from_iso(text)
        return instant if instant.tzinfo is UTC else instant.astimezone(UTC)
    except OverflowError:
        raise ValueError("it is out of range in UTC") from None
    except ValueError:
        raise ValueError("there is no such day or time") from None


def _why_no_instant(text: str) -> str:
    for pattern, reason in _FAULTS:
        if re.fullmatch(pattern, text, re.DOTALL):
            return reason
    return "it is not of the form YYYY-MM-DDTHH:MM:SS[.ffffff] followed by Z or ±HH:MM"


def canonical_instant(instant: datetime) -> str:
    """The one spelling of an instant in canonical bytes: UTC, six decimals, `Z` (EVENTS.md)."""
    return f"{_in_utc(instant).isoformat(timespec='microseconds')[:-6]}Z"


def print_instant(instant: datetime) -> str:
    """The instant as verdicts print it: UTC with `Z`, a fraction only where it is not zero."""
    moment = _in_utc(instant)
    if moment.microsecond == 0:
        return f"{moment.isoformat()[:-6]}Z"
    return f"{moment.isoformat(timespec='microseconds')[:-6].rstrip('0')}Z"


def to_micros(instant: datetime) -> int:
    """Microseconds from 1970-01-01T00:00:00Z to the instant, exact (no float takes part)."""
    since = instant - _EPOCH
    return (since.days * 86_400 + since.seconds) * MICROS_PER_SECOND + since.microseconds


def from_micros(micros: int) -> datetime:
    """The instant so many microseconds after 1970; ValueError outside the years 0001-9999."""
    try:
        return _EPOCH + micros * _MICROSECOND
    except OverflowError:
        raise ValueError(f"{micros} microseconds is outside the years 0001-9999") from None


def parse_duration(text: str) -> int:
    """Microseconds in a duration `PnDTnHnMnS`: no years, months or fractions; a day is 24 h.

    Raises ValueError with the reason.
    """
    match = _duration_parts(text)
    if match is None or text == "P":
        raise ValueError("it is not a duration of the form PnDTnHnMnS")
    if max(len(part or "") for part in match.groups()) > 16:
        raise ValueError("it is longer than 2^53-1 microseconds")
    days, hours, minutes, seconds = (int(part or 0) for part in match.groups())
    micros = (((days * 24 + hours) * 60 + minutes) * 60 + seconds) * MICROS_PER_SECOND
    if micros > _LONGEST_DURATION_MICROS:
        raise ValueError("it is longer than 2^53-1 microseconds")
    return micros


def _in_utc(instant: datetime) -> datetime:
    if instant.tzinfo is UTC:
        return instant
    if instant.tzinfo is None:
        raise ValueError("an instant without an offset")
    return instant.astimezone(UTC)
