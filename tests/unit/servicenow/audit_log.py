"""Audit logs to convert: rows as ServiceNow exports them, written out as the shipped mapping reads them."""

import csv
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from services.importing.mapping import Mapping, load_mapping
from services.importing.servicenow import Summary, convert

HEADER = (
    "number", "incident_state", "active", "sys_mod_count", "made_sla", "caller_id", "opened_at",
    "sys_created_at", "sys_updated_by", "sys_updated_at", "contact_type", "category",
    "subcategory", "u_symptom", "priority", "assigned_to", "closed_code", "resolved_at",
    "closed_at",
)  # fmt: skip
ORDINARY = {
    "active": "true",
    "made_sla": "true",
    "caller_id": "Caller 7",
    "opened_at": "1/3/2016 09:00",
    "sys_created_at": "1/3/2016 09:05",
    "sys_updated_by": "Updated by 34",
    "contact_type": "Phone",
    "category": "Category 3",
    "subcategory": "?",
    "u_symptom": "Symptom 8",
    "priority": "3 - Moderate",
    "assigned_to": "?",
    "closed_code": "code 6",
    "resolved_at": "?",
    "closed_at": "?",
}

Cells = dict[str, str]


def row(number: str, count: int | str, state: str, updated_at: str, **other: str) -> Cells:
    """One update, ordinary but for what is said."""
    return {
        **ORDINARY,
        "number": number,
        "sys_mod_count": str(count),
        "incident_state": state,
        "sys_updated_at": updated_at,
        **other,
    }


def ordinary_incident(number: str) -> Iterator[Cells]:
    """Opened, answered, resolved and closed, with nothing lost."""
    resolved = {"resolved_at": "1/3/2016 11:00"}
    yield row(number, 0, "New", "1/3/2016 09:05", **resolved)
    yield row(number, 1, "Active", "1/3/2016 10:00", **resolved)
    yield row(number, 2, "Resolved", "1/3/2016 11:00", **resolved)
    yield row(number, 3, "Closed", "6/3/2016 12:00", **resolved)


def write(path: Path, rows: Iterable[Cells], header: Iterable[str] = HEADER) -> Path:
    """The rows as a CSV file at `path`."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        columns = tuple(header)
        writer.writerow(columns)
        writer.writerows([cells.get(column, "?") for column in columns] for cells in rows)
    return path


def repeated(path: Path, source: Path, times: int) -> Path:
    """The audit log at `source`, so many times over, each time under new numbers."""
    with (
        source.open(encoding="utf-8-sig", newline="") as original,
        path.open("w", encoding="utf-8", newline="") as file,
    ):
        header, *rows = csv.reader(original)
        place = header.index("number")
        writer = csv.writer(file)
        writer.writerow(header)
        for time in range(times):
            for cells in rows:
                number = f"{cells[place]}-{time}"
                writer.writerow([*cells[:place], number, *cells[place + 1 :]])
    return path


class Converted:
    """All that a conversion gives, read into memory."""

    def __init__(self, path: Path, mapping: Mapping | None = None) -> None:
        with convert(path, mapping or load_mapping("servicenow")) as conversion:
            self.lines = list(conversion.lines())
            self.rejects: list[dict[str, Any]] = [json.loads(line) for line in conversion.rejects()]
            self.outcomes: list[dict[str, Any]] = [json.loads(line) for line in conversion.outcomes()]
            self.summary: Summary = conversion.summary
        self.events: list[dict[str, Any]] = [json.loads(line) for line in self.lines]

    def story(self) -> list[tuple[str, str, str]]:
        """What happened after the contract was registered: type, when it occurred, when recorded.

        Types without their version and kind, instants as minutes in UTC.
        """
        return [
            (event["type"].split(".")[1], event["occurred_at"][5:16], event["recorded_at"][5:16])
            for event in self.events[1:]
        ]

    def reasons(self) -> list[tuple[int, str]]:
        """Line and reason of each reject."""
        return [(reject["line"], reject["reason"]) for reject in self.rejects]
