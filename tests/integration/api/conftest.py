"""What the tests of the API share: one server, whose ledger they fill; of some modules one on each database."""

from collections.abc import Iterator

import pytest

from tests.integration.api.edge import Edge, served

ON_BOTH_DATABASES = ("test_writing", "test_conditions")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run the modules that say most of the database on both."""
    name = metafunc.module.__name__.rpartition(".")[2]
    if name in ON_BOTH_DATABASES and "edge" in metafunc.fixturenames:
        metafunc.parametrize("edge", ["sqlite", "postgres"], indirect=True, scope="package")


@pytest.fixture(scope="package")
def edge(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Edge]:
    """A running server; what a test records stays for those after it."""
    url = None
    if getattr(request, "param", "sqlite") == "postgres":
        url = request.getfixturevalue("postgres").new_database()
    with served(tmp_path_factory.mktemp("edge"), database_url=url) as edge:
        yield edge
