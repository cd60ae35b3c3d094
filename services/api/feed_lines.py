"""How the feed is written, one line for each event: NDJSON, Server-Sent Events, CloudEvents.

    {"position":N,"index":I,"event":<canonical bytes>}    or "cursor":"…" in the place of the position
    {"position":N}                                        a heartbeat: nothing for this reader up to there

The event's bytes are the stored ones. An SSE message has such a line as its data, and its position or cursor as its id.
Among CloudEvents a heartbeat is the same line as in NDJSON; a limited reader finds its cursors there alone, and
one at the end.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from ledger.recorder import Row
from schemas import cloudevents
from services.api.cursor import Mark, print_cursor
from services.api.feed_pages import Place

__all__ = ["CLOUD_EVENTS", "EVENT_STREAM", "NDJSON", "FeedLines", "MediaType"]

MediaType = Literal["application/x-ndjson", "text/event-stream", "application/cloudevents+json"]

NDJSON: Final = "application/x-ndjson"
EVENT_STREAM: Final = "text/event-stream"
CLOUD_EVENTS: Final = "application/cloudevents+json"

_RETRY_MILLISECONDS: Final = 2_000


@dataclass(frozen=True, slots=True)
class FeedLines:
    """How one reader is written to; `limited` readers are told cursors in the place of positions."""

    media_type: MediaType
    limited: bool
    ledger_id: str

    @property
    def opening(self) -> bytes:
        """What comes before anything else."""
        return b"retry: %d\n\n" % _RETRY_MILLISECONDS if self.media_type == EVENT_STREAM else b""

    @property
    def events_say_where(self) -> bool:
        """Whether the line of an event is enough to come back to the place after it."""
        return not (self.limited and self.media_type == CLOUD_EVENTS)

    def events(self, rows: Sequence[Row]) -> bytes:
        """The lines of some events."""
        return b"".join(map(self._event, rows))

    def heartbeat(self, place: Place) -> bytes:
        """A line that says how far the reader has come, and nothing else."""
        if self.limited:
            cursor = print_cursor(self.ledger_id, place.mark)
            return self._framed(b'{"cursor":"%b"}' % cursor.encode(), cursor, b"event: heartbeat\n")
        return self._framed(b'{"position":%d}' % place.position, str(place.position), b"event: heartbeat\n")

    def _event(self, row: Row) -> bytes:
        if self.media_type == CLOUD_EVENTS:
            position = None if self.limited else row.position
            event = cloudevents.structured(row.state, ledger_id=self.ledger_id, position=position, index=row.index)
            return event + b"\n"
        if self.limited:
            cursor = print_cursor(self.ledger_id, Mark(row.log, row.index))
            line = b'{"cursor":"%b","index":%d,"event":%b}' % (cursor.encode(), row.index, row.state)
            return self._framed(line, cursor)
        line = b'{"position":%d,"index":%d,"event":%b}' % (row.position, row.index, row.state)
        return self._framed(line, str(row.position))

    def _framed(self, line: bytes, place: str, kind: bytes = b"") -> bytes:
        if self.media_type == EVENT_STREAM:
            return b"%bid: %b\ndata: %b\n\n" % (kind, place.encode(), line)
        return line + b"\n"
