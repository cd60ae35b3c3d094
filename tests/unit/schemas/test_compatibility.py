"""A change of a published schema passes where nobody who relies on the one before is broken, and fails elsewhere."""

import copy
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from schemas.compatibility import Use, incompatibilities
from schemas.releasing import breaks, main
from tests.checkout import ROOT

GENERATED = ROOT / "schemas/generated"
OLD: dict[str, Any] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "description": "An incident.",
    "type": "object",
    "properties": {
        "incident": {"type": "string", "pattern": "^I-[0-9]+$", "minLength": 3, "maxLength": 64},
        "priority": {"type": "integer", "minimum": 1, "maximum": 4},
        "state": {"enum": ["open", "closed"]},
        "due_at": {"anyOf": [{"type": "string"}, {"type": "null"}]},
        "contacts": {"type": "array", "items": {"$ref": "#/$defs/contact"}, "minItems": 1},
        "kind": {"const": "incident"},
        "field": {"enum": ["channel", "priority"]},
        "now": {},
    },
    "required": ["incident", "state"],
    "allOf": [
        {"if": {"properties": {"field": {"const": "channel"}}}, "then": {"properties": {"now": {"type": "string"}}}},
        {"if": {"properties": {"field": {"const": "priority"}}}, "then": {"properties": {"now": {"type": "integer"}}}},
    ],
    "$defs": {"contact": {"type": "object", "properties": {"name": {"type": "string"}}, "required": ["name"]}},
}

Change = Callable[[dict[str, Any]], object]


def changed(change: Change) -> dict[str, Any]:
    new = copy.deepcopy(OLD)
    change(new)
    return new


def renamed(new: dict[str, Any]) -> None:
    new["properties"]["number"] = new["properties"].pop("priority")


def at(*path: str | int, is_now: Any) -> Change:
    """The change that puts a value at a place of the schema; `...` takes the place away."""

    def change(new: Any) -> None:
        for step in path[:-1]:
            new = new[step]
        if is_now is ...:
            del new[path[-1]]
        else:
            new[path[-1]] = is_now

    return change


