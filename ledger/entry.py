"""An event with its canonical bytes: what the event store puts away and brings back.

The bytes are made once, when the event is appended; an entry read back carries the very bytes that were stored.
"""

from collections.abc import Callable
from dataclasses import dataclass

from schemas.canonical import canonical_bytes
from schemas.commitments import SALT_BYTES, Disclosure, seal
from schemas.events import Event, to_wire

__all__ = ["Entry", "check_canonical", "seal_event"]


@dataclass(frozen=True, slots=True)
class Entry:
    """One event of one subject; `disclosures` are the values that its bytes only commit to."""

    event: Event
    state: bytes
    disclosures: tuple[Disclosure, ...] = ()

    @property
    def originator_id(self) -> str:
        """The subject, by the event store's name for it."""
        return self.event.subject

    @property
    def originator_version(self) -> int:
        """The event's number within its subject, by the event store's name for it."""
        return self.event.version


def seal_event(event: Event, new_salt: Callable[[str], bytes]) -> Entry:
    """The event with its personal values replaced by commitments, in its canonical bytes.

    Raises InvalidInput where the event has no canonical form, as when it is longer than 64 KiB.
    """
    sealed = seal(to_wire(event), new_salt)
    return Entry(event, canonical_bytes(sealed.wire), sealed.disclosures)


def check_canonical(event: Event) -> None:
    """Refuse an event that has no canonical form, before it is sealed in earnest. Raises InvalidInput."""
    seal_event(event, lambda _pointer: bytes(SALT_BYTES))
