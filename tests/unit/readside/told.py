"""Small histories as the read side takes them: told line by line, read as a file of events would be."""

from collections.abc import Iterable, Mapping
from typing import Any

import orjson

from services.event_file import spool
from services.judging import Dossier, FileSource, Holdings
from tests.integration.cli.histories import Line, contract, event

__all__ = ["INCIDENT", "dossier", "holdings", "later", "opened"]

INCIDENT = "INC-2024-000001"
_REPORTER = {"name": "Ivanova", "organisation": "Romashka"}


def opened(at: str, number: str = INCIDENT, *, priority: int = 2, to: str = "C-001", **other: Any) -> Line:
    """An incident opened by the customer by e-mail."""
    data = {"contract": to, "channel": "email", "reporter": _REPORTER, "priority": priority, "title": "It is down"}
    return event("incident.opened", number, at, data, "customer", **other)


def later(kind: str, at: str, data: Mapping[str, Any], actor: str = "engineer", **other: Any) -> Line:
    """A later event of the incident."""
    return event(f"incident.{kind}", INCIDENT, at, data, actor, **other)


def dossier(lines: Iterable[Line], incident: str = INCIDENT) -> Dossier:
    """What there is about one incident, judged by the shipped calendars; a contract on Basic comes first."""
    with spool(_encoded(lines)) as file:
        return FileSource(file, calendars="RU", policies={}).dossier(incident)


def holdings(lines: Iterable[Line], *, calendars: str | None = "RU") -> Holdings:
    """What there is about all incidents."""
    with spool(_encoded(lines)) as file:
        return FileSource(file, calendars=calendars, policies={}).everything()


def _encoded(lines: Iterable[Line]) -> list[bytes]:
    told = list(lines)
    first = [] if told and told[0]["type"].startswith("contract.") else [contract()]
    return [orjson.dumps(line) for line in (*first, *told)]
