"""The read model in SQLite does what every read model must, and drops tables that another version made."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from ledger.drivers.sqlite.driver import sqlite
from projections.store import ReadModel
from projections.store.sqlite.model import QUERIES, SqliteReadModel
from tests.conformance.read_model_kit import ReadModelKit, made


@pytest.fixture
def views(tmp_path: Path) -> Iterator[ReadModel]:
    opened = SqliteReadModel(tmp_path / "views.db", create=True)
    yield opened
    opened.close()


class TestSqliteReadModel(ReadModelKit):
    pass


def test_rows_outlive_the_process_and_those_of_another_version_are_dropped(tmp_path: Path) -> None:
    path = tmp_path / "views.db"
    views = SqliteReadModel(path, create=True)
    views.apply([made(1)], 3, since=0)
    views.close()
    assert SqliteReadModel(path).position() == 3
    with sqlite.connect(path) as connection:
        connection.execute("UPDATE view_position SET version = 999")
    connection.close()
    again = SqliteReadModel(path)
    assert again.position() == 0
    assert again.view("I-1") is None
    again.close()


def test_lists_are_read_by_an_index(tmp_path: Path) -> None:
    views = SqliteReadModel(tmp_path / "views.db", create=True)
    views.close()
    connection = sqlite.connect(tmp_path / "views.db")
    for parts, given in (
        (("incidents", "as_opened"), {"opened_at": 0, "after": "", "limit": 1}),
        (("incidents", "of_contract", "as_opened"), {"opened_at": 0, "after": "", "limit": 1, "contract": "C"}),
        (("incidents", "of_standing", "as_opened"), {"opened_at": 0, "after": "", "limit": 1, "standing": "kept"}),
        (("incidents", "open", "as_opened"), {"opened_at": 0, "after": "", "limit": 1}),
        (("deadlines", "as_due"), {"after": 0, "until": 1, "limit": 1}),
        (("compliance",), {"first": "2024-01", "last": "2024-02"}),
    ):
        query = "EXPLAIN QUERY PLAN " + "\n".join(QUERIES[part] for part in parts)
        plan = [row[3] for row in connection.execute(query, given)]
        assert not any(step.startswith("SCAN") for step in plan), (parts, plan)
        if "as_opened" in parts:
            assert not any("TEMP B-TREE" in step for step in plan), (parts, plan)
    connection.close()
