"""Due instants are counted once for all readings that answer their questions alike."""

from collections.abc import Callable

import pytest

from projections.diagram import Readings, follow
from projections.dues import Dues
from projections.service import MissingYear, Service, YearUnpublishedError
from tests.unit.judgement.hours import days, published, service
from tests.unit.judgement.telling import at, never, reading

CALENDARS = published((2024, 0, days(working_weekends=["2024-04-27"], shortened=["2024-04-26"])))


class Counting:
    """A service that counts how often a due instant is counted to its end."""

    def __init__(self, inner: Service) -> None:
        self.inner = inner
        self.counts = 0

    def due(self, start: int, priority: int, ask: Callable[[str], str]) -> int:
        found = self.inner.due(start, priority, ask)
        self.counts += 1
        return found


def test_it_says_what_the_service_says() -> None:
    basic = service("basic", CALENDARS)
    dues = Dues(basic)
    start = at("2024-04-26 15:00")
    for options in ({}, {"working_saturdays": "served"}, {"working_saturdays": "served", "short_days": "shortened"}):
        ask = reading(**options)
        for _ in range(2):
            assert dues(start, 2, ask) == basic.due(start, 2, ask)


def test_each_combination_of_the_answers_that_matter_is_counted_once() -> None:
    counting = Counting(service("basic", CALENDARS))
    dues = Dues(counting)  # type: ignore[arg-type]
    start = at("2024-04-26 15:00")
    for _ in range(3):
        for saturdays in ("not-served", "served"):
            for short in ("full", "shortened"):
                for decreed in ("served", "not-served"):
                    dues(start, 2, reading(working_saturdays=saturdays, short_days=short, decreed_days=decreed))
    assert counting.counts == 4


def test_what_asks_nothing_is_counted_once_and_asks_nothing_again() -> None:
    counting = Counting(service("premium+"))
    dues = Dues(counting)  # type: ignore[arg-type]
    assert dues(0, 1, never) == dues(0, 1, never)
    assert counting.counts == 1


def test_each_start_and_priority_is_counted_for_itself() -> None:
    dues = Dues(service("premium+"))
    hour = 3_600_000_000
    assert [dues(0, 1, never), dues(1, 1, never), dues(0, 2, never)] == [6 * hour, 6 * hour + 1, 12 * hour]


def test_a_year_that_nobody_published_is_missing_each_time() -> None:
    dues = Dues(service("basic"))
    for _ in range(2):
        with pytest.raises(YearUnpublishedError) as raised:
            dues(at("2024-04-26 15:00"), 2, reading())
        assert raised.value.year == MissingYear("RU", 2024)


def test_under_every_reading_it_says_what_each_reading_finds_and_counts_once_for_both() -> None:
    counting = Counting(service("basic", CALENDARS))
    dues = Dues(counting)  # type: ignore[arg-type]
    start = at("2024-04-26 15:00")
    diagram = dues.under_all(start, 2, Readings({}))
    assert dues.under_all(start, 2, Readings({})) is diagram
    for saturdays in ("not-served", "served"):
        for short in ("full", "shortened"):
            options = {"working-saturdays": saturdays, "short-days": short}
            assert dues(start, 2, options.__getitem__) == follow(diagram, options)
    assert counting.counts == 4
    assert dues.reach() == (start, max(diagram.values))


def test_under_every_reading_a_missing_year_is_told_and_stays_missing() -> None:
    dues = Dues(service("basic"))
    start = at("2024-04-26 15:00")
    assert set(dues.under_all(start, 2, Readings({})).values) == {MissingYear("RU", 2024)}
    with pytest.raises(YearUnpublishedError):
        dues(start, 2, reading())
    assert dues.reach() == (start, start)
