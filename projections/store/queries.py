"""The SQL of the read model, by name: a comment `-- name: NAME` begins a query in `queries.sql`."""

from collections.abc import Mapping
from importlib.resources import files
from types import MappingProxyType
from typing import Final

__all__ = ["QUERIES", "SCHEMA"]

_MARK: Final = "-- name: "


def _load() -> Mapping[str, str]:
    parts = files(__package__).joinpath("queries.sql").read_text("utf-8").split(_MARK)[1:]
    named = (part.partition("\n") for part in parts)
    return MappingProxyType({name: _first_statement(text) for name, _, text in named})


def _first_statement(text: str) -> str:
    """The query without the comment that may stand before the next one's name."""
    return text[: text.rindex(";")].strip()


QUERIES: Final = _load()
SCHEMA: Final = files(__package__).joinpath("schema.sql").read_text("utf-8")
