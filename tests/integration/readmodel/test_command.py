"""`sla-ledger projections`: how far the rows go, whether they are right, and making them anew."""

from pathlib import Path

import pytest

from ledger.drivers.sqlite.driver import sqlite
from tests.integration.cli.histories import history, write
from tests.unit.cli.calls import call


@pytest.fixture
def url(tmp_path: Path) -> str:
    found = f"sqlite:///{tmp_path}/ledger.db"
    assert call("init", "--provider", "Our support", "--database", found).code == 0
    assert call("import", write(tmp_path / "history.jsonl", history()), "--database", found).code == 0
    return found


def test_a_rebuild_brings_the_rows_to_the_head_and_the_check_finds_them_right(url: str) -> None:
    (before,) = call("projections", "status", "--database", url, "--json").lines
    assert (before["position"], before["behind"]) == (0, before["head"])
    assert call("projections", "rebuild", "--database", url).code == 0
    answer = call("projections", "status", "--check", "--database", url, "--json")
    assert answer.code == 0
    (after,) = answer.lines
    assert (after["position"], after["behind"], after["differing"]) == (before["head"], 0, [])


def test_a_row_that_somebody_changed_is_found(url: str, tmp_path: Path) -> None:
    assert call("projections", "rebuild", "--database", url).code == 0
    with sqlite.connect(tmp_path / "ledger.db") as connection:
        connection.execute("UPDATE view_incidents SET standing = 'kept', obligations_broken = 7")
    connection.close()
    answer = call("projections", "status", "--check", "--database", url)
    assert answer.code == 1
    assert "projections rebuild" in answer.text
    assert call("projections", "rebuild", "--database", url).code == 0
    assert call("projections", "status", "--check", "--database", url).code == 0
