"""When an amount runs out, which questions it asks, and which years it needs (READINGS.md, Amounts and Days)."""

from collections.abc import Callable

import pytest

from projections.service import MissingYear, Service, YearUnpublishedError
from tests.unit.judgement.hours import days, published, service, window
from tests.unit.judgement.telling import at, never, reading

QUIET = published((2024, 0, days()), (2025, 0, days()))


class Asked:
    """A reading that remembers what it was asked."""

    def __init__(self, **options: str) -> None:
        self.questions: list[str] = []
        self._answer = reading(**options)

    def __call__(self, question: str) -> str:
        self.questions.append(question)
        return self._answer(question)


def due(found: Service, start: str, priority: int = 2, /, **options: str) -> int:
    return found.due(at(start), priority, reading(**options))


@pytest.mark.parametrize(
    ("start", "ends"),
    [
        ("2024-04-22 09:00", "2024-04-23 12:00"),
        ("2024-04-22 08:00", "2024-04-23 12:00"),
        ("2024-04-22 12:00", "2024-04-23 15:00"),
        ("2024-04-22 15:00", "2024-04-23 18:00"),
        ("2024-04-22 15:01", "2024-04-24 09:01"),
        ("2024-04-22 18:00", "2024-04-24 12:00"),
        ("2024-04-26 17:00", "2024-04-30 11:00"),
        ("2024-04-27 12:00", "2024-04-30 12:00"),
    ],
)
def test_twelve_working_hours_of_basic(start: str, ends: str) -> None:
    assert due(service("basic", QUIET), start) == at(ends)


@pytest.mark.parametrize(
    ("option", "ends"),
    [
        ("clock", "2024-04-27 17:30"),
        ("roll-to-opening", "2024-04-29 09:00"),
        ("from-opening-of-service", "2024-04-27 17:30"),
        ("service", "2024-05-01 14:30"),
    ],
)
def test_twenty_four_hours_of_basic_from_within_the_hours(option: str, ends: str) -> None:
    assert due(service("basic", QUIET), "2024-04-26 17:30", 1, basic_p1_hours=option) == at(ends)


@pytest.mark.parametrize(
    ("option", "ends"),
    [
        ("clock", "2024-04-27 18:00"),
        ("roll-to-opening", "2024-04-29 09:00"),
        ("from-opening-of-service", "2024-04-30 09:00"),
        ("service", "2024-05-01 15:00"),
    ],
)
def test_twenty_four_hours_of_basic_from_closing_time(option: str, ends: str) -> None:
    assert due(service("basic", QUIET), "2024-04-26 18:00", 1, basic_p1_hours=option) == at(ends)


def test_a_roll_from_within_the_hours_stays() -> None:
    assert due(service("basic", QUIET), "2024-04-22 09:00", 1, basic_p1_hours="roll-to-opening") == at(
        "2024-04-23 09:00"
    )


def test_premium_counts_by_the_clock_or_by_service_and_premium_plus_always_by_the_clock() -> None:
    premium = service("premium", QUIET)
    assert due(premium, "2024-04-27 17:00") == at("2024-04-28 05:00")
    assert due(premium, "2024-04-27 17:00", premium_hours="service") == at("2024-04-29 11:00")
    assert service("premium+", QUIET).due(at("2024-04-27 17:00"), 1, never) == at("2024-04-27 23:00")


def test_a_count_asks_only_about_the_dates_it_rests_on() -> None:
    calendars = published(
        (2024, 0, days(working_weekends=["2024-04-27"], shortened=["2024-05-08"], non_working_days=["2024-05-10"]))
    )
    basic = service("basic", calendars)
    for start, questions in [
        ("2024-04-22 09:00", []),
        ("2024-04-25 15:00", []),
        ("2024-04-25 15:01", ["working-saturdays"]),
        ("2024-04-26 17:00", ["working-saturdays"]),
        ("2024-04-27 23:00", ["working-saturdays"]),
        ("2024-04-28 00:00", []),
        ("2024-05-07 09:00", ["short-days"]),
        ("2024-05-07 15:01", ["short-days"]),
        ("2024-05-08 10:00", ["short-days"]),
        ("2024-05-09 10:00", ["decreed-days"]),
        ("2024-05-10 10:00", ["decreed-days"]),
    ]:
        asked = Asked()
        basic.due(at(start), 2, asked)
        assert asked.questions == questions, start


def test_an_answer_that_moves_the_due_instant_may_raise_another_question() -> None:
    calendars = published((2024, 0, days(non_working_days=["2024-04-26"], working_weekends=["2024-04-27"])))
    basic = service("basic", calendars)
    served, not_served = Asked(), Asked(decreed_days="not-served")
    basic.due(at("2024-04-25 15:00"), 2, served)
    basic.due(at("2024-04-25 15:00"), 2, not_served)
    assert served.questions == ["decreed-days"]
    assert not_served.questions == ["decreed-days", "working-saturdays"]


