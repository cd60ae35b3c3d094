"""The read model in PostgreSQL, in the schema `views` of the ledger's database.

The tables are no part of the ledger's storage version: they are made where they are absent, and made anew, empty, where
another version of this program made them; of several processes that start at once one does it. The schema is made with
them where the role may do that, else it has to be there and to be this role's (`sla-ledger db roles`).

Rows are in parts. Those made from the ledger are in one; those made from a topic in as many as it has partitions, each
with a position of its own and a keeper, without whose name nobody moves it: see `PartReadModel`.
"""

import threading
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final, NamedTuple

import psycopg

from projections.compliance import Key
from projections.concern import ByCalendar, ByLicence, ByPolicy, ByRelease, ByTerms, Concern
from projections.rows import Deadline, IncidentRow, ObligationRow, View
from projections.store import FROM_LEDGER, Compliance, Cursor, Page, PositionMovedError, Selection
from projections.store.postgres.database import Connection, Database
from projections.store.queries import load_queries, load_schema
from projections.store.records import (
    Record,
    deadline_of,
    incident_of,
    incident_record,
    obligation_of,
    obligation_records,
    private_of,
)
from projections.store.selecting import FIRST, count, page_of, selected

__all__ = ["QUERIES", "Part", "PartReadModel", "PostgresReadModel"]

QUERIES: Final = load_queries(__package__)
_SCHEMA: Final = load_schema(__package__)
_VERSION: Final = 3


class Part(NamedTuple):
    """A part of the rows that a keeper has taken: how far it goes, and the record of the topic seen last."""

    number: int
    position: int
    seen_offset: int | None
    seen_position: int | None


