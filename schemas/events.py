"""The envelope of an event: who says that what happened when, and what the ledger set.

A `Proposal` is what a service puts forward (the interchange form), an `Event` is what the ledger
recorded (the canonical form). Both carry the data of exactly one event type; `TYPES` is the
registry of wire names.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, Any, Final, Literal, TypeVar, assert_never, get_args

from pydantic import Field, GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema

from schemas.contract_events import ContractData
from schemas.incident_events import IncidentData
from schemas.instants import canonical_instant
from schemas.model import (
    LARGEST_INTEGER,
    Commitment,
    DataModel,
    EventId,
    Identifier,
    Instant,
    Model,
    Name,
    Party,
)
from schemas.provider_events import (
    CalendarPublished,
    PolicyAdopted,
    ProviderData,
    ReleaseStagePassed,
)

__all__ = [
    "PROVIDER_LOG",
    "TYPES",
    "Actor",
    "ActorKind",
    "ContractData",
    "Data",
    "Event",
    "IncidentData",
    "Proposal",
    "ProviderData",
    "SubjectKind",
    "from_wire",
    "subject_kind",
    "to_wire",
]

PROVIDER_LOG: Final = "provider"

Data = IncidentData | ContractData | ProviderData
ActorKind = Literal["customer", "engineer", "system", "auditor"]
SubjectKind = Literal["incident", "contract", "policy", "calendar", "release"]

TYPES: Final[Mapping[str, type[Data]]] = MappingProxyType({kind.TYPE: kind for kind in get_args(Data)})


class _Carried:
    """Lets the data pass as it is: a model's own validation has made it, in whichever type."""

    def __get_pydantic_core_schema__(self, _source: Any, _handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.is_instance_schema(DataModel)


CarriedData = Annotated[Data, _Carried()]


class Actor(Model):
    """Who recorded the event: a customer, the provider's engineer or system, an auditor."""

    kind: ActorKind
    id: Name | Commitment

    @property
    def party(self) -> Party | Literal["auditor"]:
        """The side the actor speaks for; engineers and the provider's software are one side."""
        match self.kind:
            case "customer":
                return "customer"
            case "engineer" | "system":
                return "provider"
            case "auditor":
                return "auditor"
            case other:
                assert_never(other)


class Proposal(Model):
    """What a service puts forward to be recorded; `recorded_at` only where an import claims one."""

    id: EventId | None = None
    subject: Identifier
    occurred_at: Instant
    actor: Actor
    data: CarriedData
    recorded_at: Instant | None = None

    @property
    def type(self) -> str:
        """The wire name of what happened."""
        return self.data.TYPE


class Event(Model):
    """What the ledger recorded: the proposal with the instant, log and number it was given."""

    id: EventId
    subject: Identifier
    occurred_at: Instant
    recorded_at: Instant
    actor: Actor
    data: CarriedData
    log: Identifier
    version: Annotated[int, Field(ge=1, le=LARGEST_INTEGER)]
    imported_at: Instant | None = None
    via: Name | None = None

    @property
    def type(self) -> str:
        """The wire name of what happened."""
        return self.data.TYPE


_Envelope = TypeVar("_Envelope", bound=Model)


_KINDS: Final[Mapping[type[Data], SubjectKind]] = MappingProxyType(
    {
        **dict.fromkeys(get_args(IncidentData), "incident"),
        **dict.fromkeys(get_args(ContractData), "contract"),
        PolicyAdopted: "policy",
        CalendarPublished: "calendar",
        ReleaseStagePassed: "release",
    }
)


def subject_kind(data: Data) -> SubjectKind:
    """The kind of thing an event with this data speaks of; a subject has one kind for ever."""
    return _KINDS[type(data)]


def to_wire(event: Event | Proposal) -> dict[str, Any]:
    """The event as its JSON object: no defaults, instants in canonical spelling."""
    wire: dict[str, Any] = {
        "type": event.data.TYPE,
        "subject": event.subject,
        "occurred_at": canonical_instant(event.occurred_at),
        "actor": _given(event.actor),
        "data": _given(event.data),
    }
    if event.id is not None:
        wire["id"] = event.id
    if event.recorded_at is not None:
        wire["recorded_at"] = canonical_instant(event.recorded_at)
    if isinstance(event, Event):
        wire["log"] = event.log
        wire["version"] = event.version
        if event.imported_at is not None:
            wire["imported_at"] = canonical_instant(event.imported_at)
        if event.via is not None:
            wire["via"] = event.via
    return wire


def from_wire(kind: type[_Envelope], wire: Mapping[str, Any]) -> _Envelope:
    """The proposal or event that a JSON object of `to_wire` says."""
    envelope = dict(wire)
    data = TYPES[envelope.pop("type")].model_validate(envelope.pop("data"))
    return kind.model_validate({**envelope, "data": data})


def _given(model: Model) -> dict[str, Any]:
    given: dict[str, Any] = model.__pydantic_serializer__.to_python(
        model, mode="json", by_alias=True, exclude_unset=True, exclude_defaults=True
    )
    return given
