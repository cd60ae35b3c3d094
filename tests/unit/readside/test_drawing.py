"""Pages, instants and axes as characters: nothing is lost, and nothing that an event says is obeyed."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projections.local_time import LocalTime, local_time
from projections.policies import shipped_policy
from schemas.instants import MICROS_PER_DAY, MICROS_PER_HOUR, parse_instant, to_micros
from schemas.policy import LocalZone, parse_policy
from services.cli.axis import MORE, Axis
from services.cli.moments import Moments, spell
from services.cli.page import aligned, one_line

LOCAL = local_time(parse_policy(shipped_policy()).zone)


def micros(at: str) -> int:
    return to_micros(parse_instant(at))


@pytest.mark.parametrize(
    ("at", "told"),
    [
        ("2024-04-26T14:30:00Z", "Fri 2024-04-26 17:30 = 2024-04-26T14:30:00Z"),
        ("2024-04-26T21:00:00Z", "Sat 2024-04-27 00:00 = 2024-04-26T21:00:00Z"),
        ("2024-04-26T14:30:05Z", "Fri 2024-04-26 17:30:05 = 2024-04-26T14:30:05Z"),
        ("2024-04-26T14:30:05.120000Z", "Fri 2024-04-26 17:30:05.12 = 2024-04-26T14:30:05.12Z"),
        ("2024-04-26T14:30:00.000001Z", "Fri 2024-04-26 17:30:00.000001 = 2024-04-26T14:30:00.000001Z"),
    ],
)
def test_an_instant_is_told_in_local_time_and_utc(at: str, told: str) -> None:
    assert Moments(LOCAL).both(micros(at)) == told


def test_local_time_follows_the_transitions_that_a_policy_lists() -> None:
    zone = LocalZone(clause="HOURS", utc_offset="+04:00", transitions=(("2014-10-25T22:00:00Z", "+03:00"),))
    moments = Moments(local_time(zone))
    assert moments.short(micros("2014-10-25T21:59:59Z")) == "Sun 2014-10-26 01:59:59"
    assert moments.short(micros("2014-10-25T22:00:00Z")) == "Sun 2014-10-26 01:00"
    assert [moments.offset(micros(at)) for at in ("2014-10-25T21:59:59Z", "2014-10-25T22:00:00Z")] == [
        "+04:00",
        "+03:00",
    ]


def test_offsets_west_of_greenwich_have_a_minus() -> None:
    moments = Moments(local_time(LocalZone(clause="HOURS", utc_offset="-03:30")))
    assert moments.offset(0) == "-03:30"
    assert moments.short(0) == "Wed 1969-12-31 20:30"


def test_the_midnight_that_ends_a_day_is_its_24_00() -> None:
    moments, midnight = Moments(LOCAL), micros("2024-04-26T21:00:00Z")
    day = LOCAL.date_of(midnight)
    assert moments.clock(midnight, closes=day - 1) == "24:00"
    assert moments.clock(midnight, closes=day) == "00:00"


@pytest.mark.parametrize(
    ("length", "told"),
    [
        (0, "0 min"),
        (MICROS_PER_HOUR, "1 h"),
        (90 * 60_000_000, "1 h 30 min"),
        (26 * MICROS_PER_HOUR + 5_000_000, "26 h 5 s"),
        (1, "0.000001 s"),
        (-60_000_000, "-1 min"),
    ],
)
def test_a_length_of_time_is_spelt_exactly(length: int, told: str) -> None:
    assert spell(length) == told


@given(st.text())
def test_foreign_text_stays_on_its_line_and_moves_no_cursor(foreign: str) -> None:
    shown = one_line(foreign)
    assert shown.splitlines() in ([], [shown])
    assert not re.search("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]", shown)


def test_columns_stand_under_each_other_whatever_the_width_of_their_characters() -> None:
    lines = [line.text for line in aligned([("日本", "x"), ("ab", "y"), ("abcd", "")])]
    assert lines == ["日本  x", "ab    y", "abcd"]


@given(st.integers(0, 10**15), st.integers(0, 10**15), st.integers(1, 300), st.integers(0, 10**15))
def test_every_instant_falls_into_the_axis_and_order_is_kept(start: int, length: int, columns: int, at: int) -> None:
    axis = Axis(start, start + length, columns)
    assert 0 <= axis.column(at) <= axis.column(at + 1) < columns


def test_a_span_shorter_than_a_column_is_still_seen() -> None:
    assert Axis(0, 1000, 10).stretches([(500, 501, "=")]) == "    ="


def test_marks_that_collide_go_to_rows_below() -> None:
    assert list(Axis(0, 100, 11).marks([(0, "1"), (0, "2"), (50, "3")])) == ["1    3", "2"]


def test_marks_beyond_the_rows_are_counted_as_more() -> None:
    rows = list(Axis(0, 100, 11).marks([(0, str(number)) for number in range(1, 9)]))
    assert rows == ["1", "2", "3", "4", "5", MORE]


@given(st.integers(1, 20_000), st.integers(24, 200))
def test_ticks_fit_the_axis_and_do_not_run_into_each_other(days: int, columns: int) -> None:
    start = micros("2021-02-19T12:00:00Z")
    local: LocalTime = LOCAL
    names, bar = Axis(start, start + days * MICROS_PER_DAY, columns).ticks(local)
    assert len(bar) == columns
    assert len(names) <= columns
    assert all(re.fullmatch(r"\d\d-\d\d|\d{4}", name) for name in names.split())
    assert len(names.split()) == bar.count("┬") >= 1