class PostgresReadModel:
    """See projections.store.ReadModel."""

    shared: Final = True
    part: int | None = None
    keeper = FROM_LEDGER

    def __init__(self, url: str, name: str) -> None:
        """Take the ledger's database, which messages know by its `name` (the URL without a password).

        Raises NoLedgerHere, LedgerLocked, StorageFull, StorageFailed.
        """
        self._db = Database(url, name)
        self._turn = threading.Lock()
        self._session: Connection | None = None
        try:
            with self._db.reading() as connection:
                is_current = _is_current(connection)
            if not is_current:
                self._make()
        except BaseException:
            self._db.close()
            raise

    def position(self) -> int:
        """See ReadModel.position: that of the part that is furthest behind."""
        with self._db.reading() as connection:
            return self._position(connection)

    def source(self) -> str:
        """See ReadModel.source."""
        with self._db.reading() as connection:
            return _source(connection)[0]

    def hold(self) -> bool:
        """See ReadModel.hold."""
        with self._turn:
            for _ in range(2):
                if self._session is None:
                    self._session = self._db.alone()
                try:
                    return self._session.execute(QUERIES["hold"], {"source": FROM_LEDGER}).fetchone() == (True,)
                except (psycopg.OperationalError, psycopg.InterfaceError):
                    self._let_go()  # the server was restarted, or ended the session
        return False

    def release(self) -> None:
        """See ReadModel.release."""
        with self._turn:
            self._let_go()

    def apply(self, views: Iterable[View], position: int, *, since: int) -> None:
        """See ReadModel.apply."""
        kept = list({view.incident.incident: view for view in views}.values())
        given = {"part": self.part or 0, "position": position, "since": since, "keeper": self.keeper}
        with self._db.writing() as connection:
            connection.execute(QUERIES["lazily"])
            if connection.execute(QUERIES["move"], given).rowcount != 1:
                raise PositionMovedError
            self._note(connection, position)
            if kept:
                _keep(connection, kept, self.part or 0)

    def due(self, now: int, limit: int) -> Sequence[str]:
        """See ReadModel.due."""
        return self._names("due", now=now, limit=limit)

    def concerned(self, by: Concern) -> Sequence[str]:
        """See ReadModel.concerned."""
        match by:
            case ByTerms(contract, opened_on):
                return self._names("by_terms", contract=contract, opened_on=opened_on)
            case ByLicence(contract, reach):
                return self._names("by_licence", contract=contract, reach=reach)
            case ByCalendar(jurisdiction, year):
                return self._names("by_calendar", jurisdiction=jurisdiction, year=year)
            case ByPolicy(policy, recorded_at):
                return self._names("by_policy", policy=policy, recorded_at=recorded_at)
            case ByRelease(release):
                return self._names("by_release", release=release)

    def names(self, *, after: str, limit: int) -> Sequence[str]:
        """See ReadModel.names."""
        return self._names("everything", after=after, limit=limit)

    def view(self, incident: str) -> View | None:
        """See ReadModel.view."""
        with self._db.reading() as connection:
            found = connection.execute(QUERIES["incident"], {"incident": incident}).fetchone()
            if found is None:
                return None
            rows = connection.execute(QUERIES["obligations"], {"incident": incident}).fetchall()
        return View(incident_of(found), tuple(map(obligation_of, rows)), private_of(found[:-1], rows))

    def incident(self, incident: str) -> IncidentRow | None:
        """See ReadModel.incident."""
        with self._db.reading() as connection:
            found = connection.execute(QUERIES["incident"], {"incident": incident}).fetchone()
        return None if found is None else incident_of(found)

    def obligations(self, incident: str) -> Sequence[ObligationRow]:
        """See ReadModel.obligations."""
        with self._db.reading() as connection:
            return [obligation_of(row) for row in connection.execute(QUERIES["obligations"], {"incident": incident})]

    def incidents(self, selection: Selection, *, after: Cursor | None = None, limit: int = 100) -> Page:
        """See ReadModel.incidents."""
        begin = after or FIRST
        query = selected(QUERIES, "incidents", selection, "as_opened")
        given = {**_given(selection), "opened_at": begin.opened_at, "after": begin.incident, "limit": limit + 1}
        with self._db.reading() as connection:
            position = self._position(connection)
            records = connection.execute(query, given).fetchall()
        return page_of(records, position, limit)

    def deadlines(self, selection: Selection, *, after: int, until: int, limit: int = 1_000) -> Sequence[Deadline]:
        """See ReadModel.deadlines."""
        query = selected(QUERIES, "deadlines", selection, "as_due")
        given = {**_given(selection), "after": after, "until": until, "limit": limit}
        with self._db.reading() as connection:
            return [deadline_of(row) for row in connection.execute(query, given)]

    def compliance(self, scope: frozenset[str] | None, by: Sequence[Key], *, first: str, last: str) -> Compliance:
        """See ReadModel.compliance."""
        selection = Selection(scope=scope)
        query = selected(QUERIES, "compliance", selection, None)
        given = {**_given(selection), "first": first, "last": last}
        with self._db.reading() as connection:
            found = Compliance(tuple(by), self._position(connection))
            for row in connection.execute(query, given):
                count(found, row)
        found.disputed.sort()
        found.not_judged.sort()
        return found

    def reset(self) -> None:
        """See ReadModel.reset; they are made from the ledger from now on."""
        with self._db.writing() as connection:
            connection.execute(QUERIES["one_at_a_time"])
            _begin(connection, FROM_LEDGER, 1)

    def make_from(self, source: str, parts: int) -> bool:
        """Have the rows made from a topic of so many partitions; False where they were already.

        All rows that were made from anything else are dropped, and whoever kept them can move them no more.
        """
        with self._db.writing() as connection:
            connection.execute(QUERIES["one_at_a_time"])
            if _source(connection) == (source, parts):
                return False
            _begin(connection, source, parts)
        return True

    def take(self, part: int, keeper: str, source: str, parts: int) -> Part | None:
        """Be the one who moves a part, from now on: whoever was before moves it no more.

        None where the rows are no longer made from this topic.
        """
        given = {"part": part, "keeper": keeper, "source": source, "parts": parts}
        with self._db.writing() as connection:
            found = connection.execute(QUERIES["take"], given).fetchone()
        return None if found is None else Part(part, *found)

    def kept_by(self, keeper: str) -> frozenset[int]:
        """The parts that a keeper has taken, and nobody after it."""
        with self._db.reading() as connection:
            return frozenset(part for (part,) in connection.execute(QUERIES["kept_by"], {"keeper": keeper}))

    def of_part(self, part: int, keeper: str, offset_of: Callable[[int], int | None]) -> "PartReadModel":
        """The rows of one part, as its keeper keeps them."""
        return PartReadModel(self._db, part, keeper, offset_of)

    def close(self) -> None:
        """See ReadModel.close."""
        with self._turn:
            self._let_go()
        self._db.close()

    def _let_go(self) -> None:
        if self._session is not None:
            self._session.close()
            self._session = None

    def _make(self) -> None:
        """Make the tables, empty, in the place of what another version left; nothing where another process just did."""
        with self._db.writing() as connection:
            connection.execute(QUERIES["one_at_a_time"])
            if _is_current(connection):
                return
            if connection.execute(QUERIES["schema_is_there"]).fetchone() == (False,):
                connection.execute(QUERIES["make_schema"])
            for (table,) in connection.execute(QUERIES["tables"]).fetchall():
                connection.execute(f'DROP TABLE views."{table}"'.encode())
            connection.execute(_SCHEMA.encode())
            _begin(connection, FROM_LEDGER, 1)

    def _note(self, connection: Connection, position: int) -> None:
        """Keep in the transaction what else belongs to a position."""

    def _position(self, connection: Connection) -> int:
        (position,) = connection.execute(QUERIES["position"], {"part": self.part}).fetchone() or (0,)
        return int(position or 0)

    def _names(self, query: str, **given: Any) -> Sequence[str]:
        with self._db.reading() as connection:
            return [name for (name,) in connection.execute(QUERIES[query], {"part": self.part, **given})]