OF = "properties"
CASE = {"if": {"properties": {"field": {"const": "vendor"}}}, "then": {"properties": {"now": {"type": "string"}}}}
# What passes where: in what others send, in what is answered, in what is kept.
CHANGES: dict[str, tuple[Change, str]] = {
    "nothing": (lambda _: None, "sent answered kept"),
    "described otherwise": (at("description", is_now="One incident."), "sent answered kept"),
    "an optional field added": (at(OF, "vendor", is_now={"type": "string"}), "sent answered kept"),
    "an optional field added to an inner object": (
        at("$defs", "contact", OF, "phone", is_now={"type": "string"}),
        "sent answered kept",
    ),
    "a required field added": (
        lambda new: (new[OF].update(vendor={"type": "string"}), new["required"].append("vendor")),
        "answered",
    ),
    "a field removed": (at(OF, "priority", is_now=...), ""),
    "a required field removed": (lambda new: (new[OF].pop("state"), new["required"].remove("state")), ""),
    "an inner field removed": (at("$defs", "contact", OF, is_now={}), ""),
    "a field renamed": (renamed, ""),
    "a field of another type": (at(OF, "priority", is_now={"type": "string"}), ""),
    "elements of another type": (at(OF, "contacts", "items", is_now={"type": "string"}), ""),
    "a type for what had none": (at(OF, "now", is_now={"type": "string"}), "answered"),
    "a field made required": (at("required", is_now=["incident", "state", "priority"]), "answered"),
    "a field no longer required": (at("required", is_now=["incident"]), "sent"),
    "an inner field no longer required": (at("$defs", "contact", "required", is_now=[]), "sent"),
    "a value removed": (at(OF, "state", "enum", is_now=["open"]), "answered"),
    "a value added": (at(OF, "state", "enum", is_now=["open", "closed", "paused"]), "sent answered"),
    "a constant changed": (at(OF, "kind", "const", is_now="ticket"), "answered"),
    "a constant freed": (at(OF, "kind", is_now={"type": "string"}), "sent"),
    "a pattern changed": (at(OF, "incident", "pattern", is_now="^I-[0-9]{6}$"), ""),
    "a pattern dropped": (at(OF, "incident", "pattern", is_now=...), "sent"),
    "a pattern added": (at(OF, "kind", "pattern", is_now="^i"), "answered"),
    "a maximum lowered": (at(OF, "priority", "maximum", is_now=3), "answered"),
    "a maximum raised": (at(OF, "priority", "maximum", is_now=5), "sent"),
    "a minimum raised": (at(OF, "priority", "minimum", is_now=2), "answered"),
    "a minimum dropped": (at(OF, "priority", "minimum", is_now=...), "sent"),
    "a length shortened": (at(OF, "incident", "maxLength", is_now=32), "answered"),
    "fewer elements asked for": (at(OF, "contacts", "minItems", is_now=0), "sent"),
    "null no longer allowed": (at(OF, "due_at", is_now={"type": "string"}), "answered"),
    "null allowed": (at(OF, "priority", is_now={"anyOf": [OLD[OF]["priority"], {"type": "null"}]}), "sent"),
    "a number where there was an integer": (at(OF, "priority", "type", is_now="number"), "sent"),
    "closed to other fields": (at("additionalProperties", is_now=False), "answered"),
    "a case added": (
        lambda new: (new["allOf"].append(CASE), new[OF]["field"]["enum"].append("vendor")),
        "sent answered",
    ),
    "a case dropped": (lambda new: new["allOf"].pop(), "sent"),
    "a case of another type": (at("allOf", 0, "then", OF, "now", "type", is_now="integer"), ""),
    "another condition": (lambda new: new["allOf"].append({"required": ["due_at"]}), "answered"),
    "a keyword that is not compared": (at("dependentRequired", is_now={"due_at": ["kind"]}), "answered"),
}


@pytest.mark.parametrize("use", ["sent", "answered", "kept"])
@pytest.mark.parametrize("name", CHANGES)
def test_a_change_passes_where_nobody_is_broken_by_it(name: str, use: Use) -> None:
    change, passes = CHANGES[name]
    found = list(incompatibilities(OLD, changed(change), use))
    assert (found == []) is (use in passes.split()), found


def test_what_is_closed_takes_an_optional_field_more() -> None:
    closed = {**OLD, "additionalProperties": False}
    more = copy.deepcopy(closed)
    more[OF]["vendor"] = {"type": "string"}
    for use in ("sent", "answered", "kept"):
        assert list(incompatibilities(closed, more, use)) == []


def test_what_is_found_says_where_and_what() -> None:
    new = changed(at(OF, "priority", "maximum", is_now=3))
    assert list(incompatibilities(OLD, new, "kept")) == ["/priority/maximum: 4 became 3"]


def test_what_would_be_published_breaks_nobody_who_relies_on_what_was_released() -> None:
    assert list(breaks()) == []
    assert len(list((ROOT / "schemas/released").rglob("*.json"))) > 70


def edited(folder: Path, name: str, *path: str | int, is_now: Any) -> None:
    """Change one of the generated files."""
    file = folder / name
    document = json.loads(file.read_text(encoding="utf-8"))
    at(*path, is_now=is_now)(document)
    file.write_text(json.dumps(document), encoding="utf-8")


ROW = ("components", "messages", "incidents-row")
OPENED = ("paths", "/v1/incidents", "post")
LISTED = ("paths", "/v1/incidents", "get")


