"""The due instants of one incident, each counted once however many readings come by."""

from projections.remembering import Remembering
from projections.service import Service

__all__ = ["Dues"]


class Dues(Remembering[int]):
    """When the target of a priority falls due that runs from an instant (microseconds), under any reading.

    Raises YearUnpublishedError where the count needs a year that nobody published.
    """

    __slots__ = ()

    def __init__(self, service: Service) -> None:
        super().__init__(service.due)

    def reach(self) -> tuple[int, int] | None:
        """The earliest start and the latest due instant of all that was counted; None where nothing was."""
        if not self._known:
            return None
        earliest = min(self._known)[0]
        return earliest, max(earliest, max(self.counts(), default=earliest))
