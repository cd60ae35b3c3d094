"""Which fields can be corrected and what each may hold (EVENTS.md, Life of an incident).

The type of `was` and `now` follows from `field`: an instant is normalised like any other instant, a
priority is an integer, a person or free text a value or the commitment to it.
"""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Annotated, Any, Final, Literal, get_args

from pydantic import (
    ConfigDict,
    PlainSerializer,
    PlainValidator,
    TypeAdapter,
    ValidationError,
    ValidationInfo,
    WithJsonSchema,
)
from pydantic_core import PydanticCustomError, SchemaValidator

from schemas.instants import canonical_instant
from schemas.model import (
    Commitment,
    Identifier,
    Instant,
    Model,
    Name,
    Notification,
    PersonalReporter,
    PersonalText,
    Priority,
    Reporter,
    Text,
    Word,
)
from schemas.wording import model_fault

__all__ = [
    "CORRECTABLE",
    "PERSONAL_CORRECTABLE",
    "Correctable",
    "CorrectedValue",
    "Value",
    "value_type",
]

Correctable = Literal[
    "occurred_at",
    "priority",
    "channel",
    "engineer",
    "expected_resolution_at",
    "notification",
    "release",
    "vendor",
    "product",
    "actor.id",
    "reporter",
    "to",
    "title",
    "description",
    "impact",
    "error_text",
    "reproduction",
    "workaround",
    "summary",
    "reason",
    "how",
    "claim",
    "ruling",
    "name",
]
Value = datetime | int | str | Notification | Reporter | Commitment

CORRECTABLE: Final[tuple[str, ...]] = get_args(Correctable)

_CLEAR_TYPES: Final[Mapping[str, Any]] = {
    "occurred_at": Instant,
    "priority": Priority,
    "channel": Word,
    "engineer": Name,
    "expected_resolution_at": Instant,
    "notification": Notification,
    "release": Identifier,
    "vendor": Text,
    "product": Text,
}

PERSONAL_CORRECTABLE: Final[frozenset[str]] = frozenset(CORRECTABLE) - _CLEAR_TYPES.keys()


def value_type(field: str) -> Any:
    """The type that `was` and `now` have where a correction names this field."""
    return PersonalReporter if field == "reporter" else _CLEAR_TYPES.get(field, PersonalText)


def _validator(field: str) -> SchemaValidator:
    kind = value_type(field)
    strict = None if kind is Notification else ConfigDict(strict=True)
    adapter: TypeAdapter[Any] = TypeAdapter(kind, config=strict)
    validator = adapter.validator
    assert isinstance(validator, SchemaValidator)
    return validator


_VALIDATORS: Final[Mapping[str, SchemaValidator]] = MappingProxyType({name: _validator(name) for name in CORRECTABLE})


def _corrected_value(value: Any, info: ValidationInfo) -> Any:
    field = info.data.get("field")
    if field is None:
        return value
    try:
        extra = (info.context or {}).get("extra")
        return _VALIDATORS[field].validate_python(value, extra=extra)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        raise PydanticCustomError(
            "bad-value", "not a value of {field}: {why}", {"field": field, "why": model_fault(first)}
        ) from None


def _wire_value(value: Any) -> Any:
    if isinstance(value, datetime):
        return canonical_instant(value)
    if isinstance(value, Model):
        return value.model_dump(mode="json", exclude_unset=True, exclude_none=True, by_alias=True)
    return value


CorrectedValue = Annotated[
    Value,
    PlainValidator(_corrected_value),
    PlainSerializer(_wire_value),
    WithJsonSchema({"type": ["string", "integer", "object"]}),
]
