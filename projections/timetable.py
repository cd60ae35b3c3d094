"""When a level is served under one reading: its window laid over the published calendars, compiled for arithmetic.

rule       which days are served and whether shortened days end early, every question about days answered
revision   the calendars as published, by year
timetable  the two compiled, a few years at a time, with the years that it turned out to need and nobody published
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Generic, NamedTuple, TypeVar

from projections.calendar import Calendar, Interval, merge
from projections.local_time import LocalTime, year_of_day
from projections.publications import NO_DAYS, Revision, YearDays
from schemas.policy import ServiceWindow

T = TypeVar("T")
HOUR = 3_600_000_000
_LONGEST_SEARCH_YEARS = 50


@dataclass(frozen=True, slots=True)
class DayRule:
    """Which local dates are served and between which clock times, with every question about days answered."""

    weekdays: frozenset[int]
    spans: tuple[Interval, ...]
    holidays: bool
    days_off: bool
    non_working_days: bool
    working_weekends: bool
    shortened: bool

    def served(self, day: int, days: YearDays) -> bool:
        """Whether the window opens on a date (READINGS.md, Days)."""
        if self.working_weekends and day in days.working_weekends:
            return True
        return (
            (day - 1) % 7 in self.weekdays
            and (self.holidays or day not in days.holidays)
            and (self.days_off or day not in days.days_off)
            and (self.non_working_days or day not in days.non_working_days)
        )

    def windows(self, day: int, days: YearDays) -> tuple[Interval, ...]:
        """The windows of a date as clock times in microseconds; a shortened date ends an hour early."""
        if not self.served(day, days):
            return ()
        if not (self.shortened and day in days.shortened):
            return self.spans
        ends = self.spans[-1][1] - HOUR
        return tuple((opens, min(closes, ends)) for opens, closes in self.spans if opens < ends)

    def needs_calendar(self, day: int) -> bool:
        """Whether what a calendar says of the date can make a difference under this rule."""
        if (day - 1) % 7 in self.weekdays:
            return self.shortened or not (self.holidays and self.days_off and self.non_working_days)
        return self.working_weekends


def day_rule(window: ServiceWindow, answer: Callable[[str], str]) -> DayRule:
    """The rule of a level's window, where `answer` turns a question's name (or an option itself) into an option."""
    return DayRule(
        weekdays=window.weekday_numbers(),
        spans=window.spans(),
        holidays=answer(window.holidays) == "served",
        days_off=answer(window.days_off) == "served",
        non_working_days=answer(window.non_working_days) == "served",
        working_weekends=answer(window.working_weekends) == "served",
        shortened=answer(window.shortened) == "shortened",
    )


class Consulted(NamedTuple, Generic[T]):
    """An answer of a timetable, the end of the time that it rests on, and when the first year begins to lack.

    `lacking` is the start of the first local date whose calendar the answer needs and nobody published.
    """

    value: T
    until: int
    lacking: int | None


@dataclass(frozen=True, slots=True, eq=False)
class Timetable:
    """The service time of one level under one rule and one revision of the calendars; instants in microseconds."""

    rule: DayRule
    revision: Revision
    local: LocalTime
    published: tuple[Interval, ...]
    _compiled: dict[tuple[int, int], Calendar] = field(default_factory=dict)
    _years: dict[int, list[Interval]] = field(default_factory=dict)

    def add(self, start: int, amount: int) -> Consulted[int]:
        """The instant at which `amount` of service has passed since `start` (READINGS.md, Amounts: service)."""
        due = self._search(start, lambda calendar: calendar.add(start, amount))
        return Consulted(due, due, self._lacking(start, due))

    def opening(self, instant: int) -> Consulted[int]:
        """The instant itself where it is inside a service window, else the next opening."""
        opens = self._search(instant, lambda calendar: calendar.next_opening(instant))
        return Consulted(opens, opens + 1, self._lacking(instant, opens + 1))

    def windows(self, start: int, end: int) -> Consulted[list[Interval]]:
        """The service inside [start, end)."""
        lacking = self._lacking(start, end)
        if lacking is not None:
            return Consulted([], end, lacking)
        calendar = self._calendar(self._year(start), self._year(end))
        return Consulted(calendar.intervals(start, end), end, None)

    def is_published(self, start: int, end: int) -> bool:
        """Whether every year of [start, end) has a calendar."""
        for first, last in self.published:
            if first <= start:
                if end <= last:
                    return True
            else:
                break
        return False

    def _lacking(self, start: int, end: int) -> int | None:
        if self.is_published(start, end):
            return None
        local = self.local
        first = local.date_of(start)
        if start >= local.instant(first, self.rule.spans[-1][1]):
            first += 1  # the day is over: whatever its calendar says, nothing more of it is served
        last = local.date_of(end - 1)
        if end <= local.instant(last, self.rule.spans[0][0]):
            last -= 1  # the day has not begun to be served, on whatever terms
        for year in range(year_of_day(first), year_of_day(last) + 1):
            if year in self.revision.years:
                continue
            dates = _dates_of(year)
            begins, ends = max(first, dates.start), min(last + 1, dates.stop)
            # Seven dates show every weekday: if none of them needs the calendar, no date of the year does.
            for day in range(begins, min(ends, begins + 7)):
                if self.rule.needs_calendar(day):
                    return local.instant(day)
        return None

    def _search(self, start: int, find: Callable[[Calendar], int | None]) -> int:
        year = self._year(start)
        for horizon in range(1, _LONGEST_SEARCH_YEARS):
            found = find(self._calendar(year, year + horizon))
            if found is not None:
                return found
        raise ValueError(f"the level is not served enough in the {_LONGEST_SEARCH_YEARS} years after {year}")

    def _year(self, instant: int) -> int:
        return self.local.year_of(instant)

    def _calendar(self, first: int, last: int) -> Calendar:
        calendar = self._compiled.get((first, last))
        if calendar is None:
            intervals = [interval for year in range(first, last + 1) for interval in self._year_intervals(year)]
            calendar = self._compiled[first, last] = Calendar.compile(intervals)
        return calendar

    def _year_intervals(self, year: int) -> list[Interval]:
        intervals = self._years.get(year)
        if intervals is None:
            days = self.revision.years.get(year, NO_DAYS)
            local, windows = self.local, self.rule.windows
            served = (
                (local.instant(day, opens), local.instant(day, closes))
                for day in _dates_of(year)
                for opens, closes in windows(day, days)
            )
            # A window that the clock skips as it is put forward has no length, or less than none.
            intervals = self._years[year] = [(opens, closes) for opens, closes in served if opens < closes]
        return intervals


def timetable(rule: DayRule, revision: Revision, local: LocalTime) -> Timetable:
    """The timetable of a rule over a revision; one object for all who ask, so that it is compiled once."""
    table: Timetable | None = revision.compiled.get((rule, local))
    if table is None:
        years = map(_dates_of, revision.years)
        published = merge((local.instant(dates.start), local.instant(dates.stop)) for dates in years)
        table = revision.compiled[rule, local] = Timetable(rule, revision, local, tuple(published))
    return table


def _dates_of(year: int) -> range:
    return range(date(year, 1, 1).toordinal(), date(year, 12, 31).toordinal() + 1)


__all__ = ["Consulted", "DayRule", "Timetable", "day_rule", "timetable"]
