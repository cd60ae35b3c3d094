"""Zones as data: reading the wall clock where it jumps, and drafting from the zone database."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projections.timezones import Zone, draft

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
HOUR = 3_600_000_000
NAMES = ["Europe/Berlin", "America/Sao_Paulo", "Asia/Tehran", "Australia/Lord_Howe", "Pacific/Apia"]


def micros(text: str) -> int:
    return (datetime.fromisoformat(text).replace(tzinfo=UTC) - EPOCH) // timedelta(microseconds=1)


FROM, UNTIL = micros("2009-06-01"), micros("2020-01-01")
DRAFTED = {name: draft(ZoneInfo(name), FROM, UNTIL) for name in NAMES}
BERLIN = DRAFTED["Europe/Berlin"]


def test_a_fixed_offset_holds_at_every_instant() -> None:
    moscow = Zone.fixed(3 * HOUR)
    assert moscow.wall(micros("2020-07-01T06:00")) == micros("2020-07-01T09:00")
    assert moscow.instant(micros("1920-01-01T00:00")) == micros("1919-12-31T21:00")


def test_an_offset_holds_from_its_transition_on() -> None:
    zone = Zone.listed(HOUR, [(1_000, 2 * HOUR)])
    assert [zone.offset(instant) for instant in (999, 1_000)] == [HOUR, 2 * HOUR]


def test_a_skipped_wall_time_is_read_at_the_offset_before_the_change() -> None:
    assert BERLIN.instant(micros("2016-03-27T02:30")) == micros("2016-03-27T01:30")
    assert BERLIN.wall(micros("2016-03-27T01:30")) == micros("2016-03-27T03:30")


def test_a_repeated_wall_time_is_its_first_occurrence() -> None:
    assert BERLIN.instant(micros("2016-10-30T02:30")) == micros("2016-10-30T00:30")
    assert BERLIN.wall(micros("2016-10-30T01:30")) == micros("2016-10-30T02:30")


@pytest.mark.parametrize(
    "transitions",
    [[(10, 0), (10, HOUR)], [(10, 0), (5, HOUR)], [(0, 0), (HOUR, -HOUR)]],
)
def test_transitions_out_of_order_or_too_close_are_refused(
    transitions: list[tuple[int, int]],
) -> None:
    with pytest.raises(ValueError, match="in order and apart"):
        Zone.listed(9 * HOUR, transitions)


def test_a_draft_lists_each_change_at_its_second() -> None:
    changes = [t for t in BERLIN.transitions if micros("2016-01-01") <= t < micros("2017-01-01")]
    assert changes == [micros("2016-03-27T01:00"), micros("2016-10-30T01:00")]


def test_a_draft_may_begin_within_a_second_and_at_a_change() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    change = micros("2016-03-27T01:00")
    assert draft(berlin, change - 1, change + 1).transitions == (change,)
    assert draft(berlin, change - HOUR, change).transitions == (change,)
    assert draft(berlin, change, change + HOUR) == Zone.fixed(2 * HOUR)


@given(st.sampled_from(NAMES), st.integers(FROM, UNTIL))
def test_a_draft_reads_every_clock_as_the_database_does(name: str, instant: int) -> None:
    moment = EPOCH + timedelta(microseconds=instant)
    local = moment.astimezone(ZoneInfo(name))
    assert DRAFTED[name].wall(instant) == micros(local.replace(tzinfo=None).isoformat())
    same_wall = moment.replace(tzinfo=ZoneInfo(name))
    read = (same_wall - EPOCH) // timedelta(microseconds=1)
    assert DRAFTED[name].instant(instant) == read
