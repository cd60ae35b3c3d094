"""Bringing back an incident of 1,000 events, against pydantic's `validate_json` of the same lines.

The peer parses each line into a strict model, a union told apart by the type's name, and does nothing with it: the
least that any reader of such lines does. Ours reads them from the database, compares the columns beside them, parses
them and goes through the incident's life.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any, Final, Literal, Union

from pydantic import Field, TypeAdapter, create_model

from benchmarks.desk import founded, incident
from benchmarks.harness import Row, medians, row
from schemas.events import TYPES, Actor, Event, Proposal

LIMIT: Final = 2.5
EVENTS: Final = 1_000

_NOW: Final = datetime(2024, 4, 27, 9, 0, tzinfo=UTC)
_INCIDENT: Final = incident(0)
_USER: Final = Actor(kind="customer", id="ivanova@example.org")
_ENGINEER: Final = Actor(kind="engineer", id="e-17")
_DAY: Final[tuple[tuple[Actor, str, dict[str, Any]], ...]] = (
    (_ENGINEER, "incident.responded.v1", {"engineer": "e-17", "channel": "email"}),
    (_ENGINEER, "incident.work-started.v1", {"engineer": "e-17"}),
    (_USER, "incident.reprioritized.v1", {"priority": 1, "requested_by": "customer"}),
    (_ENGINEER, "incident.status-reported.v1", {"summary": "The cause is found"}),
    (_USER, "incident.customer-replied.v1", {"channel": "email", "summary": "It went on"}),
    (_ENGINEER, "incident.contact-attempted.v1", {"channel": "phone", "to": "+7 900 000-00-00"}),
    (_ENGINEER, "incident.work-stopped.v1", {"engineer": "e-17"}),
    (_ENGINEER, "incident.resolved.v1", {"summary": "Repaired"}),
    (_USER, "incident.reopened.v1", {"reason": "It happened again"}),
)


def _life() -> list[Proposal]:
    return [
        Proposal(subject=_INCIDENT, occurred_at=_NOW, actor=actor, data=TYPES[type_].model_validate(data))
        for actor, type_, data in (_DAY[number % len(_DAY)] for number in range(EVENTS - 1))
    ]


def _peer() -> TypeAdapter[Any]:
    """A strict model for each type that the history has, told apart by `type`."""
    names = {"incident.opened.v1", *(type_ for _, type_, _ in _DAY)}
    fields: dict[str, Any] = {
        name: (field.rebuild_annotation(), field.default if not field.is_required() else ...)
        for name, field in Event.model_fields.items()
        if name != "data"
    }
    models = [
        create_model(
            TYPES[name].__name__ + "Line",
            __config__=Event.model_config,
            type=(Literal[name], ...),  # type: ignore[arg-type]
            data=(TYPES[name], ...),
            **fields,
        )
        for name in sorted(names)
    ]
    return TypeAdapter(Annotated[Union[tuple(models)], Field(discriminator="type")])  # type: ignore[arg-type]  # noqa: UP007


def run() -> list[Row]:
    """The table's line; the figures are milliseconds for the incident."""
    with TemporaryDirectory() as name, founded(Path(name) / "ledger.db") as ledger:
        ledger.append(_life())
        lines = [line.state for line in ledger.rows(after=1)]
        validate = _peer().validate_json
        seconds = medians(
            {
                "ours": lambda: ledger.record.state(_INCIDENT),
                "peer": lambda: [validate(line) for line in lines],
            }
        )
    ours, peer = seconds["ours"] * 1_000, seconds["peer"] * 1_000
    return [row("replay of an incident of 1,000 events", ours, peer, "ms", LIMIT)]


if __name__ == "__main__":
    for line in run():
        print(line)
