"""A CloudEvent says what its event says, and holds its bytes as they are."""

import json
from hashlib import sha256
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from schemas.canonical import canonical_bytes
from schemas.cloudevents import attributes, kafka_headers, structured
from schemas.decode import decode_event
from tests.unit.schemas.examples import DATA, stored

LEDGER = "0197f0c2-1111-7222-8333-444455556666"
FIXED = [
    "specversion",
    "id",
    "source",
    "type",
    "subject",
    "time",
    "datacontenttype",
    "dataschema",
    "partitionkey",
    "sequence",
    "logindex",
    "recordedtime",
    "sha256",
]
INSTANT = {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$"}
ORDINAL = {"type": "string", "pattern": r"^\d{20}$"}
URN = {"type": "string", "pattern": "^urn:[a-z][a-z0-9-]{0,31}:[^ ]+$"}
STATED = {"type": "string", "minLength": 1}

# What CloudEvents 1.0 asks of the attributes it knows, and of the names of all others.
CLOUD_EVENT = Draft202012Validator(
    {
        "type": "object",
        "required": ["specversion", "id", "source", "type"],
        "propertyNames": {"pattern": "^[a-z0-9]{1,20}$"},
        "properties": {
            "specversion": {"const": "1.0"},
            "id": STATED,
            "source": URN,
            "type": STATED,
            "subject": STATED,
            "time": INSTANT,
            "datacontenttype": {"const": "application/json"},
            "dataschema": URN,
            "partitionkey": STATED,
            "sequence": ORDINAL,
            "logindex": ORDINAL,
            "recordedtime": INSTANT,
            "sha256": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
            "data": {"type": "object"},
        },
        "unevaluatedProperties": False,
    }
)


def state_of(name: str) -> bytes:
    return canonical_bytes(stored(name))


def pairs(text: bytes) -> list[tuple[str, Any]]:
    parsed: list[tuple[str, Any]] = json.loads(text, object_pairs_hook=list)
    return parsed


@pytest.mark.parametrize("name", DATA)
def test_every_type_is_a_cloud_event_that_any_parser_reads(name: str) -> None:
    state = state_of(name)
    text = structured(state, ledger_id=LEDGER, position=17, index=4)
    parsed = json.loads(text)
    event = decode_event(state)
    CLOUD_EVENT.validate(parsed)
    assert parsed["data"] == json.loads(state)
    assert (parsed["id"], parsed["type"], parsed["subject"]) == (event.id, name, event.subject)
    assert (parsed["time"], parsed["recordedtime"]) == (parsed["data"]["occurred_at"], parsed["data"]["recorded_at"])
    assert parsed["partitionkey"] == event.log
    assert parsed["dataschema"] == f"urn:sla-ledger:schema:{name}"
    assert parsed["source"] == f"urn:sla-ledger:{LEDGER}"


def test_the_bytes_of_the_event_stand_last_and_hash_to_what_is_said() -> None:
    state = state_of("incident.opened.v1")
    text = structured(state, ledger_id=LEDGER, position=17, index=4)
    _, _, rest = text.partition(b',"data":')
    assert rest == state + b"}"
    assert sha256(rest[:-1]).hexdigest() == json.loads(text)["sha256"]
    assert b"\n" not in text


def test_the_attributes_are_those_of_the_topic_each_once_in_one_order() -> None:
    text = structured(state_of("incident.resolved.v1"), ledger_id=LEDGER, position=17, index=4)
    assert [name for name, _ in pairs(text)] == [*FIXED, "data"]


@pytest.mark.parametrize(("position", "index"), [(1, 0), (17, 4), (2**53 - 1, 2**53 - 2)])
def test_positions_have_twenty_digits_so_that_text_sorts_as_numbers(position: int, index: int) -> None:
    told = attributes(state_of("incident.opened.v1"), ledger_id=LEDGER, position=position, index=index)
    assert (len(told["sequence"]), int(told["sequence"])) == (20, position)
    assert (len(told["logindex"]), int(told["logindex"])) == (20, index)


def test_without_a_position_nothing_tells_how_far_the_ledger_goes() -> None:
    text = structured(state_of("incident.opened.v1"), ledger_id=LEDGER, position=None, index=4)
    CLOUD_EVENT.validate(json.loads(text))
    assert [name for name, _ in pairs(text)] == [name for name in [*FIXED, "data"] if name != "sequence"]


def test_kafka_headers_repeat_every_attribute_and_name_the_media_type() -> None:
    state = state_of("incident.opened.v1")
    headers = kafka_headers(state, ledger_id=LEDGER, position=17, index=4)
    told = attributes(state, ledger_id=LEDGER, position=17, index=4)
    assert headers[0] == ("content-type", b"application/cloudevents+json; charset=UTF-8")
    assert [(name, value.decode()) for name, value in headers[1:]] == [(f"ce_{n}", v) for n, v in told.items()]


def test_fields_of_newer_software_are_carried_untouched() -> None:
    state = b'{"id":"x","log":"C-1","new":{"a":[1,2]},"occurred_at":"t","recorded_at":"u","subject":"s","type":"n.v9"}'
    assert structured(state, ledger_id=LEDGER, position=1, index=0).endswith(b'"data":' + state + b"}")


def test_the_schema_of_this_test_refuses_what_is_no_cloud_event() -> None:
    good = json.loads(structured(state_of("incident.opened.v1"), ledger_id=LEDGER, position=17, index=4))
    for wrong in ({"specversion": "0.3"}, {"id": ""}, {"sequence": "17"}, {"log_index": "4"}, {"data": "text"}):
        assert not CLOUD_EVENT.is_valid({**good, **wrong})
