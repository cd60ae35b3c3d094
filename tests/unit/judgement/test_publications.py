"""Which publication of a calendar counts (READINGS.md, Days)."""

from projections.publications import LISTS, NO_DAYS, YearDays, days_of, differing
from schemas.provider_events import CalendarPublished
from tests.unit.judgement.hours import days, published

FIRST = days(holidays=["2024-01-01"])
SECOND = days(holidays=["2024-01-02"])
THIRD = days(holidays=["2024-01-03"])


def test_the_last_publication_recorded_by_the_as_of_instant_applies() -> None:
    calendars = published((2024, 10, FIRST), (2024, 20, SECOND), (2024, 30, THIRD))
    assert calendars.by("RU", 9).years == {}
    assert calendars.by("RU", 10).years == {2024: FIRST}
    assert calendars.by("RU", 29).years == {2024: SECOND}
    assert calendars.by("RU", 30).years == {2024: THIRD}


def test_what_was_known_at_the_opening_is_the_last_one_recorded_by_then_that_instant_included() -> None:
    calendars = published((2024, 10, FIRST), (2024, 20, SECOND), (2024, 30, THIRD))
    assert calendars.known_at("RU", 19, 100).years == {2024: FIRST}
    assert calendars.known_at("RU", 20, 100).years == {2024: SECOND}


def test_where_none_was_known_at_the_opening_the_first_one_since_counts() -> None:
    calendars = published((2023, 10, FIRST), (2024, 20, SECOND), (2024, 30, THIRD))
    assert calendars.known_at("RU", 15, 100).years == {2023: FIRST, 2024: SECOND}
    assert calendars.known_at("RU", 15, 19).years == {2023: FIRST}


def test_nothing_recorded_after_the_as_of_instant_was_known_at_an_opening_after_it() -> None:
    calendars = published((2024, 10, FIRST), (2024, 20, SECOND))
    assert calendars.known_at("RU", 25, 15).years == {2024: FIRST}


def test_each_jurisdiction_has_calendars_of_its_own() -> None:
    calendars = published((2024, 10, FIRST))
    calendars.add("KZ", 2024, 20, SECOND)
    assert calendars.by("RU", 30).years == {2024: FIRST}
    assert calendars.by("KZ", 30).years == {2024: SECOND}
    assert calendars.by("BY", 30).years == {}
    assert calendars.by("KZ", 30).jurisdiction == "KZ"


def test_equal_answers_are_one_revision_so_that_they_are_compiled_once() -> None:
    calendars = published((2024, 10, FIRST), (2024, 20, SECOND))
    assert calendars.by("RU", 30) is calendars.by("RU", 40)
    assert calendars.known_at("RU", 20, 40) is calendars.by("RU", 40)
    assert calendars.known_at("RU", 10, 40) is not calendars.by("RU", 40)


def test_a_year_published_again_unchanged_is_the_same_revision() -> None:
    calendars = published((2024, 10, FIRST), (2024, 20, days(holidays=["2024-01-01"])))
    now = calendars.by("RU", 30)
    assert calendars.known_at("RU", 10, 30) is now


def test_publications_differ_on_the_dates_on_which_any_list_does() -> None:
    one = days(holidays=["2024-01-01", "2024-01-02"], shortened=["2024-03-07"])
    other = days(holidays=["2024-01-02", "2024-01-03"], working_weekends=["2024-03-07"])
    expected = days(holidays=["2024-01-01", "2024-01-03", "2024-03-07"]).holidays
    assert differing(one, other) == expected
    assert differing(one, one) == frozenset()


def test_a_published_calendar_is_read_list_by_list() -> None:
    data = {name: (f"2024-01-0{place}",) for place, name in enumerate(LISTS, 1)}
    event = CalendarPublished(jurisdiction="RU", year=2024, source="gazette", **data)
    assert days_of(event) == days(**{name: list(dates) for name, dates in data.items()})
    assert YearDays(*[frozenset[int]()] * len(LISTS)) == NO_DAYS
