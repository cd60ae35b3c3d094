"""Small histories to feed to the command line, as lines of the interchange form."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_OID, uuid5

import orjson

__all__ = ["CONTRACT", "Line", "contract", "event", "history", "incident", "write"]

Line = dict[str, Any]
CONTRACT = "C-001"
_ENGINEER = "e-17"


def event(kind: str, subject: str, at: str, data: Mapping[str, Any], actor: str = "engineer", **other: Any) -> Line:
    """One event; its id is made from type, subject and instant, so that the same call makes the same event."""
    who = {"engineer": _ENGINEER, "customer": "ivanova@example.org", "system": "crm", "auditor": "auditor-1"}
    return {
        "id": str(uuid5(NAMESPACE_OID, f"{kind} {subject} {at}")),
        "type": f"{kind}.v1",
        "subject": subject,
        "occurred_at": at,
        "actor": {"kind": actor, "id": who[actor]},
        "data": dict(data),
        **other,
    }


def contract(name: str = CONTRACT, level: str = "basic", **other: Any) -> Line:
    """A contract registered before the first incident."""
    data = {
        "customer": "Romashka",
        "level": level,
        "edition": "commercial",
        "licence": {"from": "2020-01-01", "until": "2026-12-31"},
        "contacts": [{"name": "Иванова", "email": "ivanova@example.org"}],
        "jurisdiction": "RU",
        **other,
    }
    return event("contract.registered", name, "2024-01-09T09:00:00+03:00", data, "system")


def incident(number: str, day: str, *, answered: str | None = "17:10", to: str = CONTRACT) -> Iterator[Line]:
    """An incident opened at 17:00 local time of a day, confirmed, and answered at a time of that day or never."""
    reporter = {"name": "Иванова", "organisation": "Ромашка"}
    opened = {"contract": to, "channel": "email", "reporter": reporter, "priority": 2, "title": "Сервер не отвечает"}
    yield event("incident.opened", number, f"{day}T17:00:00+03:00", opened, "customer")
    yield event("incident.confirmed", number, f"{day}T17:01:00+03:00", {"to": "ivanova@example.org"}, "system")
    if answered is not None:
        at = f"{day}T{answered}:00+03:00"
        yield event("incident.responded", number, at, {"engineer": _ENGINEER, "channel": "email"})


def history(incidents: int = 3) -> list[Line]:
    """A contract with incidents on the first weekdays of April 2024, every second one never answered."""
    lines = [contract()]
    for index in range(incidents):
        answered = "17:10" if index % 2 == 0 else None
        lines += incident(f"INC-2024-{index + 1:06d}", f"2024-04-{index + 1:02d}", answered=answered)
    return lines


def write(path: Path, lines: list[Line]) -> Path:
    """The lines as a file."""
    path.write_bytes(b"".join(orjson.dumps(line) + b"\n" for line in lines))
    return path
