"""Where an event holds free text and people: the places that are committed to (EVENTS.md).

Derived once from the models' own fields, so that a field typed as personal cannot be forgotten
here. What a correction's `was` and `now` hold depends on the field it names, and whether an actor
is a person on its kind.
"""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Annotated, Any, Final, TypeGuard, get_args, get_origin, get_type_hints

from schemas.corrections import PERSONAL_CORRECTABLE
from schemas.events import TYPES
from schemas.incident_events import IncidentCorrected
from schemas.model import Model, Personal
from schemas.pointer import resolve

__all__ = ["bare_place", "is_commitment", "personal_pointers", "personal_values"]

_EACH: Final = "*"


def _marked(hint: Any) -> Personal | None:
    if get_origin(hint) is Annotated:
        for mark in get_args(hint)[1:]:
            if isinstance(mark, Personal):
                return mark
    return next((mark for part in get_args(hint) if (mark := _marked(part)) is not None), None)


def _nested(hint: Any) -> type[Model] | None:
    if isinstance(hint, type) and issubclass(hint, Model):
        return hint
    return next((found for part in get_args(hint) if (found := _nested(part)) is not None), None)


def _paths(model: type[Model]) -> Iterator[tuple[str, ...]]:
    hints = get_type_hints(model, include_extras=True)
    for name, field in model.model_fields.items():
        wire_name = field.alias or name
        mark = _marked(hints[name])
        if mark is not None:
            yield (wire_name, _EACH) if mark.each else (wire_name,)
        elif (nested := _nested(hints[name])) is not None:
            yield from ((wire_name, *rest) for rest in _paths(nested))


_CORRECTED: Final = IncidentCorrected.TYPE
_PATHS: Final[Mapping[str, tuple[tuple[str, ...], ...]]] = MappingProxyType(
    {name: tuple(path for path in _paths(model) if path[0] not in ("was", "now")) for name, model in TYPES.items()}
)


def personal_pointers(wire: Mapping[str, Any]) -> tuple[str, ...]:
    """Pointers to the personal places that this event has, whether value or commitment is there.

    In a fixed order: the actor, then the data's fields as its model lists them.
    """
    found: list[str] = []
    if wire["actor"]["kind"] == "customer":
        found.append("/actor/id")
    data = wire["data"]
    if wire["type"] == _CORRECTED:
        found.extend(_corrected_pointers(data))
    for path in _PATHS[wire["type"]]:
        if path[0] in data:
            found.extend(_expand(data[path[0]], f"/data/{path[0]}", path[1:]))
    return tuple(found)


def _expand(value: Any, pointer: str, rest: tuple[str, ...]) -> Iterator[str]:
    if not rest:
        yield pointer
    elif rest[0] == _EACH:
        yield from (f"{pointer}/{index}" for index in range(len(value)))
    else:
        yield f"{pointer}/{rest[0]}"


def _corrected_pointers(data: Mapping[str, Any]) -> tuple[str, ...]:
    if data["field"] in PERSONAL_CORRECTABLE:
        return ("/data/was", "/data/now")
    if data["field"] == "notification":
        return ("/data/was/to", "/data/now/to")
    return ()


def personal_values(wire: Mapping[str, Any]) -> dict[str, Any]:
    """The personal values of an event by pointer; what a commitment stands for is left out."""
    found = ((pointer, resolve(wire, pointer)) for pointer in personal_pointers(wire))
    return {pointer: value for pointer, value in found if not is_commitment(value)}


def bare_place(name: str, actor: Mapping[str, Any], data: Mapping[str, Any]) -> str | None:
    """The first place of a stored event where a value stands and not the commitment it must be.

    Takes the event's type, actor and data as they are on the wire, known to be well-formed.
    """
    if actor["kind"] == "customer" and not is_commitment(actor["id"]):
        return "/actor/id"
    for path in _PATHS[name]:
        value = data.get(path[0])
        if value is None or (len(path) == 1 and is_commitment(value)):
            continue
        for pointer in _expand(value, f"/data/{path[0]}", path[1:]):
            if not is_commitment(resolve({"data": data}, pointer)):
                return pointer
    if name == _CORRECTED:
        for pointer in _corrected_pointers(data):
            if not is_commitment(resolve({"data": data}, pointer)):
                return pointer
    return None


def is_commitment(value: Any) -> TypeGuard[dict[str, Any]]:
    """Whether a wire value is a commitment rather than the value itself."""
    return type(value) is dict and "hmac_sha256" in value
