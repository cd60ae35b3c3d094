"""A server in this process, on a ledger of histories, asked by keys of every role."""

import io
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import httpx
import uvicorn

from ledger.credentials import Role
from services.api.application import create_app
from services.api.state import Api
from services.logging import open_log
from services.serving import opened_server
from services.settings import Settings
from tests.checkout import ROOT
from tests.integration.cli.histories import contract, event, history, incident, write
from tests.unit.cli.calls import call

__all__ = ["CONTRACT", "DISPUTE", "INCIDENT", "OTHERS", "Office", "founded", "opened", "others"]

DISPUTE: Final = ROOT / "examples" / "demo" / "dispute.jsonl"
INCIDENT: Final = "INC-2021-000041"
CONTRACT: Final = "K-2021-07"
OTHERS: Final = "C-001"
"""The contract of another customer."""


@dataclass
class Office:
    """The application, and who may ask it."""

    url: str
    api: Api
    client: httpx.Client
    _keys: dict[tuple[str, ...], str] = field(default_factory=dict)

    def key(self, role: Role = "auditor", *contracts: str) -> str:
        """A key of a role, limited to contracts where they are named."""
        found = self._keys.get((role, *contracts))
        if found is None:
            found = self.api.ledger.keyring.create(role=role, contracts=contracts or None).text
            self._keys[role, *contracts] = found
        return found

    def get(
        self, path: str, role: Role = "auditor", *contracts: str, method: str = "GET", headers: Mapping[str, str] = {}
    ) -> httpx.Response:
        """The answer to a read by a key of a role."""
        told = {"Authorization": f"Bearer {self.key(role, *contracts)}", **headers}
        return self.client.request(method, path, headers=told)

    def json(self, path: str, role: Role = "auditor", *contracts: str) -> Any:
        """The JSON document that a read answers with."""
        answer = self.get(path, role, *contracts)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def problem(self, path: str, role: Role = "auditor", *contracts: str) -> tuple[int, str]:
        """The status and the name of the problem by which a read is refused."""
        answer = self.get(path, role, *contracts)
        assert answer.headers["content-type"] == "application/problem+json", answer.text
        return answer.status_code, answer.json()["problem"]

    def accesses(self) -> list[tuple[str, str]]:
        """Who has read what, by the access log: roles, and what."""
        return [(entry.role, entry.what) for entry in self.api.ledger.access_log.entries()]


def founded(folder: Path, *files: Path, calendars: bool = True, url: str | None = None) -> str:
    """A ledger with the events of some files, in a file of the folder or at a URL."""
    url = url or f"sqlite:///{folder / 'ledger.db'}"
    init = ("init", "--provider", "Support", *(() if calendars else ("--no-calendars",)))
    for arguments in (init, *(("import", file) for file in files)):
        answer = call(*arguments, "--database", url)
        assert answer.code == 0, answer.talk
    return url


def others(folder: Path) -> Path:
    """Incidents of the other customer, one of them with an agreement that nobody has signed; and a third contract."""
    agreed = {"question": "premium-hours", "option": "clock", "effective_from": "2024-04-01"}
    formula = contract("C-002", customer="=HYPERLINK(1)")
    late = event("contract.reading-agreed", OTHERS, "2024-05-01T09:00:00+03:00", agreed, "system")
    lines: Sequence[dict[str, Any]] = [
        *history(),
        formula,
        *incident("INC-2024-000009", "2024-04-05", to="C-002"),
        late,
    ]
    return write(folder / "others.jsonl", list(lines))


@contextmanager
def opened(url: str, **settings: Any) -> Iterator[Office]:
    """A server of a ledger."""
    log = open_log("error", io.BytesIO())
    with opened_server(Settings(database_url=url, port=0, **settings), log) as serving:
        config = uvicorn.Config(create_app(serving.api), lifespan="off", log_config=None, access_log=False)
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [serving._listener]})
        thread.start()
        try:
            serving.api.projecting.catch_up()
            time.sleep(0.2)  # its own thread finds nothing left and sleeps: what follows is the requests' doing
            with httpx.Client(base_url=serving.address, timeout=60) as client:
                yield Office(url, serving.api, client)
        finally:
            server.should_exit = True
            thread.join(30)
