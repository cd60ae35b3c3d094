"""What the ledger answers, as plain values. Each keeps the fields that this version does not know."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final, Self

from sla_ledger_client.request import Reply

__all__ = ["Document", "Event", "FeedItem", "Page", "Recorded", "State", "Verdict"]

_WORST_FIRST: Final = ("broken", "disputed")


@dataclass(frozen=True, slots=True)
class Recorded:
    """One event that the ledger has recorded, now or under the same key before."""

    id: str
    subject: str
    type: str
    position: int | None
    """In the whole ledger; None for a key that is limited to contracts."""
    version: int
    """Of its subject, after this event."""
    recorded_at: datetime
    sha256: str
    """Of the canonical bytes."""
    replayed: bool
    """Whether the answer is the stored one of an earlier request."""
    extra: Mapping[str, Any]

    @property
    def etag(self) -> str:
        """The version, in the form of `if_match`."""
        return f'"v{self.version}"'

    @classmethod
    def of(cls, reply: Reply, count: int) -> tuple[Self, ...]:
        """The events in the answer to a write of `count` events. Raises ValueError where they are not all there."""
        told = _object(reply)["events"]
        if len(told) != count:
            raise ValueError(f"{len(told)} events were answered of {count} sent")
        replayed = reply.headers.get("idempotency-replayed", "").lower() == "true"
        return tuple(cls._of(one, replayed) for one in told)

    @classmethod
    def _of(cls, told: Mapping[str, Any], replayed: bool) -> Self:
        known = {field.name for field in fields(cls)}
        return cls(
            id=told["id"],
            subject=told["subject"],
            type=told["type"],
            position=told.get("position"),
            version=told["version"],
            recorded_at=datetime.fromisoformat(told["recorded_at"]),
            sha256=told["sha256"],
            replayed=replayed,
            extra=MappingProxyType({name: value for name, value in told.items() if name not in known}),
        )


@dataclass(frozen=True, slots=True)
class Event:
    """One event of the record: its canonical bytes, which every hash is taken of, and what they say."""

    line: bytes
    fields: Mapping[str, Any]

    @classmethod
    def of(cls, line: bytes) -> Self:
        """The event of these canonical bytes. Raises ValueError where they are no event."""
        told = json.loads(line)
        if not isinstance(told, dict) or not {"id", "type", "subject", "recorded_at", "version"} <= told.keys():
            raise ValueError("this is not an event")
        return cls(line, told)

    @property
    def id(self) -> str:
        """Its UUID."""
        return str(self.fields["id"])

    @property
    def type(self) -> str:
        """What happened: `incident.opened.v1`, say."""
        return str(self.fields["type"])

    @property
    def subject(self) -> str:
        """The incident, contract or other thing that it happened to."""
        return str(self.fields["subject"])

    @property
    def log(self) -> str:
        """The contract whose log it belongs to, or `provider`."""
        return str(self.fields["log"])

    @property
    def version(self) -> int:
        """Its number within its subject, from 1."""
        return int(self.fields["version"])

    @property
    def occurred_at(self) -> datetime:
        """When it is claimed to have happened."""
        return datetime.fromisoformat(self.fields["occurred_at"])

    @property
    def recorded_at(self) -> datetime:
        """When the ledger took it in."""
        return datetime.fromisoformat(self.fields["recorded_at"])

    @property
    def actor(self) -> Mapping[str, Any]:
        """Who says so: his kind and id."""
        return dict(self.fields["actor"])

    @property
    def data(self) -> Mapping[str, Any]:
        """What the type's own fields say; free text and people are commitments here, never values."""
        return dict(self.fields["data"])

    @property
    def sha256(self) -> str:
        """The hash of its bytes, in hex."""
        return hashlib.sha256(self.line).hexdigest()


@dataclass(frozen=True, slots=True)
class FeedItem:
    """One event of the feed, and the cursor to keep once it was dealt with."""

    event: Event
    cursor: str
    position: int | None
    """In the whole ledger; None for a key that is limited to contracts."""
    index: int
    """In its log, dense from 0."""


@dataclass(frozen=True, slots=True)
class Document:
    """A JSON object as the ledger answered it."""

    fields: Mapping[str, Any]

    @classmethod
    def of(cls, reply: Reply) -> Self:
        """The object in an answer. Raises ValueError where there is none."""
        return cls(_object(reply))

    def __getitem__(self, name: str) -> Any:
        """A field by its name. Raises KeyError."""
        return self.fields[name]


@dataclass(frozen=True, slots=True)
class State(Document):
    """What is on record of an incident or a contract, without any judgement."""

    etag: str
    """Give it back as `if_match` to append to what was read and nothing newer."""

    @classmethod
    def of(cls, reply: Reply) -> Self:
        """The state in an answer. Raises KeyError where it has no version."""
        return cls(_object(reply), reply.headers["etag"])


@dataclass(frozen=True, slots=True)
class Verdict(Document):
    """What the contract says of one incident, under every reading that its text allows."""

    @property
    def incident(self) -> str:
        """The incident's number."""
        return str(self.fields["incident"])

    @property
    def as_of(self) -> datetime:
        """The instant by which it was judged."""
        return datetime.fromisoformat(self.fields["as_of"])

    @property
    def standing(self) -> str:
        """The worst that its obligations have: `broken`, `disputed` or `kept`."""
        standings = {one["standing"] for one in self.obligations}
        return next((one for one in _WORST_FIRST if one in standings), "kept")

    @property
    def is_provisional(self) -> bool:
        """Whether it was judged beyond the last instant of recording, so that what is recorded next may change it."""
        return bool(self.fields["provisional"])

    @property
    def obligations(self) -> Sequence[Mapping[str, Any]]:
        """Each obligation with its literal verdict, its standing and the questions it hangs on."""
        return tuple(self.fields["obligations"])


@dataclass(frozen=True, slots=True)
class Page:
    """A part of a list, and the cursor of the part after it."""

    items: tuple[Mapping[str, Any], ...]
    next: str | None

    @classmethod
    def of(cls, reply: Reply, name: str) -> Self:
        """The page in an answer, whose list stands under `name`."""
        told = _object(reply)
        return cls(tuple(told[name]), told.get("next"))


def _object(reply: Reply) -> dict[str, Any]:
    told = json.loads(reply.body)
    if not isinstance(told, dict):
        raise TypeError("the answer is not a JSON object")
    return told
