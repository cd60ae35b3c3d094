"""The read model beside its ledger: current for whoever asks, the same however it came about, and nothing personal."""

import threading
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import orjson
import pytest

from ledger.drivers.sqlite.driver import sqlite
from projections.rows import View
from projections.store import Selection
from projections.store.sqlite import SqliteReadModel
from schemas.instants import from_micros
from services.evaluation import evaluate_lines
from services.projecting import Projecting, differences, open_views
from tests.integration.readmodel.desk import (
    ledger_with,
    micros,
    opening,
    put,
    recorded,
    reopening,
    resolution,
    response,
)
from tests.unit.ledger.desk import SYSTEM, says

LATER = micros(24 * 30)


def test_a_deadline_that_passes_without_an_event_is_a_breach_at_that_very_instant(tmp_path: Path) -> None:
    with ledger_with(tmp_path, opening(1, 0)) as ledger:
        views = open_views(f"sqlite:///{tmp_path}/ledger.db")
        projecting = Projecting(ledger, views)
        projecting.current(micros(0))
        running = views.incident("I-1")
        assert running is not None
        assert running.next_due_at is not None
        projecting.current(running.next_due_at - 1)
        assert views.incident("I-1") == running
        projecting.current(running.next_due_at)
        breached = views.incident("I-1")
        assert breached is not None
        assert breached.standing != "kept"
        assert breached.as_of == running.next_due_at
        assert breached.as_of_position == running.as_of_position
        views.close()


def test_the_rows_are_what_evaluate_prints_over_the_events_up_to_their_position(tmp_path: Path) -> None:
    lines = [opening(1, 0), opening(2, 1), response(1, 3), resolution(1, 30), reopening(1, 40), resolution(2, 400)]
    with ledger_with(tmp_path, *lines) as ledger:
        views = open_views(f"sqlite:///{tmp_path}/ledger.db")
        Projecting(ledger, views).current(LATER)
        rows = [row for name in ("I-1", "I-2") for row in views.obligations(name)]
        assert len(rows) == 5
        for row in rows:
            known = [one.state for one in ledger.rows(until=row.as_of_position)]
            (line,) = evaluate_lines(known, as_of=from_micros(row.as_of), incidents=[row.incident])
            told = next(one for one in line["obligations"] if one["obligation"] == row.obligation)
            wire = row.to_wire()
            assert wire["verdict"] == told["literal"]["verdict"]
            assert wire["at"] == told["literal"]["at"]
            assert wire["due_at"] == told["literal"].get("due")
            assert wire["earliest_due_at"] == told.get("earliest_due")
            assert wire["latest_due_at"] == told.get("latest_due")
            assert wire["depends_on"] == ",".join(told["depends_on"])
            assert wire["decisive"] == ",".join(told["decisive"])
            assert (wire["standing"], wire["readings"]) == (told["standing"], told["readings"])
            assert wire["readings_breached"] == told["verdicts"].get("breached", 0)
        views.close()


def test_rows_kept_event_by_event_in_any_batches_and_by_a_thread_are_those_of_a_rebuild(tmp_path: Path) -> None:
    with ledger_with(tmp_path, opening(1, 0)) as ledger:
        views = open_views(f"sqlite:///{tmp_path}/ledger.db")
        with Projecting(ledger, views) as projecting:
            projecting.start()
            for number, line in enumerate([response(1, 3), opening(2, 4), resolution(1, 30), reopening(1, 40)]):
                put(ledger, line)
                projecting.notify(ledger.head().count)
                if number % 2:
                    projecting.current(micros(4 + 10 * number))
            projecting.current(LATER)
            assert projecting.lag() == 0
        assert list(differences(ledger, views, LATER)) == []
        views.close()


def test_a_rebuild_that_is_broken_off_leaves_a_position_and_goes_on_from_it(tmp_path: Path) -> None:
    with ledger_with(tmp_path, opening(1, 0), opening(2, 1)) as ledger:
        views = open_views(f"sqlite:///{tmp_path}/ledger.db")
        told: list[int] = []

        def break_off(position: int) -> None:
            told.append(position)
            if position >= 3:
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            Projecting(ledger, views).rebuild(break_off)
        assert views.position() == told[-1] < ledger.head().count
        assert Projecting(ledger, views).catch_up() == ledger.head().count
        assert list(differences(ledger, views, LATER)) == []
        views.close()


