"""What verdict, explanation and timeline look like: the published schema of a verdict, with the answer's stamp."""

from typing import Any, Final, get_args

from projections.timeline import PointKind, SpanKind
from schemas.questions import QUESTIONS
from schemas.verdict_schema import VERDICT_SCHEMA

__all__ = ["EXPLANATION", "TIMELINE", "VERDICT"]

Schema = dict[str, Any]


def _whole(node: Any) -> Any:
    """A part of the verdict's schema with what it refers to in its place, so that it stands on its own."""
    if isinstance(node, list):
        return [_whole(one) for one in node]
    if not isinstance(node, dict):
        return node
    reference = node.get("$ref")
    if reference is not None:
        return _whole(VERDICT_SCHEMA["$defs"][reference.removeprefix("#/$defs/")])
    return {name: _whole(value) for name, value in node.items()}


def _object(**properties: Schema) -> Schema:
    return {"type": "object", "properties": properties, "required": list(properties)}


def _array(items: Schema) -> Schema:
    return {"type": "array", "items": items}


def _or_null(schema: Schema) -> Schema:
    return {"anyOf": [schema, {"type": "null"}]}


_JUDGED: Final[Schema] = _whole(VERDICT_SCHEMA["oneOf"][0])
_INSTANT: Final[Schema] = _whole(VERDICT_SCHEMA["$defs"]["instant"])
_OUTCOME: Final[Schema] = _whole(VERDICT_SCHEMA["$defs"]["outcome"])
_TEXT: Final[Schema] = {"type": "string"}
_COUNT: Final[Schema] = {"type": "integer", "minimum": 0}
_POSITION: Final[Schema] = {
    "type": "integer",
    "minimum": 1,
    "description": "A position in the ledger; absent for credentials limited to contracts.",
}
_SETTLED: Final[Schema] = {
    "type": "object",
    "propertyNames": {"enum": list(QUESTIONS)},
    "additionalProperties": _TEXT,
}
_SPANS: Final = _array({"type": "array", "items": _INSTANT, "minItems": 2, "maxItems": 2})

_ASSERTED: Final[Schema] = {
    "type": "object",
    "description": "An event in which one party speaks in the other's name.",
    "properties": {
        "position": _POSITION,
        "event": _TEXT,
        "type": _TEXT,
        "asserted_by": {"enum": ["customer", "provider"]},
    },
    "required": ["event", "type", "asserted_by"],
}
_STAMP: Final[dict[str, Schema]] = {
    "position": _POSITION,
    "provisional": {"type": "boolean", "description": "Whether the answer is of an instant that is not yet over."},
    "settled_for_this_run": _SETTLED,
    "asserted": _array(_ASSERTED),
}


def _stamped(description: str, schema: Schema) -> Schema:
    return {
        "type": "object",
        "description": description,
        "properties": {"incident": _TEXT, "as_of": _INSTANT, **schema["properties"], **_STAMP},
        "required": ["incident", "as_of", *schema["required"], *(name for name in _STAMP if name != "position")],
    }


VERDICT: Final = _stamped("What all readings of the contract find of one incident.", _JUDGED)

_PART: Final = _object(
    **{"from": _INSTANT, "priority": _COUNT, "due": _or_null(_INSTANT), "decides": {"type": "boolean"}},
    count={"type": "object", "description": "How the time was counted, with the segments that it passed through."},
)
_ACCOUNT: Final[Schema] = {
    "type": "object",
    "properties": {
        "not_covered": _or_null(_TEXT),
        "started_by": _or_null({"enum": ["opened", "confirmed", "reopened"]}),
        "start": _or_null(_INSTANT),
        "segments": _array(_PART),
        "answered_by": _or_null(_TEXT),
        "answered_at": _or_null(_INSTANT),
        "hours": _or_null(_TEXT),
        "owed": _SPANS,
        "worked": _SPANS,
        "tolerance_seconds": _COUNT,
        **_OUTCOME["properties"],
    },
    "required": ["not_covered", *_OUTCOME["required"]],
}
_CONTRAST: Final = _object(
    question=_TEXT,
    clause=_TEXT,
    given=_SETTLED,
    options=_array(
        {
            "type": "object",
            "properties": {"option": _TEXT, **_OUTCOME["properties"]},
            "required": ["option", *_OUTCOME["required"]],
        }
    ),
)
_OBLIGATION: Final[Schema] = _JUDGED["properties"]["obligations"]["items"]
_EXPLAINED: Final[Schema] = {
    **_OBLIGATION,
    "properties": {**_OBLIGATION["properties"], "account": _ACCOUNT, "contrasts": _array(_CONTRAST)},
    "required": [*_OBLIGATION["required"], "account", "contrasts"],
}

EXPLANATION: Final = _stamped(
    "The verdict with its arithmetic, and what each decisive question would change.",
    {
        "properties": {
            **_JUDGED["properties"],
            "obligations": _array(_EXPLAINED),
            "settled": _SETTLED,
            "agreed": _SETTLED,
        },
        "required": [*_JUDGED["required"], "settled", "agreed"],
    },
)

_LANE: Final = _object(
    lane=_TEXT,
    clause=_or_null(_TEXT),
    points=_array(_object(at=_INSTANT, kind={"enum": list(get_args(PointKind))}, label=_TEXT)),
    spans=_array(
        _object(
            **{"from": _INSTANT, "until": _INSTANT},
            kind={"enum": list(get_args(SpanKind))},
            label=_TEXT,
        )
    ),
)

TIMELINE: Final = _stamped(
    "The incident on one axis: a lane of its events, one of its priorities, one an obligation.",
    _object(**{"from": _INSTANT, "until": _INSTANT}, lanes=_array(_LANE)),
)
