"""The contract's dates (READINGS.md, Time)."""

from datetime import date

import pytest

from projections.local_time import day_of
from tests.unit.judgement.hours import MOSCOW, zone
from tests.unit.judgement.telling import HOUR


@pytest.mark.parametrize(
    ("hours", "day"), [(-4, date(1969, 12, 31)), (-3, date(1970, 1, 1)), (20, date(1970, 1, 1)), (21, date(1970, 1, 2))]
)
def test_a_date_begins_at_midnight_of_the_contracts_clock(hours: int, day: date) -> None:
    assert MOSCOW.date_of(hours * HOUR) == day.toordinal()


def test_a_dates_hour_strikes_three_hours_before_it_does_at_utc() -> None:
    assert MOSCOW.instant(date(1970, 1, 2).toordinal()) == 21 * HOUR
    assert MOSCOW.instant(date(1970, 1, 2).toordinal(), 9 * HOUR) == 30 * HOUR


def test_a_zone_may_change_its_offset_at_instants_that_its_policy_lists() -> None:
    moved = zone("+03:00", ("1970-01-01T12:00:00Z", "+04:00"))
    assert moved.date_of(20 * HOUR) == date(1970, 1, 2).toordinal()
    assert moved.instant(date(1970, 1, 2).toordinal()) == 20 * HOUR


def test_a_date_is_written_as_in_the_calendar() -> None:
    assert day_of("1970-01-01") == date(1970, 1, 1).toordinal()
