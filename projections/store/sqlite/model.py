"""The read model in SQLite, beside the tables of the ledger and in the same file.

Its tables are no part of the ledger's storage version: they are made where they are absent, and made anew, empty, where
another version of this program made them.
"""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Final

import orjson

from projections.compliance import Key
from projections.concern import ByCalendar, ByLicence, ByPolicy, ByRelease, ByTerms, Concern
from projections.rows import Deadline, IncidentRow, ObligationRow, View
from projections.store import FROM_LEDGER, Compliance, Cursor, Page, PositionMovedError, Selection
from projections.store.queries import load_queries, load_schema
from projections.store.records import (
    deadline_of,
    incident_of,
    incident_record,
    obligation_of,
    obligation_records,
    private_of,
)
from projections.store.selecting import FIRST, count, page_of, selected
from projections.store.sqlite.database import Database
from projections.store.sqlite.driver import sqlite

__all__ = ["QUERIES", "SqliteReadModel"]

QUERIES: Final = load_queries(__package__)
_SCHEMA: Final = load_schema(__package__)
_VERSION: Final = 3


class SqliteReadModel:
    """See projections.store.ReadModel."""

    shared: Final = False

    def __init__(self, path: Path, *, create: bool = False, database: Database | None = None) -> None:
        """Take the ledger's file, or with `create` a new one for rows alone, or a `database` that is open.

        Raises NoLedgerHere, LedgerLocked, StorageFull, StorageFailed.
        """
        self._db = database or Database(path, create=create)
        with self._db.writing() as connection:
            if not _is_current(connection):
                _make(connection)

    def position(self) -> int:
        """See ReadModel.position."""
        with self._db.reading() as connection:
            return _position(connection)

    def source(self) -> str:
        """See ReadModel.source."""
        return FROM_LEDGER

    def hold(self) -> bool:
        """See ReadModel.hold."""
        return True

    def release(self) -> None:
        """See ReadModel.release."""

    def apply(self, views: Iterable[View], position: int, *, since: int) -> None:
        """See ReadModel.apply."""
        changes = _changes(list(views))
        with self._db.writing() as connection:
            if connection.execute(QUERIES["move"], (position, since)).rowcount != 1:
                raise PositionMovedError
            for query, records in changes:
                connection.executemany(QUERIES[query], records)

    def due(self, now: int, limit: int) -> Sequence[str]:
        """See ReadModel.due."""
        return self._names("due", now, limit)

    def concerned(self, by: Concern) -> Sequence[str]:
        """See ReadModel.concerned."""
        match by:
            case ByTerms(contract, opened_on):
                return self._names("by_terms", contract, opened_on)
            case ByLicence(contract, reach):
                return self._names("by_licence", contract, reach)
            case ByCalendar(jurisdiction, year):
                return self._names("by_calendar", jurisdiction, year, year)
            case ByPolicy(policy, recorded_at):
                return self._names("by_policy", policy, recorded_at)
            case ByRelease(release):
                return self._names("by_release", release)

    def names(self, *, after: str, limit: int) -> Sequence[str]:
        """See ReadModel.names."""
        return self._names("everything", after, limit)

    def view(self, incident: str) -> View | None:
        """See ReadModel.view."""
        with self._db.reading() as connection:
            found = connection.execute(QUERIES["incident"], (incident,)).fetchone()
            if found is None:
                return None
            rows = connection.execute(QUERIES["obligations"], (incident,)).fetchall()
        return View(incident_of(found), tuple(map(obligation_of, rows)), private_of(found, rows))

    def incident(self, incident: str) -> IncidentRow | None:
        """See ReadModel.incident."""
        with self._db.reading() as connection:
            found = connection.execute(QUERIES["incident"], (incident,)).fetchone()
        return None if found is None else incident_of(found)

    def obligations(self, incident: str) -> Sequence[ObligationRow]:
        """See ReadModel.obligations."""
        with self._db.reading() as connection:
            return [obligation_of(row) for row in connection.execute(QUERIES["obligations"], (incident,))]

    def incidents(self, selection: Selection, *, after: Cursor | None = None, limit: int = 100) -> Page:
        """See ReadModel.incidents."""
        begin = after or FIRST
        query = selected(QUERIES, "incidents", selection, "as_opened")
        given = {**_given(selection), "opened_at": begin.opened_at, "after": begin.incident, "limit": limit + 1}
        with self._db.reading() as connection:
            position = _position(connection)
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
            found = Compliance(tuple(by), _position(connection))
            for row in connection.execute(query, given):
                count(found, row)
        found.disputed.sort()
        found.not_judged.sort()
        return found

    def reset(self) -> None:
        """See ReadModel.reset."""
        with self._db.writing() as connection:
            _make(connection)

    def close(self) -> None:
        """See ReadModel.close."""
        self._db.close()

    def _names(self, query: str, *given: Any) -> Sequence[str]:
        with self._db.reading() as connection:
            return [name for (name,) in connection.execute(QUERIES[query], given)]


def _is_current(connection: sqlite.Connection) -> bool:
    if ("view_position",) not in connection.execute(QUERIES["tables"]).fetchall():
        return False
    return bool(connection.execute(QUERIES["version"]).fetchone() == (_VERSION,))


def _make(connection: sqlite.Connection) -> None:
    """Drop what there is and make the tables, empty."""
    for (table,) in connection.execute(QUERIES["tables"]).fetchall():
        connection.execute(f'DROP TABLE "{table}"')
    statement = ""
    for line in _SCHEMA.splitlines(keepends=True):
        statement += line
        if sqlite.complete_statement(statement):
            connection.execute(statement)
            statement = ""
    connection.execute(QUERIES["begin"], (_VERSION,))


def _position(connection: sqlite.Connection) -> int:
    return int(connection.execute(QUERIES["position"]).fetchone()[0])


def _changes(views: list[View]) -> list[tuple[str, list[Any]]]:
    """The queries that keep the rows, with what they are given: all of it, before anybody has to wait for a lock."""
    names = [(view.incident.incident,) for view in views]
    return [
        ("keep_incident", [incident_record(view) for view in views]),
        ("keep_obligation", [row for view in views for row in obligation_records(view)]),
        ("drop_obligations", [(view.incident.incident, len(view.obligations)) for view in views]),
        ("drop_decisive", names),
        ("keep_decisive", [(one, view.incident.incident) for view in views for one in view.incident.decisive or ()]),
        ("drop_releases", names),
        ("keep_release", [(one, view.incident.incident) for view in views for one in view.private.releases]),
    ]


def _given(selection: Selection) -> dict[str, Any]:
    given = {
        "scope": None if selection.scope is None else orjson.dumps(sorted(selection.scope)).decode(),
        "contract": selection.contract,
        "standing": selection.standing,
        "decisive": selection.decisive,
        "due_by": selection.due_by,
    }
    return {name: value for name, value in given.items() if value is not None}
