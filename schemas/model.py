"""What every shape of the language is built of: the frozen strict model and the field types.

A field is typed by what it means (EVENTS.md): an instant, a local date, an identifier, a word. Free
text and people are `Personal…` types: in the interchange form a value, in the canonical form the
commitment to it (EVENTS.md, "Free text and people are never in the bytes"). `None` stands for an
optional field that was not given; a null on the wire is refused by the decoder before a model sees
it.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Annotated, Any, ClassVar, Final, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    PlainSerializer,
    PlainValidator,
    Strict,
    WithJsonSchema,
)
from pydantic_core import PydanticCustomError

from schemas.instants import (
    DURATION_PATTERN,
    INSTANT_PATTERN,
    canonical_instant,
    parse_duration,
    parse_instant,
)

__all__ = [
    "IDENTIFIER_PATTERN",
    "LARGEST_INTEGER",
    "Boolean",
    "Commitment",
    "Contact",
    "DataModel",
    "Duration",
    "EventId",
    "EventIds",
    "Identifier",
    "Instant",
    "Jurisdiction",
    "LocalDate",
    "Model",
    "Name",
    "Notification",
    "Party",
    "Personal",
    "PersonalContact",
    "PersonalContacts",
    "PersonalReporter",
    "PersonalText",
    "Pointers",
    "Priority",
    "Reporter",
    "Sha256",
    "Size",
    "Text",
    "Word",
    "Year",
]

LARGEST_INTEGER: Final = 2**53 - 1
IDENTIFIER_PATTERN: Final = r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}"
"""The form of the ids of subjects, contracts, policies and releases (EVENTS.md, Interchange form)."""


class Model(BaseModel):
    """A value of the language: frozen, strict (nothing is coerced), no field beyond those named."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid", validate_by_name=True, validate_by_alias=True)


class DataModel(Model):
    """What an event of one type says; `TYPE` is its wire name, versioned (EVENTS.md, Types)."""

    TYPE: ClassVar[str]


def _instant(value: Any) -> datetime:
    if type(value) is str:
        try:
            return parse_instant(value)
        except ValueError as error:
            raise PydanticCustomError("bad-instant", "not an instant: {why}", {"why": str(error)}) from None
    if isinstance(value, datetime) and value.tzinfo is not None:
        return value if value.tzinfo is UTC else value.astimezone(UTC)
    raise PydanticCustomError("bad-instant", "not an instant: it is not a string")


def _local_date(text: str) -> str:
    try:
        date.fromisoformat(text)
    except ValueError:
        raise PydanticCustomError("bad-date", "there is no such date") from None
    return text


def _duration(text: str) -> str:
    try:
        parse_duration(text)
    except ValueError as error:
        raise PydanticCustomError("bad-duration", "not a duration: {why}", {"why": str(error)}) from None
    return text


Instant = Annotated[
    datetime,
    PlainValidator(_instant),
    PlainSerializer(canonical_instant),
    WithJsonSchema({"type": "string", "format": "date-time", "pattern": f"^{INSTANT_PATTERN}$"}),
]
LocalDate = Annotated[
    str,
    Field(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$", json_schema_extra={"format": "date"}),
    AfterValidator(_local_date),
]
Duration = Annotated[str, AfterValidator(_duration), Field(json_schema_extra={"pattern": f"^{DURATION_PATTERN}$"})]
Identifier = Annotated[str, Field(pattern=f"^{IDENTIFIER_PATTERN}$")]
EventId = Annotated[str, Field(pattern=r"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$")]
Word = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]*$")]
Jurisdiction = Annotated[str, Field(pattern=r"^[A-Z]{2}$")]
Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Text = str
Name = Annotated[str, Field(min_length=1)]
Boolean = bool
Priority = Annotated[int, Field(ge=1, le=4)]
Year = Annotated[int, Field(ge=1, le=9999)]
Size = Annotated[int, Field(ge=0, le=LARGEST_INTEGER)]
Party = Literal["customer", "provider"]
Pointer = Annotated[str, Field(pattern=r"^/(?:actor/id|data/[a-z][a-z0-9_]*(?:/(?:to|0|[1-9][0-9]{0,4}))?)$")]
EventIds = Annotated[tuple[EventId, ...], Strict(False), Field(min_length=1)]
Pointers = Annotated[tuple[Pointer, ...], Strict(False), Field(min_length=1)]


class Commitment(Model):
    """What stands in the bytes for a personal value: its HMAC-SHA-256 under a salt of its own."""

    hmac_sha256: Sha256


@dataclass(frozen=True, slots=True)
class Personal:
    """Marks a field whose value, or each element of it, is committed to, never in the bytes."""

    each: bool = False


class Reporter(Model):
    """Who reported an incident, as CONTACT-INFO asks: name and organisation."""

    name: Text
    organisation: Text
    address: Text | None = None


class Contact(Model):
    """A specialist of the customer's who may turn to support (CONTACT-STAFF)."""

    name: Text
    email: Text | None = None
    phone: Text | None = None


PersonalText = Annotated[Text | Commitment, Personal()]
PersonalReporter = Annotated[Reporter | Commitment, Personal()]
PersonalContact = Annotated[Contact | Commitment, Personal()]
PersonalContacts = Annotated[tuple[Contact | Commitment, ...], Strict(False), Personal(each=True)]


class Notification(Model):
    """The notice given of an outcome: by which channel, to whom (RES-NOTICE, RES-CUSTOM)."""

    channel: Word
    to: PersonalText
