"""Service windows and amounts of time, counted off minute by minute (READINGS, Days and Amounts)."""

from collections.abc import Mapping
from datetime import date
from functools import cache

from tests.naive.instants import date_of, local_day, midnight
from tests.naive.record import Entry, Record, Wire

Reading = Mapping[str, str]

NINE, FIVE, SIX = 9 * 60, 17 * 60, 18 * 60
MONDAY_TO_FRIDAY = range(5)
NO_MINUTES: frozenset[int] = frozenset()

WINDOW_QUESTIONS = {
    "basic": ("working-saturdays", "short-days", "decreed-days", "calendar-changes"),
    "premium": ("premium-holidays", "short-days", "calendar-changes"),
    "premium+": (),
}


class CalendarMissingError(Exception):
    """A year whose calendar was needed and never published."""

    def __init__(self, jurisdiction: str, year: int) -> None:
        super().__init__(f"{jurisdiction}-{year}")
        self.jurisdiction = jurisdiction
        self.year = year


class Windows:
    """The service windows of one level under one reading, for one incident."""

    def __init__(self, record: Record, jurisdiction: str, level: str, opening: Entry, reading: Reading) -> None:
        self.record = record
        self.jurisdiction = jurisdiction
        self.level = level
        self.opening = opening
        self.reading = reading
        self.open_minutes = cache(self._open_minutes)
        self.longest = cache(self._longest)
        self.service_due = cache(self._service_due)
        self.next_opening = cache(self._next_opening)

    def calendar(self, year: int) -> Wire:
        """The publication that counts of one year (READINGS, Days: `calendar-changes`)."""
        published = self.record.calendars.get((self.jurisdiction, year), [])
        if not published:
            raise CalendarMissingError(self.jurisdiction, year)
        if self.reading["calendar-changes"] == "apply":
            return published[-1].data
        known = [entry for entry in published if entry.recorded <= self.opening.recorded]
        return known[-1].data if known else published[0].data

    def _open_minutes(self, day: int) -> frozenset[int]:
        """Every minute of a local date that lies in its service window (READINGS, Days: the table)."""
        local = date_of(day)
        written = local.isoformat()
        if self.level == "premium+":
            return self._between(day, 0, 24 * 60)
        if self.level == "premium":
            if self.reading["premium-holidays"] == "served" and self.reading["short-days"] == "full":
                return self._between(day, NINE, SIX)
            calendar = self.calendar(local.year)
            served = not (written in calendar["holidays"] and self.reading["premium-holidays"] == "not-served")
        elif self._weekend_unserved(local):
            return NO_MINUTES
        else:
            calendar = self.calendar(local.year)
            served = (
                local.weekday() in MONDAY_TO_FRIDAY
                and written not in calendar["holidays"]
                and written not in calendar["days_off"]
                and not (written in calendar["non_working_days"] and self.reading["decreed-days"] == "not-served")
            ) or (written in calendar["working_weekends"] and self.reading["working-saturdays"] == "served")
        if not served:
            return NO_MINUTES
        shortened = written in calendar["shortened"] and self.reading["short-days"] == "shortened"
        return self._between(day, NINE, FIVE if shortened else SIX)

    def _weekend_unserved(self, local: date) -> bool:
        """A Saturday or Sunday that no calendar could make a served day: such a window depends on none."""
        weekend = local.weekday() not in MONDAY_TO_FRIDAY
        return weekend and self.reading["working-saturdays"] == "not-served"

    @staticmethod
    def _between(day: int, opens: int, closes: int) -> frozenset[int]:
        return frozenset(range(midnight(day) + opens, midnight(day) + closes))

    def serves(self, minute: int) -> bool:
        """Whether an instant lies inside a service window (half-open)."""
        day = local_day(minute)
        return minute in self.longest(day) and minute in self.open_minutes(day)

    def _longest(self, day: int) -> frozenset[int]:
        """The minutes of a local date that some calendar could serve.

        READINGS, Days: a reading needs the year of each local date "whose window decides". Of a date after its last
        closing hour no window decides anything, so its calendar is not looked up.
        """
        return self._between(day, 0, 24 * 60) if self.level == "premium+" else self._between(day, NINE, SIX)

    def _next_opening(self, minute: int) -> int:
        """The instant itself where it lies inside a window, else the next opening instant."""
        while not self.serves(minute):
            minute += 1
        return minute

    def _service_due(self, start: int, amount: int) -> int:
        """READINGS, Amounts, service: the earliest instant before which the amount of service time has passed."""
        minute, left = start, amount
        while left > 0:
            if self.serves(minute):
                left -= 1
            minute += 1
        return minute

    def due(self, start: int, amount: int, kind: str) -> int:
        """READINGS, Amounts: when an amount of minutes that begins at `start` runs out."""
        if kind == "clock":
            return start + amount
        if kind == "roll-to-opening":
            return self.next_opening(start + amount)
        if kind == "from-opening-of-service":
            return self.next_opening(start) + amount
        assert kind == "service", kind
        return self.service_due(start, amount)
