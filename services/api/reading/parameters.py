"""Query parameters: read strictly, and described for the OpenAPI document by the same objects.

A parameter that is not known, that stands twice where one value is meant, or whose value is not of its form is refused,
named by a pointer `/query/NAME`; what was sent is never repeated. A plus sign stands for itself, as in `+03:00`.
"""

import re
from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Generic, TypeVar, cast
from urllib.parse import unquote_to_bytes

from starlette.requests import Request

from schemas.decode import is_identifier
from schemas.http_problems import ParameterUnusable
from schemas.model import LARGEST_INTEGER
from schemas.pointer import child

__all__ = ["Parameter", "Query", "identifier", "one_of", "read_query", "unusable", "whole_number"]

T = TypeVar("T")

_MOST: Final = 100
_is_number = re.compile(r"0|[1-9][0-9]{0,15}").fullmatch
_is_encoded = re.compile(rb"(?:[^%]|%[0-9A-Fa-f]{2})*", re.DOTALL).fullmatch


@dataclass(frozen=True, slots=True)
class Parameter(Generic[T]):
    """One query parameter: how its text is read (ValueError where it cannot be), what is taken, in words and a schema.

    `default` is what an absent one counts as, in words.
    """

    name: str
    parse: Callable[[str], T]
    meaning: str
    allowed: str
    schema: Mapping[str, Any]
    example: str
    default: str | None = None
    repeated: bool = False

    def to_openapi(self) -> dict[str, Any]:
        """The parameter as OpenAPI describes it."""
        schema = {"type": "array", "items": dict(self.schema)} if self.repeated else dict(self.schema)
        absent = "" if self.default is None else f" Absent: {self.default}."
        return {
            "name": self.name,
            "in": "query",
            "required": False,
            "description": f"{self.meaning} Taken is {self.allowed}.{absent}",
            "schema": schema,
            "example": [self.example] if self.repeated else _as_json(self.example, schema),
        }

    def read(self, text: str) -> T:
        """The value that a text says. Raises ParameterUnusable."""
        try:
            return self.parse(text)
        except ValueError:
            raise unusable(self.name, self.allowed) from None


class Query:
    """The parameters of one request, as their own types."""

    def __init__(self, values: Mapping[str, Sequence[Any]]) -> None:
        self._values = values

    def one(self, parameter: Parameter[T]) -> T | None:
        """The value of a parameter; None where it is absent."""
        values = self._values.get(parameter.name)
        return cast("T", values[0]) if values else None

    def all(self, parameter: Parameter[T]) -> Sequence[T]:
        """The values of a repeated parameter."""
        return self._values.get(parameter.name, ())


def read_query(request: Request, parameters: Sequence[Parameter[Any]] = ()) -> Query:
    """The parameters of a request, of which it may have these. Raises ParameterUnusable."""
    known = {parameter.name: parameter for parameter in parameters}
    values: dict[str, list[Any]] = {}
    for name, text in _pairs(request.scope["query_string"]):
        parameter = known.get(name)
        if parameter is None:
            raise unusable(name, f"only these: {', '.join(known)}" if known else "none: this path takes no parameters")
        if name in values and not parameter.repeated:
            raise unusable(name, f"{parameter.allowed}, once")
        values.setdefault(name, []).append(parameter.read(text))
    return Query(values)


def unusable(name: str, allowed: str) -> ParameterUnusable:
    """The refusal of a parameter, in the place of which `allowed` would be taken."""
    return ParameterUnusable(pointer=child("/query", name), allowed=allowed)


def whole_number(text: str, least: int = 0, most: int = LARGEST_INTEGER) -> int:
    """The number between two that a text says, in its one spelling. Raises ValueError."""
    if _is_number(text) is None or not least <= int(text) <= most:
        raise ValueError(text)
    return int(text)


def identifier(text: str) -> str:
    """A text of the form of a subject's id. Raises ValueError."""
    if not is_identifier(text):
        raise ValueError(text)
    return text


def one_of(names: Container[str], text: str) -> str:
    """A text that is one of these. Raises ValueError."""
    if text not in names:
        raise ValueError(text)
    return text


def _pairs(query: bytes) -> Iterator[tuple[str, str]]:
    parts = [part for part in query.split(b"&") if part]
    if len(parts) > _MOST:
        raise ParameterUnusable(pointer="/query", allowed=f"at most {_MOST} parameters")
    for part in parts:
        name, _, value = part.partition(b"=")
        yield _decoded(name), _decoded(value)


def _decoded(text: bytes) -> str:
    try:
        if _is_encoded(text):
            return unquote_to_bytes(text).decode("utf-8")
    except UnicodeDecodeError:
        pass
    raise ParameterUnusable(pointer="/query", allowed="percent-encoded UTF-8")


def _as_json(example: str, schema: Mapping[str, Any]) -> Any:
    match schema.get("type"):
        case "integer":
            return int(example)
        case "boolean":
            return example == "true"
        case _:
            return example
