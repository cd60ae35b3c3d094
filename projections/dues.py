"""The due instants of one incident, each counted once however many readings come by."""

from functools import partial
from typing import TypeAlias

from projections.diagram import Ask, Diagram, Readings, read
from projections.remembering import Remembering
from projections.service import MissingYear, Service, YearUnpublishedError

__all__ = ["DueFound", "Dues"]

DueFound: TypeAlias = int | MissingYear
"""A due instant, or the year that its count needs and nobody published."""


class Dues(Remembering[int]):
    """When the target of a priority falls due that runs from an instant (microseconds), under any reading.

    Raises YearUnpublishedError where the count needs a year that nobody published.
    """

    __slots__ = ("_diagrams",)

    def __init__(self, service: Service) -> None:
        super().__init__(service.due)
        self._diagrams: dict[tuple[int, int], Diagram[DueFound]] = {}

    def __call__(self, start: int, priority: int, ask: Ask) -> int:
        """The due instant under one reading."""
        diagram = self._diagrams.get((start, priority))
        if diagram is None:
            return super().__call__(start, priority, ask)
        due = read(diagram, ask)
        if isinstance(due, MissingYear):
            raise YearUnpublishedError(due)
        return due

    def under_all(self, start: int, priority: int, readings: Readings) -> Diagram[DueFound]:
        """The due instant under every reading; the readings are always those of one incident."""
        diagram = self._diagrams.get((start, priority))
        if diagram is None:
            diagram = self._diagrams[start, priority] = readings.explore(partial(self._found, start, priority))
        return diagram

    def reach(self) -> tuple[int, int] | None:
        """The earliest start and the latest due instant of all that was counted; None where nothing was."""
        starts = [start for start, _ in (*self._known, *self._diagrams)]
        if not starts:
            return None
        dues = list(self.counts())
        for diagram in self._diagrams.values():
            dues += [due for due in diagram.values if not isinstance(due, MissingYear)]
        earliest = min(starts)
        return earliest, max(earliest, max(dues, default=earliest))

    def _found(self, start: int, priority: int, ask: Ask) -> DueFound:
        try:
            if (start, priority) in self._known:
                return super().__call__(start, priority, ask)  # some reading came by it before
            return self._count(start, priority, ask)
        except YearUnpublishedError as unpublished:
            return unpublished.year
