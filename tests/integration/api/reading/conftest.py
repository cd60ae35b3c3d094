"""What the tests of reads share: an office whose ledger has the demo's dispute and incidents of other customers."""

from collections.abc import Iterator

import pytest

from tests.integration.api.reading.office import DISPUTE, Office, founded, opened, others


@pytest.fixture(scope="session")
def url(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The ledger."""
    folder = tmp_path_factory.mktemp("office")
    return founded(folder, DISPUTE, others(folder))


@pytest.fixture(scope="session")
def office(url: str) -> Iterator[Office]:
    """The application that serves it; to be read only."""
    with opened(url) as office:
        yield office
