"""Columns of rows in PostgreSQL's binary form of an array, packed here because the driver looks at element by element.

    | dimensions = 1 | has nulls = 0 | type of an element | count | first index = 1 |   each 4 bytes, big-endian
    then each element as its length in 4 bytes and its bytes

A column has one type, known by its first element: whole numbers go as bigint, text as text, bytes as bytea, and true or
false as boolean. A missing value has no place in one.
"""

from collections.abc import Callable, Mapping, Sequence
from struct import Struct
from types import MappingProxyType
from typing import Any, Final

from psycopg import Connection, pq
from psycopg.adapt import Dumper

__all__ = ["Column", "pack", "register"]

_head: Final = Struct("!iiIii").pack
_length: Final = Struct("!i").pack
_whole: Final = Struct("!iq").pack
_truth: Final = Struct("!i?").pack


class Column(bytes):
    """A packed column; the classes below it say of what."""

    __slots__ = ()


class _Bigints(Column):
    __slots__ = ()


class _Texts(Column):
    __slots__ = ()


class _Byteas(Column):
    __slots__ = ()


class _Booleans(Column):
    __slots__ = ()


def pack(values: Sequence[Any]) -> Column:
    """The column of these values, of which there is at least one."""
    kind, element, packed = _PACKED[type(values[0])]
    return kind(_head(1, 0, element, len(values), 1) + packed(values))


def register(connection: Connection[Any]) -> None:
    """Let a connection take packed columns."""
    for kind, dumper in _DUMPERS.items():
        connection.adapters.register_dumper(kind, dumper)


def _bigints(values: Sequence[int]) -> bytes:
    return b"".join([_whole(8, value) for value in values])


def _texts(values: Sequence[str]) -> bytes:
    return _byteas([value.encode() for value in values])


def _byteas(values: Sequence[bytes]) -> bytes:
    return b"".join([part for value in values for part in (_length(len(value)), value)])


def _booleans(values: Sequence[bool]) -> bytes:
    return b"".join([_truth(1, value) for value in values])


_PACKED: Final[Mapping[type, tuple[type[Column], int, Callable[[Sequence[Any]], bytes]]]] = MappingProxyType(
    {
        int: (_Bigints, 20, _bigints),
        str: (_Texts, 25, _texts),
        bytes: (_Byteas, 17, _byteas),
        bool: (_Booleans, 16, _booleans),
    }
)


class _ColumnDumper(Dumper):
    format = pq.Format.BINARY

    def dump(self, obj: Column) -> Column:
        return obj


def _dumper(array: int) -> type[Dumper]:
    """What hands a column over as an array of this type, by PostgreSQL's number for it."""
    return type("_ColumnDumper", (_ColumnDumper,), {"oid": array})


_DUMPERS: Final[Mapping[type[Column], type[Dumper]]] = MappingProxyType(
    {_Bigints: _dumper(1016), _Texts: _dumper(1009), _Byteas: _dumper(1001), _Booleans: _dumper(1000)}
)
