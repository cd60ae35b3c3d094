"""An example of each record of the topics, for their published document: key, headers and value as they are read."""

from datetime import datetime
from typing import Any, Final, NamedTuple

import orjson

from schemas.canonical import canonical_bytes
from schemas.cloudevents import kafka_headers, structured
from schemas.commitments import seal
from schemas.decode import decode_proposal
from schemas.event_examples import EXAMPLES
from schemas.events import PROVIDER_LOG, to_wire
from schemas.instants import to_micros
from schemas.topic_records import IncidentRecord, ObligationRecord, PositionRecord
from schemas.topics import POSITION_KEY, obligation_key

__all__ = ["Example", "event_example", "row_example"]

_LEDGER: Final = "0197f0c2-1111-7222-8333-444455556666"
_EVENT_ID: Final = "0197f0c2-6d1e-7a55-9a55-0e2f6f1d9b10"
_CONTRACT: Final = "C-001"
_INCIDENT: Final = "INC-2026-000017"
_POLICY_SHA256: Final = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
_RECORDED_AT: Final = "2026-04-26T14:30:02.120000Z"


class Example(NamedTuple):
    """A record as a consumer has it, headers and value decoded."""

    key: str
    headers: dict[str, str]
    value: Any


def event_example(name: str) -> Example:
    """An event of a type in `events`; what stands for the salts of its values can be guessed, as no real one can."""
    given = to_wire(decode_proposal(orjson.dumps({**EXAMPLES[name], "id": _EVENT_ID, "recorded_at": _RECORDED_AT})))
    log = _CONTRACT if name.startswith(("incident.", "contract.")) else PROVIDER_LOG
    wire = seal({**given, "log": log, "version": 1}, lambda pointer: pointer.encode().ljust(32, b".")).wire
    state = canonical_bytes(wire)
    headers = kafka_headers(state, ledger_id=_LEDGER, position=1018, index=41)
    value = orjson.loads(structured(state, ledger_id=_LEDGER, position=1018, index=41))
    return Example(log, {header: text.decode() for header, text in headers}, value)


def row_example(name: str) -> Example:
    """A record of `incidents`, `obligations` or `checkpoints`."""
    examples = {
        "incidents": Example(_INCIDENT, {}, _incident()),
        "obligations": Example(obligation_key(_INCIDENT, "response"), {}, _obligation()),
        "checkpoints": Example(POSITION_KEY, {}, _position()),
    }
    return examples[name]


def _incident() -> IncidentRecord:
    return {
        "incident": _INCIDENT,
        "contract": _CONTRACT,
        "customer": "Romashka",
        "level": "premium",
        "channel": "email",
        "opened_at": "2026-04-26T14:30:00Z",
        "opened_at_micros": _micros("2026-04-26T14:30:00Z"),
        "priority": 2,
        "episode": 1,
        "state": "open",
        "closed_at": None,
        "closed_at_micros": None,
        "standing": "disputed",
        "obligations_broken": 0,
        "obligations_disputed": 1,
        "duties_missing": "confirmation",
        "decisive": "premium-hours,response-kind",
        "next_due_at": "2026-04-27T08:30:00Z",
        "next_due_at_micros": _micros("2026-04-27T08:30:00Z"),
        "events": 2,
        "policy": "tron-asoc",
        "policy_sha256": _POLICY_SHA256,
        "problem": None,
        "as_of_position": 1018,
        "as_of": "2026-04-26T16:30:00Z",
    }


def _obligation() -> ObligationRecord:
    return {
        "incident": _INCIDENT,
        "obligation": "response",
        "contract": _CONTRACT,
        "customer": "Romashka",
        "level": "premium",
        "clause": "RESPONSE",
        "verdict": "running",
        "due_at": "2026-04-27T08:30:00Z",
        "due_at_micros": _micros("2026-04-27T08:30:00Z"),
        "at": None,
        "at_micros": None,
        "standing": "disputed",
        "readings": 4,
        "readings_breached": 2,
        "earliest_due_at": "2026-04-26T16:30:00Z",
        "earliest_due_at_micros": _micros("2026-04-26T16:30:00Z"),
        "latest_due_at": "2026-04-27T08:30:00Z",
        "latest_due_at_micros": _micros("2026-04-27T08:30:00Z"),
        "depends_on": "premium-hours,response-kind",
        "decisive": "premium-hours,response-kind",
        "policy_sha256": _POLICY_SHA256,
        "problem": None,
        "as_of_position": 1018,
        "as_of": "2026-04-26T16:30:00Z",
    }


def _position() -> PositionRecord:
    return {
        "ledger": _LEDGER,
        "position": 1018,
        "count": 1018,
        "chain": "5feceb66ffc86f38d952786c6d696c79c2dbc239dd4e91b46729d73a27fb57e9",
        "as_of": "2026-04-26T14:30:02.12Z",
    }


def _micros(instant: str) -> int:
    return to_micros(datetime.fromisoformat(instant))
