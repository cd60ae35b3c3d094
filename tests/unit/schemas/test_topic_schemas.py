"""The published contracts of the topics: valid, true to the shapes and the events, their examples among what they take.

The official parser of AsyncAPI reads the document in `.ci/asyncapi-check`; it does not look at examples, nor at every
wrong type, so both are looked at here.
"""

import copy
import json
from collections.abc import Iterator
from typing import Any

import orjson
import pytest
from jsonschema import Draft7Validator, Draft202012Validator, SchemaError
from jsonschema.protocols import Validator

from schemas.asyncapi import asyncapi_document
from schemas.canonical import canonical_bytes
from schemas.cloudevents import attributes, kafka_headers, structured
from schemas.events import TYPES
from schemas.topic_records import CloudEvent, IncidentRecord, ObligationRecord, PositionRecord
from schemas.topic_schemas import cloud_event, dereferenced, topic_schemas
from tests.unit.schemas import examples

DOCUMENT = asyncapi_document("0")
MESSAGES: dict[str, Any] = DOCUMENT["components"]["messages"]
HEADERS = DOCUMENT["components"]["schemas"]["event-headers"]
TOPICS = topic_schemas()
LEDGER = "0197f0c2-1111-7222-8333-444455556666"

# As the specification of the topics lists them.
COLUMNS = {
    "events.v1": "specversion id source type subject time datacontenttype dataschema partitionkey sequence logindex "
    "recordedtime sha256 data",
    "incidents.v1": "incident contract customer level channel opened_at opened_at_micros priority episode state "
    "closed_at closed_at_micros standing obligations_broken obligations_disputed duties_missing decisive next_due_at "
    "next_due_at_micros events policy policy_sha256 problem as_of_position as_of",
    "obligations.v1": "incident obligation contract customer level clause verdict due_at due_at_micros at at_micros "
    "standing readings readings_breached earliest_due_at earliest_due_at_micros latest_due_at latest_due_at_micros "
    "depends_on decisive policy_sha256 problem as_of_position as_of",
    "checkpoints.v1": "ledger position count chain as_of",
}
SHAPES: dict[str, Any] = {
    "events.v1": CloudEvent,
    "incidents.v1": IncidentRecord,
    "obligations.v1": ObligationRecord,
    "checkpoints.v1": PositionRecord,
}


def record(name: str, /, **changes: Any) -> dict[str, Any]:
    """The value of `events` that carries the example of a type."""
    state = canonical_bytes({**examples.stored(name), **changes})
    value: dict[str, Any] = orjson.loads(structured(state, ledger_id=LEDGER, position=17, index=4))
    return value


def faults(document: dict[str, Any]) -> Iterator[str]:
    """What is wrong with the schemas of a document or with its examples, by a validator of JSON Schema."""
    headers = document["components"]["schemas"]["event-headers"]
    for name, message in document["components"]["messages"].items():
        key = message["bindings"]["kafka"]["key"]
        for dialect in (Draft7Validator, Draft202012Validator):
            try:
                for schema in (message["payload"], headers, key):
                    dialect.check_schema(schema)
            except SchemaError as error:
                yield f"{name}: {error.message}"
                break
            for shown in message["examples"]:
                found = list(dialect(message["payload"]).iter_errors(shown["payload"]))
                if "headers" in message:
                    found += dialect(headers).iter_errors(shown["headers"])
                yield from (f"{name}: {error.message}" for error in found)


def test_every_schema_and_every_example_of_the_document_is_right() -> None:
    assert list(faults(DOCUMENT)) == []
    assert len(MESSAGES) == len(TYPES) + 3


