"""Which dates are served, and between which hours (READINGS.md, Days)."""

from datetime import date

import pytest

from projections.publications import NO_DAYS, Publications
from projections.service import Service
from projections.timetable import day_rule, timetable
from tests.unit.judgement.hours import MOSCOW, days, published, service, window, zone
from tests.unit.judgement.telling import HOUR, MINUTE, at, reading

# 2024: 26 April is a Friday, 27 a Saturday that was worked, 1 May a Wednesday.
SPECIAL = {
    "holidays": ["2024-05-01"],
    "days_off": ["2024-04-29"],
    "working_weekends": ["2024-04-27"],
    "shortened": ["2024-04-26"],
    "non_working_days": ["2024-05-02"],
}
CALENDARS = published((2024, 0, days(**SPECIAL)))


def hours(found: Service, day: str, **options: str) -> list[str]:
    """The service of a date as clock times."""
    start = at(f"{day} 00:00")
    return [
        "-".join(f"{(edge - start) // HOUR:02}:{(edge - start) % HOUR // MINUTE:02}" for edge in span)
        for span in found.windows(start, start + 24 * HOUR, reading(**options))
    ]


@pytest.mark.parametrize(
    ("day", "options", "served"),
    [
        ("2024-04-25", {}, ["09:00-18:00"]),
        ("2024-04-26", {}, ["09:00-18:00"]),
        ("2024-04-26", {"short_days": "shortened"}, ["09:00-17:00"]),
        ("2024-04-27", {}, []),
        ("2024-04-27", {"working_saturdays": "served"}, ["09:00-18:00"]),
        ("2024-04-28", {"working_saturdays": "served"}, []),
        ("2024-04-29", {}, []),
        ("2024-04-30", {}, ["09:00-18:00"]),
        ("2024-05-01", {}, []),
        ("2024-05-02", {}, ["09:00-18:00"]),
        ("2024-05-02", {"decreed_days": "not-served"}, []),
    ],
)
def test_basic_is_served_on_working_days(day: str, options: dict[str, str], served: list[str]) -> None:
    assert hours(service("basic", CALENDARS), day, **options) == served


@pytest.mark.parametrize(
    ("day", "options", "served"),
    [
        ("2024-04-26", {"short_days": "shortened"}, ["09:00-17:00"]),
        ("2024-04-28", {}, ["09:00-18:00"]),
        ("2024-04-29", {}, ["09:00-18:00"]),
        ("2024-05-01", {}, ["09:00-18:00"]),
        ("2024-05-01", {"premium_holidays": "not-served"}, []),
        ("2024-05-02", {"premium_holidays": "not-served", "decreed_days": "not-served"}, ["09:00-18:00"]),
    ],
)
def test_premium_is_served_every_day_but_perhaps_on_holidays(
    day: str, options: dict[str, str], served: list[str]
) -> None:
    assert hours(service("premium", CALENDARS), day, **options) == served


@pytest.mark.parametrize("day", sorted({date for dates in SPECIAL.values() for date in dates}))
def test_premium_plus_is_served_round_the_clock_whatever_the_calendar(day: str) -> None:
    everything = {"premium_holidays": "not-served", "short_days": "shortened", "decreed_days": "not-served"}
    assert hours(service("premium+", CALENDARS), day, **everything) == ["00:00-24:00"]


def test_a_working_saturday_that_is_shortened_ends_early_too() -> None:
    calendars = published((2024, 0, days(working_weekends=["2024-04-27"], shortened=["2024-04-27"])))
    both = {"working_saturdays": "served", "short_days": "shortened"}
    assert hours(service("basic", calendars), "2024-04-27", **both) == ["09:00-17:00"]
    assert hours(service("basic", calendars), "2024-04-27", short_days="shortened") == []


def test_where_lists_overlap_a_working_weekend_is_worked_and_a_holiday_otherwise_not() -> None:
    overlapping = days(holidays=["2024-04-27", "2024-04-30"], working_weekends=["2024-04-27"], shortened=["2024-04-30"])
    found = service("basic", published((2024, 0, overlapping)))
    assert hours(found, "2024-04-27", working_saturdays="served") == ["09:00-18:00"]
    assert hours(found, "2024-04-30", short_days="shortened") == []


@pytest.mark.parametrize(
    ("spans", "left"),
    [
        (("09:00-18:00",), ["09:00-17:00"]),
        (("09:00-13:00", "14:00-18:00"), ["09:00-13:00", "14:00-17:00"]),
        (("09:00-13:00", "14:00-15:00"), ["09:00-13:00"]),
        (("09:00-13:00", "14:00-14:30"), ["09:00-13:00"]),
        (("09:00-13:00", "13:15-13:45"), ["09:00-12:45"]),
        (("09:00-13:00", "13:10-13:20", "13:30-13:45"), ["09:00-12:45"]),
        (("09:00-10:00",), []),
        (("09:00-09:30",), []),
    ],
)
def test_a_shortened_date_ends_an_hour_early_however_its_windows_lie(spans: tuple[str, ...], left: list[str]) -> None:
    calendars = published((2024, 0, days(shortened=["2024-04-26"])))
    assert hours(service(window(spans, shortened="shortened"), calendars), "2024-04-26") == left


