"""How the OpenAPI document describes what is written: one schema a type of event, chosen by `type`.

    <type>           one event, as the paths that name its subject or number it take it
    <type>.data      what it says, shared by the forms of one type
    <type>.element   the same in a batch, with its subject and the version it needs
    <type>.erasure   an erasure, whose type the path says already

They are the published schemas without what the ledger sets; the actor may be left out by who speaks as one kind alone,
and its id by everybody.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from schemas.event_examples import EXAMPLES
from schemas.events import TYPES
from schemas.generate import published
from services.api.bodies import CLOUD_EVENT, CLOUD_EVENTS, JSON

__all__ = ["ANSWER", "CLOUD_EVENT_SCHEMA", "batch_body", "event_body", "event_schemas"]

Schema = dict[str, Any]

_OPENED: Final = "incident.opened.v1"
_ADOPTED: Final = "policy.adopted.v1"
_VERSION: Final[Schema] = {
    "description": "The version that the subject must have when this event is decided, after those before it.",
    "oneOf": [
        {"type": "string", "pattern": '^(?:v[1-9][0-9]{0,15}|"v[1-9][0-9]{0,15}")$', "examples": ["v3"]},
        {"type": "integer", "minimum": 1, "maximum": 2**53 - 1},
    ],
}
_FILE: Final[Schema] = {
    "type": "string",
    "description": "The policy's file, character for character; `sha256` is that of its UTF-8 bytes.",
}
_TEXT: Final[Schema] = {"type": "string"}

ANSWER: Final[Schema] = {
    "type": "object",
    "description": "Where and how each event was recorded, in the order of the request.",
    "properties": {
        "events": {
            "type": "array",
            "minItems": 1,
            "items": {
                "type": "object",
                "properties": {
                    "id": {"type": "string", "format": "uuid"},
                    "subject": _TEXT,
                    "type": {"enum": sorted(TYPES)},
                    "position": {
                        "type": "integer",
                        "minimum": 1,
                        "description": "Absent for a key that is limited to contracts.",
                    },
                    "version": {"type": "integer", "minimum": 1},
                    "recorded_at": {"type": "string", "format": "date-time"},
                    "sha256": {"type": "string", "pattern": "^[0-9a-f]{64}$", "description": "Of the canonical bytes."},
                },
                "required": ["id", "subject", "type", "version", "recorded_at", "sha256"],
            },
        }
    },
    "required": ["events"],
}
"""What an accepted request is answered."""

CLOUD_EVENT_SCHEMA: Final[Schema] = {
    "type": "object",
    "description": "A CloudEvent 1.0 in structured JSON. `data` is the body that application/json has; what an "
    "attribute says may be left out there, and has to agree where both say it.",
    "properties": {
        "specversion": {"const": "1.0"},
        "id": {"type": "string", "format": "uuid", "description": "The event's id, in lower case."},
        "source": {"type": "string", "minLength": 1},
        "type": {"enum": sorted(TYPES)},
        "subject": _TEXT,
        "time": {"type": "string", "format": "date-time", "description": "The event's `occurred_at`."},
        "datacontenttype": {"const": "application/json"},
        "data": {"type": "object"},
    },
    "required": ["specversion", "id", "source", "data"],
    "patternProperties": {"^[a-z0-9]{1,50}$": True},
    "additionalProperties": False,
}


def event_schemas() -> dict[str, Schema]:
    """The schemas of all types, by their names."""
    schemas: dict[str, Schema] = {"CloudEvent": CLOUD_EVENT_SCHEMA}
    documents = published()
    for name in TYPES:
        document = _referring(documents[f"{name}.json"])
        for shared, shape in document.pop("$defs").items():
            assert schemas.setdefault(shared, shape) == shape, f"{shared} means two things"
        properties = document["properties"]
        properties["actor"]["required"] = ["kind"]
        del properties["recorded_at"]
        schemas[f"{name}.data"] = properties["data"]
        properties["data"] = _ref(f"{name}.data")
        schemas[name] = _form(document, name, ("type", "occurred_at", "data"), {})
        if name.endswith(".values-erased.v1"):
            schemas[f"{name}.erasure"] = _form(document, name, ("occurred_at", "data"), {})
            continue
        required = ("type", "occurred_at", "data", *(() if name == _OPENED else ("subject",)))
        beside = {"if_match": _VERSION, **({"file": _FILE} if name == _ADOPTED else {})}
        schemas[f"{name}.element"] = _form(document, name, required, beside)
    return schemas


def event_body(names: Iterable[str], form: str = "", *, needs_subject: bool = False) -> Schema:
    """The body of a path that takes one event of these types; `form` is the end of their schemas' names."""
    chosen = sorted(names)
    schema = _choice(chosen, form)
    if needs_subject:
        schema = {"allOf": [schema, {"required": ["subject"]}]}
    shown = {name: {"value": _shown(name, bare=not needs_subject, form=form)} for name in chosen}
    return {
        "required": True,
        "content": {
            JSON: {"schema": schema, "examples": shown},
            CLOUD_EVENT: {"schema": _ref("CloudEvent"), "example": _as_cloud_event(chosen[0], bare=not needs_subject)},
        },
    }


