"""What the tests of reads share: an office whose ledger has the demo's dispute and incidents of other customers."""

from collections.abc import Iterator

import pytest

from tests.integration.api.reading.office import DISPUTE, Office, founded, opened, others

ON_BOTH_DATABASES = ("test_lists", "test_record", "test_verdicts")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run the modules that say most of the database on both."""
    name = metafunc.module.__name__.rpartition(".")[2]
    if name in ON_BOTH_DATABASES and "url" in metafunc.fixturenames:
        metafunc.parametrize("url", ["sqlite", "postgres"], indirect=True, scope="session")


@pytest.fixture(scope="session")
def url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The ledger."""
    folder = tmp_path_factory.mktemp("office")
    on_postgres = getattr(request, "param", "sqlite") == "postgres"
    at = request.getfixturevalue("postgres").new_database() if on_postgres else None
    return founded(folder, DISPUTE, others(folder), url=at)


@pytest.fixture(scope="session")
def office(url: str) -> Iterator[Office]:
    """The application that serves it; to be read only."""
    with opened(url) as office:
        yield office
