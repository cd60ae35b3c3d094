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
_Position = Annotated[int, Field(ge=0, le=LARGEST_INTEGER, description="A position in the ledger.")]
_Count = Annotated[int, Field(ge=0)]
_Digits = Annotated[str, Field(pattern=r"^[0-9]{20}$")]
_CanonicalInstant = Annotated[str, WithJsonSchema(_CANONICAL)]

_Incident = Annotated[Identifier, Field(description="The incident's number.")]
_Contract = Annotated[Identifier, Field(description="Its contract.")]
_Customer = Annotated[str, Field(description="The contract's customer, an organisation.")]
_Level = Annotated[str | None, Field(description="The level that it is judged by.")]
_Standing = Annotated[Standing | None, Field(description="`kept`, `broken` or `disputed`: whether the readings agree.")]
_Names = Annotated[str | None, Field(description="Names with commas between them.")]
_PolicySha256 = Annotated[Sha256, Field(description="The SHA-256 of the policy's file.")]
_Problem = Annotated[str | None, Field(description="Why it cannot be judged, as `calendar-missing:RU:2028`.")]
_AsOfPosition = Annotated[_Position, Field(description="The position of the last event that changed the row.")]
_AsOf = Annotated[
    str, WithJsonSchema({**_PRINTED, "description": "When that was recorded, or the deadline that passed."})
]
_Micros = Annotated[int, Field(description="The same in microseconds since 1970.")]
_MicrosOrNone = Annotated[int | None, Field(description="The same in microseconds since 1970.")]


def _instant_or_none(told: str) -> Any:
    """The type of a column that may hold an instant, and what it tells."""
    choices = [{key: value for key, value in _PRINTED.items() if key != "description"}, {"type": "null"}]
    return WithJsonSchema({"anyOf": choices, "description": told})


class IncidentColumns(TypedDict):
    """What is known of an incident, flat; the verdict columns are null where `problem` says why."""

    incident: _Incident
    contract: _Contract
    customer: _Customer
    level: _Level
    channel: Annotated[str, Field(description="The channel it was opened by, as first recorded.")]
    opened_at: Annotated[str, WithJsonSchema({**_PRINTED, "description": "When it was opened, as first recorded."})]
    opened_at_micros: _Micros
    priority: Annotated[Priority, Field(description="The priority in force, literally read.")]
    episode: Annotated[_Count, Field(description="1, and one more for each reopening.")]
    state: Annotated[IncidentState, Field(description="Open, or how it was closed.")]
    closed_at: Annotated[str | None, _instant_or_none("When it was closed.")]
    closed_at_micros: _MicrosOrNone
    standing: Annotated[_Standing, Field(description="The worst of its obligations: `broken`, `disputed`, `kept`.")]
    obligations_broken: Annotated[_Count | None, Field(description="How many of them are broken.")]
    obligations_disputed: Annotated[_Count | None, Field(description="How many of them are disputed.")]
    duties_missing: Annotated[_Names, Field(description="The duties that were not done, with commas between them.")]
    decisive: Annotated[_Names, Field(description="The questions that the disputed ones hang on, with commas.")]
    next_due_at: Annotated[str | None, _instant_or_none("The next deadline under any reading.")]
    next_due_at_micros: _MicrosOrNone
    events: Annotated[_Count, Field(description="How many events it has.")]
    policy: Annotated[Identifier, Field(description="The policy that it is judged by.")]
    policy_sha256: _PolicySha256
    problem: _Problem


class IncidentRecord(IncidentColumns):
    """A row of `incidents.v1`: what is known of an incident; verdict columns are null where `problem` says why."""

    as_of_position: _AsOfPosition
    as_of: _AsOf


class ObligationColumns(TypedDict):
    """What all readings find of one obligation, flat; `verdict`, `due_at` and `at` are the literal reading's."""

    incident: _Incident
    obligation: Annotated[str, Field(description="`response`, `response-2` after a reopening, `continuous-work`.")]
    contract: _Contract
    customer: _Customer
    level: _Level
    clause: Annotated[str | None, Field(description="The clause that it follows from.")]
    verdict: Annotated[VerdictName | None, Field(description="What the literal reading finds.")]
    due_at: Annotated[str | None, _instant_or_none("When it is due, literally read.")]
    due_at_micros: _MicrosOrNone
    at: Annotated[str | None, _instant_or_none("When it was met or breached, literally read.")]
    at_micros: _MicrosOrNone
    standing: _Standing
    readings: Annotated[_Count | None, Field(description="How many readings there are of it.")]
    readings_breached: Annotated[_Count | None, Field(description="How many of them find a breach.")]
    earliest_due_at: Annotated[str | None, _instant_or_none("When it is due under the strictest reading.")]
    earliest_due_at_micros: _MicrosOrNone
    latest_due_at: Annotated[str | None, _instant_or_none("When it is due under the most lenient reading.")]
    latest_due_at_micros: _MicrosOrNone
    depends_on: Annotated[_Names, Field(description="The questions that its verdict rests on, with commas.")]
    decisive: Annotated[_Names, Field(description="The questions that change its verdict, with commas.")]
    policy_sha256: _PolicySha256
    problem: _Problem


class ObligationRecord(ObligationColumns):
    """A row of `obligations.v1`: what all readings find of one obligation."""

    as_of_position: _AsOfPosition
    as_of: _AsOf


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
