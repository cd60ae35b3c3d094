"""Instants as whole minutes since 1970-01-01T00:00Z.

The naive judge steps a minute at a time, so it refuses whatever does not lie on a whole minute rather than round it.
"""

import re
from datetime import UTC, date, datetime, timedelta

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
EPOCH_DAY = date(1970, 1, 1)
DAY_MINUTES = 24 * 60
LOCAL_OFFSET_MINUTES = 3 * 60

DURATION = re.compile(r"P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?")


def minute_of(instant: str | datetime) -> int:
    """The minute an instant is; ValueError where it lies between two or carries no offset."""
    moment = datetime.fromisoformat(instant) if isinstance(instant, str) else instant
    if moment.tzinfo is None:
        raise ValueError(f"an instant without an offset: {instant}")
    minutes, rest = divmod(moment - EPOCH, timedelta(minutes=1))
    if rest:
        raise ValueError(f"not on a whole minute: {instant}")
    return minutes


def printed(minute: int | None) -> str | None:
    """An instant as verdicts print it: UTC, no fraction."""
    if minute is None:
        return None
    return (EPOCH + timedelta(minutes=minute)).strftime("%Y-%m-%dT%H:%M:%SZ")


def local_day(minute: int) -> int:
    """The number of the local date (fixed offset UTC+03:00) an instant falls on, from 1970-01-01."""
    return (minute + LOCAL_OFFSET_MINUTES) // DAY_MINUTES


def midnight(day: int) -> int:
    """The first minute of a local date."""
    return day * DAY_MINUTES - LOCAL_OFFSET_MINUTES


def day_of(text: str) -> int:
    """The number of a local date written YYYY-MM-DD."""
    return (date.fromisoformat(text) - EPOCH_DAY).days


def date_of(day: int) -> date:
    """The local date of a number."""
    return EPOCH_DAY + timedelta(days=day)


def minutes_in(duration: str) -> int:
    """The minutes of a duration PnDTnHnMnS; ValueError where it is not whole minutes."""
    match = DURATION.fullmatch(duration)
    if match is None:
        raise ValueError(f"not a duration: {duration}")
    days, hours, minutes, seconds = (int(part or 0) for part in match.groups())
    if seconds % 60:
        raise ValueError(f"not whole minutes: {duration}")
    return days * DAY_MINUTES + hours * 60 + minutes + seconds // 60
