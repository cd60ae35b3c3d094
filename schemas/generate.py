"""The published contracts: JSON Schema 2020-12 for every type of event and for the verdict.

    generated/<type>.json             the interchange form and commands; unknown fields are refused
    generated/canonical/<type>.json   the canonical form; a reader ignores fields it does not know
    generated/verdict.json            one line of what the evaluation prints
    generated/openapi.json            the API over HTTP; services.api.openapi makes it

`python -m schemas.generate` writes them, `--check` compares and exits 1 when one is stale. A schema
says less than the decoder: duplicate keys, NUL or a date that does not exist are beyond it.
"""

import argparse
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final, get_args, get_type_hints

from pydantic import TypeAdapter

from schemas.corrections import CORRECTABLE, value_type
from schemas.events import TYPES, Actor, ActorKind, Data, Event, Proposal
from schemas.incident_events import IncidentCorrected
from schemas.model import Commitment, Model
from schemas.verdict_schema import DIALECT, VERDICT_SCHEMA

__all__ = ["main", "published"]

_FOLDER: Final = Path(__file__).parent / "generated"
_MADE_ELSEWHERE: Final = frozenset((_FOLDER / "openapi.json",))
_COMMITMENT: Final = "#/$defs/Commitment"

Schema = dict[str, Any]


def published() -> dict[str, Schema]:
    """Every published schema by its path under schemas/generated/."""
    documents = {f"{name}.json": _interchange(model) for name, model in TYPES.items()}
    documents |= {f"canonical/{name}.json": _canonical(model) for name, model in TYPES.items()}
    documents["verdict.json"] = VERDICT_SCHEMA
    return documents


def _interchange(model: type[Data]) -> Schema:
    schema = _document(model, Proposal, f"urn:sla-ledger:interchange:{model.TYPE}")
    schema["additionalProperties"] = False
    return _tidied(schema, lambda branch: branch.get("$ref") != _COMMITMENT)


def _canonical(model: type[Data]) -> Schema:
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
    opened: Schema = _without(sealed, lambda key, _: key == "additionalProperties")
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
    plain: Schema = _without(chosen, lambda key, value: (key == "title" and isinstance(value, str)) or value is None)
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


def _without(node: Any, unwanted: Callable[[str, Any], bool]) -> Any:
    if isinstance(node, list):
        return [_without(element, unwanted) for element in node]
    if not isinstance(node, dict):
        return node
    return {key: _without(value, unwanted) for key, value in node.items() if not unwanted(key, value)}


def _rendered() -> dict[Path, str]:
    return {
        _FOLDER / name: json.dumps(schema, ensure_ascii=False, indent=2) + "\n" for name, schema in published().items()
    }


def _stale(rendered: dict[Path, str]) -> list[Path]:
    superfluous = [path for path in _FOLDER.rglob("*.json") if path not in rendered and path not in _MADE_ELSEWHERE]
    differing = [
        path for path, text in rendered.items() if not path.exists() or path.read_text(encoding="utf-8") != text
    ]
    return sorted(superfluous + differing)


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the published schemas, or with `--check` say which are stale; the exit code."""
    parser = argparse.ArgumentParser(prog="python -m schemas.generate", description=main.__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing, exit 1 when stale")
    rendered = _rendered()
    if parser.parse_args(arguments).check:
        stale = _stale(rendered)
        for path in stale:
            sys.stderr.write(f"stale: {path.relative_to(_FOLDER)}\n")
        return 1 if stale else 0
    for path in _stale(rendered):
        if path in rendered:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(rendered[path], encoding="utf-8")
        else:
            path.unlink()
    return 0


if __name__ == "__main__":
    sys.exit(main())
