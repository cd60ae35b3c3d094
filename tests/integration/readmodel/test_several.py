"""Several processes with one read model in PostgreSQL: one of them keeps the rows, the others have them from it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from ledger.application import Ledger
from projections.rows import View
from projections.store.sqlite import SqliteReadModel
from schemas.instants import to_micros
from services.projecting import Projecting, differences, open_views
from tests.integration.readmodel.desk import ledger_with, micros, opening, put, reopening, resolution, response

LATER = micros(24 * 30)


@contextmanager
def process(ledger: Ledger, url: str) -> Iterator[Projecting]:
    """One that keeps the rows if nobody does."""
    views = open_views(url)
    try:
        with Projecting(ledger, views, patience_seconds=20) as projecting:
            yield projecting
    finally:
        views.close()


def test_rows_are_the_same_bytes_as_in_sqlite(tmp_path: Path, postgres_url: str) -> None:
    lines = [opening(1, 0), opening(2, 1), response(1, 3), resolution(1, 30), reopening(1, 40), resolution(2, 400)]
    with ledger_with(tmp_path, *lines) as ledger:
        told: list[list[bytes]] = []
        for views in (SqliteReadModel(tmp_path / "views.db", create=True), open_views(postgres_url)):
            Projecting(ledger, views).current(LATER)
            found: list[View | None] = [views.view(name) for name in views.names(after="", limit=9)]
            told.append([view.told() for view in found if view is not None])
            views.close()
        assert len(told[0]) == 2
        assert told[0] == told[1]


def test_one_process_keeps_the_rows_and_the_others_read_what_it_keeps(tmp_path: Path, postgres_url: str) -> None:
    with (
        ledger_with(tmp_path, opening(1, 0)) as ledger,
        process(ledger, postgres_url) as one,
        process(ledger, postgres_url) as other,
    ):
        one.start()
        one.current(micros(0))
        other.start()
        for number in range(2, 30):
            put(ledger, opening(number, number))
            assert other.current(to_micros(ledger.wall())) == ledger.head().count
            assert other._projector is None, "it has not projected itself"
        one.stop()
        put(ledger, response(2, 40))
        assert other.current(to_micros(ledger.wall())) == ledger.head().count
        assert other._projector is not None, "it keeps them now"
        views = open_views(postgres_url)
        assert list(differences(ledger, views, to_micros(ledger.wall()))) == []
        views.close()


def test_a_rebuild_beside_a_server_is_done_by_the_server(tmp_path: Path, postgres_url: str) -> None:
    with (
        ledger_with(tmp_path, opening(1, 0), opening(2, 1)) as ledger,
        process(ledger, postgres_url) as server,
        process(ledger, postgres_url) as command,
    ):
        server.start()
        server.current(micros(2))
        assert command.rebuild() == ledger.head().count
        assert command._projector is None


def test_processes_that_follow_nothing_take_turns(tmp_path: Path, postgres_url: str) -> None:
    with (
        ledger_with(tmp_path, opening(1, 0)) as ledger,
        process(ledger, postgres_url) as one,
        process(ledger, postgres_url) as other,
    ):
        one.current(micros(0))
        other.current(micros(1))
        put(ledger, opening(2, 2))
        one.current(micros(2))
        put(ledger, response(1, 3))
        other.current(micros(3))
        one.rebuild()
        put(ledger, response(2, 5))
        other.current(LATER)
        views = open_views(postgres_url)
        assert list(differences(ledger, views, LATER)) == []
        views.close()


@pytest.mark.parametrize("seconds", [0.3])
def test_a_reader_is_not_kept_waiting_for_a_process_that_does_nothing(
    tmp_path: Path, postgres_url: str, seconds: float
) -> None:
    with ledger_with(tmp_path, opening(1, 0)) as ledger:
        idle, views = open_views(postgres_url), open_views(postgres_url)
        assert idle.hold()
        assert Projecting(ledger, views, patience_seconds=seconds).current(micros(0)) == 0
        idle.close()
        assert Projecting(ledger, views, patience_seconds=20).current(micros(0)) == ledger.head().count
        views.close()
