"""A real server in this process, on a ledger with three contracts, that the tests append to while they read."""

import socket
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

import orjson
import uvicorn

from ledger.credentials import Role
from ledger.group_commit import GroupCommit
from ledger.submission import Element, Submission
from schemas.decode import decode_command
from schemas.events import PROVIDER_LOG
from services.api.application import create_app
from services.api.impatience import ImpatientProtocol
from services.api.state import Api
from services.bootstrap import found_ledger
from services.logging import open_log
from services.serving import opened_server
from services.settings import Settings
from tests.server.bodies import opening, registration, status
from tests.server.wire import Wire

__all__ = ["CONTRACTS", "OWN", "Desk", "Line", "running"]

CONTRACTS: Final = ("C-001", "C-002", "C-900")
OWN: Final = ("C-001", "C-002", PROVIDER_LOG)
"""The logs that the limited key sees."""

Line = tuple[int, bytes]
"""What a reader has of an event: its index in its log, and its bytes."""


@dataclass
class Desk:
    """The server, and what is recorded there. `api` is what it works with."""

    api: Api
    port: int
    server: uvicorn.Server
    listener: socket.socket

    def key(self, role: Role = "auditor", contracts: Sequence[str] | None = None) -> str:
        """A new key."""
        return self.api.ledger.keyring.create(role=role, contracts=contracts).text

    def wire(self, key: str) -> Wire:
        """A connection with a key, to be closed by whoever asked for it."""
        return Wire(self.port, key)

    def append(self, *bodies: dict[str, Any], commits: GroupCommit | None = None) -> None:
        """Record events, as a request over HTTP does; by `commits` past those who follow, as another process does."""
        elements = tuple(Element(decode_command(orjson.dumps(body))) for body in bodies)
        (commits or self.api.commits).submit(Submission(elements, "writer", str(uuid4()), b"", "writer"))

    def open(self, incident: str, contract: str) -> None:
        """Record an incident."""
        self.append({**opening(contract), "subject": incident})

    def note(self, incident: str, count: int = 1, commits: GroupCommit | None = None) -> None:
        """Record that there is something to say of an incident, so many times, in one commit."""
        self.append(*(status(f"note {number}", subject=incident) for number in range(count)), commits=commits)

    def rows(self, logs: Sequence[str] | None = None) -> list[Line]:
        """What the ledger holds in order, of these logs alone where they are named."""
        return [(row.index, row.state) for row in self.api.ledger.rows() if logs is None or row.log in logs]

    @property
    def head(self) -> int:
        """The last position."""
        return self.api.ledger.head().count

    def accesses(self) -> list[tuple[str, str]]:
        """Who has read what, by the access log."""
        return [(entry.who, entry.what) for entry in self.api.ledger.access_log.entries()]

    def stop(self) -> None:
        """Do what a signal does."""
        self.api.stopping = True
        self.api.following.stop()
        self.server.should_exit = True


@contextmanager
def running(folder: Path, database_url: str | None = None, **settings: Any) -> Iterator[Desk]:
    """Found a ledger, in a file of the folder or at a URL, register the contracts, and serve it until this ends."""
    url = database_url or f"sqlite:///{folder / 'ledger.db'}"
    found_ledger(url, calendars=False).close()
    with opened_server(
        Settings(database_url=url, port=0, **settings), open_log("error", sys.stderr.buffer, traces=True)
    ) as serving:
        config = uvicorn.Config(
            create_app(serving.api),
            http=ImpatientProtocol,
            lifespan="off",
            log_config=None,
            access_log=False,
            timeout_keep_alive=60,
        )
        server = uvicorn.Server(config)
        listener = serving._listener
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        desk = Desk(serving.api, listener.getsockname()[1], server, listener)
        for contract in CONTRACTS:
            desk.append(registration(contract))
        thread.start()
        try:
            while not server.started:
                assert thread.is_alive(), "the server does not start"
                time.sleep(0.005)
            yield desk
        finally:
            desk.stop()
            thread.join(30)
            assert not thread.is_alive(), "the server does not stop"
