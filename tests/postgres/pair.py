"""Two servers of one ledger in one PostgreSQL, and the ledger made once for all tests of a module."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.server.support import Keys, Server, furnish
from tests.server.warm import Nursery
from tests.server.wire import Wire
from tests.servers.postgres import PostgresServer

__all__ = ["Furnished", "Pair"]


@dataclass(frozen=True, slots=True)
class Pair:
    """Two processes of `sla-ledger serve` on one database."""

    url: str
    servers: tuple[Server, Server]
    keys: Keys
    incident: str

    def wire(self, number: int, key: str | None = None) -> Wire:
        """A connection to one of them, with the service's key where none is given."""
        return self.servers[number].wire(key or self.keys.service)


@dataclass(frozen=True, slots=True)
class Furnished:
    """A ledger with keys, contracts and an open incident, to be copied and never served."""

    postgres: PostgresServer
    url: str
    keys: Keys
    incident: str

    @classmethod
    def make(cls, postgres: PostgresServer, folder: Path) -> "Furnished":
        """Make it in a new database."""
        url = postgres.new_database()
        return cls(postgres, url, *furnish(url, folder))

    @contextmanager
    def pair(
        self,
        folder: Path,
        nursery: Nursery | None = None,
        variables: Mapping[str, str] | None = None,
        port: int | None = None,
    ) -> Iterator[Pair]:
        """Two servers of a copy of it; they reach the database at another port where one is given."""
        url = self.postgres.new_database(like=self.url)
        reached = url if port is None else url.replace(f":{self.postgres.port}/", f":{port}/")
        with ExitStack() as stack:
            stack.callback(self.postgres.drop, url)
            servers = [
                Server(reached, folder / f"server-{number}.log", variables=variables or {}, nursery=nursery)
                for number in range(2)
            ]
            for server in servers:
                stack.enter_context(server)
            yield Pair(url, (servers[0], servers[1]), self.keys, self.incident)