@pytest.mark.parametrize(
    ("name", "path", "is_now", "told"),
    [
        ("topics/incidents.v1.json", (OF, "standing"), ..., "topics/incidents.v1.json: /standing: it was removed"),
        ("canonical/incident.opened.v1.json", (OF, "version", "minimum"), 0, "/version/minimum: 1 became 0"),
        ("incident.opened.v1.json", (OF, "id", "pattern"), "^x$", "/id/pattern"),
        ("verdict.json", ("required",), ["incident"], "/as_of: it is no longer required"),
        ("asyncapi.json", ("channels", "events", "address"), "events", "channels/events: its address changed"),
        ("asyncapi.json", ("channels", "incidents"), ..., "channels/incidents: it was removed"),
        ("asyncapi.json", (*ROW, "contentType"), "application/avro", "messages/incidents-row/contentType: application"),
        (
            "asyncapi.json",
            ("defaultContentType",),
            "text/plain",
            "checkpoints-row/contentType: application/json became",
        ),
        ("asyncapi.json", ("channels", "events", "messages", "incident.opened.v1"), ..., "incident.opened.v1: it was"),
        (
            "asyncapi.json",
            (*ROW, "payload", OF, "priority", "type"),
            "string",
            "messages/incidents-row/payload/priority",
        ),
        ("asyncapi.json", (*ROW, "bindings", "kafka", "key", "pattern"), "^x$", "messages/incidents-row/key/pattern"),
        ("asyncapi.json", ("components", "schemas", "event-headers", "required"), [], "headers/ce_id"),
        ("openapi.json", OPENED, ..., "POST /v1/incidents: it was removed"),
        ("openapi.json", (*OPENED, "requestBody", "content", "application/json"), ..., "body application/json: it was"),
        ("openapi.json", (*OPENED, "responses", "201"), ..., "POST /v1/incidents: answer 201: it was removed"),
        ("openapi.json", (*LISTED, "parameters"), [], "in query: it was removed"),
        (
            "openapi.json",
            ("components", "schemas", "IncidentRowShape", OF, "state"),
            ...,
            "/incidents/items/state: it was removed",
        ),
    ],
)
def test_a_break_in_a_published_file_is_found(
    name: str, path: tuple[str | int, ...], is_now: Any, told: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    released, generated = tmp_path / "released", tmp_path / "generated"
    for folder in (released, generated):
        shutil.copytree(GENERATED, folder)
    assert main([], released=released, generated=generated) == 0
    edited(generated, name, *path, is_now=is_now)
    assert main(["--release"], released=released, generated=generated) == 1
    assert told in capsys.readouterr().err
    assert (released / name).read_bytes() == (GENERATED / name).read_bytes(), "what breaks somebody is not released"


def test_a_parameter_that_becomes_required_is_found(tmp_path: Path) -> None:
    released, generated = tmp_path / "released", tmp_path / "generated"
    for folder in (released, generated):
        shutil.copytree(GENERATED, folder)
    document = json.loads((generated / "openapi.json").read_text(encoding="utf-8"))
    new = {"name": "colour", "in": "query", "schema": {"type": "string"}}
    document["paths"]["/v1/incidents"]["get"]["parameters"].append(new)
    (generated / "openapi.json").write_text(json.dumps(document), encoding="utf-8")
    assert list(breaks(released, generated)) == []
    new["required"] = True  # type: ignore[assignment]
    (generated / "openapi.json").write_text(json.dumps(document), encoding="utf-8")
    told = "openapi.json: GET /v1/incidents: parameter colour in query: it has become required"
    assert list(breaks(released, generated)) == [told]


def test_what_breaks_nobody_is_released_whole_and_a_file_that_is_gone_breaks(tmp_path: Path) -> None:
    released, generated = tmp_path / "released", tmp_path / "generated"
    shutil.copytree(GENERATED, generated)
    assert main(["--release"], released=released, generated=generated) == 0
    assert (released / "topics/events.v1.json").exists()
    (generated / "verdict.json").unlink()
    assert list(breaks(released, generated)) == ["verdict.json: it was removed"]
