"""Examples of answers for the OpenAPI document: what a server said of the demo's incident, cut short."""

from importlib.resources import files
from typing import Any, Final

import orjson

__all__ = [
    "CALENDAR",
    "CALENDARS",
    "CLOUD_EVENT",
    "COMPLIANCE",
    "CONTRACT_EXAMPLE",
    "DEADLINES",
    "EVENT",
    "EXPLANATION_EXAMPLE",
    "INCIDENT",
    "INCIDENTS",
    "OBLIGATIONS",
    "POLICY",
    "TIMELINE_EXAMPLE",
    "VALUES",
    "VERDICT_EXAMPLE",
]

_TOLD: Final[dict[str, Any]] = orjson.loads((files(__package__) / "examples.json").read_bytes())

INCIDENT: Final = _TOLD["incident"]
INCIDENTS: Final = _TOLD["incidents"]
OBLIGATIONS: Final = _TOLD["obligations"]
VERDICT_EXAMPLE: Final = _TOLD["verdict"]
EXPLANATION_EXAMPLE: Final = _TOLD["explanation"]
TIMELINE_EXAMPLE: Final = _TOLD["timeline"]
VALUES: Final = _TOLD["values"]
CONTRACT_EXAMPLE: Final = _TOLD["contract"]
COMPLIANCE: Final = _TOLD["compliance"]
DEADLINES: Final = _TOLD["deadlines"]
CALENDAR: Final = _TOLD["calendar"]
CALENDARS: Final = _TOLD["calendars"]
POLICY: Final = _TOLD["policy"]
EVENT: Final[str] = _TOLD["event"]
"""The canonical bytes of an event, as text."""

CLOUD_EVENT: Final[str] = _TOLD["cloud_event"]
"""The same as a CloudEvent."""