def test_a_policy_may_settle_in_its_text_what_another_leaves_open() -> None:
    rules = {"holidays": "not-served", "days_off": "not-served", "working_weekends": "served"}
    found = service(window(**rules), CALENDARS)
    assert [hours(found, day) for day in ("2024-04-27", "2024-04-29", "2024-05-01")] == [["09:00-18:00"], [], []]


def test_a_clock_put_back_makes_a_window_longer_and_one_put_forward_shorter() -> None:
    berlin = zone("+01:00", ("2024-03-31T01:00:00Z", "+02:00"), ("2024-10-27T01:00:00Z", "+01:00"))
    everyday = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
    found = service(window(("00:00-24:00",), everyday), local=berlin)
    spring, autumn = berlin.instant(date(2024, 3, 31).toordinal()), berlin.instant(date(2024, 10, 27).toordinal())
    assert berlin.instant(date(2024, 4, 1).toordinal()) - spring == 23 * HOUR
    assert berlin.instant(date(2024, 10, 28).toordinal()) - autumn == 25 * HOUR
    assert found.windows(spring, spring + 23 * HOUR, reading()) == [(spring, spring + 23 * HOUR)]
    night = service(window(("01:00-04:00",), everyday), local=berlin)
    assert night.windows(spring, spring + 24 * HOUR, reading())[0] == (spring + HOUR, spring + 3 * HOUR)
    assert night.windows(autumn, autumn + 24 * HOUR, reading())[0] == (autumn + HOUR, autumn + 5 * HOUR)


@pytest.mark.parametrize("skipped", ["02:00-03:00", "02:30-03:00", "02:15-02:45", "02:30-03:15"])
def test_a_window_that_the_clock_skips_is_not_served(skipped: str) -> None:
    berlin = zone("+01:00", ("2024-03-31T01:00:00Z", "+02:00"))
    everyday = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
    found = service(window((skipped, "12:00-13:00"), everyday), local=berlin)
    spring = berlin.instant(date(2024, 3, 31).toordinal())
    served = found.windows(spring, spring + 23 * HOUR, reading())
    assert served[-1] == (spring + 11 * HOUR, spring + 12 * HOUR)
    assert sum(end - start for start, end in served[:-1]) in (0, HOUR // 2)


@pytest.mark.parametrize(
    ("rules", "weekday", "weekend"),
    [
        ({}, False, False),
        ({"holidays": "not-served"}, True, False),
        ({"days_off": "not-served"}, True, False),
        ({"non_working_days": "not-served"}, True, False),
        ({"shortened": "shortened"}, True, False),
        ({"working_weekends": "served"}, False, True),
    ],
)
def test_a_date_needs_its_calendar_only_where_that_can_make_a_difference(
    rules: dict[str, str], weekday: bool, weekend: bool
) -> None:
    rule = day_rule(window(**rules), lambda option: option)
    friday = date(2024, 4, 26).toordinal()
    assert [rule.needs_calendar(friday + offset) for offset in range(4)] == [weekday, weekend, weekend, weekday]
    assert rule.served(friday, NO_DAYS)
    assert not rule.served(friday + 1, NO_DAYS)


def test_one_timetable_serves_all_who_count_by_the_same_rule_and_calendars() -> None:
    revision = CALENDARS.by("RU", 10)
    rule = day_rule(window(), lambda option: option)
    assert timetable(rule, revision, MOSCOW) is timetable(rule, revision, MOSCOW)


def test_the_years_published_one_after_another_are_one_stretch() -> None:
    calendars = Publications()
    for year in (2023, 2024, 2026, 9999):
        calendars.add("RU", year, 0, NO_DAYS)
    table = timetable(day_rule(window(), lambda option: option), calendars.by("RU", 0), MOSCOW)
    assert table.is_published(at("2023-01-01 00:00"), at("2025-01-01 00:00"))
    assert not table.is_published(at("2022-12-31 23:59"), at("2023-01-02 00:00"))
    assert not table.is_published(at("2024-12-31 00:00"), at("2025-01-01 00:01"))
    assert table.is_published(at("2026-01-01 00:00"), at("2027-01-01 00:00"))


def test_an_amount_that_takes_years_is_found() -> None:
    found = service(window(("09:00-09:01",), ("mon",)), targets=("60 working minutes", *["1 hour"] * 3))
    # Sixty Mondays after Monday, 1 January 2024, that day included.
    assert found.due(at("2024-01-01 00:00"), 1, reading()) == at("2025-02-17 09:01")


def test_an_amount_beyond_reach_is_refused_and_not_searched_for_for_ever() -> None:
    found = service(window(("09:00-09:01",), ("mon",)), targets=("999 working hours", *["1 hour"] * 3))
    with pytest.raises(ValueError, match="not served enough in the 50 years after 2024"):
        found.due(at("2024-01-01 00:00"), 1, reading())


@pytest.mark.parametrize(
    ("start", "end", "needs_2025"),
    [
        ("2024-12-31 12:00", "2025-01-01 09:00", False),
        ("2024-12-31 12:00", "2025-01-01 09:01", True),
        ("2025-01-01 18:00", "2025-01-02 09:00", False),
        ("2025-01-01 17:59", "2025-01-02 09:00", True),
    ],
)
def test_a_night_rests_on_the_calendar_of_no_date(start: str, end: str, needs_2025: bool) -> None:
    found = service("basic", CALENDARS).timetable({}).windows(at(start), at(end))
    assert (found.lacking is not None) is needs_2025
