"""How time was counted, day by day (for a person with a paper calendar)."""

from datetime import date

import pytest

from projections.account import DayLine, account, day_lines
from projections.service import Service
from tests.unit.judgement.hours import days, published, service, window
from tests.unit.judgement.telling import HOUR, at, reading

CALENDARS = published(
    (
        2024,
        0,
        days(
            holidays=["2024-05-01"],
            days_off=["2024-04-29"],
            working_weekends=["2024-04-27"],
            shortened=["2024-05-08"],
            non_working_days=["2024-05-02"],
        ),
    )
)


def reasons(found: Service, start: str, priority: int = 2, /, **options: str) -> dict[str, str | None]:
    told = account(found, at(start), priority, reading(**options))
    wires = [line.to_wire() for line in told.days]
    return {wire["date"][5:]: wire["reason"] for wire in wires}


def test_each_date_of_a_count_is_told_with_the_reason_why_it_did_not_count() -> None:
    assert reasons(service("basic", CALENDARS), "2024-04-26 17:00", 3, decreed_days="not-served") == {
        "04-26": None,
        "04-27": "working-weekend-not-served",
        "04-28": "weekday-not-served",
        "04-29": "day-off",
        "04-30": None,
        "05-01": "holiday",
        "05-02": "decreed-day",
        "05-03": None,
    }


def test_a_weekend_that_is_worked_and_a_short_day_are_told_too() -> None:
    basic = service("basic", CALENDARS)
    assert reasons(basic, "2024-04-26 17:00", working_saturdays="served")["04-27"] == "working-weekend-served"
    assert reasons(basic, "2024-05-08 09:00", short_days="shortened") == {"05-08": "shortened", "05-09": None}
    assert reasons(basic, "2024-05-08 09:00") == {"05-08": None, "05-09": None}


def test_premium_leaves_out_holidays_alone() -> None:
    premium = {"premium_hours": "service", "premium_holidays": "not-served"}
    assert reasons(service("premium", CALENDARS), "2024-04-30 15:00", **premium) == {
        "04-30": None,
        "05-01": "holiday",
        "05-02": None,
    }


@pytest.mark.parametrize(
    ("lists", "reason"),
    [
        ({"holidays": ["2024-04-30"], "days_off": ["2024-04-30"]}, "holiday"),
        ({"days_off": ["2024-04-30"], "non_working_days": ["2024-04-30"]}, "day-off"),
    ],
)
def test_where_lists_overlap_the_stronger_reason_is_told(lists: dict[str, list[str]], reason: str) -> None:
    found = service("basic", published((2024, 0, days(**lists))))
    assert reasons(found, "2024-04-30 10:00", decreed_days="not-served")["04-30"] == reason


def test_the_segments_add_up_to_the_amount() -> None:
    told = account(service("basic", CALENDARS), at("2024-04-26 17:00"), 2, reading())
    assert sum(line.micros for line in told.days) == 12 * HOUR
    assert (told.amount, told.hours, told.start, told.due) == (
        "12 working hours",
        "service",
        at("2024-04-26 17:00"),
        at("2024-05-02 11:00"),
    )
    assert told.days[0].counted == ((at("2024-04-26 17:00"), at("2024-04-26 18:00")),)
    assert told.days[-1].counted == ((at("2024-05-02 09:00"), at("2024-05-02 11:00")),)


def test_a_date_on_which_nothing_was_left_to_count_is_told_without_segments() -> None:
    told = account(service("basic", CALENDARS), at("2024-04-26 20:00"), 2, reading())
    assert (told.days[0].counted, told.days[0].micros, told.days[0].reason) == ((), 0, None)


def test_a_count_from_closing_time_tells_no_empty_segment() -> None:
    told = account(service("basic", CALENDARS), at("2024-04-26 18:00"), 2, reading())
    assert told.days[0].counted == ()


def test_days_of_a_year_that_needed_no_calendar_are_told_like_any_other() -> None:
    told = account(service("premium"), at("2024-04-27 17:00"), 2, reading(premium_hours="service"))
    assert [(line.micros // HOUR, line.reason) for line in told.days] == [(1, None), (9, None), (2, None)]


def test_clock_time_leaves_no_day_out() -> None:
    told = account(service("basic", CALENDARS), at("2024-04-26 17:00"), 1, reading())
    assert (told.hours, told.days, told.due) == ("clock", (), at("2024-04-27 17:00"))
    assert account(service("premium+"), at("2024-04-26 17:00"), 1, reading()).hours == "clock"


def test_a_roll_tells_the_days_from_the_clock_instant_to_the_opening() -> None:
    told = account(service("basic", CALENDARS), at("2024-04-26 17:00"), 1, reading(basic_p1_hours="roll-to-opening"))
    assert [line.to_wire()["date"][8:] for line in told.days] == ["27", "28", "29", "30"]
    assert told.due == at("2024-04-30 09:00")
    assert {line.micros for line in told.days} == {0}


def test_a_clock_from_the_opening_tells_the_days_before_it_begins() -> None:
    option = reading(basic_p1_hours="from-opening-of-service")
    told = account(service("basic", CALENDARS), at("2024-04-27 12:00"), 1, option)
    assert told.due == at("2024-05-01 09:00")
    assert [line.reason for line in told.days] == ["working-weekend-not-served", "weekday-not-served", "day-off", None]


def test_plain_hours_read_as_service_are_told_day_by_day() -> None:
    told = account(service("basic", CALENDARS), at("2024-04-22 09:00"), 1, reading(basic_p1_hours="service"))
    assert [line.micros // HOUR for line in told.days] == [9, 9, 6]


def test_a_line_prints_its_date_weekday_and_exact_seconds() -> None:
    day = at("2024-04-26 00:00")
    line = DayLine(date(2024, 4, 28).toordinal(), ((day, day + 1_500_000),), None)
    wire = line.to_wire()
    assert (wire["date"], wire["weekday"], wire["seconds"]) == ("2024-04-28", "sunday", "1.500000")
    assert DayLine(date(2024, 4, 26).toordinal(), ((day, day + 2_000_000),), None).to_wire()["seconds"] == 2
    assert wire["counted"] == [["2024-04-25T21:00:00Z", "2024-04-25T21:00:01.5Z"]]


def test_an_account_prints_its_instants() -> None:
    wire = account(service("premium+"), at("2024-04-26 17:00"), 1, reading()).to_wire()
    assert wire == {
        "from": "2024-04-26T14:00:00Z",
        "amount": "6 hours",
        "hours": "clock",
        "due": "2024-04-26T20:00:00Z",
        "days": [],
    }


def test_several_windows_a_day_are_told_one_by_one() -> None:
    table = service(window(("08:00-12:00", "13:00-15:00"))).table(reading())
    (line,) = day_lines(table, at("2024-04-22 11:00"), at("2024-04-22 14:00"))
    assert line.counted == (
        (at("2024-04-22 11:00"), at("2024-04-22 12:00")),
        (at("2024-04-22 13:00"), at("2024-04-22 14:00")),
    )


def test_a_count_that_ends_at_midnight_does_not_tell_the_next_date() -> None:
    table = service(window(("00:00-24:00",))).table(reading())
    lines = list(day_lines(table, at("2024-04-22 11:00"), at("2024-04-23 00:00")))
    assert [line.micros for line in lines] == [13 * HOUR]
    assert len(list(day_lines(table, at("2024-04-22 11:00"), at("2024-04-22 11:00")))) == 1