def test_a_calendar_published_again_is_a_question_only_where_it_differs() -> None:
    calendars = published(
        (2024, 0, days()), (2024, 100, days(non_working_days=["2024-04-26"], holidays=["2024-04-24"]))
    )
    basic = service("basic", calendars, opened=50)
    asked = Asked()
    assert basic.due(at("2024-04-29 09:00"), 2, asked) == at("2024-04-30 12:00")
    assert asked.questions == []
    assert due(basic, "2024-04-23 09:00") == at("2024-04-25 12:00")
    assert due(basic, "2024-04-23 09:00", calendar_changes="as-known-at-opening") == at("2024-04-24 12:00")
    assert due(service("basic", calendars, opened=100), "2024-04-23 09:00", calendar_changes="as-known-at-opening") == (
        at("2024-04-25 12:00")
    )


def test_a_window_that_reads_no_calendar_does_not_ask_which_one_counts() -> None:
    calendars = published((2024, 0, days()), (2024, 100, days(holidays=["2024-04-24"])))
    found = service(window(), calendars, opened=50)
    assert found.due(at("2024-04-23 09:00"), 2, never) == at("2024-04-24 12:00")


@pytest.mark.parametrize("name", ["holidays", "days_off", "non_working_days"])
def test_a_window_that_reads_one_list_asks_which_calendar_counts(name: str) -> None:
    calendars = published((2024, 0, days()), (2024, 100, days(**{name: ["2024-04-24"]})))
    found = service(window(**{name: "not-served"}), calendars, opened=50)
    assert due(found, "2024-04-23 09:00") == at("2024-04-25 12:00")
    assert due(found, "2024-04-23 09:00", calendar_changes="as-known-at-opening") == at("2024-04-24 12:00")


@pytest.mark.parametrize(
    ("rules", "lists", "start", "now", "then"),
    [
        (
            {"working_weekends": "served"},
            {"working_weekends": ["2024-04-27"]},
            "2024-04-26 09:00",
            "27 12:00",
            "29 12:00",
        ),
        ({"shortened": "shortened"}, {"shortened": ["2024-04-24"]}, "2024-04-24 09:00", "25 13:00", "25 12:00"),
    ],
)
def test_so_does_one_that_reads_weekends_or_short_days(
    rules: dict[str, str], lists: dict[str, list[str]], start: str, now: str, then: str
) -> None:
    calendars = published((2024, 0, days()), (2024, 100, days(**lists)))
    found = service(window(**rules), calendars, opened=50)
    assert due(found, start) == at(f"2024-04-{now}")
    assert due(found, start, calendar_changes="as-known-at-opening") == at(f"2024-04-{then}")


def missing(found: Service, count: Callable[[Service], object]) -> MissingYear | None:
    try:
        count(found)
    except YearUnpublishedError as unpublished:
        return unpublished.year
    return None


@pytest.mark.parametrize(
    ("start", "year"),
    [
        ("2024-12-30 15:00", None),
        ("2024-12-30 15:01", 2025),
        ("2024-12-31 15:00", 2025),
        ("2024-12-31 18:00", 2025),
        ("2023-12-31 12:00", None),
        ("2023-12-29 17:00", 2023),
        ("2023-12-29 18:00", None),
    ],
)
def test_a_count_needs_the_year_of_each_date_that_decides_it(start: str, year: int | None) -> None:
    found = service("basic", published((2024, 0, days())))
    expected = None if year is None else MissingYear("RU", year)
    assert missing(found, lambda basic: due(basic, start)) == expected


def test_a_weekend_of_an_unknown_year_is_needed_only_if_working_saturdays_are_served() -> None:
    # 31 December 2021 is a Friday; 1 and 2 January 2022 are a weekend.
    found = service(window(working_weekends="working-saturdays"), published((2021, 0, days())))
    start = "2021-12-31 09:00"
    assert missing(found, lambda one: due(one, start)) is None
    assert due(found, start) == at("2022-01-03 12:00")
    with_saturdays = missing(found, lambda one: due(one, start, working_saturdays="served"))
    assert with_saturdays == MissingYear("RU", 2022)


def test_a_reading_that_needs_no_calendar_is_judged_although_the_literal_one_needs_it() -> None:
    found = service(window(working_weekends="decreed-days"), published((2021, 0, days())))
    assert missing(found, lambda one: due(one, "2021-12-31 09:00")) == MissingYear("RU", 2022)
    assert due(found, "2021-12-31 09:00", decreed_days="not-served") == at("2022-01-03 12:00")


def test_premium_needs_a_calendar_only_if_holidays_or_short_days_count() -> None:
    found = service("premium", published())
    literal = {"premium_hours": "service"}
    assert due(found, "2024-04-22 09:00", **literal) == at("2024-04-23 12:00")
    for option in ({"premium_holidays": "not-served"}, {"short_days": "shortened"}):
        lacking = missing(found, lambda one, option=option: due(one, "2024-04-22 09:00", **literal, **option))  # type: ignore[misc]
        assert lacking == MissingYear("RU", 2024)