@pytest.mark.parametrize(
    ("part", "path", "value"),
    [
        ("schema", ("incidents-row", "payload", "properties", "priority", "type"), "objekt"),
        ("schema", ("incident.opened.v1", "payload", "properties", "data", "type"), "objekt"),
        ("schema", ("checkpoints-row", "bindings", "kafka", "key"), {"type": "objekt"}),
        ("example", ("incidents-row", "examples", 0, "payload", "state"), "closed"),
        ("example", ("obligations-row", "examples", 0, "payload", "due_at"), 1_777_000_000),
        ("example", ("incident.opened.v1", "examples", 0, "payload", "data", "data", "title"), "in clear"),
        ("example", ("incident.opened.v1", "examples", 0, "headers", "ce_sequence"), "17"),
    ],
)
def test_a_wrong_schema_and_a_wrong_example_are_found(part: str, path: tuple[Any, ...], value: object) -> None:
    broken = copy.deepcopy(DOCUMENT)
    inner = broken["components"]["messages"]
    for step in path[:-1]:
        inner = inner[step]
    assert inner[path[-1]] != value
    inner[path[-1]] = value
    assert [fault.partition(":")[0] for fault in faults(broken)] != [], part


def test_no_payload_refers_to_anything_outside_itself() -> None:
    assert '"$ref"' not in json.dumps([message["payload"] for message in MESSAGES.values()])
    assert '"$defs"' not in json.dumps(DOCUMENT)


@pytest.mark.parametrize("topic", COLUMNS)
def test_a_topic_has_the_columns_of_its_specification_in_their_order(topic: str) -> None:
    columns = COLUMNS[topic].split()
    assert list(SHAPES[topic].__annotations__) == columns
    assert list(TOPICS[topic]["properties"]) == columns
    assert sorted(TOPICS[topic]["required"]) == sorted(columns)


def test_the_attributes_of_the_schema_are_those_that_are_written() -> None:
    state = canonical_bytes(examples.stored("incident.opened.v1"))
    written = list(attributes(state, ledger_id=LEDGER, position=17, index=4))
    assert [*written, "data"] == COLUMNS["events.v1"].split()
    headers = [name for name, _ in kafka_headers(state, ledger_id=LEDGER, position=17, index=4)]
    assert list(HEADERS["properties"]) == headers
    assert HEADERS["required"] == headers


@pytest.mark.parametrize("name", TYPES)
def test_an_event_of_each_type_is_taken_by_its_topic_and_its_message(name: str) -> None:
    value, later = record(name), record(name, colour="red")
    schemas = (TOPICS["events.v1"], MESSAGES[name]["payload"])
    for schema in schemas:
        checks: Validator = Draft202012Validator(schema)
        checks.validate(value)
        checks.validate(later)
        assert not checks.is_valid({**value, "data": {**value["data"], "version": "1"}})
        assert not checks.is_valid({name: said for name, said in value.items() if name != "logindex"})
        assert not checks.is_valid({**value, "time": "2031-05-05T07:00:00Z"})


def test_a_type_that_is_not_known_yet_is_passed_over_by_who_reads_the_topic() -> None:
    state = canonical_bytes({**examples.stored("incident.opened.v1"), "type": "incident.imagined.v1"})
    value = orjson.loads(structured(state, ledger_id=LEDGER, position=17, index=4))
    Draft202012Validator(TOPICS["events.v1"]).validate(value)
    assert not Draft202012Validator(cloud_event("incident.opened.v1")).is_valid(value)


def test_a_column_that_is_not_known_yet_is_passed_over_and_one_that_is_absent_is_not() -> None:
    row = MESSAGES["incidents-row"]["examples"][0]["payload"]
    checks = Draft202012Validator(TOPICS["incidents.v1"])
    checks.validate({**row, "colour": "red"})
    assert not checks.is_valid({name: value for name, value in row.items() if name != "closed_at"})


def test_references_are_replaced_at_any_depth() -> None:
    schema = {
        "$defs": {"a": {"items": {"$ref": "#/$defs/b"}}, "b": {"type": "string"}},
        "$ref": "#/$defs/a",
        "title": 1,
    }
    assert dereferenced(schema) == {"items": {"type": "string"}, "title": 1}
