"""A ledger moved to another database: closed where it was, copied whole, proven to be the same, opened where it is.

    source        target
    ------        ------
    open          nothing
    closed        nothing             `Copying.begin`: from here on nobody records
    closed        copy, not whole     `copy`, table by table
    closed        copy, whole         `prove`, row by row and by the chain
    moved         copy, whole         `finish`, first half
    moved         the ledger          `finish`, second half

At no moment do two databases take events in. Broken off anywhere it is begun again by the same call, and goes on where
it was; as long as the source is only closed it can be opened again instead (`abandon`), for the copy is no ledger yet
and never becomes one by itself.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import zip_longest
from typing import Final, TypeAlias

from eventsourcing.persistence import IntegrityError

from ledger.recorder import Identity
from ledger.tables import FIRST_KEYS, LedgerTables, Move, TableRow
from schemas.chain import GENESIS, extend
from schemas.operation_problems import CopyDiffers, LedgerMoved
from schemas.problems import LedgerExists, LedgerLocked, NoLedgerHere

__all__ = ["Copying", "Proof", "abandon"]

_PAGE: Final = 500
_ENCODED: Final = {type(None): b"n", int: b"i", str: b"t", bytes: b"b"}

Told: TypeAlias = Callable[[int], object]
"""Is given how many rows are done."""


@dataclass(frozen=True, slots=True)
class Proof:
    """What both databases were found to hold: the rows of each table, and one hash over all of them."""

    identity: Identity
    rows: Mapping[str, int]
    sha256: str
    chain: str


class Copying:
    """One copy of a ledger, from its first step or from where it was broken off."""

    def __init__(self, source: LedgerTables, target: LedgerTables) -> None:
        """Take both databases. Raises NoLedgerHere, LedgerExists, LedgerMoved where the source goes elsewhere."""
        identity, move = source.identity(), source.move()
        if identity is None:
            raise NoLedgerHere(database=source.database)
        if move is not None and move.other != target.database:
            raise LedgerMoved(database=source.database, target=move.other)
        there = target.identity()
        self.is_done = there == identity and move is not None and move.state == "moved"
        if there is not None and not self.is_done:
            raise LedgerExists(database=target.database, ledger=there.ledger_id)
        self.identity: Final = identity
        self._source = source
        self._target = target
        self._move = move

    def begin(self, new_id: str) -> int:
        """Close the source and make the target ready; returns how many rows there are to copy.

        `new_id` is a random id, for a copy that is not one already begun.
        """
        if self._move is None:
            self._move = Move(new_id, "closed", self._target.database)
            self._source.set_move(self._move)
        there = self._target.move()
        if there is None or there.id != self._move.id:
            self._target.clear(Move(self._move.id, "copy", self._source.database))
        return self._source.count()

    def copy(self, told: Told = lambda _rows: None) -> None:
        """Copy what is not there yet. Raises LedgerLocked where another process copies to the same target."""
        done = self._target.count()
        for table, first in FIRST_KEYS.items():
            after = self._target.last_key(table) or first
            while page := self._source.page(table, after, _PAGE):
                self._put(table, page)
                after = _key(page[-1], len(first))
                done += len(page)
                told(done)

    def _put(self, table: str, page: Sequence[TableRow]) -> None:
        try:
            self._target.put(table, page)
        except IntegrityError as error:  # somebody else is filling the same target, by the same rows
            raise LedgerLocked(database=self._target.database, pid="?") from error

    def prove(self, told: Told = lambda _rows: None) -> Proof:
        """Compare both row by row, and compute the chain over the target's events. Raises CopyDiffers."""
        digest = sha256()
        rows: dict[str, int] = {}
        chain = GENESIS
        done = 0
        for table, first in FIRST_KEYS.items():
            rows[table] = 0
            pairs = zip_longest(_all(self._source, table), _all(self._target, table))
            for there, here in pairs:
                if there != here or here is None:
                    raise self._differs(table, _key(there or here or (), len(first)))
                digest.update(_encoded(here))
                rows[table] += 1
                if table == "events":
                    assert isinstance(here[-1], bytes)
                    chain = extend(chain, here[-1])
                elif table == "head" and here[2] != chain:
                    raise self._differs(table, ("chain",))
                done += 1
                if done % _PAGE == 0:
                    told(done)
        return Proof(self.identity, rows, digest.hexdigest(), chain.hex())

    def finish(self) -> None:
        """Let the target be the ledger, now that it was proven, and the source never again."""
        assert self._move is not None, "it was begun"
        self._source.set_move(Move(self._move.id, "moved", self._move.other))
        self._target.open_copy(self.identity)

    def _differs(self, table: str, key: TableRow) -> CopyDiffers:
        row = ", ".join(part.hex() if isinstance(part, bytes) else str(part) for part in key)
        return CopyDiffers(database=self._target.database, table=table, row=row)


def abandon(source: LedgerTables) -> bool:
    """Let the source be written to again; False where it is not closed. Raises LedgerMoved where the copy was proven.

    What there is of the copy is no ledger, and the next copy to the same place drops it.
    """
    move = source.move()
    if move is None or move.state == "copy":
        return False
    if move.state == "moved":
        raise LedgerMoved(database=source.database, target=move.other)
    source.set_move(None)
    return True


def _all(tables: LedgerTables, table: str) -> Iterator[TableRow]:
    after = first = FIRST_KEYS[table]
    while page := tables.page(table, after, _PAGE):
        yield from page
        after = _key(page[-1], len(first))


def _key(row: TableRow, length: int) -> tuple[int | str | bytes, ...]:
    return tuple(part for part in row[:length] if part is not None)


def _encoded(row: TableRow) -> bytes:
    """The row as bytes that no other row has: each value with its kind and its length."""
    parts = []
    for value in row:
        content = value if isinstance(value, bytes) else b"" if value is None else str(value).encode()
        parts.append(b"%b%d:%b" % (_ENCODED[type(value)], len(content), content))
    return b"%d(%b)" % (len(row), b"".join(parts))
