"""JSON Schema 2020-12 of one type of event, made from its model: in the interchange and in the canonical form."""

import json
from collections.abc import Callable, Iterator
from typing import Any, Final, get_args, get_type_hints

from pydantic import TypeAdapter

from schemas.corrections import CORRECTABLE, value_type
from schemas.events import Actor, ActorKind, Data, Event, Proposal
from schemas.incident_events import IncidentCorrected
from schemas.model import Commitment, Model
from schemas.verdict_schema import DIALECT

__all__ = ["Schema", "canonical", "interchange", "without"]

Schema = dict[str, Any]

_COMMITMENT: Final = "#/$defs/Commitment"


def interchange(model: type[Data]) -> Schema:
    """The interchange form of a type, as files and commands have it: no field beyond those named."""
    schema = _document(model, Proposal, f"urn:sla-ledger:interchange:{model.TYPE}")
    schema["additionalProperties"] = False
    return _tidied(schema, lambda branch: branch.get("$ref") != _COMMITMENT)


def canonical(model: type[Data]) -> Schema:
    """The canonical form of a type, as it is stored and published; later versions may add fields."""
    schema = _document(model, Event, f"urn:sla-ledger:schema:{model.TYPE}")
    schema["properties"]["actor"] = {
        "type": "object",
        "properties": {"kind": {"enum": list(get_args(ActorKind))}},
        "required": ["kind", "id"],
        "if": {"properties": {"kind": {"const": "customer"}}},
        "then": {"properties": {"id": {"$ref": _COMMITMENT}}},
        "else": {"properties": {"id": {"type": "string", "minLength": 1}}},
    }
    sealed = _tidied(schema, lambda branch: branch.get("$ref") == _COMMITMENT)
    opened: Schema = without(sealed, lambda key, _: key == "additionalProperties")
    return opened


def _document(model: type[Data], envelope: type[Model], identity: str) -> Schema:
    definitions: Schema = {}
    hints = get_type_hints(envelope, include_extras=True)
    properties: Schema = {"type": {"const": model.TYPE}}
    for name in envelope.model_fields:
        kind = {"data": model, "actor": Actor}.get(name, hints[name])
        properties[name] = _schema_of(kind, definitions)
    if model is IncidentCorrected:
        properties["data"]["allOf"] = list(_corrected_values(definitions))
    required = [name for name, field in envelope.model_fields.items() if field.is_required()]
    return {
        "$schema": DIALECT,
        "$id": identity,
        "description": (model.__doc__ or "").partition("\n")[0],
        "type": "object",
        "properties": properties,
        "required": ["type", *required],
        "$defs": definitions,
    }


def _corrected_values(definitions: Schema) -> Iterator[Schema]:
    fields_of: dict[str, list[str]] = {}
    for field in CORRECTABLE:
        shape = json.dumps(_schema_of(value_type(field), definitions), sort_keys=True)
        fields_of.setdefault(shape, []).append(field)
    for shape, fields in fields_of.items():
        value = json.loads(shape)
        yield {
            "if": {"properties": {"field": {"enum": fields}}},
            "then": {"properties": {"was": value, "now": value}},
        }


def _schema_of(kind: Any, definitions: Schema) -> Schema:
    schema = TypeAdapter(kind).json_schema(ref_template="#/$defs/{model}")
    definitions.update(schema.pop("$defs", {}))
    if kind is not Commitment and "Commitment" not in definitions:
        definitions["Commitment"] = _schema_of(Commitment, definitions)
    return schema


def _tidied(schema: Schema, keep: Callable[[Schema], bool]) -> Schema:
    chosen = _chosen(schema, keep)
    plain: Schema = without(chosen, lambda key, value: (key == "title" and isinstance(value, str)) or value is None)
    used = json.dumps({**plain, "$defs": {}}) + json.dumps(
        [shape for name, shape in plain["$defs"].items() if name != "Commitment"]
    )
    plain["$defs"] = {name: shape for name, shape in plain["$defs"].items() if f'"#/$defs/{name}"' in used}
    return plain


def _chosen(node: Any, keep: Callable[[Schema], bool]) -> Any:
    if isinstance(node, list):
        return [_chosen(element, keep) for element in node]
    if not isinstance(node, dict):
        return node
    rest = {key: _chosen(value, keep) for key, value in node.items() if key != "anyOf"}
    branches = [branch for branch in node.get("anyOf", ()) if branch != {"type": "null"}]
    if any(branch.get("$ref") == _COMMITMENT for branch in branches):
        branches = [branch for branch in branches if keep(branch)]
    if len(branches) == 1:
        return {**_chosen(branches[0], keep), **rest}
    return {**rest, "anyOf": _chosen(branches, keep)} if branches else rest


def without(node: Any, unwanted: Callable[[str, Any], bool]) -> Any:
    """A schema without the members that are unwanted, at any depth."""
    if isinstance(node, list):
        return [without(element, unwanted) for element in node]
    if not isinstance(node, dict):
        return node
    return {key: without(value, unwanted) for key, value in node.items() if not unwanted(key, value)}
