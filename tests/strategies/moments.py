"""Interesting instants: whole minutes around opening and closing hours, targets, midnights."""

from datetime import UTC, date, datetime, timedelta, timezone
from random import Random

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
EPOCH_DAY = date(1970, 1, 1)
HOUR = 60
DAY = 24 * HOUR
LOCAL = 3 * HOUR
OFFSETS = (timezone(timedelta(hours=3)), UTC, timezone(timedelta(hours=5, minutes=30)))
TURNS = (0, 9 * HOUR, 17 * HOUR, 18 * HOUR)
TARGETS = (6 * HOUR, 12 * HOUR, 18 * HOUR, 24 * HOUR)

# First days of spells in which the services' days were moved about: decrees, New Year, working Saturdays, May.
SPELLS = (
    "2020-03-24", "2020-03-27", "2020-04-01", "2020-04-27", "2020-05-06", "2019-12-27", "2019-12-30", "2021-02-17",
    "2021-02-19", "2021-04-29", "2021-10-28", "2021-12-28", "2022-03-03", "2023-12-29", "2024-04-25", "2024-10-31",
)  # fmt: skip


def instant(minute: int, rng: Random | None = None) -> str:
    """A minute as an instant is written, at UTC or at an offset that chance picks."""
    moment = EPOCH + timedelta(minutes=minute)
    if rng is None:
        return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
    return moment.astimezone(rng.choice(OFFSETS)).isoformat()


def local_date(day: int) -> str:
    """A day number from 1970-01-01 as a date."""
    return (EPOCH_DAY + timedelta(days=day)).isoformat()


def day_number(text: str) -> int:
    """The number of a date, from 1970-01-01."""
    return (date.fromisoformat(text) - EPOCH_DAY).days


def at_turn(day: int, rng: Random) -> int:
    """A minute of a local date, mostly within an hour of where something opens or closes."""
    base = day * DAY - LOCAL
    if rng.random() < 0.7:
        return base + rng.choice(TURNS) + rng.choice((0, 0, -1, 1, rng.randint(-60, 60)))
    return base + rng.randrange(DAY)


def later(minute: int, opened: int, rng: Random) -> int:
    """A minute not before another: soon, or at a turn, or where a target counted from the opening runs out."""
    kind = rng.random()
    if kind < 0.1:
        return minute
    if kind < 0.4:
        return minute + rng.randint(1, 40)
    if kind < 0.65:
        return minute + rng.randint(40, 14 * HOUR)
    if kind < 0.8:
        return max(minute, opened + rng.choice(TARGETS) + rng.choice((-1, 0, 0, 1)))
    return max(minute, at_turn((minute + LOCAL) // DAY + rng.choice((0, 1, 1, 2)), rng))
