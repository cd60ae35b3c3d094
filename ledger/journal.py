"""Where the events taken in a unit of work are found again by their ids.

A correction, an erasure and an event sent twice all speak of an earlier event. A short unit keeps its events in memory;
a long file is read again at the place where the event stood, so that the index costs some hundred bytes an event.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from ledger.rules import Original
from schemas.events import Event, Proposal

__all__ = ["FileJournal", "Journal", "MemoryJournal"]


class Journal(Protocol):
    """The events taken so far in one unit of work, by id."""

    def add(self, proposal: Proposal, event: Event, place: int) -> None:
        """Remember an event that was taken; `place` is where the caller can read its proposal again."""

    def find(self, event_id: str) -> Original | None:
        """The event of this id, if it was taken in this unit."""


class MemoryJournal:
    """A journal that keeps the events themselves: for an append, or a batch of an import."""

    def __init__(self) -> None:
        self._events: dict[str, Event] = {}

    def add(self, _proposal: Proposal, event: Event, _place: int) -> None:
        """Remember the event."""
        self._events[event.id] = event

    def adopt(self, other: "MemoryJournal") -> None:
        """Remember the events of another journal too."""
        self._events.update(other._events)

    def find(self, event_id: str) -> Original | None:
        """The event of this id, if it was taken in this unit."""
        event = self._events.get(event_id)
        return None if event is None else Original(event, event.recorded_at)


class FileJournal:
    """A journal over a file: it keeps where each event stands, and reads it again when it is asked for."""

    def __init__(self, reread: Callable[[int], Proposal]) -> None:
        """Take the function that reads the proposal at a place (a line's byte offset, say)."""
        self._reread = reread
        self._places: dict[bytes, int] = {}
        self._stamps: dict[bytes, datetime] = {}

    def add(self, proposal: Proposal, event: Event, place: int) -> None:
        """Remember the place, and the instant of recording where the proposal does not carry it."""
        key = _key(event.id)
        self._places[key] = place
        if proposal.recorded_at is None:
            self._stamps[key] = event.recorded_at

    def find(self, event_id: str) -> Original | None:
        """The event of this id, read again from its place."""
        key = _key(event_id)
        place = self._places.get(key)
        if place is None:
            return None
        proposal = self._reread(place)
        recorded_at = proposal.recorded_at or self._stamps[key]
        return Original(proposal, recorded_at)


def _key(event_id: str) -> bytes:
    return bytes.fromhex(event_id.replace("-", ""))
