"""The read model in SQLite, beside the tables of the ledger and in the same file.

Its tables are no part of the ledger's storage version: they are made where they are absent, and made anew, empty, where
another version of this program made them.
"""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Final

import orjson

from projections.compliance import Group, Key
from projections.concern import ByCalendar, ByLicence, ByPolicy, ByRelease, ByTerms, Concern
from projections.rows import Deadline, IncidentRow, ObligationRow, View
from projections.store import Compliance, Cursor, Page, PositionMovedError, Selection
from projections.store.database import Database
from projections.store.driver import sqlite
from projections.store.queries import QUERIES, SCHEMA
from projections.store.records import (
    deadline_of,
    incident_of,
    incident_record,
    obligation_of,
    obligation_records,
    private_of,
)

__all__ = ["SqliteReadModel"]

_VERSION: Final = 1
_FIRST: Final = Cursor(-(2**63), "")


class SqliteReadModel:
    """See projections.store.ReadModel."""

    def __init__(self, path: Path, *, create: bool = False) -> None:
        """Take the ledger's file, or with `create` a new one for rows alone.

        Raises NoLedgerHere, LedgerLocked, StorageFull, StorageFailed.
        """
        self._db = Database(path, create=create)
        with self._db.writing() as connection:
            if not _is_current(connection):
                _make(connection)

    def position(self) -> int:
        """See ReadModel.position."""
        with self._db.reading() as connection:
            return _position(connection)

    def apply(self, views: Iterable[View], position: int, *, since: int) -> None:
        """See ReadModel.apply."""
        kept = list(views)
        with self._db.writing() as connection:
            if connection.execute(QUERIES["move"], (position, since)).rowcount != 1:
                raise PositionMovedError
            _keep(connection, kept)

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
        begin = after or _FIRST
        query = _query("incidents", selection, "as_opened")
        given = {**_given(selection), "opened_at": begin.opened_at, "after": begin.incident, "limit": limit + 1}
        with self._db.reading() as connection:
            position = _position(connection)
            rows = [incident_of(row) for row in connection.execute(query, given)]
        more = len(rows) > limit
        rows = rows[:limit]
        return Page(tuple(rows), position, Cursor(rows[-1].opened_at, rows[-1].incident) if more else None)

    def deadlines(self, selection: Selection, *, after: int, until: int, limit: int = 1_000) -> Sequence[Deadline]:
        """See ReadModel.deadlines."""
        query = _query("deadlines", selection, "as_due")
        given = {**_given(selection), "after": after, "until": until, "limit": limit}
        with self._db.reading() as connection:
            return [deadline_of(row) for row in connection.execute(query, given)]

    def compliance(self, scope: frozenset[str] | None, by: Sequence[Key], *, first: str, last: str) -> Compliance:
        """See ReadModel.compliance."""
        selection = Selection(scope=scope)
        query = _query("compliance", selection, None)
        given = {**_given(selection), "first": first, "last": last}
        with self._db.reading() as connection:
            found = Compliance(tuple(by), _position(connection))
            for row in connection.execute(query, given):
                _count(found, *row)
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
    for line in SCHEMA.splitlines(keepends=True):
        statement += line
        if sqlite.complete_statement(statement):
            connection.execute(statement)
            statement = ""
    connection.execute(QUERIES["begin"], (_VERSION,))


def _position(connection: sqlite.Connection) -> int:
    return int(connection.execute(QUERIES["position"]).fetchone()[0])


def _keep(connection: sqlite.Connection, views: list[View]) -> None:
    names = [(view.incident.incident,) for view in views]
    connection.executemany(QUERIES["keep_incident"], map(incident_record, views))
    connection.executemany(QUERIES["keep_obligation"], [row for view in views for row in obligation_records(view)])
    counts = [(view.incident.incident, len(view.obligations)) for view in views]
    connection.executemany(QUERIES["drop_obligations"], counts)
    connection.executemany(QUERIES["drop_decisive"], names)
    decisive = [(name, view.incident.incident) for view in views for name in view.incident.decisive or ()]
    connection.executemany(QUERIES["keep_decisive"], decisive)
    connection.executemany(QUERIES["drop_releases"], names)
    releases = [(name, view.incident.incident) for view in views for name in view.private.releases]
    connection.executemany(QUERIES["keep_release"], releases)


def _query(name: str, selection: Selection, order: str | None) -> str:
    parts = [name]
    if selection.scope is not None:
        parts.append("in_scope")
    if selection.contract is not None:
        parts.append("of_contract")
    if selection.standing is not None:
        parts.append("not_judged" if selection.standing == "not-judged" else "of_standing")
    if selection.decisive is not None:
        parts.append("hanging_on")
    if selection.is_open is not None:
        parts.append("open" if selection.is_open else "closed")
    if selection.due_by is not None:
        parts.append("due_by")
    if order is not None:
        parts.append(order)
    return "\n".join(QUERIES[part] for part in parts)


def _given(selection: Selection) -> dict[str, Any]:
    given = {
        "scope": None if selection.scope is None else orjson.dumps(sorted(selection.scope)).decode(),
        "contract": selection.contract,
        "standing": selection.standing,
        "decisive": selection.decisive,
        "due_by": selection.due_by,
    }
    return {name: value for name, value in given.items() if value is not None}


def _count(
    found: Compliance,
    month: str,
    level: str | None,
    priority: int,
    contract: str,
    standing: str | None,
    decisive: str | None,
    response: int | None,
    incident: str,
    problem: str | None,
) -> None:
    values: dict[Key, str] = {"month": month, "level": level or "", "priority": str(priority), "contract": contract}
    questions = tuple(decisive.split(",")) if decisive and standing == "disputed" else ()
    for group in (found.groups.setdefault(tuple(values[key] for key in found.by), Group()), found.total):
        group.standings[standing or "not-judged"] += 1
        group.hangs_on.update(questions)
        if response is not None:
            group.responses.append(response)
    if standing == "disputed":
        found.disputed.append((incident, questions))
    if problem is not None:
        found.not_judged.append((incident, problem))
