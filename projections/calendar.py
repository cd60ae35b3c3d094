"""Business time as a compiled calendar: when service runs, and how much of it lies in a span.

A calendar is a sorted row of half-open service intervals, with the running sum of their lengths
beside it; instants are microseconds since the Unix epoch (UTC)::

    opens   Mon 09:00   Tue 09:00   Wed 09:00
    closes  Mon 18:00   Tue 18:00   Wed 18:00
    served         9h         18h         27h      from the first opening up to that closing

Two bisections answer any question about any span, exactly, in integers: a due instant a decade
away costs what one tomorrow costs. What makes the intervals (weeks, holidays, decrees, zones) is
not this module's business: `schedule` compiles a general weekly schedule, and the contract's own
calendars are compiled from their publications.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import accumulate

__all__ = ["Calendar", "Interval", "merge", "subtract"]

Interval = tuple[int, int]
"""A half-open stretch of time, [from, until), in microseconds since the Unix epoch (UTC)."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Calendar:
    """The service time of some years, compiled for arithmetic; made by `compile`."""

    opens: tuple[int, ...]
    closes: tuple[int, ...]
    served: tuple[int, ...]

    @classmethod
    def compile(cls, intervals: Iterable[Interval]) -> Calendar:
        """The calendar of these service intervals, in any order; those that touch become one.

        Raises `ValueError` for an interval that ends before it begins. An empty one is left out.
        """
        merged = merge(intervals)
        return cls(
            opens=tuple(opens for opens, _ in merged),
            closes=tuple(closes for _, closes in merged),
            served=tuple(accumulate(closes - opens for opens, closes in merged)),
        )

    def add(self, start: int, amount: int) -> int | None:
        """The instant at which `amount` microseconds of service have passed since `start`.

        That is the earliest t >= start with exactly the amount served in [start, t): an amount
        that runs out at closing time is due at closing time, and an amount of 0 is due at the
        start, open or not (READINGS, Amounts). None where the intervals end before the amount is
        served. Raises `ValueError` for a negative amount.
        """
        if amount <= 0:
            if amount < 0:
                raise ValueError(f"service time cannot be negative, got {amount} microseconds")
            return start
        served = self.served
        target = amount
        position = bisect_right(self.opens, start) - 1
        if position >= 0:
            target += served[position]
            left = self.closes[position] - start
            if left > 0:
                target -= left
        last = bisect_left(served, target)
        if last == len(served):
            return None
        return self.closes[last] - served[last] + target

    def add_datetime(self, start: datetime, amount: int) -> datetime | None:
        """`add` from an aware datetime to one in UTC; the amount stays in microseconds.

        Raises `TypeError` for a datetime without an offset and `OverflowError` where the answer
        lies beyond the year 9999.
        """
        due = self.add((start - _EPOCH) // _MICROSECOND, amount)
        return None if due is None else _EPOCH + due * _MICROSECOND

    def elapsed(self, start: int, end: int) -> int:
        """The service time inside [start, end), in microseconds; 0 where the end comes first."""
        return self._served_until(end) - self._served_until(start) if end > start else 0

    def elapsed_datetime(self, start: datetime, end: datetime) -> int:
        """`elapsed` between two aware datetimes, in microseconds.

        Raises `TypeError` for a datetime without an offset.
        """
        return self.elapsed((start - _EPOCH) // _MICROSECOND, (end - _EPOCH) // _MICROSECOND)

    def is_open(self, instant: int) -> bool:
        """Whether service runs at the instant: at an opening it does, at a closing no longer."""
        position = bisect_right(self.opens, instant) - 1
        return position >= 0 and instant < self.closes[position]

    def next_opening(self, instant: int) -> int | None:
        """The instant itself where service runs at it, else the next opening, if there is one."""
        position = bisect_right(self.closes, instant)
        return max(instant, self.opens[position]) if position < len(self.opens) else None

    def intervals(self, start: int, end: int) -> list[Interval]:
        """The segments of service inside [start, end), for a person to add up."""
        if end <= start:
            return []
        first = bisect_right(self.closes, start)
        last = bisect_left(self.opens, end)
        found = list(zip(self.opens[first:last], self.closes[first:last], strict=True))
        if found:
            found[0] = (max(start, found[0][0]), found[0][1])
            found[-1] = (found[-1][0], min(end, found[-1][1]))
        return found

    def _served_until(self, instant: int) -> int:
        position = bisect_right(self.opens, instant) - 1
        if position < 0:
            return 0
        return self.served[position] - max(0, self.closes[position] - instant)


def merge(intervals: Iterable[Interval]) -> list[Interval]:
    """These stretches of time in order, those that touch or overlap as one, without empty ones.

    Raises `ValueError` for one that ends before it begins.
    """
    merged: list[Interval] = []
    for start, end in sorted(intervals):
        if end < start:
            raise ValueError(f"an interval ends at {end}, before it begins at {start}")
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        elif start < end:
            merged.append((start, end))
    return merged


def subtract(intervals: Iterable[Interval], excluded: Iterable[Interval]) -> Iterator[Interval]:
    """What is left of these stretches of time, one by one, with the excluded ones cut out.

    Raises `ValueError` for an excluded stretch that ends before it begins.
    """
    cuts = merge(excluded)
    ends = [end for _, end in cuts]
    for start, end in intervals:
        opens = start
        for cut in range(bisect_right(ends, start), len(cuts)):
            cut_from, cut_until = cuts[cut]
            if cut_from >= end:
                break
            if opens < cut_from:
                yield opens, cut_from
            opens = cut_until
        if opens < end:
            yield opens, end
