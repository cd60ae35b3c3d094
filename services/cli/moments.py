"""Instants as a person reads them: the contract's own local time, and UTC beside it."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from projections.local_time import LocalTime
from schemas.instants import MICROS_PER_DAY, MICROS_PER_HOUR, MICROS_PER_MINUTE, MICROS_PER_SECOND
from schemas.verdicts import print_micros
from services.cli.talk import text

__all__ = ["Moments", "spell"]

_BEYOND: Final = {date.min.toordinal() - 1: "0000-12-31", date.max.toordinal() + 1: "10000-01-01"}
"""The local dates of instants that UTC has in the first or the last of its years, and local time just outside."""

_WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True, slots=True)
class Moments:
    """Spells instants (microseconds) in the local time that a policy states."""

    local: LocalTime

    def both(self, at: int | None) -> str:
        """Local date and time with the weekday, then the instant in UTC."""
        if at is None:
            return text("moment-none")
        return f"{self.short(at)} = {print_micros(at)}"

    def short(self, at: int) -> str:
        """Local weekday, date and time."""
        return f"{self.day(self.local.date_of(at))} {self.clock(at)}"

    def day(self, day: int) -> str:
        """A local date (an ordinal) with its weekday."""
        told = _BEYOND.get(day) or date.fromordinal(day).isoformat()
        return f"{text(f'weekday-{_WEEKDAYS[(day - 1) % 7]}')} {told}"

    def clock(self, at: int, *, closes: int | None = None) -> str:
        """The local time of day; the midnight that closes the date `closes` is its 24:00."""
        if closes is not None and at == self.local.instant(closes + 1):
            return "24:00"
        minutes, micros = divmod(self._since_midnight(at), MICROS_PER_MINUTE)
        told = f"{minutes // 60:02}:{minutes % 60:02}"
        if not micros:
            return told
        seconds, fraction = divmod(micros, MICROS_PER_SECOND)
        told = f"{told}:{seconds:02}"
        return f"{told}.{fraction:06}".rstrip("0") if fraction else told

    def offset(self, at: int) -> str:
        """The offset from UTC in force, as +HH:MM."""
        east = self.local.zone.wall(at) - at
        minutes = abs(east) // MICROS_PER_MINUTE
        return f"{'-' if east < 0 else '+'}{minutes // 60:02}:{minutes % 60:02}"

    def _since_midnight(self, at: int) -> int:
        return self.local.zone.wall(at) % MICROS_PER_DAY


def spell(micros: int) -> str:
    """A length of time in hours, minutes and seconds, exact."""
    hours, rest = divmod(abs(micros), MICROS_PER_HOUR)
    minutes, rest = divmod(rest, MICROS_PER_MINUTE)
    seconds, fraction = divmod(rest, MICROS_PER_SECOND)
    tail = f"{seconds}.{fraction:06}".rstrip("0") if fraction else str(seconds)
    parts = [
        f"{amount} {text(f'unit-{unit}')}"
        for amount, unit in ((hours, "hour"), (minutes, "minute"), (tail, "second"))
        if amount not in {0, "0"}
    ]
    return ("-" if micros < 0 else "") + (" ".join(parts) or f"0 {text('unit-minute')}")
