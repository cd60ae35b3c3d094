"""Levels, calendars and service times for the tests of how time is counted."""

from typing import Any

from projections.local_time import LocalTime, day_of, local_time
from projections.policies import shipped_policy
from projections.publications import Publications, YearDays
from projections.service import Service
from schemas.policy import Channels, Level, LocalZone, ServiceWindow, parse_amount, parse_policy
from tests.unit.judgement.telling import FOREVER

POLICY = parse_policy(shipped_policy())
MOSCOW = local_time(POLICY.zone)
WEEK = ("mon", "tue", "wed", "thu", "fri")
LISTS = ("holidays", "days_off", "working_weekends", "shortened", "non_working_days")


def days(**lists: list[str]) -> YearDays:
    """A year's special days; lists not given are empty."""
    assert set(lists) <= set(LISTS)
    return YearDays(*(frozenset(map(day_of, lists.get(name, []))) for name in LISTS))


def published(*calendars: tuple[int, int, YearDays], jurisdiction: str = "RU") -> Publications:
    """Calendars as (year, recorded, days) in the order in which they were recorded."""
    publications = Publications()
    for year, recorded, special in calendars:
        publications.add(jurisdiction, year, recorded, special)
    return publications


def window(
    hours: tuple[str, ...] = ("09:00-18:00",), weekdays: tuple[str, ...] = WEEK, /, **rules: str
) -> ServiceWindow:
    """A service window; without rules no calendar changes anything."""
    given: dict[str, Any] = {"weekdays": weekdays, "hours": hours, **rules}
    return ServiceWindow(**given)


def zone(offset: str, *transitions: tuple[str, str]) -> LocalTime:
    """A local time with its changes of offset."""
    return local_time(LocalZone(clause="HOURS", utc_offset=offset, transitions=transitions))


def service(
    level: str | ServiceWindow = "basic",
    calendars: Publications | None = None,
    *,
    opened: int = 0,
    as_of: int = FOREVER,
    local: LocalTime = MOSCOW,
    plain: str = "clock",
    targets: tuple[str, ...] = ("24 hours", "12 working hours", "18 working hours", "24 working hours"),
) -> Service:
    """The service time of a shipped level, or of a window of its own with its targets by priority."""
    known = published() if calendars is None else calendars
    now, then = known.by("RU", as_of), known.known_at("RU", opened, as_of)
    if isinstance(level, str):
        return Service(POLICY.level[level], POLICY.targets(level), local, now, then)
    channels = Channels(clause="CHANNELS", names=("email",))
    own = Level(clause="PROG-BASIC", channels=channels, window=level, plain_hours=plain)
    return Service(own, tuple(map(parse_amount, targets)), local, now, then)
