"""The databases of the conformance suites: one on the real server for each folder that a suite names."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.servers.postgres import PostgresServer

__all__ = ["OnPostgres"]


class OnPostgres:
    """What a suite's class for PostgreSQL begins with."""

    _server: PostgresServer
    _urls: dict[Path, str]

    @pytest.fixture(autouse=True)
    def _databases(self, postgres: PostgresServer) -> Iterator[None]:
        self._server = postgres
        self._urls = {}
        yield
        for url in self._urls.values():
            postgres.drop(url)

    def url(self, folder: Path) -> str:
        """The URL of the folder's own database, empty when it is first asked for."""
        if folder not in self._urls:
            self._urls[folder] = self._server.new_database()
        return self._urls[folder]
