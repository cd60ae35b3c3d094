"""Servers of a copy of a ledger with a fault of their own, and whether a ledger is whole after all that."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.integration.cli.processes import environment
from tests.server.support import Desk, Founded, Server
from tests.unit.cli.calls import call

__all__ = ["careless", "verified"]


@dataclass
class _Careless(Server):
    """A server with a fault of those in tests/security/careless.py."""

    fault: str = ""

    def spawn(self) -> None:
        """Start it and do not wait."""
        serve = ("serve", "--database", self.url, "--host", "127.0.0.1", "--port", str(self.port))
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.security.careless", self.fault, *serve],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=environment(self.variables),
            )


@contextmanager
def careless(founded: Founded, folder: Path, fault: str) -> Iterator[Desk]:
    """Serve a copy of a ledger with a fault."""
    copy = founded.copy(folder)
    with _Careless(copy.url, folder / "server.log", fault=fault) as server:
        yield Desk(server, copy.keys, copy.incident)


def verified(url: str, folder: Path) -> int:
    """Take a ledger apart and put it together again, which computes every hash anew; how many events it has."""
    assert call("accesses", "verify", "--database", url).code == 0
    lines, again = folder / "events.jsonl", folder / "again.db"
    for arguments in (("export", str(lines), "--database", url), ("restore", str(lines), "--manifest",
                      f"{lines}.manifest.json", "--database", f"sqlite:///{again}")):  # fmt: skip
        answer = call(*arguments)
        assert answer.code == 0, answer.talk
    return len(lines.read_bytes().splitlines())