def test_two_processes_that_project_into_the_same_rows_do_not_harm_them(tmp_path: Path) -> None:
    with ledger_with(tmp_path, opening(1, 0)) as ledger:
        url = f"sqlite:///{tmp_path}/ledger.db"
        first, second = open_views(url), open_views(url)
        one, other = Projecting(ledger, first), Projecting(ledger, second)
        one.current(micros(0))
        other.current(micros(1))
        put(ledger, opening(2, 2))
        one.current(micros(2))
        put(ledger, response(1, 3))
        other.current(micros(3))
        one.rebuild()
        put(ledger, response(2, 5))
        other.current(LATER)
        assert list(differences(ledger, first, LATER)) == []
        first.close()
        second.close()


def test_nothing_personal_is_in_the_rows_so_that_an_erasure_has_nothing_to_do_here(tmp_path: Path) -> None:
    with ledger_with(tmp_path, opening(1, 0), response(1, 3)) as ledger:
        views = open_views(f"sqlite:///{tmp_path}/ledger.db")
        Projecting(ledger, views).current(LATER)
        before = views.view("I-1")
        assert before is not None
        whole = _everything_in_the_views(tmp_path / "ledger.db")
        for personal in ("Ivanova", "ivanova@example.org", "The server does not answer"):
            assert personal not in whole
        first = next(one for one in ledger.rows() if b"incident.opened" in one.state)
        event = orjson.loads(first.state)["id"]
        data = {"events": [event], "fields": ["/data/title"], "basis": "request"}
        put(ledger, recorded(says(SYSTEM, "incident.values-erased", data, subject="I-1"), 50))
        Projecting(ledger, views).current(LATER)
        after = views.view("I-1")
        assert after is not None
        assert after.obligations == before.obligations
        views.close()


def _everything_in_the_views(path: Path) -> str:
    connection = sqlite.connect(path)
    try:
        tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
        kept = [connection.execute(f"SELECT * FROM {name}").fetchall() for name in tables if name.startswith("view_")]
    finally:
        connection.close()
    return repr(kept)


class _Forgetful(SqliteReadModel):
    """A control: it never says whose time has come."""

    def due(self, now: int, limit: int) -> list[str]:
        del now, limit
        return []


class _Torn(SqliteReadModel):
    """A control: it moves the position in a transaction of its own, before the rows."""

    def apply(self, views: Iterable[View], position: int, *, since: int) -> None:
        kept = list(views)
        super().apply((), position, since=since)
        if kept and not getattr(self, "killed", False):
            self.killed = True
            raise KeyboardInterrupt
        super().apply(kept, position, since=position)


@pytest.mark.parametrize("control", [_Forgetful, _Torn])
def test_the_comparison_with_a_rebuild_finds_a_planted_fault(control: type[SqliteReadModel], tmp_path: Path) -> None:
    with ledger_with(tmp_path, opening(1, 0), opening(2, 1)) as ledger:
        SqliteReadModel(tmp_path / "ledger.db").close()
        views = control(tmp_path / "ledger.db")
        try:
            Projecting(ledger, views).current(LATER)
        except KeyboardInterrupt:
            Projecting(ledger, views).current(LATER)
        assert [one.incident for one in differences(ledger, views, LATER)]
        views.close()


def test_a_list_read_while_rows_are_kept_is_of_one_position(tmp_path: Path) -> None:
    with ledger_with(tmp_path) as ledger:
        views = open_views(f"sqlite:///{tmp_path}/ledger.db")
        base = ledger.head().count
        done = threading.Event()
        torn: list[Any] = []

        def read() -> None:
            while not done.is_set():
                page = views.incidents(Selection())
                if len(page.rows) != max(0, page.position - base):
                    torn.append(page)

        reader = threading.Thread(target=read)
        reader.start()
        with Projecting(ledger, views) as projecting:
            for number in range(1, 30):
                put(ledger, opening(number, number))
                projecting.catch_up()
        done.set()
        reader.join()
        assert torn == []
        views.close()
