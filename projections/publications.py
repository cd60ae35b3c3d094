"""The calendars that the provider published, by revision: what was known of a year at an instant.

A year may be published again, so that one deadline moves while its clock runs (spring 2020: four times). Which
publication counts is the question `calendar-changes`; both answers are looked up here (READINGS.md, Days).
"""

from bisect import bisect_right
from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import Any

from projections.local_time import day_of
from schemas.provider_events import CalendarPublished

LISTS = ("holidays", "days_off", "working_weekends", "shortened", "non_working_days")


@dataclass(frozen=True)
class YearDays:
    """The special days of one year as published, as date ordinals."""

    holidays: frozenset[int]
    days_off: frozenset[int]
    working_weekends: frozenset[int]
    shortened: frozenset[int]
    non_working_days: frozenset[int]


NO_DAYS = YearDays(frozenset(), frozenset(), frozenset(), frozenset(), frozenset())


def days_of(data: CalendarPublished) -> YearDays:
    """The published lists as sets of date ordinals."""
    return YearDays(*(frozenset(map(day_of, getattr(data, name))) for name in LISTS))


def differing(one: YearDays, other: YearDays) -> frozenset[int]:
    """The dates on which two publications of a year do not say the same."""
    if one is other:
        return frozenset()
    return frozenset().union(*(getattr(one, name) ^ getattr(other, name) for name in LISTS))


@dataclass(frozen=True, eq=False)
class Revision:
    """One jurisdiction's calendars as one answer to `calendar-changes` sees them; made once, compared by identity.

    What is compiled from a revision is kept with it, and goes when it goes: a long-lived process reads many.
    """

    jurisdiction: str
    years: dict[int, YearDays]
    compiled: dict[Hashable, Any] = field(default_factory=dict, repr=False)


class Publications:
    """Every publication of every jurisdiction, in the order recorded."""

    def __init__(self) -> None:
        self._recorded: dict[str, list[int]] = {}
        self._published: dict[str, list[tuple[int, YearDays]]] = {}
        self._revisions: dict[tuple[str, int, int], Revision] = {}

    def add(self, jurisdiction: str, year: int, recorded: int, days: YearDays) -> None:
        """Take in a publication; they come in ledger order, so `recorded` (microseconds) never decreases."""
        self._recorded.setdefault(jurisdiction, []).append(recorded)
        self._published.setdefault(jurisdiction, []).append((year, days))

    def by(self, jurisdiction: str, as_of: int) -> Revision:
        """The last publication of each year recorded by the as-of instant."""
        count = self._count(jurisdiction, as_of)
        return self._revision(jurisdiction, count, count)

    def known_at(self, jurisdiction: str, opened_recorded: int, as_of: int) -> Revision:
        """The last publication of each year recorded by the opening's recording, or its first one recorded since."""
        count = self._count(jurisdiction, as_of)
        return self._revision(jurisdiction, min(count, self._count(jurisdiction, opened_recorded)), count)

    def after(self, jurisdiction: str, instant: int) -> list[tuple[int, int, YearDays]]:
        """What was published after an instant: when each was recorded, the year it is of, and its days."""
        first = self._count(jurisdiction, instant)
        recorded = self._recorded.get(jurisdiction, [])
        published = self._published.get(jurisdiction, [])
        return [(recorded[place], *published[place]) for place in range(first, len(recorded))]

    def _count(self, jurisdiction: str, instant: int) -> int:
        return bisect_right(self._recorded.get(jurisdiction, []), instant)

    def _revision(self, jurisdiction: str, known: int, count: int) -> Revision:
        key = (jurisdiction, known, count)
        revision = self._revisions.get(key)
        if revision is None:
            published = self._published.get(jurisdiction, [])
            years = dict(published[:known])
            for year, days in published[known:count]:
                years.setdefault(year, days)
            same = self._revisions.get((jurisdiction, count, count))
            if same is not None and same.years == years:
                revision = same
            else:
                revision = Revision(jurisdiction, years)
            revision = self._revisions.setdefault(key, revision)  # threads share one object
        return revision


__all__ = ["LISTS", "NO_DAYS", "Publications", "Revision", "YearDays", "days_of", "differing"]
