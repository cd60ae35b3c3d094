"""The numbers that the ledger gives to incidents: INC-YYYY-NNNNNN, one above the highest of the year (EVENTS.md).

YYYY is the local year of the recording, in the time of the policy that the incident's contract is judged by. A refused
opening uses up no number.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Final

from ledger.rules import refuse
from schemas.events import Proposal
from schemas.instants import to_micros
from schemas.policy import LocalZone, parse_offset

__all__ = ["Numbers", "local_year"]

_HIGHEST: Final = 999_999


class Numbers:
    """The highest number of each year, as far as it was asked for, over those of an outer unit or of the database."""

    def __init__(self, highest: Callable[[int], int]) -> None:
        """Take what tells the highest number of a year, 0 where there is none."""
        self._outer = highest
        self._years: dict[int, int] = {}

    def highest(self, year: int) -> int:
        """The highest number of the year."""
        if year not in self._years:
            self._years[year] = self._outer(year)
        return self._years[year]

    def next(self, year: int, proposal: Proposal) -> str:
        """The next number of the year, for an opening. Raises RuleBroken where they are used up."""
        number = self.highest(year) + 1
        if number > _HIGHEST:
            refuse("numbers-used-up", proposal, year=year)
        self._years[year] = number
        return f"INC-{year:04}-{number:06}"

    def adopt(self, inner: "Numbers") -> None:
        """Take over what an inner unit gave."""
        self._years.update(inner._years)


def local_year(zone: LocalZone | None, instant: datetime) -> int:
    """The year on the wall clock of a zone; in UTC where none is known."""
    if zone is None:
        return instant.astimezone(UTC).year
    micros, offset = to_micros(instant), parse_offset(zone.utc_offset)
    for at, changed in zone.changes():
        if at <= micros:
            offset = changed
    return (instant.astimezone(UTC) + timedelta(microseconds=offset)).year
