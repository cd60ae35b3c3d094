"""The SQL of a read model, by name: a comment `-- name: NAME` begins a query in its `queries.sql`."""

from collections.abc import Mapping
from importlib.resources import files
from types import MappingProxyType
from typing import Final

__all__ = ["load_queries", "load_schema"]

_MARK: Final = "-- name: "


def load_queries(package: str) -> Mapping[str, str]:
    """The queries that lie in a package, by name."""
    parts = files(package).joinpath("queries.sql").read_text("utf-8").split(_MARK)[1:]
    named = (part.partition("\n") for part in parts)
    return MappingProxyType({name: _first_statement(text) for name, _, text in named})


def load_schema(package: str) -> str:
    """The statements that make the tables of a package's read model."""
    return files(package).joinpath("schema.sql").read_text("utf-8")


def _first_statement(text: str) -> str:
    """The query without the comment that may stand before the next one's name."""
    return text[: text.rindex(";")].strip()
