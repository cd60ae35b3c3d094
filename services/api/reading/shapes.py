"""The answers of reads, as the OpenAPI document describes them; other members may be added in later versions.

`position` and `as_of_position` are absent for credentials that are limited to contracts: they tell how much others
record.
"""

from typing import Annotated, Any, Literal, NotRequired

from pydantic import Field, WithJsonSchema
from typing_extensions import TypedDict

from schemas.model import LARGEST_INTEGER, Identifier, Priority, Sha256
from schemas.topic_records import IncidentColumns, ObligationColumns
from schemas.verdicts import Standing

__all__ = [
    "AgreementShape",
    "CalendarShape",
    "CalendarVersionShape",
    "CalendarsShape",
    "ComplianceShape",
    "ContractShape",
    "ContractsShape",
    "DeadlineShape",
    "DeadlinesShape",
    "EventShape",
    "IncidentRowShape",
    "IncidentShape",
    "IncidentsShape",
    "ObligationRowShape",
    "ObligationsShape",
    "PoliciesShape",
    "PolicyShape",
    "ValuesShape",
]

_INSTANT = {"type": "string", "format": "date-time", "description": "UTC, with `Z`."}

Instant = Annotated[str, WithJsonSchema(_INSTANT)]
InstantOrNone = Annotated[str | None, WithJsonSchema({"anyOf": [_INSTANT, {"type": "null"}]})]
Day = Annotated[str, Field(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$", description="A local date.")]
Month = Annotated[str, Field(pattern=r"^[0-9]{4}-[0-9]{2}$")]
Position = Annotated[int, Field(ge=0, le=LARGEST_INTEGER, description="A position in the ledger.")]
Version = Annotated[int, Field(ge=1, le=LARGEST_INTEGER, description="How many events the subject has.")]
Count = Annotated[int, Field(ge=0)]
Cursor = Annotated[str | None, Field(description="The `cursor` of the next page; null on the last one.")]


class IncidentShape(TypedDict):
    """The record of one incident: what its events say in the clear, without a verdict."""

    incident: Identifier
    contract: Identifier
    opened_at: Instant
    channel: str
    priority: Annotated[Priority, Field(description="As the opening says it; changes are events.")]
    state: Literal["open", "closed"]
    closed_by: Annotated[str | None, Field(description="The type of the event that closed it.")]
    working: Annotated[list[str], Field(description="The engineers whose session is open.")]
    version: Version
    events: Count
    first_recorded_at: Instant
    last_recorded_at: Instant
    log_index: Annotated[Count, Field(description="The index of its last event in the contract's log, from 0.")]
    position: NotRequired[Position]


LicenceShape = TypedDict("LicenceShape", {"from": Day, "until": Day})
"""The term of a licence, both days included."""


class LevelShape(TypedDict):
    """A level that the contract moved to."""

    level: str
    effective_from: Day
    recorded_at: Instant


class RenewalShape(TypedDict):
    """A licence prolonged."""

    until: Day
    recorded_at: Instant


class AgreementShape(TypedDict):
    """A contested question that the parties settled; `asserted_by` names who alone says so, where there is no annex."""

    question: str
    option: str
    effective_from: Day
    document: Sha256 | None
    asserted_by: Literal["customer", "provider"] | None
    recorded_at: Instant


class ContractShape(TypedDict):
    """The terms of a contract as recorded, and what changed them; without the people."""

    contract: Identifier
    customer: str
    level: Annotated[str, Field(description="As registered; `levels` has the changes.")]
    edition: str
    licence: LicenceShape
    jurisdiction: str
    policy: Identifier
    work_gap_tolerance: str | None
    levels: list[LevelShape]
    renewals: list[RenewalShape]
    agreements: list[AgreementShape]
    version: Version
    events: Count
    first_recorded_at: Instant
    last_recorded_at: Instant
    log_index: Annotated[Count, Field(description="The index of its own last event in its log, from 0.")]
    position: NotRequired[Position]


class ContractsShape(TypedDict):
    """A page of the contracts in scope, in the order of their ids."""

    contracts: list[ContractShape]
    next: Cursor


class ActorShape(TypedDict):
    """Who recorded an event."""

    kind: Literal["customer", "engineer", "system", "auditor"]
    id: Any


class EventShape(TypedDict):
    """An event in its canonical form; personal values are commitments. docs/event.md has every type."""

    id: str
    type: str
    subject: Identifier
    log: Identifier
    version: Version
    occurred_at: Instant
    recorded_at: Instant
    imported_at: NotRequired[Instant]
    via: NotRequired[str]
    actor: ActorShape
    data: dict[str, Any]


class ValueShape(TypedDict):
    """One value of free text or of a person, with the place in the event that commits to it."""

    event: str
    version: Version
    type: str
    pointer: str
    value: Any


class ValuesShape(TypedDict):
    """The values beside the events of a subject that were not erased."""

    subject: Identifier
    version: Version
    values: list[ValueShape]


class IncidentRowShape(IncidentColumns):
    """What is known of an incident, flat; the verdict columns are null where `problem` says why."""

    as_of_position: NotRequired[Position]
    as_of: Instant


class IncidentsShape(TypedDict):
    """A page of incidents, in the order opened."""

    incidents: list[IncidentRowShape]
    next: Cursor
    position: NotRequired[Position]
    as_of: Instant


class ObligationRowShape(ObligationColumns):
    """What all readings find of one obligation, flat; `verdict`, `due_at` and `at` are the literal reading's."""

    as_of_position: NotRequired[Position]
    as_of: Instant


class ObligationsShape(TypedDict):
    """The obligations of one incident."""

    incident: Identifier
    obligations: list[ObligationRowShape]
    position: NotRequired[Position]
    as_of: Instant


class NotJudgedShape(TypedDict):
    """An incident that cannot be judged, and why."""

    incident: Identifier
    problem: str


class DeadlineShape(TypedDict):
    """An obligation that falls due, with the instants that its readings give."""

    incident: Identifier
    contract: Identifier
    customer: str
    level: str | None
    priority: Priority
    obligation: str
    clause: str | None
    standing: Standing | None
    literal_due: InstantOrNone
    earliest_due: Instant
    latest_due: Instant
    depends_on: list[str]
    as_of_position: NotRequired[Position]
    as_of: Instant


class DeadlinesShape(TypedDict):
    """What falls due next, the earliest first; `more` says that the limit left some out."""

    within: str
    deadlines: list[DeadlineShape]
    not_judged: list[NotJudgedShape]
    more: bool
    position: NotRequired[Position]
    as_of: Instant


class GroupShape(TypedDict):
    """How many incidents of a group have each standing, what the disputed ones hang on, how long responses took."""

    incidents: Count
    kept: Count
    broken: Count
    disputed: Count
    not_judged: Count
    hangs_on: dict[str, Count]
    responses: Count
    response_p50_seconds: Count | None
    response_p90_seconds: Count | None
    response_p95_seconds: Count | None


class KeyedGroupShape(GroupShape):
    """The same with what the group's incidents have in common."""

    month: NotRequired[Month]
    level: NotRequired[str]
    priority: NotRequired[str]
    contract: NotRequired[Identifier]


class DisputedShape(TypedDict):
    """A disputed incident and the questions that it hangs on."""

    incident: Identifier
    decisive: list[str]


class ComplianceShape(TypedDict):
    """How the contract was kept. `left_out` counts what the lists leave out of their ends for want of room."""

    month: Month | None
    by: list[Literal["month", "level", "priority", "contract"]]
    groups: list[KeyedGroupShape]
    total: GroupShape
    disputed: list[DisputedShape]
    not_judged: list[NotJudgedShape]
    percentiles: list[int]
    left_out: dict[Literal["disputed", "not_judged"], Count]
    position: NotRequired[Position]
    as_of: Instant


class CalendarVersionShape(TypedDict):
    """One publication of a year's calendar."""

    version: Version
    published_at: Instant
    recorded_at: Instant
    holidays: list[Day]
    days_off: list[Day]
    working_weekends: list[Day]
    shortened: list[Day]
    non_working_days: list[Day]
    source: str


class CalendarShape(TypedDict):
    """The calendar of a jurisdiction and year, with every publication of it."""

    calendar: Identifier
    jurisdiction: str
    year: int
    version: Version
    versions: list[CalendarVersionShape]


class CalendarNameShape(TypedDict):
    """A calendar that was published, how often, and when last."""

    calendar: Identifier
    jurisdiction: str
    year: int
    version: Version
    last_recorded_at: Instant


class CalendarsShape(TypedDict):
    """Every calendar that was published."""

    calendars: list[CalendarNameShape]


class PolicyVersionShape(TypedDict):
    """One adoption of a policy; `text` is the path of its file."""

    version: str
    sha256: Sha256
    adopted_at: Instant
    recorded_at: Instant
    text: str


class PolicyShape(TypedDict):
    """A policy with every version that was adopted, in that order."""

    policy: Identifier
    versions: list[PolicyVersionShape]


class PoliciesShape(TypedDict):
    """Every policy that was adopted."""

    policies: list[PolicyShape]
