"""A service schedule: the hours of a week, and what makes a date differ from its weekday.

A local date is served in the hours of its weekday. Then, in this order:

* `shifts` of a date replace the hours that begin on it;
* a holiday closes its whole local date, shifts included;
* `breaks` of a date and `excluded` stretches of time are cut out of what is left.

Hours may end at 24:00, and may pass midnight (22:00-06:00): they belong to the date on which they
begin, but each part is served on its own date, so a holiday closes only the part that lies in it.
Every date keeps to its own stretch of time, from its midnight to the next, so the dates partition
the time line even where the wall clock jumps over midnight or over a day.

Nothing here is infinite: a question that looks for service gives up a century ahead.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import takewhile

from projections.calendar import Calendar, Interval, merge, subtract
from projections.timezones import Zone

__all__ = ["DAY_MICROS", "HORIZON_MICROS", "Hours", "NotServedError", "Schedule"]

DAY_MICROS = 86_400_000_000
YEAR_MICROS = 366 * DAY_MICROS
HORIZON_MICROS = 100 * YEAR_MICROS
"""How far ahead of its start a question looks for service before it gives up."""

Hours = tuple[tuple[int, int], ...]
"""Opening and closing times of a date, in microseconds since its midnight on the wall clock.

Both lie within the day; a closing time before the opening time is that of the next date.
"""

_EPOCH_ORDINAL = date(1970, 1, 1).toordinal()
_LAST_ORDINAL = date.max.toordinal()


class NotServedError(ValueError):
    """The schedule does not serve the amount asked for within the century after the start."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """When service runs: seven weekdays (Monday first) on a wall clock, with their exceptions.

    `given` states the service intervals themselves, in UTC, instead of the hours of a week;
    holidays, breaks and excluded stretches are cut out of them all the same.
    Raises `ValueError` for hours outside the day, empty hours, or shifts beside given intervals.
    """

    zone: Zone
    week: tuple[Hours, ...] = ((),) * 7
    given: tuple[Interval, ...] | None = None
    holidays: frozenset[date] = frozenset()
    yearly_holidays: frozenset[tuple[int, int]] = frozenset()
    shifts: Mapping[date, Hours] = field(default_factory=dict)
    breaks: Mapping[date, Hours] = field(default_factory=dict)
    excluded: tuple[Interval, ...] = ()

    def __post_init__(self) -> None:
        if len(self.week) != 7:
            raise ValueError(f"a week has seven days, not {len(self.week)}")
        if self.given is not None and self.shifts:
            raise ValueError("shifts replace the hours of a weekday, and there are none")
        for hours in (*self.week, *self.shifts.values(), *self.breaks.values()):
            for opens, closes in hours:
                if not (0 <= opens < DAY_MICROS and 0 <= closes <= DAY_MICROS and opens != closes):
                    raise ValueError("hours must lie within a day and have a length")

    def add(self, start: int, amount: int) -> int:
        """The instant at which `amount` microseconds of service have passed since `start`.

        As `Calendar.add`: at closing time where it runs out there, the start for an amount of 0.
        Raises `NotServedError` where a century does not hold the amount.
        """
        span = YEAR_MICROS
        while (due := (calendar := self.compile(start, start + span)).add(start, amount)) is None:
            if span == HORIZON_MICROS:
                served = "the amount is not" if calendar.opens else "nothing is"
                raise NotServedError(f"{served} served within a hundred years of the start")
            span = min(2 * span, HORIZON_MICROS)
        return due

    def elapsed(self, start: int, end: int) -> int:
        """The service time inside [start, end), in microseconds; 0 where the end is not after it.

        Raises `NotServedError` for a span of more than a century.
        """
        if end - start > HORIZON_MICROS:
            raise NotServedError("service time is counted over a hundred years at most")
        return self.compile(start, end).elapsed(start, end)

    def next_opening(self, instant: int) -> int | None:
        """The instant itself where service runs, else the next opening, if there is one in time."""
        return next((opens for opens, _ in self.periods_after(instant)), None)

    def compile(self, start: int, end: int) -> Calendar:
        """The calendar for any question whose answer lies inside [start, end)."""
        return Calendar.compile(takewhile(lambda period: period[0] < end, self.periods_after(start)))

    def periods_after(self, start: int) -> Iterator[Interval]:
        """The periods of service from `start` on, in order, date by date, for a person to add up.

        The first is cut to the start where it has begun before. They end a century after it.
        """
        if self.given is None:
            periods = self._periods_by_date(start)
        else:
            periods = subtract(merge(self.given), self._closed_by_date())
        end = start + HORIZON_MICROS
        for opens, closes in subtract(periods, self.excluded):
            if opens >= end:
                return
            if closes > start:
                yield max(opens, start), closes

    def _periods_by_date(self, start: int) -> Iterator[Interval]:
        for ordinal in self._ordinals(start, start + HORIZON_MICROS):
            today, yesterday = self._hours(ordinal), self._hours(ordinal - 1)
            if not (today or yesterday) or self._is_holiday(ordinal):
                continue
            hours = self._on_date(ordinal, _split(today, yesterday))
            yield from subtract(hours, self._breaks(ordinal)) if self.breaks else hours

    def _closed_by_date(self) -> Iterator[Interval]:
        """What holidays and breaks take from the given intervals."""
        if not (self.holidays or self.yearly_holidays or self.breaks):
            return
        for opens, closes in self.given or ():
            for ordinal in self._ordinals(opens, closes):
                if self._is_holiday(ordinal):
                    yield self._midnight(ordinal), self._midnight(ordinal + 1)
                yield from self._breaks(ordinal)

    def _is_holiday(self, ordinal: int) -> bool:
        day = date.fromordinal(ordinal)
        return day in self.holidays or (day.month, day.day) in self.yearly_holidays

    def _hours(self, ordinal: int) -> Hours:
        if self.shifts and (shift := self.shifts.get(date.fromordinal(ordinal))) is not None:
            return shift
        return self.week[(ordinal - 1) % 7]

    def _breaks(self, ordinal: int) -> list[Interval]:
        today, yesterday = (self.breaks.get(date.fromordinal(day), ()) for day in (ordinal, ordinal - 1))
        return self._on_date(ordinal, _split(today, yesterday))

    def _on_date(self, ordinal: int, hours: Iterable[tuple[int, int]]) -> list[Interval]:
        """These hours of a date as instants, none outside the date and none twice."""
        midnight = (ordinal - _EPOCH_ORDINAL) * DAY_MICROS
        begins, ends = self._midnight(ordinal), self._midnight(ordinal + 1)
        periods: list[Interval] = []
        for opens, closes in sorted(hours):
            since = max(begins, self.zone.instant(midnight + opens))
            until = min(ends, self.zone.instant(midnight + closes))
            if since < until:
                periods.append((since, until))
                begins = until
        return periods

    def _midnight(self, ordinal: int) -> int:
        return self.zone.instant((ordinal - _EPOCH_ORDINAL) * DAY_MICROS)

    def _ordinals(self, start: int, end: int) -> range:
        """The local dates that have part in [start, end), and one more on either side."""
        first, last = (self.zone.wall(instant) // DAY_MICROS + _EPOCH_ORDINAL for instant in (start, end))
        return range(max(first - 1, 2), min(last + 2, _LAST_ORDINAL))


def _split(today: Hours, yesterday: Hours) -> Iterator[tuple[int, int]]:
    """The hours served on a date: its own up to midnight, and what the date before left over."""
    for opens, closes in today:
        yield opens, closes if opens < closes else DAY_MICROS
    for opens, closes in yesterday:
        if 0 < closes < opens:
            yield 0, closes
