"""The optional arguments that several methods share."""

from collections.abc import Mapping
from datetime import datetime
from typing import Literal, TypedDict

from sla_ledger_client.writing import NewEvent, new_key

__all__ = ["EventOptions", "Kind", "event_of", "key_of"]

Kind = Literal["incident", "contract"]


class EventOptions(TypedDict, total=False):
    """What may be said of an event beside its type and data."""

    occurred_at: datetime
    """When it happened; now where it is not given."""
    actor: Mapping[str, str]
    """Who says so, as `{"kind": …, "id": …}`; what the API key stands for where it is not given."""
    id: str
    """The event's id, a UUID; the ledger's to make where it is not given."""
    if_match: int | str
    """The version, or the ETag, that the subject must have."""
    key: str
    """An idempotency key of one's own. The same call with the same key is then one event, in any run of the program,
    so it states `occurred_at` too: what is repeated must be the same."""


def event_of(kind: str, data: Mapping[str, object], subject: str | None, options: EventOptions) -> tuple[NewEvent, str]:
    """The event, and the key to record it under."""
    event = NewEvent(
        kind,
        data,
        subject,
        options.get("occurred_at"),
        options.get("actor"),
        options.get("id"),
        options.get("if_match"),
    )
    return event, key_of(options.get("key"), event)


def key_of(given: str | None, *events: NewEvent) -> str:
    """The key that was given, else a new one. Raises ValueError where a repetition could not be the same request."""
    if given is not None and any(event.occurred_at is None for event in events):
        raise ValueError("a write with a key of its own states occurred_at: repeated, it must be the same")
    return given if given is not None else new_key()
