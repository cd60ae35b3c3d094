"""Local dates of a contract: which day an instant falls on, and when a day's hour strikes in UTC.

A policy states one offset or lists the instants at which it changes (READINGS.md, Time). The zone database takes no
part: an update of it must not move a deadline of ten years ago.
"""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from projections.timezones import Zone
from schemas.policy import LocalZone, parse_offset

DAY = 86_400_000_000
_EPOCH_DAY = date(1970, 1, 1).toordinal()


@dataclass(frozen=True, slots=True)
class LocalTime:
    """The contract's wall clock, read in dates."""

    zone: Zone

    def date_of(self, instant: int) -> int:
        """The local date of an instant (microseconds), as the ordinal of `datetime.date`."""
        return self.zone.wall(instant) // DAY + _EPOCH_DAY

    def year_of(self, instant: int) -> int:
        """The local year of an instant, or the nearest that a date can have."""
        return year_of_day(self.date_of(instant))

    def instant(self, day: int, clock: int = 0) -> int:
        """The instant at which the clock shows `clock` microseconds on the local date `day`."""
        return self.zone.instant((day - _EPOCH_DAY) * DAY + clock)


def local_time(stated: LocalZone) -> LocalTime:
    """The local time that a policy states."""
    return LocalTime(Zone.listed(parse_offset(stated.utc_offset), stated.changes()))


@lru_cache(maxsize=4096)
def year_of_day(day: int) -> int:
    """The year of a local date given as an ordinal, or the nearest that a date can have."""
    return date.fromordinal(min(max(day, date.min.toordinal()), date.max.toordinal())).year


def day_of(text: str) -> int:
    """The ordinal of a local date written YYYY-MM-DD."""
    return date.fromisoformat(text).toordinal()


__all__ = ["DAY", "LocalTime", "day_of", "local_time", "year_of_day"]
