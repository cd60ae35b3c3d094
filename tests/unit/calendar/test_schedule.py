"""The weekly schedule and its exceptions, and its agreement with counting minute by minute."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import islice, pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from projections.calendar import Interval
from projections.schedule import DAY_MICROS, HORIZON_MICROS, Hours, NotServedError, Schedule
from projections.timezones import Zone, draft

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
HOUR = 3_600_000_000
MINUTE = 60_000_000
UTC_CLOCK = Zone.fixed(0)
NINE_TO_SIX: Hours = ((9 * HOUR, 18 * HOUR),)
ALL_DAY: Hours = ((0, DAY_MICROS),)
NIGHT: Hours = ((22 * HOUR, 6 * HOUR),)
WORKWEEK = (NINE_TO_SIX,) * 5 + ((),) * 2


def at(text: str) -> int:
    return (datetime.fromisoformat(text).replace(tzinfo=UTC) - EPOCH) // timedelta(microseconds=1)


def shown(periods: list[Interval]) -> list[str]:
    def print_hour(instant: int) -> str:
        return (EPOCH + timedelta(microseconds=instant)).strftime("%m-%d %H:%M")

    return [f"{print_hour(opens)} - {print_hour(closes)}" for opens, closes in periods]


def periods(schedule: Schedule, start: str, count: int) -> list[str]:
    return shown(list(islice(schedule.periods_after(at(start)), count)))


def berlin(start: str, end: str) -> Zone:
    return draft(ZoneInfo("Europe/Berlin"), at(start), at(end))


def test_friday_evening_is_followed_by_monday_morning() -> None:
    schedule = Schedule(UTC_CLOCK, WORKWEEK)
    assert schedule.add(at("2024-08-09T17:00"), 2 * HOUR) == at("2024-08-12T10:00")
    assert schedule.add(at("2024-08-09T17:00"), HOUR) == at("2024-08-09T18:00")
    assert schedule.add(at("2024-08-10T12:00"), 0) == at("2024-08-10T12:00")


def test_an_amount_of_many_years_is_found() -> None:
    schedule = Schedule(UTC_CLOCK, (ALL_DAY,) * 7)
    start = at("2024-01-01")
    assert schedule.add(start, 70 * 366 * DAY_MICROS) == start + 70 * 366 * DAY_MICROS


def test_a_schedule_without_service_ends_with_an_error() -> None:
    never = Schedule(UTC_CLOCK)
    assert never.next_opening(at("2024-01-01")) is None
    with pytest.raises(NotServedError, match="nothing is served within a hundred years"):
        never.add(at("2024-01-01"), 1)


def test_an_amount_that_a_century_does_not_hold_ends_with_an_error() -> None:
    once = Schedule(UTC_CLOCK, shifts={date(2024, 1, 2): NINE_TO_SIX})
    assert once.add(at("2024-01-01"), 9 * HOUR) == at("2024-01-02T18:00")
    with pytest.raises(NotServedError, match="the amount is not served"):
        once.add(at("2024-01-01"), 9 * HOUR + 1)


def test_a_span_of_more_than_a_century_ends_with_an_error() -> None:
    schedule = Schedule(UTC_CLOCK, WORKWEEK)
    with pytest.raises(NotServedError, match="a hundred years at most"):
        schedule.elapsed(0, HORIZON_MICROS + 1)
    assert schedule.elapsed(0, HORIZON_MICROS) > 0
    assert schedule.elapsed(at("2024-08-07"), at("2024-08-05")) == 0


def test_the_calendar_ends_with_the_year_9999() -> None:
    schedule = Schedule(UTC_CLOCK, (ALL_DAY,) * 7)
    with pytest.raises(NotServedError):
        schedule.add(at("9999-12-01"), 90 * DAY_MICROS)


def test_holidays_close_their_date_every_year_or_once() -> None:
    schedule = Schedule(
        UTC_CLOCK,
        WORKWEEK,
        holidays=frozenset({date(2024, 12, 24)}),
        yearly_holidays=frozenset({(12, 25), (2, 29)}),
    )
    assert periods(schedule, "2024-12-23T17:00", 2) == [
        "12-23 17:00 - 12-23 18:00",
        "12-26 09:00 - 12-26 18:00",
    ]
    assert periods(schedule, "2025-12-24", 2)[1] == "12-26 09:00 - 12-26 18:00"
    assert periods(schedule, "2024-02-29", 1) == ["03-01 09:00 - 03-01 18:00"]


def test_a_shift_replaces_the_hours_of_its_date_and_opens_a_day_off() -> None:
    short = ((8 * HOUR, 12 * HOUR),)
    schedule = Schedule(
        UTC_CLOCK,
        WORKWEEK,
        shifts={date(2024, 8, 10): short, date(2024, 8, 12): short, date(2024, 8, 13): ()},
    )
    assert periods(schedule, "2024-08-10", 3) == [
        "08-10 08:00 - 08-10 12:00",
        "08-12 08:00 - 08-12 12:00",
        "08-14 09:00 - 08-14 18:00",
    ]


def test_a_holiday_closes_a_shift_too() -> None:
    day = date(2024, 8, 10)
    schedule = Schedule(UTC_CLOCK, WORKWEEK, shifts={day: NINE_TO_SIX}, holidays=frozenset({day}))
    assert periods(schedule, "2024-08-10", 1) == ["08-12 09:00 - 08-12 18:00"]


def test_breaks_and_excluded_stretches_are_cut_out() -> None:
    schedule = Schedule(
        UTC_CLOCK,
        WORKWEEK,
        breaks={date(2024, 8, 12): ((12 * HOUR, 13 * HOUR), (17 * HOUR, 20 * HOUR))},
        excluded=((at("2024-08-12T10:00"), at("2024-08-12T10:30")),),
    )
    assert periods(schedule, "2024-08-12T09:30", 3) == [
        "08-12 09:30 - 08-12 10:00",
        "08-12 10:30 - 08-12 12:00",
        "08-12 13:00 - 08-12 17:00",
    ]


def test_touching_hours_stay_apart_in_the_segments() -> None:
    halves = ((9 * HOUR, 13 * HOUR), (13 * HOUR, 18 * HOUR))
    schedule = Schedule(UTC_CLOCK, (halves,) * 7)
    assert periods(schedule, "2024-08-12", 2) == [
        "08-12 09:00 - 08-12 13:00",
        "08-12 13:00 - 08-12 18:00",
    ]


def test_hours_past_midnight_are_served_on_both_dates() -> None:
    schedule = Schedule(UTC_CLOCK, ((),) * 4 + (NIGHT,) + ((),) * 2)
    assert schedule.add(at("2024-08-09T23:00"), 2 * HOUR) == at("2024-08-10T01:00")
    assert periods(schedule, "2024-08-09", 3) == [
        "08-09 22:00 - 08-10 00:00",
        "08-10 00:00 - 08-10 06:00",
        "08-16 22:00 - 08-17 00:00",
    ]


def test_a_holiday_closes_only_its_own_part_of_a_night() -> None:
    schedule = Schedule(UTC_CLOCK, (NIGHT,) * 7, holidays=frozenset({date(2024, 8, 10)}))
    assert periods(schedule, "2024-08-09T12:00", 3) == [
        "08-09 22:00 - 08-10 00:00",
        "08-11 00:00 - 08-11 06:00",
        "08-11 22:00 - 08-12 00:00",
    ]


def test_a_shift_takes_the_place_of_the_night_that_begins_on_its_date() -> None:
    schedule = Schedule(UTC_CLOCK, (NIGHT,) * 7, shifts={date(2024, 8, 10): NINE_TO_SIX})
    assert periods(schedule, "2024-08-10", 3) == [
        "08-10 00:00 - 08-10 06:00",
        "08-10 09:00 - 08-10 18:00",
        "08-11 22:00 - 08-12 00:00",
    ]


def test_given_intervals_stand_instead_of_a_week() -> None:
    schedule = Schedule(
        UTC_CLOCK,
        given=((at("2024-02-01"), at("2024-03-01")), (at("2024-01-01"), at("2024-01-15"))),
        holidays=frozenset({date(2024, 1, 2)}),
        breaks={date(2024, 2, 10): ((12 * HOUR, 13 * HOUR),)},
        excluded=((at("2024-01-10"), at("2024-01-14T12:00")),),
    )
    assert periods(schedule, "2024-01-01T06:00", 9) == [
        "01-01 06:00 - 01-02 00:00",
        "01-03 00:00 - 01-10 00:00",
        "01-14 12:00 - 01-15 00:00",
        "02-01 00:00 - 02-10 12:00",
        "02-10 13:00 - 03-01 00:00",
    ]


@pytest.mark.parametrize(
    ("opens", "closes"),
    [(9 * HOUR, 9 * HOUR), (-1, HOUR), (HOUR, DAY_MICROS + 1), (DAY_MICROS, HOUR), (HOUR, -1)],
)
def test_hours_outside_the_day_or_without_length_are_refused(opens: int, closes: int) -> None:
    with pytest.raises(ValueError, match="within a day and have a length"):
        Schedule(UTC_CLOCK, (((opens, closes),),) * 7)


def test_a_week_has_seven_days() -> None:
    with pytest.raises(ValueError, match="seven days"):
        Schedule(UTC_CLOCK, (NINE_TO_SIX,) * 5)


def test_shifts_have_no_hours_to_replace_beside_given_intervals() -> None:
    with pytest.raises(ValueError, match="there are none"):
        Schedule(UTC_CLOCK, given=((0, 1),), shifts={date(2024, 1, 1): NINE_TO_SIX})


def test_a_day_is_as_long_as_the_clock_makes_it() -> None:
    schedule = Schedule(berlin("2016-01-01", "2017-01-01"), (ALL_DAY,) * 7)
    spring = [
        closes - opens
        for opens, closes in schedule.periods_after(at("2016-03-25T23:00"))
        if closes <= at("2016-03-28T22:00")
    ]
    assert spring == [24 * HOUR, 23 * HOUR, 24 * HOUR]
    autumn = next(schedule.periods_after(at("2016-10-29T22:00")))
    assert autumn == (at("2016-10-29T22:00"), at("2016-10-30T23:00"))


def test_hours_that_the_clock_skips_are_not_served() -> None:
    """From 02:30, which is 03:30 that night, until 03:15: nothing is left."""
    week = ((),) * 6 + (((2 * HOUR + 30 * MINUTE, 3 * HOUR + 15 * MINUTE),),)
    schedule = Schedule(berlin("2016-01-01", "2017-01-01"), week)
    assert periods(schedule, "2016-03-26T12:00", 1) == ["04-03 00:30 - 04-03 01:15"]


def test_hours_that_the_clock_repeats_are_served_once() -> None:
    week = ((),) * 6 + (((2 * HOUR, 3 * HOUR),),)
    schedule = Schedule(berlin("2016-01-01", "2017-01-01"), week)
    assert periods(schedule, "2016-10-29T12:00", 1) == ["10-30 00:00 - 10-30 02:00"]


@pytest.mark.parametrize("name", ["Europe/Berlin", "America/Sao_Paulo", "Asia/Tehran", "Pacific/Apia", "Africa/Cairo"])
def test_the_dates_of_a_zone_partition_the_time_line(name: str) -> None:
    """In Apia 2011-12-30 did not take place; elsewhere the clock jumps over midnight."""
    start, end = at("2010-01-01"), at("2016-01-01")
    schedule = Schedule(draft(ZoneInfo(name), start, end), (ALL_DAY,) * 7)
    days = [day for day in schedule.periods_after(start) if day[0] < end]
    assert all(earlier[1] == later[0] for earlier, later in pairwise(days))
    assert schedule.elapsed(start, end) == end - start


minutes = st.integers(0, 24 * 60 - 1)
hours = st.lists(st.tuples(minutes, st.integers(0, 24 * 60)).filter(lambda pair: pair[0] != pair[1]), max_size=3).map(
    lambda pairs: tuple((opens * MINUTE, closes * MINUTE) for opens, closes in pairs)
)
dates = st.dates(date(2024, 2, 26), date(2024, 3, 3))
FIRST = at("2024-02-26")
instants = st.integers(0, 5 * 24 * 60).map(lambda minute: FIRST + minute * MINUTE)
stretches = st.tuples(instants, st.integers(0, 600)).map(lambda pair: (pair[0], pair[0] + pair[1] * MINUTE))
schedules = st.builds(
    Schedule,
    zone=st.integers(-14 * 60, 14 * 60).map(lambda minute: Zone.fixed(minute * MINUTE)),
    week=st.tuples(*[hours] * 7),
    holidays=st.frozensets(dates, max_size=2),
    yearly_holidays=st.frozensets(st.sampled_from([(2, 28), (2, 29), (3, 1)]), max_size=1),
    shifts=st.dictionaries(dates, hours, max_size=2),
    breaks=st.dictionaries(dates, hours, max_size=2),
    excluded=st.lists(stretches, max_size=2).map(tuple),
)


def runs(schedule: Schedule, instant: int) -> bool:
    """Whether service runs at a minute: read off the wall clock, by the words of the rules."""
    local = EPOCH + timedelta(microseconds=instant + schedule.zone.offsets[0])
    today, yesterday = local.date(), local.date() - timedelta(days=1)
    time = (local.hour * 60 + local.minute) * MINUTE

    def covers(own: Hours, carried: Hours) -> bool:
        return any(opens <= time < closes if opens < closes else opens <= time for opens, closes in own) or any(
            closes < opens and time < closes for opens, closes in carried
        )

    def hours_of(day: date) -> Hours:
        return schedule.shifts.get(day, schedule.week[day.weekday()])

    return (
        covers(hours_of(today), hours_of(yesterday))
        and today not in schedule.holidays
        and (today.month, today.day) not in schedule.yearly_holidays
        and not covers(schedule.breaks.get(today, ()), schedule.breaks.get(yesterday, ()))
        and not any(since <= instant < until for since, until in schedule.excluded)
    )


@settings(max_examples=60)
@given(schedules, instants, st.integers(0, 2 * 24 * 60))
def test_it_agrees_with_counting_minute_by_minute(schedule: Schedule, start: int, length: int) -> None:
    end = start + length * MINUTE
    counted = [minute for minute in range(start, end, MINUTE) if runs(schedule, minute)]
    assert schedule.elapsed(start, end) == len(counted) * MINUTE
    if counted:
        assert schedule.next_opening(start) == counted[0]
        assert schedule.add(start, len(counted) * MINUTE) == counted[-1] + MINUTE
    calendar = schedule.compile(start, end)
    assert [m for m in range(start, end, MINUTE) if calendar.is_open(m)] == counted


@settings(max_examples=60)
@given(schedules, instants)
def test_periods_are_in_order_and_apart(schedule: Schedule, start: int) -> None:
    found = list(islice(schedule.periods_after(start), 20))
    assert all(opens < closes for opens, closes in found)
    assert all(earlier[1] <= later[0] for earlier, later in pairwise(found))
    assert not found or found[0][0] >= start
