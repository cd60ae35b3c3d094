"""What the tests of the server share: a ledger made once, and a server of a copy of it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.server.support import Desk, Founded, found


@pytest.fixture(scope="session")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Founded:
    """A ledger with a key of each role, contracts and an open incident; to be copied, not to be served."""
    return found(tmp_path_factory.mktemp("founded"))


@pytest.fixture
def desk(founded: Founded, tmp_path: Path) -> Iterator[Desk]:
    """A running server of a ledger of this test's own."""
    with founded.copy(tmp_path / "desk").open() as desk:
        yield desk


@pytest.fixture(scope="module")
def shared_desk(founded: Founded, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A running server that the tests of one module share."""
    with founded.copy(tmp_path_factory.mktemp("shared") / "desk").open() as desk:
        yield desk
