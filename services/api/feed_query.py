"""What a request for the feed may say, and what it may be answered, as the OpenAPI document tells it."""

from typing import Any, Final

from schemas.events import TYPES
from schemas.http_problems import AccessUnrecorded, CursorUnusable, NotAcceptable, ParameterUnusable, PositionAhead
from schemas.model import IDENTIFIER_PATTERN
from schemas.problems import UnknownContract
from services.api.feed_lines import CLOUD_EVENTS, EVENT_STREAM, NDJSON
from services.api.reading.parameters import Parameter, identifier, one_of, whole_number
from services.api.reading.routes import refused_by

__all__ = [
    "AFTER",
    "CONTRACT",
    "DEFAULT_LIMIT",
    "DEFAULT_WAIT_SECONDS",
    "LIMIT",
    "OPENAPI",
    "PARAMETERS",
    "RESPONSES",
    "TYPE",
    "WAIT",
]

DEFAULT_LIMIT: Final = 500
_MOST_EVENTS: Final = 5_000
DEFAULT_WAIT_SECONDS: Final = 3
_LONGEST_WAIT_SECONDS: Final = 60
_PLACE: Final = "[A-Za-z0-9_-]{1,200}"

AFTER: Final = Parameter(
    "after",
    str,
    "Go on after this line. What the feed never gave to this kind of key, or of another scope, is refused.",
    "the `position` or `cursor` of the last line that was dealt with",
    {"type": "string", "pattern": f"^{_PLACE}$"},
    "1017",
    default="from the first event on",
)
LIMIT: Final = Parameter(
    "limit",
    lambda text: whole_number(text, 1, _MOST_EVENTS),
    "End after so many events.",
    f"an integer from 1 to {_MOST_EVENTS}",
    {"type": "integer", "minimum": 1, "maximum": _MOST_EVENTS},
    "100",
    default=f"{DEFAULT_LIMIT}; an event stream goes on",
)
WAIT: Final = Parameter(
    "wait",
    lambda text: whole_number(text, 0, _LONGEST_WAIT_SECONDS),
    "For how many seconds to wait for an event where there is none yet. An event stream waits in any case.",
    f"an integer from 0 to {_LONGEST_WAIT_SECONDS}",
    {"type": "integer", "minimum": 0, "maximum": _LONGEST_WAIT_SECONDS},
    "30",
    default=str(DEFAULT_WAIT_SECONDS),
)
CONTRACT: Final = Parameter(
    "contract",
    identifier,
    "Only events of these logs.",
    "the id of a contract, or `provider` for policies, calendars and releases",
    {"type": "string", "pattern": f"^{IDENTIFIER_PATTERN}$"},
    "C-001",
    default="everything in the key's scope, and the provider's log",
    repeated=True,
)
TYPE: Final = Parameter(
    "type",
    lambda text: one_of(TYPES, text),
    "Only events of these types.",
    "a type of event",
    {"type": "string", "enum": sorted(TYPES)},
    "incident.resolved.v1",
    default="all of them",
    repeated=True,
)
PARAMETERS: Final = (AFTER, LIMIT, WAIT, CONTRACT, TYPE)

OPENAPI: Final[dict[str, Any]] = {
    "parameters": [
        *(parameter.to_openapi() for parameter in PARAMETERS),
        {
            "name": "Last-Event-ID",
            "in": "header",
            "required": False,
            "description": "In an event stream: the last id received, which browsers send. It goes before `after`.",
            "schema": {"type": "string", "pattern": f"^{_PLACE}$"},
        },
    ]
}

_EVENT: Final = '{"actor":{"id":"e-17","kind":"engineer"},"data":{…},"id":"…","log":"C-001",…}'
_LINES: Final = f'{{"position":18,"index":4,"event":{_EVENT}}}\n{{"position":21}}\n'
_LIMITED_LINES: Final = f'{{"cursor":"wHd1…","index":4,"event":{_EVENT}}}\n{{"cursor":"wHd1…"}}\n'
_MESSAGES: Final = (
    f'retry: 2000\n\nid: 18\ndata: {{"position":18,"index":4,"event":{_EVENT}}}\n\n'
    'event: heartbeat\nid: 21\ndata: {"position":21}\n\n'
)
_HEARTBEAT: Final = "A line without an event is a heartbeat: nothing else for this reader up to there."

RESPONSES: Final[dict[int | str, dict[str, Any]]] = {
    200: {
        "description": "Events in the order in which they were recorded, a line each, or a heartbeat.",
        "content": {
            NDJSON: {
                "schema": {"type": "string", "description": _HEARTBEAT},
                "examples": {"unlimited": {"value": _LINES}, "limited to contracts": {"value": _LIMITED_LINES}},
            },
            EVENT_STREAM: {
                "schema": {"type": "string", "description": f"Each message has such a line as its data. {_HEARTBEAT}"},
                "examples": {"unlimited": {"value": _MESSAGES}},
            },
            CLOUD_EVENTS: {"schema": {"type": "string", "description": f"A CloudEvent a line. {_HEARTBEAT}"}},
        },
    },
    **refused_by(
        (UnknownContract, NotAcceptable, ParameterUnusable, CursorUnusable, PositionAhead, AccessUnrecorded),
    ),
}
