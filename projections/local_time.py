"""Local dates of a contract: which day an instant falls on, and when a day's hour strikes in UTC.

A policy states one offset or lists the instants at which it changes (READINGS.md, Time). The zone database takes no
part: an update of it must not move a deadline of ten years ago.
"""

from bisect import bisect_right
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from schemas.policy import Zone, parse_offset

DAY = 86_400_000_000
_EPOCH_DAY = date(1970, 1, 1).toordinal()


@dataclass(frozen=True, slots=True)
class LocalTime:
    """The offsets from UTC in force, in microseconds: `offsets[0]` before the first of `changes`."""

    changes: tuple[int, ...]
    offsets: tuple[int, ...]

    def date_of(self, instant: int) -> int:
        """The local date of an instant, as the ordinal of `datetime.date`."""
        offset = self.offsets[bisect_right(self.changes, instant)] if self.changes else self.offsets[0]
        return (instant + offset) // DAY + _EPOCH_DAY

    def instant(self, day: int, clock: int = 0) -> int:
        """The instant at which the clock shows `clock` microseconds on the local date `day`.

        A clock time that a change skips is read with the offset before the change, one that it repeats is the first.
        """
        wall = (day - _EPOCH_DAY) * DAY + clock
        for change, offset in zip(self.changes, self.offsets, strict=False):
            if wall - offset < change:
                return wall - offset
        return wall - self.offsets[-1]


@lru_cache(maxsize=64)
def local_time(zone: Zone) -> LocalTime:
    """The local time that a policy states."""
    changes = zone.changes()
    offsets = (parse_offset(zone.utc_offset), *(offset for _, offset in changes))
    return LocalTime(tuple(at for at, _ in changes), offsets)


def day_of(text: str) -> int:
    """The ordinal of a local date written YYYY-MM-DD."""
    return date.fromisoformat(text).toordinal()


__all__ = ["DAY", "LocalTime", "day_of", "local_time"]
