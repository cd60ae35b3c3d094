"""One axis of time drawn in characters: instants become columns, stretches of time runs of a character.

Nothing here is coloured: every mark is a character of its own, so that the picture reads the same without a terminal.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from projections.local_time import LocalTime

__all__ = ["MORE", "Axis"]

MORE: Final = "+"
"""Stands where more marks fall into a column than there are rows for."""

_MOST_ROWS: Final = 6
_TICK_DAYS: Final = (1, 2, 5, 10, 30, 90, 365, 3650)
_TICK_COLUMNS: Final = 7


@dataclass(frozen=True, slots=True)
class Axis:
    """A stretch of time (microseconds, both ends shown) laid over so many columns."""

    start: int
    end: int
    columns: int

    def column(self, at: int) -> int:
        """The column that an instant falls into."""
        length = self.end - self.start
        if length <= 0:
            return 0
        place = (at - self.start) * (self.columns - 1) // length
        return max(0, min(self.columns - 1, place))

    def stretches(self, spans: Iterable[tuple[int, int, str]]) -> str:
        """A row with each span drawn in its own character, at least one column wide; later ones over earlier."""
        row = [" "] * self.columns
        for start, end, mark in spans:
            first = self.column(start)
            for column in range(first, max(first + 1, self.column(end))):
                row[column] = mark
        return "".join(row).rstrip()

    def marks(self, points: Iterable[tuple[int, str]]) -> Iterator[str]:
        """Rows with each mark at its instant, in the first row that has room for it; `MORE` where none has."""
        rows: list[list[str]] = []
        for at, mark in points:
            column = min(self.column(at), self.columns - len(mark))
            row = next((row for row in rows if _is_free(row, column, len(mark))), None)
            if row is None and len(rows) < _MOST_ROWS:
                row = [" "] * self.columns
                rows.append(row)
            if row is None:
                rows[-1][self.column(at)] = MORE
            else:
                row[column : column + len(mark)] = mark
        for row in rows:
            yield "".join(row).rstrip()

    def ticks(self, local: LocalTime) -> tuple[str, str]:
        """Two rows: local dates as MM-DD (years as YYYY where they are what matters), and where each begins."""
        days = max(1, local.date_of(self.end) - local.date_of(self.start))
        most = max(1, self.columns // _TICK_COLUMNS)
        step = next((step for step in _TICK_DAYS if days // step < most), _TICK_DAYS[-1])
        names, bar = [" "] * self.columns, ["─"] * self.columns
        free = 0
        for day in range(local.date_of(self.start), local.date_of(self.end) + 1, step):
            told = date.fromordinal(day).isoformat()
            name = told[:4] if step >= 365 else told[5:]
            column = self.column(max(self.start, local.instant(day)))
            if column >= free and column + len(name) <= self.columns:
                names[column : column + len(name)] = name
                bar[column] = "┬"
                free = column + len(name) + 1
        return "".join(names).rstrip(), "".join(bar)


def _is_free(row: list[str], column: int, width: int) -> bool:
    return all(mark == " " for mark in row[max(0, column - 1) : column + width + 1])
