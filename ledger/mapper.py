"""Between entries and stored events: the canonical bytes are the stored state, the wire name is the topic.

Nothing is encoded a second time and no Python path is stored, so what is stored outlives this program. The columns
beside the bytes are there to find them; where the two differ the bytes are what was hashed, and the store was changed.
"""

from typing import Any

from eventsourcing.domain import DomainEventProtocol
from eventsourcing.persistence import JSONTranscoder, Mapper, StoredEvent

from ledger.entry import Entry
from schemas.decode import decode_event
from schemas.problems import LedgerCorrupt

__all__ = ["CanonicalMapper"]


class CanonicalMapper(Mapper[str]):
    """Maps entries, and only them; the library's transcoder takes no part."""

    def __init__(self, database: str) -> None:
        """Take the database's name, for messages."""
        super().__init__(JSONTranscoder())
        self._database = database

    def to_stored_event(self, domain_event: DomainEventProtocol[str]) -> StoredEvent:
        """The entry's bytes under its wire name."""
        assert isinstance(domain_event, Entry)
        event = domain_event.event
        return StoredEvent(event.subject, event.version, event.type, domain_event.state)

    def to_domain_event(self, stored_event: StoredEvent) -> DomainEventProtocol[str]:
        """The entry that the bytes say. Raises LedgerCorrupt where the columns beside them say otherwise."""
        event = decode_event(stored_event.state)
        columns: tuple[Any, ...] = (
            stored_event.originator_id,
            stored_event.originator_version,
            stored_event.topic,
        )
        if columns != (event.subject, event.version, event.type):
            raise LedgerCorrupt(
                database=self._database,
                reason=f"the event {event.id} does not lie under its own subject, number and type",
            )
        return Entry(event, stored_event.state)
