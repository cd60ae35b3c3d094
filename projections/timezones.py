"""A time zone as data: a fixed offset, or a list of the UTC instants at which the offset changes.

A verdict must be the same in ten years, so no zone database takes part in one: a schedule states
its offset or lists its transitions. `draft` writes such a list down from a zone of the database.

Between the wall clock and UTC there is one choice to make, where the clock is put forward or back.
It is made as RFC 5545 (3.3.5) makes it, for openings and closings alike:

* a wall time that is skipped (a gap) is read at the offset before the change: with 02:00 put
  forward to 03:00, an opening at 02:30 is the instant at which the clock shows 03:30;
* a wall time that comes twice (an overlap) is its first occurrence.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from itertools import pairwise

__all__ = ["Zone", "draft"]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_SECOND_MICROS = 1_000_000
_DAY_MICROS = 86_400 * _SECOND_MICROS


@dataclass(frozen=True, slots=True)
class Zone:
    """The offsets of a wall clock from UTC; made by `fixed`, `listed` or `draft`.

    A wall time is a number too: what the clock shows, in microseconds since it showed
    1970-01-01T00:00. `offsets` has one entry more than `transitions`, the one before the first.
    `turns` are the wall times at which the reading of the wall clock passes to the next offset.
    """

    offsets: tuple[int, ...]
    transitions: tuple[int, ...] = ()
    turns: tuple[int, ...] = ()

    @classmethod
    def fixed(cls, offset: int) -> Zone:
        """The zone that is always `offset` microseconds ahead of UTC (negative: behind)."""
        return cls(offsets=(offset,))

    @classmethod
    def listed(cls, before: int, transitions: Iterable[tuple[int, int]]) -> Zone:
        """The zone with the offset `before`, then a new one from each (instant, offset) on.

        Raises `ValueError` where the instants do not increase, or two changes are so close that
        the wall clock cannot be read.
        """
        listed = tuple(transitions)
        instants = tuple(instant for instant, _ in listed)
        offsets = (before, *(offset for _, offset in listed))
        turns = tuple(
            instant + max(earlier, later) for instant, (earlier, later) in zip(instants, pairwise(offsets), strict=True)
        )
        if any(one >= next_one for row in (instants, turns) for one, next_one in pairwise(row)):
            raise ValueError("the transitions of a zone must be in order and apart from each other")
        return cls(offsets, instants, turns)

    def offset(self, instant: int) -> int:
        """How far the wall clock is ahead of UTC at the instant, in microseconds."""
        return self.offsets[bisect_right(self.transitions, instant)]

    def wall(self, instant: int) -> int:
        """What the wall clock shows at the instant."""
        return instant + self.offsets[bisect_right(self.transitions, instant)]

    def instant(self, wall: int) -> int:
        """The instant at which the wall clock shows this time; skipped and repeated: see above."""
        return wall - self.offsets[bisect_right(self.turns, wall)]


def draft(zone: tzinfo, start: int, end: int) -> Zone:
    """The transitions of a database zone from `start` to `end`, written down as data.

    Outside that stretch the drafted zone keeps its first and its last offset. The zone is asked
    once a day, so an offset that lasts shorter than a day is not seen, and changes fall on whole
    seconds, as they do in the database. Instants are microseconds since the Unix epoch, within the
    years 1 to 9999.
    """

    def offset(instant: int) -> int:
        local = (_EPOCH + instant * _MICROSECOND).astimezone(zone)
        return (local.utcoffset() or timedelta(0)) // _MICROSECOND

    start -= start % _SECOND_MICROS
    end += -end % _SECOND_MICROS
    before = offset(start)
    transitions: list[tuple[int, int]] = []
    day, known = start, before
    while day < end:
        next_day = min(day + _DAY_MICROS, end)
        current = offset(next_day)
        if current != known:
            transitions.append((_first_change(offset, day, next_day), current))
        day, known = next_day, current
    return Zone.listed(before, transitions)


def _first_change(offset: Callable[[int], int], before: int, after: int) -> int:
    """The instant, to the second, from which the offset in force at `after` holds."""
    target = offset(after)
    while after - before > _SECOND_MICROS:
        middle = (before + after) // 2
        middle -= middle % _SECOND_MICROS
        if offset(middle) == target:
            after = middle
        else:
            before = middle
    return after
