"""A ledger's database as bare tables, for whoever moves them to another database; one class per database implements it.

A row is a tuple of integers, texts, bytes and None, the same for the same ledger whatever database holds it; its first
columns are the table's key, by which rows are read in order.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Literal, TypeAlias

from ledger.recorder import Identity

__all__ = ["FIRST_KEYS", "Key", "LedgerTables", "Move", "TableRow"]

Key: TypeAlias = tuple[int | str | bytes, ...]
TableRow: TypeAlias = tuple[int | str | bytes | None, ...]

FIRST_KEYS: Final[Mapping[str, Key]] = MappingProxyType(
    {
        "events": (0,),
        "logs": ("",),
        "disclosures": (0, ""),
        "policies": (b"",),
        "answers": (0,),
        "answered": (0, 0),
        "clock_confirmations": (0,),
        "keys": (0,),
        "pseudonyms": ("",),
        "accesses": (0,),
        "access_head": (0,),
        "head": (0,),
    }
)
"""All that belongs to a ledger but for its identity, in the order it is put, and a key before each table's first."""


@dataclass(frozen=True, slots=True)
class Move:
    """What a database is in a copy: its random id, the part this one plays, the other database's name."""

    id: str
    state: Literal["closed", "copy", "moved"]
    other: str


class LedgerTables(ABC):
    """The tables of one ledger. Not for several threads. All raise StorageFailed, StorageFull, LedgerLocked."""

    database: str
    """The database's name, without any password."""

    @abstractmethod
    def identity(self) -> Identity | None:
        """Which ledger this is; None before it was founded, and as long as it is no whole copy."""

    @abstractmethod
    def move(self) -> Move | None:
        """The copy it takes part in."""

    @abstractmethod
    def set_move(self, move: Move | None) -> None:
        """Take this part in a copy, or none. Whoever writes is waited for, and from then on is refused or let in."""

    @abstractmethod
    def clear(self, move: Move) -> None:
        """Make the tables, empty, as a target of this copy: what was put there by another one is dropped."""

    @abstractmethod
    def count(self) -> int:
        """How many rows all of them have."""

    @abstractmethod
    def page(self, table: str, after: Key, limit: int) -> Sequence[TableRow]:
        """At most `limit` rows of a table above a key, in order."""

    @abstractmethod
    def put(self, table: str, rows: Sequence[TableRow]) -> None:
        """Put rows, all of them or none, in a transaction of its own."""

    @abstractmethod
    def last_key(self, table: str) -> Key | None:
        """The key of the last row that was put; None before the first, and for what is put over."""

    @abstractmethod
    def open_copy(self, identity: Identity) -> None:
        """Make the copy the ledger: give it the identity and let it take part in the copy no more, in one step."""

    @abstractmethod
    def close(self) -> None:
        """Let go of the database."""
