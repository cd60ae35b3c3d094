"""JSON Schema 2020-12 of one line of what the evaluation prints (EVENTS.md, Verdict).

Written by hand: the verdict's classes count in microseconds, the line prints instants. More fields
may be added to a line, so none is closed.
"""

from typing import Any, Final, get_args

from schemas.instants import PRINTED_INSTANT_PATTERN
from schemas.problems import CalendarMissing, LevelMissing, PolicyMismatch, PolicyTextMissing, Unjudgeable
from schemas.questions import QUESTIONS
from schemas.verdicts import DutyVerdict, Standing, VerdictName

__all__ = ["DIALECT", "VERDICT_SCHEMA"]

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"

_INSTANT: Final = {"$ref": "#/$defs/instant"}
_INSTANT_OR_NONE: Final = {"anyOf": [_INSTANT, {"type": "null"}]}
_QUESTIONS: Final = {"type": "array", "items": {"enum": sorted(QUESTIONS)}, "uniqueItems": True}
_CLAUSE: Final = {"type": "string", "pattern": "^[A-Z][A-Z0-9-]*$"}
_VERDICT: Final = {"enum": list(get_args(VerdictName))}
_SHA256: Final = {"type": "string", "pattern": "^[0-9a-f]{64}$"}


def _object(required: dict[str, Any], optional: dict[str, Any] | None = None) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {**required, **(optional or {})},
        "required": list(required),
    }


_OBLIGATION: Final = {
    **_object(
        {
            "obligation": {"type": "string", "pattern": "^(response(-[0-9]+)?|continuous-work)$"},
            "clause": _CLAUSE,
            "literal": {"$ref": "#/$defs/outcome"},
            "standing": {"enum": list(get_args(Standing))},
            "verdicts": {
                "type": "object",
                "propertyNames": _VERDICT,
                "additionalProperties": {"type": "integer", "minimum": 1},
            },
            "depends_on": _QUESTIONS,
            "decisive": _QUESTIONS,
            "readings": {"type": "integer", "minimum": 1},
        },
        {"earliest_due": _INSTANT_OR_NONE, "latest_due": _INSTANT_OR_NONE},
    ),
    "if": {"properties": {"obligation": {"const": "continuous-work"}}},
    "then": {"properties": {"literal": {"required": ["uncovered"]}}},
    "else": {
        "properties": {"literal": {"required": ["due"]}},
        "required": ["earliest_due", "latest_due"],
    },
}

_OUTCOME: Final = _object(
    {"verdict": _VERDICT, "at": _INSTANT_OR_NONE},
    {
        "due": _INSTANT_OR_NONE,
        "uncovered": {
            "type": "array",
            "items": {"type": "array", "items": _INSTANT, "minItems": 2, "maxItems": 2},
        },
    },
)

_JUDGED: Final = _object(
    {
        "level": {"type": "string"},
        "policy": _object(
            {
                "id": {"type": "string"},
                "version": {"type": "string"},
                "sha256": _SHA256,
            }
        ),
        "obligations": {"type": "array", "items": _OBLIGATION},
        "duties": {
            "type": "array",
            "items": _object(
                {
                    "duty": {"type": "string"},
                    "clause": _CLAUSE,
                    "verdict": {"enum": list(get_args(DutyVerdict))},
                }
            ),
        },
    }
)

_POLICY_ID: Final = {"type": "string"}


def _problem(error: type[Unjudgeable], **params: Any) -> dict[str, Any]:
    return _object({"problem": {"const": error.problem.name}, **params})


_ERRORS: Final = (
    _problem(CalendarMissing, jurisdiction={"type": "string"}, year={"type": "integer"}),
    _problem(PolicyTextMissing, policy=_POLICY_ID, expected=_SHA256),
    _problem(PolicyMismatch, policy=_POLICY_ID, expected=_SHA256, found=_SHA256),
    _problem(LevelMissing, policy=_POLICY_ID, level={"type": "string"}, contract={"type": "string"}),
)

_NOT_JUDGED: Final = _object({"error": {"oneOf": list(_ERRORS)}})

VERDICT_SCHEMA: Final[dict[str, Any]] = {
    "$schema": DIALECT,
    "$id": "urn:sla-ledger:schema:verdict",
    "description": "The verdict on one incident, or why it cannot be judged.",
    **_object({"incident": {"type": "string"}, "as_of": _INSTANT}),
    "oneOf": [_JUDGED, _NOT_JUDGED],
    "$defs": {
        "instant": {
            "type": "string",
            "pattern": f"^{PRINTED_INSTANT_PATTERN}$",
        },
        "outcome": _OUTCOME,
    },
}
