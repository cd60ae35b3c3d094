"""What a request asks to record, taken out of its body: plain bodies or CloudEvents, one or an array of them.

A body is an event as EVENTS.md has it, without what the ledger sets. Beside it may stand `if_match`, in a batch, and
`file`, the text of the policy that a policy.adopted event adopts. A CloudEvent holds such a body in `data`; its own
`id`, `type`, `subject` and `time` may stand there alone, and have to agree where both have them.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from schemas.http_problems import BatchTooLong
from schemas.instants import parse_instant
from schemas.model import LARGEST_INTEGER
from schemas.pointer import child
from schemas.problems import InvalidInput

__all__ = ["Asked", "cloud_event", "elements", "merge", "plain"]

_ATTRIBUTES: Final = ("id", "source", "specversion")
_is_attribute = re.compile(r"[a-z0-9]{1,50}").fullmatch
_version = re.compile(r'v([1-9][0-9]{0,15})|"v([1-9][0-9]{0,15})"').fullmatch


@dataclass(frozen=True, slots=True)
class Asked:
    """One event that is asked for: its body as JSON, where it stands in the request, and what stands beside it.

    `base` is the pointer of the body itself: a CloudEvent's is in its `data`. `file` is the text of a policy. `moved`
    tells of what stands elsewhere than in the body, by the pointer that it would have there.
    """

    wire: dict[str, Any]
    pointer: str
    base: str
    if_match: int | None
    file: bytes | None
    moved: Mapping[str, str] = field(default_factory=dict)


def elements(parsed: Any, limit: int) -> Iterator[tuple[str, Any]]:
    """The elements of a batch, each with its pointer. Raises InvalidInput, BatchTooLong."""
    if type(parsed) is not list:
        raise InvalidInput(reason="not-an-array")
    if not parsed:
        raise InvalidInput(reason="bad-value", why="it should not be empty")
    if len(parsed) > limit:
        raise BatchTooLong(limit=limit)
    for index, element in enumerate(parsed):
        yield f"/{index}", element


def cloud_event(parsed: Any, pointer: str, *, batch: bool) -> Asked:
    """What a CloudEvent in structured JSON asks for. Raises InvalidInput."""
    envelope = _object(parsed, pointer)
    for name in envelope:
        if _is_attribute(name) is None:
            reason = "unknown-field" if name == "data_base64" else "bad-value"
            why = "an attribute of a CloudEvent is named by a-z and 0-9"
            raise InvalidInput(reason=reason, pointer=child(pointer, name), why=why)
    for name in (*_ATTRIBUTES, "data"):
        if name not in envelope:
            raise InvalidInput(reason="missing-field", pointer=f"{pointer}/{name}")
    for name, value in envelope.items():
        if name != "data" and type(value) not in {str, bool, int}:
            raise InvalidInput(reason="wrong-type", pointer=f"{pointer}/{name}", why="it should be a string")
    if envelope["specversion"] != "1.0":
        raise InvalidInput(reason="bad-value", pointer=f"{pointer}/specversion", why="it should be one of '1.0'")
    if envelope.get("datacontenttype", "application/json") != "application/json":
        why = "it should be one of 'application/json'"
        raise InvalidInput(reason="bad-value", pointer=f"{pointer}/datacontenttype", why=why)
    asked = plain(envelope["data"], f"{pointer}/data", batch=batch)
    moved: dict[str, str] = {}
    for attribute, name in (("id", "id"), ("type", "type"), ("subject", "subject"), ("time", "occurred_at")):
        if attribute in envelope:
            if name not in asked.wire:
                moved[f"{asked.base}/{name}"] = f"{pointer}/{attribute}"
            _carry(envelope[attribute], asked.wire, name, f"{pointer}/{attribute}", asked.base)
    return Asked(asked.wire, pointer, asked.base, asked.if_match, asked.file, moved)


def plain(parsed: Any, pointer: str, *, batch: bool) -> Asked:
    """What a plain body asks for. Raises InvalidInput."""
    wire = _object(parsed, pointer)
    if_match = _taken_version(wire, pointer) if batch else None
    file = wire.pop("file", None)
    if file is not None and type(file) is not str:
        raise InvalidInput(reason="wrong-type", pointer=f"{pointer}/file", why="it should be a string")
    return Asked(wire, pointer, pointer, if_match, None if file is None else file.encode())


def merge(asked: Asked, field: str, value: str, other: str) -> None:
    """Put what the path says in the body, or find it there already. Raises InvalidInput where they disagree."""
    if asked.wire.setdefault(field, value) != value:
        raise InvalidInput(reason="disagrees", pointer=f"{asked.base}/{field}", other=other)


def _object(parsed: Any, pointer: str) -> dict[str, Any]:
    if type(parsed) is not dict:
        raise InvalidInput(reason="not-an-object", pointer=pointer or None)
    wire: dict[str, Any] = parsed
    return wire


def _taken_version(wire: dict[str, Any], pointer: str) -> int | None:
    given = wire.pop("if_match", None)
    if given is None:
        return None
    if type(given) is int and 1 <= given <= LARGEST_INTEGER:
        return given
    found = _version(given) if type(given) is str else None
    if found is None:
        raise InvalidInput(reason="bad-value", pointer=f"{pointer}/if_match", why='it should be a version such as "v3"')
    return int(found[1] or found[2])


def _carry(value: Any, wire: dict[str, Any], name: str, pointer: str, base: str) -> None:
    """Put an attribute in the body, or find it there already."""
    if type(value) is not str:
        raise InvalidInput(reason="wrong-type", pointer=pointer, why="it should be a string")
    given = wire.setdefault(name, value)
    if given is value or given == value:
        return
    if name != "occurred_at" or not _same_instant(given, value):
        raise InvalidInput(reason="disagrees", pointer=f"{base}/{name}", other="the attribute of the CloudEvent")


def _same_instant(one: Any, other: str) -> bool:
    try:
        return type(one) is str and parse_instant(one) == parse_instant(other)
    except ValueError:
        return False
