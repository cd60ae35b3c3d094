"""The records of the topics, column by column, as reporting jobs may rely on them (TOPICS.md).

    events.v1        CloudEvent        the attributes, then `data`: the event's canonical bytes
    incidents.v1     IncidentRecord    one row an incident
    obligations.v1   ObligationRecord  one row an obligation
    checkpoints.v1   PositionRecord    how far the other three go

A row is flat, and each of its columns is always there, null where there is nothing to say. The API's rows and the
published schemas are made of these shapes; `projections.rows` prints rows of them, which a test holds together.
"""

from typing import Annotated, Any, Final, Literal, TypeAlias

from pydantic import Field, WithJsonSchema
from typing_extensions import TypedDict

from schemas.instants import PRINTED_INSTANT_PATTERN
from schemas.model import LARGEST_INTEGER, EventId, Identifier, Name, Priority, Sha256
from schemas.verdicts import Standing, VerdictName

__all__ = [
    "CloudEvent",
    "IncidentColumns",
    "IncidentRecord",
    "IncidentState",
    "ObligationColumns",
    "ObligationRecord",
    "PositionRecord",
    "PrintedInstant",
]

IncidentState: TypeAlias = Literal["open", "resolved", "closed_not_covered", "customer_unreachable"]

_PRINTED: Final[dict[str, Any]] = {
    "type": "string",
    "format": "date-time",
    "pattern": f"^{PRINTED_INSTANT_PATTERN}$",
    "description": "UTC, with `Z`.",
}
_CANONICAL: Final[dict[str, Any]] = {
    "type": "string",
    "format": "date-time",
    "pattern": r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}Z$",
}

PrintedInstant = Annotated[str, WithJsonSchema(_PRINTED)]
_InstantOrNone = Annotated[str | None, WithJsonSchema({"anyOf": [_PRINTED, {"type": "null"}]})]
_CanonicalInstant = Annotated[str, WithJsonSchema(_CANONICAL)]
_Micros = Annotated[int, Field(description="The same instant in microseconds since 1970.")]
_MicrosOrNone = Annotated[int | None, Field(description="The same instant in microseconds since 1970.")]
_Count = Annotated[int, Field(ge=0)]
_Names = Annotated[str | None, Field(description="Names with commas between them; null where it cannot be judged.")]
_Problem = Annotated[str | None, Field(description="Null, or why it cannot be judged, as `calendar-missing:RU:2028`.")]
_Position = Annotated[int, Field(ge=0, le=LARGEST_INTEGER, description="A position in the ledger.")]
_Digits = Annotated[str, Field(pattern=r"^[0-9]{20}$")]


class IncidentColumns(TypedDict):
    """What is known of an incident, flat; the verdict columns are null where `problem` says why."""

    incident: Identifier
    contract: Identifier
    customer: str
    level: str | None
    channel: str
    opened_at: PrintedInstant
    opened_at_micros: _Micros
    priority: Priority
    episode: _Count
    state: IncidentState
    closed_at: _InstantOrNone
    closed_at_micros: _MicrosOrNone
    standing: Standing | None
    obligations_broken: _Count | None
    obligations_disputed: _Count | None
    duties_missing: _Names
    decisive: _Names
    next_due_at: _InstantOrNone
    next_due_at_micros: _MicrosOrNone
    events: _Count
    policy: Identifier
    policy_sha256: Sha256
    problem: _Problem


class IncidentRecord(IncidentColumns):
    """A row of `incidents.v1`: what is known of an incident; verdict columns are null where `problem` says why."""

    as_of_position: _Position
    as_of: PrintedInstant


class ObligationColumns(TypedDict):
    """What all readings find of one obligation, flat; `verdict`, `due_at` and `at` are the literal reading's."""

    incident: Identifier
    obligation: str
    contract: Identifier
    customer: str
    level: str | None
    clause: str | None
    verdict: VerdictName | None
    due_at: _InstantOrNone
    due_at_micros: _MicrosOrNone
    at: _InstantOrNone
    at_micros: _MicrosOrNone
    standing: Standing | None
    readings: _Count | None
    readings_breached: _Count | None
    earliest_due_at: _InstantOrNone
    earliest_due_at_micros: _MicrosOrNone
    latest_due_at: _InstantOrNone
    latest_due_at_micros: _MicrosOrNone
    depends_on: _Names
    decisive: _Names
    policy_sha256: Sha256
    problem: _Problem


class ObligationRecord(ObligationColumns):
    """A row of `obligations.v1`: what all readings find of one obligation."""

    as_of_position: _Position
    as_of: PrintedInstant


class PositionRecord(TypedDict):
    """How far the topics go, under the key `position` of `checkpoints.v1`: what commits with the events it covers."""

    ledger: Annotated[EventId, Field(description="The id of the ledger.")]
    position: Annotated[_Position, Field(description="The last position that is in the topics.")]
    count: Annotated[_Count, Field(description="How many events the topics hold up to there.")]
    chain: Annotated[Sha256, Field(description="The hash chain over these events' bytes, from 32 zero bytes on.")]
    as_of: Annotated[PrintedInstant, Field(description="Up to when the rows go.")]


class CloudEvent(TypedDict):
    """An event as a CloudEvent 1.0 in structured JSON; `data`, the last member, is its canonical bytes verbatim."""

    specversion: Literal["1.0"]
    id: Annotated[EventId, Field(description="The event's id.")]
    source: Annotated[str, Field(pattern=r"^urn:sla-ledger:[0-9a-f-]{36}$", description="The ledger that recorded it.")]
    type: Annotated[Name, Field(description="What happened; readers pass over types that they do not know.")]
    subject: Annotated[Identifier, Field(description="What it happened to.")]
    time: Annotated[_CanonicalInstant, Field(description="When it is said to have happened: `occurred_at`.")]
    datacontenttype: Literal["application/json"]
    dataschema: Annotated[str, Field(pattern=r"^urn:sla-ledger:schema:", description="The schema of `data`.")]
    partitionkey: Annotated[Identifier, Field(description="The log: a contract's id, or `provider`.")]
    sequence: Annotated[_Digits, Field(description="Its position in the ledger, from 1, of 20 digits.")]
    logindex: Annotated[_Digits, Field(description="Its index in its log, dense from 0, of 20 digits.")]
    recordedtime: Annotated[_CanonicalInstant, Field(description="When it was recorded: `recorded_at`.")]
    sha256: Annotated[Sha256, Field(description="The SHA-256 of the bytes of `data`.")]
    data: Annotated[dict[str, Any], Field(description="The event in its canonical form.")]
