"""SQL as named queries in files: a comment `-- name: NAME` begins a query, the next one ends it."""

from collections.abc import Mapping
from importlib.resources import files
from types import MappingProxyType

__all__ = ["load_queries"]

_MARK = "-- name: "


def load_queries(package: str, file: str) -> Mapping[str, str]:
    """The queries of a file that lies in a package, by name."""
    queries: dict[str, str] = {}
    for part in files(package).joinpath(file).read_text("utf-8").split(_MARK)[1:]:
        name, _, text = part.partition("\n")
        assert name not in queries, f"{file} names {name} twice"
        queries[name] = text.strip().removesuffix(";")
    return MappingProxyType(queries)