def test_a_clock_amount_needs_no_calendar_but_its_roll_does() -> None:
    found = service("basic", published())
    assert due(found, "2024-04-22 09:00", 1) == at("2024-04-23 09:00")
    for option in ("roll-to-opening", "from-opening-of-service", "service"):
        lacking = missing(found, lambda one, option=option: due(one, "2024-04-22 09:00", 1, basic_p1_hours=option))  # type: ignore[misc]
        assert lacking == MissingYear("RU", 2024)


def test_a_missing_year_is_named_with_the_jurisdiction() -> None:
    calendars = published((2024, 0, days()), jurisdiction="KZ")
    found = service("basic", calendars)
    assert missing(found, lambda one: due(one, "2024-04-22 09:00")) == MissingYear("RU", 2024)


def test_the_first_of_several_missing_years_is_named() -> None:
    found = service("basic", published((2026, 0, days())), targets=("1 hour",) * 4)
    lacking = missing(found, lambda one: one.windows(at("2024-06-01 00:00"), at("2027-06-01 00:00"), reading()))
    assert lacking == MissingYear("RU", 2024)


def test_the_service_inside_a_stretch_needs_the_years_in_which_some_of_it_lies() -> None:
    found = service("basic", published((2024, 0, days())))
    start, opening = at("2024-12-31 17:00"), at("2025-01-01 09:00")
    assert found.windows(start, opening, reading()) == [(start, at("2024-12-31 18:00"))]
    assert missing(found, lambda one: one.windows(start, opening + 1, reading())) == MissingYear("RU", 2025)


def test_an_opening_is_the_instant_itself_within_the_hours() -> None:
    found = service("basic", QUIET)
    for instant, opens in [
        ("2024-04-22 09:00", "2024-04-22 09:00"),
        ("2024-04-22 17:59", "2024-04-22 17:59"),
        ("2024-04-22 18:00", "2024-04-23 09:00"),
        ("2024-04-26 18:00", "2024-04-29 09:00"),
        ("2024-04-22 08:59", "2024-04-22 09:00"),
    ]:
        assert found.opening(at(instant), reading()) == at(opens)


def test_an_opening_needs_its_own_date() -> None:
    found = service("basic", published((2024, 0, days())))
    assert found.opening(at("2024-12-31 17:59"), reading()) == at("2024-12-31 17:59")
    assert missing(found, lambda one: one.opening(at("2024-12-31 18:00"), reading())) == MissingYear("RU", 2025)


def test_a_roll_to_a_midnight_opening_rests_on_the_date_that_then_begins() -> None:
    # Sunday, 28 April 2024; the Monday after it is decreed. 1 January 2029 is a Monday.
    calendars = published((2024, 0, days(non_working_days=["2024-04-29"])), (2028, 0, days()))
    found = service(window(("00:00-24:00",), holidays="not-served", non_working_days="decreed-days"), calendars)
    sunday = at("2024-04-28 12:00")
    assert found.opening(sunday, reading()) == at("2024-04-29 00:00")
    assert found.opening(sunday, reading(decreed_days="not-served")) == at("2024-04-30 00:00")
    asked = Asked()
    found.opening(sunday, asked)
    assert asked.questions == ["decreed-days"]
    assert missing(found, lambda one: one.opening(at("2028-12-31 12:00"), reading())) == MissingYear("RU", 2029)


def test_an_amount_that_runs_out_at_midnight_does_not_need_the_year_that_then_begins() -> None:
    found = service(window(("00:00-24:00",), holidays="not-served"), published((2024, 0, days())))
    assert due(found, "2024-12-31 12:00") == at("2025-01-01 00:00")
    assert missing(found, lambda one: due(one, "2024-12-31 12:01")) == MissingYear("RU", 2025)


def test_a_count_does_not_need_the_date_after_the_one_it_ends_on() -> None:
    found = service(window(working_weekends="served"), published((2024, 0, days())), targets=("9 working hours",) * 4)
    assert due(found, "2025-01-03 09:00") == at("2025-01-03 18:00")
    assert missing(found, lambda one: due(one, "2025-01-03 09:01")) == MissingYear("RU", 2025)


def test_several_windows_a_day_are_counted_one_after_another() -> None:
    found = service(window(("08:00-12:00", "13:00-15:00")), QUIET)
    assert due(found, "2024-04-22 11:00") == at("2024-04-24 11:00")


def test_a_table_under_one_reading_answers_every_question_about_days() -> None:
    asked = Asked(decreed_days="not-served")
    table = service("basic", QUIET).table(asked)
    assert set(asked.questions) == {"decreed-days", "working-saturdays", "short-days", "calendar-changes"}
    assert not table.rule.non_working_days
