"""An event as a CloudEvent 1.0 in structured JSON: what Kafka carries, and HTTP where it is asked for.

    {"specversion":"1.0","id":…,"source":…, … ,"sha256":…,"data":<the canonical bytes, verbatim>}

The attributes repeat what routing needs of the event; `data` stands last and is never encoded again, so whoever cuts
it out hashes to `sha256` (TOPICS.md, events.v1).
"""

from hashlib import sha256
from typing import Any, Final

import orjson

__all__ = ["BATCH_MEDIA_TYPE", "MEDIA_TYPE", "attributes", "headers_of", "kafka_headers", "structured", "structured_of"]

MEDIA_TYPE: Final = "application/cloudevents+json"
BATCH_MEDIA_TYPE: Final = "application/cloudevents-batch+json"

_DIGITS: Final = 20
_CONTENT_TYPE: Final = ("content-type", f"{MEDIA_TYPE}; charset=UTF-8".encode())


def attributes(state: bytes, *, ledger_id: str, position: int | None, index: int) -> dict[str, str]:
    """The attributes of the event with these canonical bytes, in the order in which they are written.

    `index` is its index in its log, from 0. Without a `position` there is no `sequence`: it is left out for readers
    who are not to know how much others record.
    """
    event: dict[str, Any] = orjson.loads(state)
    sequence = {} if position is None else {"sequence": f"{position:0{_DIGITS}}"}
    return {
        "specversion": "1.0",
        "id": event["id"],
        "source": f"urn:sla-ledger:{ledger_id}",
        "type": event["type"],
        "subject": event["subject"],
        "time": event["occurred_at"],
        "datacontenttype": "application/json",
        "dataschema": f"urn:sla-ledger:schema:{event['type']}",
        "partitionkey": event["log"],
        **sequence,
        "logindex": f"{index:0{_DIGITS}}",
        "recordedtime": event["recorded_at"],
        "sha256": sha256(state).hexdigest(),
    }


def structured(state: bytes, *, ledger_id: str, position: int | None, index: int) -> bytes:
    """The whole CloudEvent on one line, without the line's end."""
    return structured_of(attributes(state, ledger_id=ledger_id, position=position, index=index), state)


def structured_of(told: dict[str, str], state: bytes) -> bytes:
    """The whole CloudEvent of an event with these attributes."""
    return b'%b,"data":%b}' % (orjson.dumps(told)[:-1], state)


def kafka_headers(state: bytes, *, ledger_id: str, position: int | None, index: int) -> list[tuple[str, bytes]]:
    """The headers of a Kafka record whose value is `structured`: its media type, and the attributes as `ce_…`."""
    return headers_of(attributes(state, ledger_id=ledger_id, position=position, index=index))


def headers_of(told: dict[str, str]) -> list[tuple[str, bytes]]:
    """The headers of the Kafka record of an event with these attributes."""
    return [_CONTENT_TYPE, *((f"ce_{name}", value.encode()) for name, value in told.items())]
