"""A dispute as a scenario tells it: contracts and events in the contract's local time, judged by the product itself."""

import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from uuid import UUID

from services.evaluation import evaluate_lines

LOCAL = timezone(timedelta(hours=3))
CONTRACT = "C-001"
INCIDENT = "INC-2024-000001"
NOTICE = {"channel": "email", "to": "ivanova@example.org"}


def at(day: str, clock: str) -> datetime:
    """The instant at which the contract's clock shows this."""
    return datetime.fromisoformat(f"{day}T{clock}").replace(tzinfo=LOCAL)


class Story:
    """The lines of one dispute in the order they are told, each recorded when it occurred unless said otherwise."""

    def __init__(self) -> None:
        self.lines: list[dict[str, Any]] = []
        self.calendars: str | None = "RU"

    def tell(
        self,
        kind: str,
        subject: str,
        occurred: datetime,
        data: dict[str, Any],
        *,
        actor: str = "system",
        recorded: datetime | None = None,
    ) -> str:
        """Add an event and return its id."""
        event_id = str(UUID(int=len(self.lines) + 1))
        self.lines.append(
            {
                "id": event_id,
                "type": kind,
                "subject": subject,
                "occurred_at": occurred.isoformat(),
                "recorded_at": (recorded or occurred).isoformat(),
                "actor": {"kind": actor, "id": f"{actor}-1"},
                "data": data,
            }
        )
        return event_id

    def contract(self, level: str, **terms: Any) -> None:
        """Register the contract of the story."""
        data = {
            "customer": "Romashka",
            "level": level,
            "edition": "commercial",
            "licence": {"from": "2016-01-01", "until": "2027-12-31"},
            "contacts": [{"name": "Ivanova"}],
            "jurisdiction": "RU",
            **terms,
        }
        self.tell("contract.registered.v1", CONTRACT, at("2015-12-01", "09:00"), data)

    def incident(self, kind: str, occurred: datetime, data: dict[str, Any], **how: Any) -> str:
        """Add an event of the incident and return its id."""
        return self.tell(f"incident.{kind}.v1", INCIDENT, occurred, data, **how)

    def last(self, kind: str) -> dict[str, Any]:
        """The last event of this type that was told."""
        return next(line for line in reversed(self.lines) if line["type"] == f"incident.{kind}.v1")

    def verdict(self, as_of: datetime | None = None, **reading: str) -> dict[str, Any]:
        """The verdict on the incident as of an instant (without one: the last recorded) under settled questions."""
        encoded = (json.dumps(line).encode() for line in self.lines)
        found = evaluate_lines(encoded, as_of=as_of, settle=reading, calendars=self.calendars)
        return next(iter(found))


def obligation(verdict: dict[str, Any], name: str) -> dict[str, Any]:
    """One obligation of a verdict."""
    assert "error" not in verdict, verdict
    return next(found for found in verdict["obligations"] if found["obligation"] == name)


def printed(instant: datetime) -> str:
    """An instant as verdicts print it."""
    return instant.astimezone(UTC).isoformat().replace("+00:00", "Z")
