"""What the proofs of security share: each run is made once, for the tests of its own and for those of all statuses."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.scale import scaled
from tests.security.asking import Asked
from tests.security.corpus import corpus
from tests.security.fuzzing import Fuzzed
from tests.security.hostile import Hostile
from tests.security.world import World, made
from tests.server.support import Desk, Founded, found


@pytest.fixture(scope="session")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Founded:
    """A ledger with a key of each role, contracts and an open incident; to be copied, not to be served."""
    return found(tmp_path_factory.mktemp("founded"))


@pytest.fixture(scope="session")
def attacked(founded: Founded, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hostile]:
    """A server that was sent the whole corpus, and is still running."""
    with founded.copy(tmp_path_factory.mktemp("attacked") / "desk").open() as desk:
        hostile = Hostile(desk)
        hostile.send(corpus())
        yield hostile


@pytest.fixture(scope="session")
def world(founded: Founded, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A server with a credential of each kind for each role and scope."""
    with made(founded, tmp_path_factory.mktemp("world")) as world:
        yield world


@pytest.fixture(scope="session")
def asked(world: World) -> Asked:
    """Every cell of the matrix, asked for."""
    return Asked.all(world)


@pytest.fixture(scope="session")
def fuzzed(founded: Founded, tmp_path_factory: pytest.TempPathFactory) -> list[Fuzzed]:
    """The runs of schemathesis: its fast phases on every route, and the coverage of every route where there is time."""
    folder = tmp_path_factory.mktemp("fuzzed")
    sampled = None if scaled(10) >= 10 else "/v1/incidents"
    with founded.copy(folder / "desk").open() as desk:
        return [
            Fuzzed.run(desk, folder, phases="examples,fuzzing,stateful", examples=scaled(30, 3)),
            Fuzzed.run(desk, folder, phases="coverage", examples=scaled(30, 3), include=sampled),
        ]


@pytest.fixture
def desk(founded: Founded, tmp_path: Path) -> Iterator[Desk]:
    """A running server of a ledger of this test's own."""
    with founded.copy(tmp_path / "desk").open() as desk:
        yield desk
