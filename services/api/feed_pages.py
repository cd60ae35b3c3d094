"""What a reader of the feed is given of the store: one page at a time, from where it has come to.

Pages are read by position in order, so nothing is left out or given twice however the reader's connections end: all it
keeps is one place. For a caller limited to contracts that place is the last event of its own scope, so that it does not
move, and tells nothing, while others record.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import orjson

from ledger.application import Ledger
from ledger.recorder import Row
from schemas.problems import http_problems
from services.api.cursor import Mark, parse_cursor, parse_position

__all__ = ["Page", "Place", "Selection", "find_place", "read_page"]

_PAGE_ROWS: Final = 200


@dataclass(frozen=True, slots=True)
class Selection:
    """Which events: those of the logs and types that are `asked` for, or all where there are none.

    A reader who has a `scope` sees these logs alone, and is to learn nothing of others.
    """

    scope: frozenset[str] | None
    asked: frozenset[str]
    types: frozenset[str]

    @property
    def logs(self) -> frozenset[str] | None:
        """The logs to read; None for all of them."""
        return self.asked or self.scope

    @property
    def limited(self) -> bool:
        """Whether the reader is told cursors in the place of positions."""
        return self.scope is not None


@dataclass(frozen=True, slots=True)
class Place:
    """How far a reader has come: the position, for a limited one that of its last event, and that event's mark.

    `seen` is the position up to which there is nothing else for it.
    """

    position: int
    seen: int
    mark: Mark | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """Some events in order, the place after them, and whether that was the end of what was recorded."""

    rows: Sequence[Row]
    place: Place
    at_head: bool


def find_place(ledger: Ledger, selection: Selection, after: str | None) -> Place:
    """The place that a reader names by its position or cursor; the beginning where it names none.

    Raises PositionAhead, CursorUnusable, also for a log that is not in the reader's scope.
    """
    if after is None:
        return Place(0, 0)
    if selection.scope is None:
        position, head = parse_position(after), ledger.head().count
        if position > head:
            raise http_problems.PositionAhead(position=head)
        return Place(position, position)
    mark = parse_cursor(ledger.identity.ledger_id, after)
    if mark is None:
        return Place(0, 0)
    found = ledger.position_of(mark.log, mark.index) if mark.log in selection.scope else None
    if found is None:
        raise http_problems.CursorUnusable
    return Place(found, found, mark)


def read_page(ledger: Ledger, selection: Selection, place: Place, most: float) -> Page:
    """What comes after a place: at most so many events, and not more than one page of the store looked at."""
    head = ledger.head().count
    if selection.logs is None:
        rows: Sequence[Row] = list(ledger.rows(after=place.seen, until=min(head, place.seen + _PAGE_ROWS)))
    else:
        rows = ledger.scoped_rows(tuple(selection.logs), place.seen, _PAGE_ROWS)
    chosen: list[Row] = []
    for passed, row in enumerate(rows, start=1):
        if not selection.types or orjson.loads(row.state)["type"] in selection.types:
            chosen.append(row)
            if len(chosen) == most:
                return Page(chosen, _moved(selection, place, rows[:passed], place.seen), at_head=False)
    at_head = len(rows) < _PAGE_ROWS
    return Page(chosen, _moved(selection, place, rows, head if at_head else place.seen), at_head=at_head)


def _moved(selection: Selection, place: Place, rows: Sequence[Row], seen: int) -> Place:
    """The place after these events, where there is nothing else for the reader up to `seen`."""
    if rows:
        last = rows[-1]
        place = Place(last.position, last.position, Mark(last.log, last.index))
    seen = max(place.seen, seen)
    return Place(place.position if selection.limited else seen, seen, place.mark)
