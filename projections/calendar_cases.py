"""A business-time case as it is written in a file: its time zone, its schedule, its instants.

The form, shared with collections of cases from other products' test suites::

    {"id": "042", "kind": "add", "timezone": "Europe/Berlin",
     "schedule": {"mon": [["09:00", "17:00"]], "sat": [["22:00", "02:00"]]},
     "holidays": ["2016-01-06", "--12-25"], "shifts": {"2016-01-09": [["10:00", "14:00"]]},
     "breaks": {"2016-01-04": [["12:00", "13:00"]]},
     "pauses": [["2016-01-04T10:00:00Z", "2016-01-04T10:30:00Z"]],
     "start": "2016-01-04T09:30:00", "amount_seconds": 3600, "expected_due": "..."}

A time without an offset is what the wall clock of `timezone` shows; a holiday `--MM-DD` comes every
year; `schedule` may hold `intervals`, the stretches of service themselves, instead of weekdays.
The time zone is an offset such as +03:00, or a name of the zone database, from which the years in
question are drafted.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import lru_cache

from projections.calendar import Interval
from projections.case_fields import (
    MalformedCaseError,
    has_offset,
    print_instant,
    read_date,
    read_hours,
    read_instant,
    read_list,
    read_mapping,
    read_micros,
    read_pairs,
    read_text,
)
from projections.schedule import HORIZON_MICROS, Hours, Schedule
from projections.timezones import Zone, draft

__all__ = ["Case", "ZoneNamed"]

ZoneNamed = Callable[[str], tzinfo]
"""Finds a zone of the database; `KeyError`, `OSError` or `ValueError` where there is none."""

_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_OFFSET = re.compile(r"([+-])([01]\d|2[0-3]):([0-5]\d)", re.ASCII)
_YEARLY = re.compile(r"--(\d\d-\d\d)", re.ASCII)
_MINUTE_MICROS = 60_000_000
_DECADE_MICROS = HORIZON_MICROS // 10
_FIRST_DRAFTED, _LAST_DRAFTED = (
    (datetime(year, 1, 1, tzinfo=UTC) - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)
    for year in (2, 9999)
)


@dataclass(frozen=True, slots=True)
class Case:
    """One case and the zone it is told in; every reader raises `MalformedCaseError`."""

    fields: Mapping[str, object]
    zone: Zone

    @classmethod
    def read(cls, fields: Mapping[str, object], zone_named: ZoneNamed) -> Case:
        """The case with its time zone; the transitions of a named one are drafted."""
        name = read_text(fields.get("timezone"), "timezone")
        if offset := _OFFSET.fullmatch(name):
            sign, hours, minutes = offset.groups()
            ahead = (int(hours) * 60 + int(minutes)) * _MINUTE_MICROS
            return cls(fields, Zone.fixed(-ahead if sign == "-" else ahead))
        try:
            zone = zone_named(name)
        except (KeyError, OSError, ValueError) as error:
            raise MalformedCaseError(f"timezone: there is no zone {name!r}") from error
        instants = list(_instants_in(fields))
        first, last = min(instants, default=0), max(instants, default=0)
        if last - first > HORIZON_MICROS:
            raise MalformedCaseError("the instants of the case are over a hundred years apart")
        try:
            drafted = _drafted(zone, first // _DECADE_MICROS, last // _DECADE_MICROS)
        except ValueError as error:
            raise MalformedCaseError(f"timezone: {name} cannot be listed: {error}") from error
        return cls(fields, drafted)

    def schedule(self) -> Schedule:
        """The schedule of the case, with its holidays, shifts, breaks and pauses."""
        written = read_mapping(self.fields.get("schedule"), "schedule")
        given = None
        if "intervals" in written:
            given = self._stretches(written["intervals"], "schedule.intervals")
        allowed = _WEEKDAYS if given is None else ("intervals",)
        for name in written:
            if name not in allowed:
                raise MalformedCaseError(f"schedule: {name!r} is none of {', '.join(allowed)}")
        dates, yearly = _read_holidays(self.fields.get("holidays", ()))
        shifts = _read_dated(self.fields.get("shifts", {}), "shifts")
        if given is not None and shifts:
            raise MalformedCaseError("shifts: they replace the hours of weekdays, not intervals")
        return Schedule(
            zone=self.zone,
            week=tuple(read_hours(written.get(day, ()), f"schedule.{day}") for day in _WEEKDAYS),
            given=given,
            holidays=dates,
            yearly_holidays=yearly,
            shifts=shifts,
            breaks=_read_dated(self.fields.get("breaks", {}), "breaks"),
            excluded=self._stretches(self.fields.get("pauses", ()), "pauses"),
        )

    def instant(self, name: str) -> int:
        """The instant in this field."""
        return self._instant(self.fields.get(name), name)

    def micros(self, name: str) -> int:
        """The seconds in this field, in microseconds."""
        return read_micros(self.fields.get(name), name)

    def spans(self, name: str) -> tuple[Interval, ...]:
        """The pairs of instants in this field."""
        return tuple(
            (self._instant(start, name), self._instant(end, name))
            for start, end in read_pairs(self.fields.get(name), name)
        )

    def shown(self, instant: int, written: object) -> str:
        """The instant printed as `written` is: in UTC, or on the wall clock without an offset."""
        if isinstance(written, str) and not has_offset(written):
            return print_instant(self.zone.wall(instant)).removesuffix("Z")
        return print_instant(instant)

    def shows(self, written: object, name: str, instant: int) -> bool:
        """Whether `written` is this instant; a wall time that comes twice is either of its two."""
        text = read_text(written, name)
        return read_instant(text, name) == (instant if has_offset(text) else self.zone.wall(instant))

    def _instant(self, written: object, name: str) -> int:
        instant = read_instant(written, name)
        return instant if has_offset(read_text(written, name)) else self.zone.instant(instant)

    def _stretches(self, written: object, name: str) -> tuple[Interval, ...]:
        stretches = tuple(
            (self._instant(start, name), self._instant(end, name)) for start, end in read_pairs(written, name)
        )
        if any(end < start for start, end in stretches):
            raise MalformedCaseError(f"{name}: a stretch ends before it begins")
        return stretches


@lru_cache(maxsize=64)
def _drafted(zone: tzinfo, first: int, last: int) -> Zone:
    """The zone over these decades, one more before, and as far ahead as a schedule looks."""
    start, end = (first - 1) * _DECADE_MICROS, (last + 1) * _DECADE_MICROS + HORIZON_MICROS
    return draft(zone, max(start, _FIRST_DRAFTED), min(end, _LAST_DRAFTED))


def _instants_in(fields: Mapping[str, object]) -> Iterator[int]:
    """The instants that the case speaks of, wall times as if they were UTC."""
    schedule = read_mapping(fields.get("schedule"), "schedule")
    for name in ("start", "end"):
        if name in fields:
            yield read_instant(fields[name], name)
    stretches = {
        "spans": fields.get("spans", ()),
        "pauses": fields.get("pauses", ()),
        "schedule.intervals": schedule.get("intervals", ()),
    }
    for name, written in stretches.items():
        for start, end in read_pairs(written, name):
            yield read_instant(start, name)
            yield read_instant(end, name)


def _read_holidays(written: object) -> tuple[frozenset[date], frozenset[tuple[int, int]]]:
    dates: set[date] = set()
    yearly: set[tuple[int, int]] = set()
    for day in read_list(written, "holidays"):
        if found := _YEARLY.fullmatch(read_text(day, "holidays")):
            in_leap_year = read_date(f"2000-{found[1]}", "holidays")
            yearly.add((in_leap_year.month, in_leap_year.day))
        else:
            dates.add(read_date(day, "holidays"))
    return frozenset(dates), frozenset(yearly)


def _read_dated(written: object, name: str) -> dict[date, Hours]:
    return {
        read_date(day, name): read_hours(hours, f"{name}.{day}") for day, hours in read_mapping(written, name).items()
    }
