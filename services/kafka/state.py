"""The relay's own copy of the rows, as the topics have them: what tells which rows a transaction changes.

Of an incident with very many events a row may be as of a later event than the topics' own, which then says the same.

It is disposable: lost, ahead or another ledger's it is made anew from the ledger. It is kept after Kafka has committed,
never before, so it never holds a row that the topics do not; behind them it is brought on without publishing.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from ledger.drivers.queries import load_queries
from projections.projector import MOST_EXACT
from projections.rows import ObligationRow, View
from projections.store.sqlite.held import HeldDatabase
from projections.store.sqlite.model import SqliteReadModel
from schemas.problems import LedgerCorrupt, NoLedgerHere
from services.kafka.records import (
    Outgoing,
    Position,
    incident_record,
    obligation_record,
    obligation_tombstone,
)

__all__ = ["RelayState", "open_state"]

_QUERIES: Final = load_queries("services.kafka", "state.sql")
_MOST_REMEMBERED: Final = 20_000
"""Incidents whose rows are remembered as they were published last; others are read again."""


class RelayState(SqliteReadModel):
    """The rows, and what became of them since the last `changes`. One thread at a time may use it."""

    def __init__(self, path: Path) -> None:
        """Open the file, or make it. Raises StorageFull, StorageFailed, LedgerCorrupt."""
        self._held = HeldDatabase(path, create=True)
        self._published: dict[str, View] = {}
        self._before: dict[str, View | None] = {}
        self._after: dict[str, View] = {}
        super().__init__(path, database=self._held)
        with self._held.writing() as connection:
            connection.execute(_QUERIES["make"])
        self._held.commit()

    def mark(self) -> Position | None:
        """How far the topics went when the rows were last kept; None where nothing was kept yet."""
        with self._held.reading() as connection:
            row = connection.execute(_QUERIES["read"]).fetchone()
        found = None if row is None else Position(*row)
        return None if found is None or found.position != self.position() else found

    def apply(self, views: Iterable[View], position: int, *, since: int) -> None:
        """See ReadModel.apply; what changes is kept once `keep` is called."""
        kept = list(views)
        for view in kept:
            name = view.incident.incident
            if name not in self._after:
                self._before[name] = self._known(view, since)
            self._after[name] = view
        super().apply(kept, position, since=since)

    def changes(self, partitions: int) -> Iterator[Outgoing]:
        """The records of the rows that are others than they were at the last call, and of those that are no more."""
        for name in sorted(self._after):
            before, after = self._before[name], self._after[name]
            if before is None or before.incident != after.incident:
                yield incident_record(after.incident, partitions)
            known = {} if before is None else {row.obligation: row for row in before.obligations}
            for row in after.obligations:
                if _is_news(row, known.pop(row.obligation, None), after):
                    yield obligation_record(row, partitions)
            for gone in known.values():
                yield obligation_tombstone(gone, after.incident.as_of, partitions)
        self.pass_over()

    def pass_over(self) -> None:
        """Take it that the topics have what changed since the last call."""
        for name, after in self._after.items():
            self._published.pop(name, None)
            self._published[name] = after
        self._before.clear()
        self._after.clear()
        for name in list(self._published)[: max(0, len(self._published) - _MOST_REMEMBERED)]:
            del self._published[name]

    def next_change(self) -> int | None:
        """The instant (microseconds) at which time alone may next change a row; None where it never will."""
        with self._held.reading() as connection:
            (instant,) = connection.execute(_QUERIES["next_change"]).fetchone()
        return None if instant is None else int(instant)

    def change_number(self, number: int, until: int) -> int:
        """The instant by which time alone may have changed so many rows, or `until`, whichever is first."""
        with self._held.reading() as connection:
            found = connection.execute(_QUERIES["change_number"], (until, number - 1)).fetchone()
        return until if found is None else int(found[0])

    def keep(self, position: Position) -> None:
        """Keep the rows as they are: the topics have them, up to this position record."""
        with self._held.writing() as connection:
            connection.execute(_QUERIES["keep"], (position.ledger, position.position, position.chain, position.as_of))
        self._held.commit()

    def undo(self) -> None:
        """Forget all that was not kept."""
        self._published.clear()
        self._before.clear()
        self._after.clear()
        self._held.rollback()

    def reset(self) -> None:
        """Drop all rows, to make them anew."""
        self.undo()
        super().reset()
        with self._held.writing() as connection:
            connection.execute(_QUERIES["forget"])
        self._held.commit()

    def _known(self, view: View, since: int) -> View | None:
        """The incident's rows as they were published last; none of one that was opened only after."""
        name = view.incident.incident
        known = self._published.get(name)
        if known is None and view.private.opened_position <= since:
            known = self.view(name)
        return known


def _is_news(row: ObligationRow, known: ObligationRow | None, view: View) -> bool:
    """Whether the topics are to have a row in the place of the one known before.

    Past its last exact event an incident's rows are as of each further one: those that say the same are not sent again.
    What the topics have is then as of an earlier event, and right as of that one. So what says the same as the row here
    always says the same as the topics' own.
    """
    if known is None or view.incident.events <= MOST_EXACT:
        return known != row
    return not row.is_same(known)


def open_state(path: Path) -> RelayState:
    """The relay's rows in a file; one that is damaged is made anew. Raises StorageFull, StorageFailed, LedgerLocked."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        return RelayState(path)
    except (LedgerCorrupt, NoLedgerHere):
        for suffix in ("", "-wal", "-shm"):
            Path(f"{path}{suffix}").unlink(missing_ok=True)
        return RelayState(path)
