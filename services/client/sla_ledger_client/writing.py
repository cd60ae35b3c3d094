"""What is to be recorded, as the requests that ask for it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final
from uuid import uuid4

from sla_ledger_client.answers import Recorded
from sla_ledger_client.keys import PendingWrite
from sla_ledger_client.problem import LedgerClientError
from sla_ledger_client.request import Call, Reply, Request, encoded, path

__all__ = ["NewEvent", "Resumed", "appending", "batch", "erasing", "new_key", "opening", "registering", "resuming"]

_JSON: Final = "application/json"
_COLLECTIONS: Final = ("incident", "contract")


@dataclass(frozen=True, slots=True)
class NewEvent:
    """An event that is to be recorded.

    `occurred_at` is now where it is not given. `actor` and `id` are the ledger's to say where they are not given.
    `if_match` is the version, or the ETag, that the subject must have. `file` is a policy's text.
    """

    type: str
    data: Mapping[str, Any]
    subject: str | None = None
    occurred_at: datetime | None = None
    actor: Mapping[str, str] | None = None
    id: str | None = None
    if_match: int | str | None = None
    file: str | None = None

    def body(self) -> dict[str, Any]:
        """The event as the ledger takes it."""
        told = {
            "id": self.id,
            "type": self.type,
            "subject": self.subject,
            "occurred_at": self.occurred_at or datetime.now(UTC),
            "actor": self.actor,
            "data": self.data,
        }
        return {name: value for name, value in told.items() if value is not None}

    def element(self) -> dict[str, Any]:
        """The event as an element of a batch."""
        beside = {"if_match": None if self.if_match is None else _etag(self.if_match), "file": self.file}
        return self.body() | {name: value for name, value in beside.items() if value is not None}


@dataclass(frozen=True, slots=True)
class Resumed:
    """What became of a write that an earlier run had begun."""

    write: PendingWrite
    recorded: tuple[Recorded, ...]
    """What was recorded, then or now; nothing where it was refused."""
    refusal: LedgerClientError | None = None


def new_key() -> str:
    """An idempotency key that nobody else has."""
    return str(uuid4())


def registering(event: NewEvent, key: str) -> Call[Recorded]:
    """To register a contract."""
    return _one(_post(path("v1", "contracts"), event.body(), key))


def opening(event: NewEvent, key: str) -> Call[Recorded]:
    """To open an incident, which the ledger numbers where no subject is given."""
    return _one(_post(path("v1", "incidents"), event.body(), key))


def appending(event: NewEvent, key: str) -> Call[Recorded]:
    """To record an event of an incident or a contract that is there, or of anything else."""
    if event.subject is None:
        raise ValueError("an event that is appended needs its subject")
    kind = event.type.partition(".")[0]
    if kind not in _COLLECTIONS:
        return _one(_post(path("v1", "events"), [event.element()], key))
    headers = {} if event.if_match is None else {"If-Match": _etag(event.if_match)}
    return _one(_post(path("v1", f"{kind}s", event.subject, "events"), event.body(), key, headers))


def erasing(event: NewEvent, key: str) -> Call[Recorded]:
    """To erase values of an incident's or a contract's events."""
    kind = event.type.partition(".")[0]
    if event.subject is None or kind not in _COLLECTIONS:
        raise ValueError("values are erased of an incident or of a contract")
    return _one(_post(path("v1", f"{kind}s", event.subject, "erasures"), event.body(), key))


def batch(events: Sequence[NewEvent], key: str) -> Call[tuple[Recorded, ...]]:
    """To record several events, or none of them."""
    if not events:
        raise ValueError("a batch needs at least one event")
    request = _post(path("v1", "events"), [event.element() for event in events], key)
    return Call(request, lambda reply: Recorded.of(reply, len(events)))


def resuming(write: PendingWrite) -> Call[tuple[Recorded, ...]]:
    """To send a write again that was begun before."""

    def read(reply: Reply) -> tuple[Recorded, ...]:
        body = write.request.body
        return Recorded.of(reply, len(json.loads(body)) if body.startswith(b"[") else 1)

    return Call(write.request, read)


def _one(request: Request) -> Call[Recorded]:
    return Call(request, lambda reply: Recorded.of(reply, 1)[0])


def _post(where: str, body: Any, key: str, headers: Mapping[str, str] | None = None) -> Request:
    if not 1 <= len(key) <= 255 or not key.isascii() or not key.isprintable() or key != key.strip():
        raise ValueError("an idempotency key is made of 1 to 255 printable ASCII characters, no space at its ends")
    return Request(
        "POST",
        where,
        headers={"Content-Type": _JSON, "Idempotency-Key": key, **(headers or {})},
        body=encoded(body),
    )


def _etag(version: int | str) -> str:
    etag = f'"v{version}"' if isinstance(version, int) else version
    if not etag.isascii() or not etag.isprintable():
        raise ValueError('if_match is a version, or an ETag as it was read: "v3"')
    return etag
