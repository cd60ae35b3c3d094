"""The published JSON Schemas of the topics' records, made from their shapes and from the schemas of the events.

No shape is closed: a reader passes over columns, attributes and types of events that it does not know, so that old
software reads what newer software wrote. Of a type that is known, the events' schema checks `data` as well.
"""

from typing import Any, Final

from pydantic import TypeAdapter

from schemas.event_schemas import Schema, canonical, without
from schemas.events import TYPES
from schemas.topic_records import CloudEvent, IncidentRecord, ObligationRecord, PositionRecord
from schemas.topics import TOPICS_VERSION
from schemas.verdict_schema import DIALECT

__all__ = ["cloud_event", "cloud_event_headers", "dereferenced", "row", "topic_schemas"]

_ROWS: Final[dict[str, Any]] = {
    "incidents": IncidentRecord,
    "obligations": ObligationRecord,
    "checkpoints": PositionRecord,
}


def topic_schemas() -> dict[str, Schema]:
    """The schema of each topic's records, by the topic's name without `sla-ledger.`."""
    schemas = {"events": _any_event(), **{name: row(name) for name in _ROWS}}
    return {
        f"{name}.v{TOPICS_VERSION}": {
            "$schema": DIALECT,
            "$id": f"urn:sla-ledger:topic:{name}.v{TOPICS_VERSION}",
            **schema,
        }
        for name, schema in schemas.items()
    }


def row(name: str) -> Schema:
    """The schema of the records of `incidents`, `obligations` or `checkpoints`, without references."""
    return _shape(_ROWS[name])


def cloud_event(name: str) -> Schema:
    """The schema of an event of one type as `events` carries it, without references."""
    schema = _shape(CloudEvent)
    schema["description"] = (TYPES[name].__doc__ or "").partition("\n")[0]
    schema["properties"]["type"] = {"const": name}
    schema["properties"]["dataschema"] = {"const": f"urn:sla-ledger:schema:{name}"}
    schema["properties"]["data"] = _data(name)
    return schema


def cloud_event_headers() -> Schema:
    """The schema of each header `ce_…` of a record of `events`, whose texts are those of the attributes."""
    attributes: Schema = _shape(CloudEvent)["properties"]
    return {f"ce_{name}": schema for name, schema in attributes.items() if name != "data"}


def dereferenced(schema: Schema, definitions: Schema | None = None) -> Schema:
    """A schema whose references are replaced by what they refer to, in it or by name; it must not refer to itself."""
    known: Schema = schema.get("$defs", {}) if definitions is None else definitions

    def inlined(node: Any) -> Any:
        if isinstance(node, list):
            return [inlined(element) for element in node]
        if not isinstance(node, dict):
            return node
        if isinstance(node.get("$ref"), str):
            rest = {key: value for key, value in node.items() if key != "$ref"}
            node = {**known[node["$ref"].rpartition("/")[2]], **rest}
            return inlined(node)
        return {key: inlined(value) for key, value in node.items()}

    plain: Schema = inlined({key: value for key, value in schema.items() if key != "$defs"})
    return plain


def _any_event() -> Schema:
    schema = _shape(CloudEvent)
    schema["allOf"] = [
        {"if": {"properties": {"type": {"const": name}}}, "then": {"properties": {"data": _data(name)}}}
        for name in TYPES
    ]
    return schema


def _data(name: str) -> Schema:
    return {key: value for key, value in dereferenced(canonical(TYPES[name])).items() if key not in {"$schema", "$id"}}


def _shape(shape: Any) -> Schema:
    schema = dereferenced(TypeAdapter(shape).json_schema())
    untitled: Schema = without(schema, lambda key, value: key == "title" and isinstance(value, str))
    order = ("description", "type", "properties", "required")
    return {key: untitled[key] for key in order} | {key: value for key, value in untitled.items() if key not in order}