def batch_body(names: Iterable[str]) -> Schema:
    """The body of a path that takes many events of these types."""
    chosen = sorted(names)
    batch = {"type": "array", "minItems": 1, "maxItems": 500}
    told = [dict(EXAMPLES["contract.registered.v1"]), {**EXAMPLES["incident.status-reported.v1"], "if_match": "v3"}]
    return {
        "required": True,
        "content": {
            JSON: {"schema": {**batch, "items": _choice(chosen, ".element")}, "example": told},
            CLOUD_EVENTS: {
                "schema": {**batch, "items": _ref("CloudEvent")},
                "example": [_as_cloud_event(_OPENED, bare=True)],
            },
            CLOUD_EVENT: {"schema": _ref("CloudEvent"), "example": _as_cloud_event(_OPENED, bare=True)},
        },
    }


def _form(document: Schema, name: str, required: Iterable[str], beside: Schema) -> Schema:
    # A number such as the published example's is given by the ledger alone.
    shown = {field: value for field, value in EXAMPLES[name].items() if name != _OPENED or field != "subject"}
    return {
        "description": document["description"],
        "type": "object",
        "properties": {**document["properties"], **beside},
        "required": list(required),
        "additionalProperties": False,
        "examples": [{**shown, **({"file": "id = …"} if "file" in beside else {})}],
    }


def _choice(names: list[str], form: str) -> Schema:
    if len(names) == 1:
        return _ref(f"{names[0]}{form}")
    mapping = {name: f"#/components/schemas/{name}{form}" for name in names}
    return {
        "oneOf": [_ref(f"{name}{form}") for name in names],
        "discriminator": {"propertyName": "type", "mapping": mapping},
    }


def _shown(name: str, *, bare: bool, form: str) -> Mapping[str, Any]:
    """The example of a type as a path takes it: `bare` without the subject."""
    left_out = {*(("subject",) if bare else ()), *(("type",) if form == ".erasure" else ())}
    return {field: value for field, value in EXAMPLES[name].items() if field not in left_out}


def _as_cloud_event(name: str, *, bare: bool) -> Schema:
    told = _shown(name, bare=bare, form="")
    data = {field: told[field] for field in ("actor", "data")}
    return {
        "specversion": "1.0",
        "id": "0197f0c2-7b1e-7c3a-9d52-3f6a1c0b8e11",
        "source": "urn:example:crm",
        "type": name,
        **({} if bare else {"subject": told["subject"]}),
        "time": told["occurred_at"],
        "datacontenttype": "application/json",
        "data": data,
    }


def _ref(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


def _referring(node: Any) -> Any:
    """The same schema with its references into the document's components."""
    if isinstance(node, list):
        return [_referring(one) for one in node]
    if not isinstance(node, dict):
        return node
    return {
        key: value.replace("#/$defs/", "#/components/schemas/") if key == "$ref" else _referring(value)
        for key, value in node.items()
    }
