"""What the tests of the command line share: a place of their own for each, and a ledger in it."""

from pathlib import Path

import pytest

from tests.integration.cli.histories import history, write
from tests.unit.cli.calls import call


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A file of events: a contract and three incidents in April 2024."""
    return write(tmp_path / "history.jsonl", history())


@pytest.fixture
def url(tmp_path: Path) -> str:
    """Where a ledger can be made."""
    return f"sqlite:///{tmp_path}/ledger.db"


@pytest.fixture
def ledger(url: str) -> str:
    """The URL of a ledger without calendars."""
    assert call("init", "--provider", "Our support", "--no-calendars", "--database", url).code == 0
    return url
