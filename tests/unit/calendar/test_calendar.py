"""The compiled calendar: statements about its arithmetic, compared with counting tick by tick."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given

from projections.calendar import Calendar, Interval, merge, subtract
from tests.unit.calendar.strategies import amounts, instants, intervals

HOUR = 3_600_000_000
MONDAY = 1_722_816_000_000_000
TWO_DAYS = Calendar.compile([(MONDAY + 9 * HOUR, MONDAY + 18 * HOUR), (MONDAY + 33 * HOUR, MONDAY + 42 * HOUR)])


def ticks(service: list[Interval]) -> set[int]:
    """Every tick at which service runs, the slow way."""
    return {tick for start, end in service for tick in range(start, end)}


def test_an_amount_that_runs_out_at_closing_time_is_due_at_closing_time() -> None:
    assert TWO_DAYS.add(MONDAY + 15 * HOUR, 3 * HOUR) == MONDAY + 18 * HOUR


def test_a_microsecond_more_is_due_after_the_next_opening() -> None:
    assert TWO_DAYS.add(MONDAY + 15 * HOUR, 3 * HOUR + 1) == MONDAY + 33 * HOUR + 1


def test_an_amount_of_zero_is_due_at_the_start_even_when_closed() -> None:
    assert TWO_DAYS.add(MONDAY, 0) == MONDAY


def test_before_the_opening_nothing_is_counted() -> None:
    assert TWO_DAYS.add(MONDAY, HOUR) == MONDAY + 10 * HOUR


def test_an_amount_beyond_the_last_closing_has_no_answer() -> None:
    assert TWO_DAYS.add(MONDAY, 18 * HOUR) == MONDAY + 42 * HOUR
    assert TWO_DAYS.add(MONDAY, 18 * HOUR + 1) is None


def test_a_negative_amount_is_refused() -> None:
    with pytest.raises(ValueError, match="cannot be negative"):
        TWO_DAYS.add(MONDAY, -1)


def test_service_runs_at_the_opening_and_no_longer_at_the_closing() -> None:
    assert TWO_DAYS.is_open(MONDAY + 9 * HOUR)
    assert TWO_DAYS.is_open(MONDAY + 18 * HOUR - 1)
    assert not TWO_DAYS.is_open(MONDAY + 18 * HOUR)
    assert not TWO_DAYS.is_open(MONDAY)


def test_the_next_opening_of_an_open_instant_is_the_instant_itself() -> None:
    assert TWO_DAYS.next_opening(MONDAY + 10 * HOUR) == MONDAY + 10 * HOUR
    assert TWO_DAYS.next_opening(MONDAY + 18 * HOUR) == MONDAY + 33 * HOUR
    assert TWO_DAYS.next_opening(MONDAY + 42 * HOUR) is None


def test_nothing_elapses_backwards() -> None:
    assert TWO_DAYS.elapsed(MONDAY + 12 * HOUR, MONDAY + 10 * HOUR) == 0


def test_a_calendar_without_service_answers_that_there_is_none() -> None:
    never = Calendar.compile([])
    assert never.add(0, 1) is None
    assert never.next_opening(0) is None
    assert never.elapsed(-HOUR, HOUR) == 0
    assert never.intervals(-HOUR, HOUR) == []


def test_touching_intervals_are_one() -> None:
    assert Calendar.compile([(5, 9), (1, 5), (8, 12), (20, 20)]) == Calendar.compile([(1, 12)])


def test_an_interval_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(ValueError, match="before it begins"):
        Calendar.compile([(5, 4)])


def test_a_datetime_of_any_offset_is_exact_to_the_microsecond() -> None:
    moscow = timezone(timedelta(hours=3))
    start = datetime(2024, 8, 5, 17, 59, 59, 999_999, tzinfo=moscow)
    calendar = Calendar.compile([(MONDAY + 6 * HOUR, MONDAY + 15 * HOUR), (MONDAY + 30 * HOUR, MONDAY + 39 * HOUR)])
    assert calendar.add_datetime(start, 1) == datetime(2024, 8, 5, 15, tzinfo=UTC)
    assert calendar.add_datetime(start, 2) == datetime(2024, 8, 6, 6, 0, 0, 1, tzinfo=UTC)
    assert calendar.elapsed_datetime(start, datetime(2024, 8, 6, 7, tzinfo=UTC)) == HOUR + 1
    assert calendar.add_datetime(start, 20 * HOUR) is None


def test_a_datetime_without_an_offset_is_refused() -> None:
    with pytest.raises(TypeError):
        TWO_DAYS.add_datetime(datetime(2024, 8, 5, 17), 1)  # noqa: DTZ001 the point of the test


@given(intervals, instants, instants)
def test_elapsed_equals_the_ticks_counted_one_by_one(service: list[Interval], start: int, end: int) -> None:
    expected = sum(1 for tick in ticks(service) if start <= tick < end)
    assert Calendar.compile(service).elapsed(start, end) == expected


@given(intervals, instants, amounts)
def test_add_equals_the_ticks_counted_one_by_one(service: list[Interval], start: int, amount: int) -> None:
    ahead = sorted(tick for tick in ticks(service) if tick >= start)
    expected = start if amount == 0 else ahead[amount - 1] + 1 if amount <= len(ahead) else None
    assert Calendar.compile(service).add(start, amount) == expected


@given(intervals, instants, amounts)
def test_due_is_the_inverse_of_elapsed(service: list[Interval], start: int, amount: int) -> None:
    calendar = Calendar.compile(service)
    due = calendar.add(start, amount)
    if due is None:
        assert calendar.elapsed(start, 10_000) < amount
    else:
        assert calendar.elapsed(start, due) == amount
        assert amount == 0 or calendar.elapsed(start, due - 1) == amount - 1


@given(intervals, instants, instants, amounts, amounts)
def test_add_never_decreases(service: list[Interval], start: int, later: int, amount: int, more: int) -> None:
    calendar = Calendar.compile(service)
    small, large = sorted((amount, more))
    first, second = sorted((start, later))
    due, due_of_more, due_of_later = (
        calendar.add(first, small),
        calendar.add(first, large),
        calendar.add(second, small),
    )
    assert due_of_more is None or (due is not None and due <= due_of_more)
    assert due_of_later is None or (due is not None and due <= due_of_later)


@given(intervals, instants, instants, instants)
def test_elapsed_is_additive(service: list[Interval], one: int, two: int, three: int) -> None:
    calendar = Calendar.compile(service)
    start, middle, end = sorted((one, two, three))
    assert calendar.elapsed(start, middle) + calendar.elapsed(middle, end) == calendar.elapsed(start, end)


@given(intervals, instants, instants)
def test_the_intervals_hold_exactly_the_open_instants(service: list[Interval], start: int, end: int) -> None:
    calendar = Calendar.compile(service)
    segments = calendar.intervals(start, end)
    open_ticks = {tick for tick in range(start, end) if calendar.is_open(tick)}
    assert ticks(segments) == open_ticks == {tick for tick in ticks(service) if start <= tick < end}
    assert sum(until - since for since, until in segments) == calendar.elapsed(start, end)
    assert all(since < until for since, until in segments)


@given(intervals, instants)
def test_the_next_opening_is_the_first_open_instant(service: list[Interval], instant: int) -> None:
    expected = min((tick for tick in ticks(service) if tick >= instant), default=None)
    assert Calendar.compile(service).next_opening(instant) == expected


@given(intervals, intervals)
def test_subtracting_leaves_the_instants_that_were_not_excluded(
    service: list[Interval], excluded: list[Interval]
) -> None:
    left = list(subtract(merge(service), excluded))
    assert ticks(left) == ticks(service) - ticks(excluded)
    assert left == merge(left)
