"""The topics as an AsyncAPI 3.0 document: where they are, what their records are keyed by and hold.

Its payloads stand for themselves, without references, in what draft-07 and later drafts of JSON Schema have in common,
since that is what tools for such documents read. `events` has a message for each type of event.
"""

from typing import Any, Final

from schemas.cloudevents import MEDIA_TYPE
from schemas.event_schemas import Schema
from schemas.events import TYPES
from schemas.model import IDENTIFIER_PATTERN
from schemas.topic_examples import Example, event_example, row_example
from schemas.topic_schemas import cloud_event, cloud_event_headers, row
from schemas.topics import POSITION_KEY, topics

__all__ = ["asyncapi_document"]

_BINDING: Final = {"bindingVersion": "0.5.0"}
_DESCRIPTION: Final = """\
What the relay of a ledger publishes for reporting jobs; it is the only producer.

* Events, the rows that they change and the position record that covers them are committed in one transaction: read with
  `isolation.level=read_committed`, or drop an event whose `sequence` is not above the last one seen in its partition.
* Events, incidents and obligations have the same number of partitions, and the contract chooses the partition (murmur2
  of its id): the rows of an incident lie in the partition that its events lie in.
* A row is whole: every column is there, null where there is nothing to say. Keep the row with the higher
  (`as_of_position`, `as_of`).
* There is no free text and no person in any record.
* Pass over what you do not know: columns, attributes, types of events. What is there keeps its meaning; where a meaning
  changes, the topics get another version.
"""
_IDENTIFIER: Final[Schema] = {"type": "string", "pattern": f"^{IDENTIFIER_PATTERN}$"}
_KEYS: Final[dict[str, Schema]] = {
    "events": {**_IDENTIFIER, "description": "The event's log: a contract's id, or `provider`."},
    "incidents": {**_IDENTIFIER, "description": "The incident."},
    "obligations": {
        "type": "string",
        "pattern": f"^{IDENTIFIER_PATTERN}/[a-z][a-z0-9-]*$",
        "description": "The incident and the obligation, with a slash between them.",
    },
    "checkpoints": {"const": POSITION_KEY, "description": "The relay's position record."},
}
_TOLD: Final = {
    "events": ("Events", "Every event that was recorded, in the order of its log, kept for ever."),
    "incidents": ("Incidents", "The last row of each incident; a deadline that passes makes a new one too."),
    "obligations": ("Obligations", "The last row of each obligation of an incident."),
    "checkpoints": ("Checkpoints", "How far the other topics go, and the hash chain over their events."),
}
_PARTITIONS: Final = (
    "The number of partitions is set when the topics are made, is the same for events, incidents and obligations, and "
    "stays as it is for the life of their version."
)


def asyncapi_document(version: str) -> dict[str, Any]:
    """The document, for a version of the product."""
    names = topics()._asdict()
    rows = {name: f"{name}-row" for name in names if name != "events"}
    messages = {name: _event(name) for name in TYPES} | {message: _row(name, message) for name, message in rows.items()}
    of_topic = {"events": list(TYPES)} | {name: [message] for name, message in rows.items()}
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "sla-ledger topics",
            "version": version,
            "description": _DESCRIPTION,
            "license": {"name": "Apache-2.0"},
        },
        "defaultContentType": "application/json",
        "servers": _servers(),
        "channels": {name: _channel(name, address, of_topic[name]) for name, address in names.items()},
        "operations": {
            f"publish-{name}": {
                "action": "send",
                "channel": {"$ref": f"#/channels/{name}"},
                "summary": f"The relay publishes to {address}.",
            }
            for name, address in names.items()
        },
        "components": {
            "messages": messages,
            "schemas": {"event-headers": _event_headers()},
            "securitySchemes": {"scram": {"type": "scramSha512", "description": "An account of the broker's."}},
        },
    }


def _servers() -> dict[str, Any]:
    common = {
        "host": "{host}:{port}",
        "variables": {
            "host": {"default": "localhost", "description": "A bootstrap server."},
            "port": {"default": "9092"},
        },
    }
    return {
        "kafka": {**common, "protocol": "kafka", "description": "Apache Kafka 4.1 or later."},
        "kafka-secure": {
            **common,
            "protocol": "kafka-secure",
            "description": "The same with TLS and SASL SCRAM.",
            "security": [{"$ref": "#/components/securitySchemes/scram"}],
        },
    }


def _channel(name: str, address: str, messages: list[str]) -> dict[str, Any]:
    title, told = _TOLD[name]
    kept: dict[str, Any] = {"cleanup.policy": ["delete"], "retention.ms": -1}
    is_single = name == "checkpoints"
    binding: dict[str, Any] = {
        "topic": address,
        "topicConfiguration": kept if name == "events" else {"cleanup.policy": ["compact"]},
        **_BINDING,
    }
    if is_single:
        binding["partitions"] = 1
    return {
        "address": address,
        "title": title,
        "description": f"{told} It has one partition." if is_single else f"{told} {_PARTITIONS}",
        "messages": {message: {"$ref": f"#/components/messages/{message}"} for message in messages},
        "bindings": {"kafka": binding},
    }


def _event(name: str) -> dict[str, Any]:
    return {
        **_message(name, "events", cloud_event(name), event_example(name)),
        "contentType": MEDIA_TYPE,
        "headers": {"$ref": "#/components/schemas/event-headers"},
    }


def _event_headers() -> Schema:
    headers = {"content-type": {"const": f"{MEDIA_TYPE}; charset=UTF-8"}, **cloud_event_headers()}
    return {
        "type": "object",
        "description": "The attributes of the CloudEvent once more, for whoever does not read the value.",
        "properties": headers,
        "required": list(headers),
    }


def _row(name: str, message: str) -> dict[str, Any]:
    return _message(message, name, row(name), row_example(name))


def _message(name: str, topic: str, payload: Schema, example: Example) -> dict[str, Any]:
    shown: dict[str, Any] = {"name": "example", "payload": example.value}
    if example.headers:
        shown["headers"] = example.headers
    return {
        "name": name,
        "title": name,
        "summary": payload["description"],
        "payload": payload,
        "bindings": {"kafka": {"key": _KEYS[topic], **_BINDING}},
        "examples": [shown],
    }
