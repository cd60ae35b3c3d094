"""Business time, an instant in and an instant out, against the barest code that gives the answer.

The bare code is two bisections on lists, with the same conversion of datetimes and no question
asked. Beside it, for scale, two libraries: businesstimedelta, which walks the days, and pandas'
CustomBusinessHour. All count Monday to Friday, 09:00 to 18:00; the spans are a day, a month, a
year and a decade of it.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from functools import partial

import pandas as pd
from businesstimedelta import BusinessTimeDelta, WorkDayRule

from benchmarks.harness import Row, medians, row
from projections.calendar import Calendar
from projections.schedule import Hours, Schedule
from projections.timezones import Zone

__all__ = ["run"]

HOUR = 3_600_000_000
NINE_TO_SIX: Hours = ((9 * HOUR, 18 * HOUR),)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
SPANS = {"a day": 9, "a month": 21 * 9, "a year": 250 * 9, "a decade": 2_500 * 9}
START = datetime(2016, 3, 14, 11, 12, 13, 141_516, tzinfo=UTC)
STARTS = [START + day * timedelta(days=1, minutes=37) for day in range(64)]

Add = Callable[[datetime, int], datetime | None]


def run() -> list[Row]:
    """The rows of the table; the figures are microseconds for one answer."""
    calendar = _calendar()
    bare = _bare_add(calendar)
    rows: list[Row] = []
    for span, hours in SPANS.items():
        amount = hours * HOUR
        assert [calendar.add_datetime(at, amount) for at in STARTS] == [bare(at, amount) for at in STARTS]
        found = medians(
            {
                "ours": partial(_all, calendar.add_datetime, amount),
                "bare": partial(_all, bare, amount),
                "businesstimedelta": _businesstimedelta_add(hours),
                "CustomBusinessHour": _pandas_add(hours),
            }
        )
        ours, plain = (found[name] / len(STARTS) * 1e6 for name in ("ours", "bare"))
        rows.append(row(f"due in {span}, against bare bisection", ours, plain, "us", 1.5))
        rows += [
            row(f"due in {span}, against {peer}", ours, found[peer] * 1e6, "us")
            for peer in ("businesstimedelta", "CustomBusinessHour")
        ]
    return [*rows, _flatness_row(calendar), _elapsed_row(calendar)]


def _calendar() -> Calendar:
    week = (NINE_TO_SIX,) * 5 + ((),) * 2
    start, end = ((datetime(year, 1, 1, tzinfo=UTC) - EPOCH) // MICROSECOND for year in (2016, 2036))
    return Schedule(Zone.fixed(0), week).compile(start, end)


def _bare_add(calendar: Calendar) -> Add:
    opens, closes, served = (list(row) for row in (calendar.opens, calendar.closes, calendar.served))

    def add(start: datetime, amount: int) -> datetime:
        instant = (start - EPOCH) // MICROSECOND
        position = bisect_right(opens, instant) - 1
        target = served[position] + amount
        if closes[position] > instant:
            target -= closes[position] - instant
        last = bisect_left(served, target)
        return EPOCH + (closes[last] - served[last] + target) * MICROSECOND

    return add


def _flatness_row(calendar: Calendar) -> Row:
    found = medians({span: partial(_all, calendar.add_datetime, SPANS[span] * HOUR) for span in ("a decade", "a day")})
    decade, day = (seconds / len(STARTS) * 1e6 for seconds in found.values())
    return row("due in a decade, against due in a day", decade, day, "us", 1.5)


def _elapsed_row(calendar: Calendar) -> Row:
    opens, closes, served = (list(row) for row in (calendar.opens, calendar.closes, calendar.served))

    def until(instant: int) -> int:
        position = bisect_right(opens, instant) - 1
        left = closes[position] - instant
        return served[position] - left if left > 0 else served[position]

    def bare(start: datetime, end: datetime) -> int:
        return until((end - EPOCH) // MICROSECOND) - until((start - EPOCH) // MICROSECOND)

    end = START + timedelta(days=3_653)
    assert all(calendar.elapsed_datetime(at, end) == bare(at, end) for at in STARTS)
    found = medians(
        {
            "ours": lambda: [calendar.elapsed_datetime(at, end) for at in STARTS],
            "bare": lambda: [bare(at, end) for at in STARTS],
        }
    )
    ours, plain = (found[name] / len(STARTS) * 1e6 for name in ("ours", "bare"))
    return row("elapsed in a decade, against bare bisection", ours, plain, "us", 1.5)


def _all(add: Add, amount: int) -> list[datetime | None]:
    return [add(at, amount) for at in STARTS]


def _businesstimedelta_add(hours: int) -> Callable[[], object]:
    rule = WorkDayRule(start_time=time(9), end_time=time(18), working_days=[0, 1, 2, 3, 4])
    amount = BusinessTimeDelta(rule, hours=hours)
    return lambda: START + amount


def _pandas_add(hours: int) -> Callable[[], object]:
    amount = pd.offsets.CustomBusinessHour(n=hours, start="09:00", end="18:00")

    def add() -> datetime:
        return (pd.Timestamp(START) + amount).to_pydatetime()

    return add