class PartReadModel(PostgresReadModel):
    """The rows of one part: what is due and whom an event concerns is asked of them alone.

    With a position the offset of its event in the topic is kept, as `offset_of` tells it.
    """

    def __init__(self, db: Database, part: int, keeper: str, offset_of: Callable[[int], int | None]) -> None:
        """Share the connections of the read model that it is a part of."""
        self._db = db
        self.part = part
        self.keeper = keeper
        self._offset_of = offset_of

    def _note(self, connection: Connection, position: int) -> None:
        offset = self._offset_of(position)
        if offset is not None:
            connection.execute(QUERIES["see"], {"part": self.part, "offset": offset, "position": position})


def _is_current(connection: Connection) -> bool:
    if connection.execute(QUERIES["is_there"]).fetchone() != (True,):
        return False
    return connection.execute(QUERIES["version"]).fetchone() == (_VERSION,)


def _source(connection: Connection) -> tuple[str, int]:
    source, parts = connection.execute(QUERIES["source"]).fetchone() or ("", 0)
    return str(source), int(parts)


def _begin(connection: Connection, source: str, parts: int) -> None:
    """Drop all rows and begin with parts that have none."""
    connection.execute(QUERIES["lock_positions"])
    for forgotten in ("forget_rows", "forget_positions", "forget_layout"):
        connection.execute(QUERIES[forgotten])
    connection.execute(QUERIES["lay_out"], {"version": _VERSION, "source": source, "parts": parts})
    connection.execute(QUERIES["begin"], {"keeper": FROM_LEDGER if source == FROM_LEDGER else "", "parts": parts})


def _keep(connection: Connection, views: list[View], part: int) -> None:
    connection.execute(QUERIES["drop_rows"], {"names": [view.incident.incident for view in views]})
    _copy(connection, "keep_incidents", ((*incident_record(view), part) for view in views))
    _copy(connection, "keep_obligations", (row for view in views for row in obligation_records(view)))
    decisive = [(name, view.incident.incident) for view in views for name in view.incident.decisive or ()]
    _copy(connection, "keep_decisive", decisive)
    releases = [(name, view.incident.incident) for view in views for name in view.private.releases]
    _copy(connection, "keep_releases", releases)


def _copy(connection: Connection, query: str, records: Iterable[Record]) -> None:
    rows = list(records)
    if not rows:
        return
    with connection.cursor() as cursor, cursor.copy(QUERIES[query].encode()) as copy:
        for row in rows:
            copy.write_row(row)


def _given(selection: Selection) -> dict[str, Any]:
    given = {
        "scope": None if selection.scope is None else sorted(selection.scope),
        "contract": selection.contract,
        "standing": selection.standing,
        "decisive": selection.decisive,
        "due_by": selection.due_by,
    }
    return {name: value for name, value in given.items() if value is not None}
