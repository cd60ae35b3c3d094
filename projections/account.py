"""How time was counted, day by day, so that a person with a paper calendar can check it."""

from collections.abc import Iterator
from datetime import date
from typing import Any, Literal, NamedTuple

from projections.calendar import Interval
from projections.diagram import OPTIONS, Ask
from projections.publications import NO_DAYS, YearDays
from projections.service import Service
from projections.timetable import DayRule, Timetable
from schemas.verdicts import print_micros

Reason = Literal[
    "holiday",
    "day-off",
    "decreed-day",
    "weekday-not-served",
    "working-weekend-not-served",
    "working-weekend-served",
    "shortened",
]
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


class DayLine(NamedTuple):
    """One local date of a count: what of it counted, and why, where that is not what its weekday alone would give."""

    day: int
    counted: tuple[Interval, ...]
    reason: Reason | None

    @property
    def micros(self) -> int:
        """How much of the date counted, in microseconds."""
        return sum(end - start for start, end in self.counted)

    def to_wire(self) -> dict[str, Any]:
        """The line as JSON values; `seconds` is exact, with a fraction only where there is one."""
        day = date.fromordinal(self.day)
        seconds, fraction = divmod(self.micros, 1_000_000)
        return {
            "date": day.isoformat(),
            "weekday": _WEEKDAYS[day.weekday()],
            "counted": [[print_micros(start), print_micros(end)] for start, end in self.counted],
            "seconds": seconds if not fraction else f"{seconds}.{fraction:06}",
            "reason": self.reason,
        }


class Account(NamedTuple):
    """How one amount of time ran out: from where, read as which hours, over which days, until when.

    `days` is empty where plain clock time was counted: there is nothing to leave out.
    """

    start: int
    amount: str
    hours: str
    due: int
    days: tuple[DayLine, ...]

    def to_wire(self) -> dict[str, Any]:
        """The account as JSON values."""
        return {
            "from": print_micros(self.start),
            "amount": self.amount,
            "hours": self.hours,
            "due": print_micros(self.due),
            "days": [line.to_wire() for line in self.days],
        }


def account(service: Service, start: int, priority: int, ask: Ask) -> Account:
    """How the target of a priority that runs from `start` was counted under one reading.

    Raises YearUnpublishedError as the count itself does.
    """
    amount = service.targets[priority - 1]
    due = service.due(start, priority, ask)
    plain = service.level.plain_hours
    hours = "service" if amount.working else ask(plain) if plain in OPTIONS else plain
    if hours == "clock":
        days: tuple[DayLine, ...] = ()
    elif hours == "service":
        days = tuple(day_lines(service.table(ask), start, due))
    elif hours == "roll-to-opening":
        days = tuple(day_lines(service.table(ask), start + amount.micros, due))
    else:
        days = tuple(day_lines(service.table(ask), start, due - amount.micros))
    return Account(start, amount.text, hours, due, days)


def day_lines(table: Timetable, start: int, end: int) -> Iterator[DayLine]:
    """Each local date from the first instant to the last, with what of it is served between them."""
    local, rule = table.local, table.rule
    for day in range(local.date_of(start), local.date_of(max(start, end - 1)) + 1):
        days = table.revision.years.get(date.fromordinal(day).year, NO_DAYS)
        clipped = (
            (max(start, local.instant(day, opens)), min(end, local.instant(day, closes)))
            for opens, closes in rule.windows(day, days)
        )
        counted = tuple((opens, closes) for opens, closes in clipped if opens < closes)
        yield DayLine(day, counted, _reason(rule, day, days))


def _reason(rule: DayRule, day: int, days: YearDays) -> Reason | None:
    weekday_served = (day - 1) % 7 in rule.weekdays
    if rule.served(day, days):
        if not weekday_served:
            return "working-weekend-served"
        return "shortened" if rule.shortened and day in days.shortened else None
    if not weekday_served:
        return "working-weekend-not-served" if day in days.working_weekends else "weekday-not-served"
    if day in days.holidays and not rule.holidays:
        return "holiday"
    return "day-off" if day in days.days_off and not rule.days_off else "decreed-day"


__all__ = ["Account", "DayLine", "Reason", "account", "day_lines"]
