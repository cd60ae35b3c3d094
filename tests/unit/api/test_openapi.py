"""The OpenAPI document: whole, valid, current, and with examples that the product itself takes."""

import re
from collections.abc import Iterator
from typing import Any, Final

import orjson
import pytest
import schemathesis
from jsonschema import Draft202012Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from schemas.decode import decode_command
from schemas.event_examples import EXAMPLES
from schemas.problems import CATALOGUE
from services.api.application import routes
from services.api.openapi import document, main
from services.api.problems import MEDIA_TYPE
from services.api.rights import PUBLIC, rights_of

DOCUMENT: Final = document()
OPERATIONS: Final = {
    f"{method.upper()} {path}": operation
    for path, operations in DOCUMENT["paths"].items()
    for method, operation in operations.items()
}


def nodes(node: Any) -> Iterator[Any]:
    yield node
    for one in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        yield from nodes(one)


def validator(schema: dict[str, Any]) -> Draft202012Validator:
    resource = Resource.from_contents(orjson.loads(orjson.dumps(DOCUMENT)), default_specification=DRAFT202012)
    registry: Registry[Any] = Registry().with_resource("urn:openapi", resource)
    text = orjson.dumps(schema).replace(b'"#/components', b'"urn:openapi#/components')
    return Draft202012Validator(orjson.loads(text), registry=registry)


def examples() -> Iterator[tuple[str, dict[str, Any], Any]]:
    """Every example of a body or of an answer, with its schema."""
    for name, operation in OPERATIONS.items():
        bodies = [operation.get("requestBody", {}), *operation["responses"].values()]
        for content in (content for body in bodies for content in body.get("content", {}).items()):
            media_type, told = content
            if "json" not in media_type or "ndjson" in media_type or "schema" not in told:
                continue
            if "example" in told:
                yield f"{name} {media_type}", told["schema"], told["example"]
            for title, example in told.get("examples", {}).items():
                yield f"{name} {media_type} {title}", told["schema"], example["value"]


def test_the_document_is_one_of_openapi_3_1() -> None:
    assert DOCUMENT["openapi"].startswith("3.1.")
    schemathesis.openapi.from_dict(orjson.loads(orjson.dumps(DOCUMENT))).validate()


def test_the_published_copy_is_current() -> None:
    told: list[str] = []
    assert main(["--check"], told.append) == 0, told


def test_every_reference_leads_somewhere() -> None:
    for node in nodes(DOCUMENT):
        if isinstance(node, dict) and isinstance(node.get("$ref"), str):
            place: Any = DOCUMENT
            for step in node["$ref"].removeprefix("#/").split("/"):
                place = place[step]


def test_every_route_is_described_and_nothing_else() -> None:
    there = {
        f"{method} {route.path_format}" for route in routes() for method in route.methods or () if method != "HEAD"
    }
    assert there == OPERATIONS.keys()


@pytest.mark.parametrize("name", list(OPERATIONS))
def test_an_operation_tells_all_that_any_route_can_be_refused_by(name: str) -> None:
    operation = OPERATIONS[name]
    assert operation["summary"]
    assert re.fullmatch("[a-z_]+", operation["operationId"])
    is_public = name.partition(" ")[2] in PUBLIC
    assert (operation.get("security") == []) is is_public
    needed = {"500"} if is_public or name == "GET /metrics" else {"401", "500", "503"}
    if name.startswith("POST"):
        needed |= {"403"}
    assert needed <= operation["responses"].keys()
    for status, response in operation["responses"].items():
        if int(status) >= 400:
            assert response["content"][MEDIA_TYPE]["schema"] == {"$ref": "#/components/schemas/Problem"}
            named = re.findall(r"`([a-z-]+)`", response["description"])
            assert {CATALOGUE[one].status for one in named if one in CATALOGUE} <= {int(status)}


def test_a_read_that_every_role_may_ask_tells_of_no_403_and_others_do() -> None:
    reads = {name: operation["responses"] for name, operation in OPERATIONS.items() if name.startswith("GET")}
    assert "403" not in reads["GET /v1/calendars"]
    assert "403" not in reads["GET /v1/feed"]
    assert "403" in reads["GET /v1/incidents/{incident}/values"]
    assert "403" in reads["GET /v1/incidents/{incident}/verdict"]  # `at_position` is not for the limited


def test_a_read_with_a_version_tells_how_to_ask_for_a_newer_one_alone() -> None:
    asked = OPERATIONS["GET /v1/incidents/{incident}"]
    assert "If-None-Match" in [one["name"] for one in asked["parameters"]]
    assert "304" in asked["responses"]


def test_every_route_declares_the_right_it_needs_but_those_listed() -> None:
    lacking = {route.path for route in routes() if len(list(rights_of(route.dependant))) != 1}
    assert lacking == PUBLIC


@pytest.mark.parametrize("case", list(examples()), ids=lambda case: case[0])
def test_an_example_fits_its_schema(case: tuple[str, dict[str, Any], Any]) -> None:
    _, schema, example = case
    validator(schema).validate(example)


@pytest.mark.parametrize("name", list(EXAMPLES))
def test_an_example_of_an_event_is_taken_by_the_decoder_and_by_every_form_of_its_schema(name: str) -> None:
    decode_command(orjson.dumps(dict(EXAMPLES[name])))
    for form in ("", ".element", ".erasure"):
        if f"{name}{form}" in DOCUMENT["components"]["schemas"]:
            schema = {"$ref": f"#/components/schemas/{name}{form}"}
            validator(schema).validate(dict(EXAMPLES[name]))
            assert not validator(schema).is_valid({**EXAMPLES[name], "severity": 1})
