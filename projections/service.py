"""The service time of an incident: a level's window under whichever answers the questions about days get.

A question about days is asked only when a date that it decides lies inside what is being counted. So a deadline that
no working Saturday, shortened day or decree comes near depends on none of those questions, and costs one addition.
"""

from bisect import bisect_right
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple, TypeVar

from projections.calendar import Interval
from projections.diagram import OPTIONS, Ask
from projections.local_time import LocalTime
from projections.publications import LISTS, Revision, differing
from projections.timetable import Consulted, Timetable, day_rule, timetable
from schemas.policy import Amount, Level, ServiceWindow

T = TypeVar("T")
CALENDAR_CHANGES = "calendar-changes"


class MissingYear(NamedTuple):
    """The year of which a reading needs the calendar, and nobody published it (READINGS.md, Days)."""

    jurisdiction: str
    year: int


class YearUnpublishedError(Exception):
    """Raised inside a count that reaches a year without a calendar; the judgement turns it into its `year`."""

    def __init__(self, year: MissingYear) -> None:
        super().__init__(year)
        self.year = year


@dataclass(frozen=True, slots=True)
class Contested:
    """The questions that a window leaves to the calendars, and the dates on which each makes a difference.

    Each date is kept by the instants at which it begins and ends, sorted.
    """

    questions: tuple[str, ...]
    dates: tuple[tuple[str, tuple[int, ...], tuple[int, ...]], ...]

    def first(self, start: int, end: int, answered: Mapping[str, str]) -> str | None:
        """A question not yet answered that decides a date of [start, end)."""
        for question, begins, ends in self.dates:
            if question not in answered:
                place = bisect_right(ends, start)
                if place < len(begins) and begins[place] < end:
                    return question
        return None


def contested(window: ServiceWindow, local: LocalTime, now: Revision, then: Revision) -> Contested:
    """Which dates the questions of this window decide under either revision of the calendars."""
    found: dict[str, set[int]] = {}
    for name in LISTS:
        question = getattr(window, name)
        if question in OPTIONS:
            decided = found.setdefault(question, set())
            for revision in {now, then}:
                decided.update(*(getattr(days, name) for days in revision.years.values()))
    questions = tuple(found)
    if now is not then and _reads_calendars(window):
        found[CALENDAR_CHANGES] = set().union(*(differing(days, then.years[year]) for year, days in now.years.items()))
    dates = tuple(
        (question, tuple(map(local.instant, sorted(days))), tuple(local.instant(day + 1) for day in sorted(days)))
        for question, days in found.items()
        if days
    )
    return Contested(questions, dates)


def _reads_calendars(window: ServiceWindow) -> bool:
    indifferent = {
        "holidays": "served",
        "days_off": "served",
        "non_working_days": "served",
        "working_weekends": "not-served",
        "shortened": "full",
    }
    return any(getattr(window, name) != option for name, option in indifferent.items())


@dataclass(frozen=True, slots=True, eq=False)
class Service:
    """A level's service time under the calendars as both answers on changes see them; shared by many incidents."""

    level: Level
    targets: tuple[Amount, ...]
    local: LocalTime
    now: Revision
    then: Revision
    _contested: Contested = field(init=False)
    _tables: dict[tuple[tuple[str, str], ...], Timetable] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Find the contested dates once for all incidents."""
        object.__setattr__(self, "_contested", contested(self.level.window, self.local, self.now, self.then))

    def due(self, start: int, priority: int, ask: Ask) -> int:
        """When the target of a priority falls due that runs from `start` (READINGS.md, Amounts)."""
        amount = self.targets[priority - 1]
        reading = "service" if amount.working else self._option(self.level.plain_hours, ask)
        if reading == "clock":
            return start + amount.micros
        if reading == "service":
            return self._settle(start, ask, lambda table: table.add(start, amount.micros))
        if reading == "roll-to-opening":
            return self.opening(start + amount.micros, ask)
        return self.opening(start, ask) + amount.micros

    def opening(self, instant: int, ask: Ask) -> int:
        """The instant itself where the level is served at it, else the next opening."""
        return self._settle(instant, ask, lambda table: table.opening(instant))

    def windows(self, start: int, end: int, ask: Ask) -> list[Interval]:
        """The service inside [start, end)."""
        return self._settle(start, ask, lambda table: table.windows(start, end))

    def table(self, ask: Ask) -> Timetable:
        """The compiled service time under one reading, every question about days asked."""
        return self.timetable({question: ask(question) for question in (*self._contested.questions, CALENDAR_CHANGES)})

    def timetable(self, answers: Mapping[str, str]) -> Timetable:
        """The compiled service time under answers to the questions about days; those not given are literal."""
        key = tuple(sorted(answers.items())) if answers else ()
        table = self._tables.get(key)
        if table is None:
            rule = day_rule(
                self.level.window,
                lambda name: answers.get(name) or (OPTIONS[name][0] if name in OPTIONS else name),
            )
            changed = answers.get(CALENDAR_CHANGES) == "as-known-at-opening"
            table = self._tables[key] = timetable(rule, self.then if changed else self.now, self.local)
        return table

    def _settle(self, start: int, ask: Ask, count: Callable[[Timetable], Consulted[T]]) -> T:
        """Count, then ask the questions that decide a date it rested on, until no such question is left."""
        answers: dict[str, str] = {}
        while True:
            table = self.timetable(answers)
            value, until, lacking = count(table)
            question = self._contested.first(start, until if lacking is None else lacking, answers)
            if question is None and not table.is_published(start, until):
                # Nobody knows which dates of that year a question decides, so each of them may.
                question = next((name for name in self._contested.questions if name not in answers), None)
            if question is not None:
                answers[question] = ask(question)
            elif lacking is None:
                return value
            else:
                year = date.fromordinal(self.local.date_of(lacking)).year
                raise YearUnpublishedError(MissingYear(self.now.jurisdiction, year))

    def _option(self, reading: str, ask: Ask) -> str:
        return ask(reading) if reading in OPTIONS else reading


__all__ = ["CALENDAR_CHANGES", "Contested", "MissingYear", "Service", "YearUnpublishedError", "contested"]
