"""What the tests of the API share: one server, whose ledger they fill."""

from collections.abc import Iterator

import pytest

from tests.integration.api.edge import Edge, served


@pytest.fixture(scope="package")
def edge(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Edge]:
    """A running server; what a test records stays for those after it."""
    with served(tmp_path_factory.mktemp("edge")) as edge:
        yield edge
