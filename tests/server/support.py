"""`sla-ledger serve` as a process of its own, and a ledger for it with keys, contracts and an open incident.

with founded.copy(tmp_path).open() as desk:           # or the fixture `desk`
    with desk.wire(desk.keys.service) as wire:
        wire.post(f"/v1/incidents/{desk.incident}/events", status("Found it"))
"""

import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Self

from tests.integration.cli.processes import COMMAND, environment
from tests.server.bodies import opening, registration
from tests.server.warm import Child, Nursery
from tests.server.wire import UnansweredError, Wire
from tests.unit.cli.calls import call

__all__ = ["CONTRACTS", "OTHERS", "Desk", "Founded", "Keys", "Server", "found", "free_port", "furnish", "make_key"]

CONTRACTS: Final = ("C-001", "C-002")
OTHERS: Final = "C-900"
"""A contract of another customer than that of `CONTRACTS`."""

_READY_SECONDS: Final = 60.0
_STOP_SECONDS: Final = 60.0


def free_port() -> int:
    """A port of this machine that nobody listens at."""
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def make_key(
    url: str, role: str, *, contracts: Sequence[str] = (), act_as: Sequence[str] = (), actor_id: str | None = None
) -> str:
    """A new key, by `sla-ledger keys create`."""
    arguments = ["keys", "create", "--database", url, "--role", role]
    for contract in contracts:
        arguments += ["--contract", contract]
    if act_as:
        arguments += ["--act-as", ",".join(act_as)]
    if actor_id is not None:
        arguments += ["--actor-id", actor_id]
    answer = call(*arguments)
    assert answer.code == 0, answer.talk
    return answer.text.strip()


@dataclass
class Server:
    """A server of one ledger at one port, which can be killed and started again.

    It is the product's command line, or one that a nursery has loaded already.
    """

    url: str
    log: Path
    port: int = field(default_factory=free_port)
    variables: Mapping[str, str] = field(default_factory=dict)
    nursery: Nursery | None = None
    _process: subprocess.Popen[bytes] | Child | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()

    @property
    def pid(self) -> int:
        """The process that runs."""
        assert self._process is not None
        return self._process.pid

    def start(self) -> float:
        """Start it and wait until it is ready; returns after how many seconds it was."""
        begun = time.perf_counter()
        self.spawn()
        self.wait()
        return time.perf_counter() - begun

    def spawn(self) -> None:
        """Start it and do not wait."""
        assert self._process is None, "it runs already"
        serve = ("serve", "--database", self.url, "--host", "127.0.0.1", "--port", str(self.port))
        if self.nursery is not None:
            self._process = self.nursery.start(serve, self.log, self.variables)
            return
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [*COMMAND, *serve],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=environment(self.variables),
            )

    def wait(self) -> None:
        """Wait until it says that it is ready."""
        assert self._process is not None
        deadline = time.monotonic() + _READY_SECONDS
        while not self._is_ready():
            assert self._process.poll() is None, f"the server ended by itself\n{self.said()}"
            assert time.monotonic() < deadline, f"the server is not ready after {_READY_SECONDS} s\n{self.said()}"
            time.sleep(0.01)

    def kill(self) -> None:
        """SIGKILL, where it runs."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def stop(self) -> int:
        """SIGTERM; returns the exit code."""
        assert self._process is not None
        self._process.send_signal(signal.SIGTERM)
        code = self._process.wait(_STOP_SECONDS)
        self._process = None
        return code

    def said(self) -> str:
        """The end of what it wrote."""
        return self.log.read_text(encoding="utf-8", errors="replace")[-4_000:] if self.log.exists() else ""

    def wire(self, key: str | None = None) -> Wire:
        """A connection to it, to be closed by whoever asked for it."""
        return Wire(self.port, key)

    def _is_ready(self) -> bool:
        with Wire(self.port) as wire:
            try:
                return wire.get("/readyz").status == 200
            except UnansweredError:
                return False


@dataclass(frozen=True, slots=True)
class Keys:
    """Keys of one ledger. `customer` and `engineer` are limited to CONTRACTS, `other` is the customer of OTHERS."""

    admin: str
    service: str
    customer: str
    other: str
    engineer: str
    reporter: str
    auditor: str

    @classmethod
    def make(cls, url: str) -> Self:
        """One of each role, by the command line."""
        return cls(
            admin=make_key(url, "admin"),
            service=make_key(url, "service", act_as=("customer", "engineer", "system")),
            customer=make_key(url, "customer", contracts=CONTRACTS, actor_id="ivanova@example.org"),
            other=make_key(url, "customer", contracts=(OTHERS,)),
            engineer=make_key(url, "engineer", contracts=CONTRACTS, actor_id="e-17"),
            reporter=make_key(url, "reporter"),
            auditor=make_key(url, "auditor"),
        )


@dataclass(frozen=True, slots=True)
class Desk:
    """A server of a ledger with contracts registered, and one incident open at the first of them."""

    server: Server
    keys: Keys
    incident: str

    def wire(self, key: str | None = None) -> Wire:
        """A connection with a key, the service's where none is given; to be closed by whoever asked for it."""
        return self.server.wire(key or self.keys.service)


@dataclass(frozen=True, slots=True)
class Founded:
    """A ledger nobody serves, made once; tests work on copies of it."""

    folder: Path
    keys: Keys
    incident: str

    @property
    def url(self) -> str:
        """Where it is."""
        return f"sqlite:///{self.folder / 'ledger.db'}"

    def copy(self, folder: Path) -> "Founded":
        """The same ledger with the same keys in another folder, made where it is missing."""
        shutil.copytree(self.folder, folder, dirs_exist_ok=True)
        return Founded(folder, self.keys, self.incident)

    @contextmanager
    def open(self, variables: Mapping[str, str] | None = None, nursery: Nursery | None = None) -> Iterator[Desk]:
        """Serve it, with settings of the product and out of a nursery where these are given."""
        log = self.folder / "server.log"
        with Server(self.url, log, variables=variables or {}, nursery=nursery) as server:
            yield Desk(server, self.keys, self.incident)


def found(folder: Path) -> Founded:
    """Make a ledger in an empty folder by the command line, its contracts and incident over HTTP."""
    keys, incident = furnish(f"sqlite:///{folder / 'ledger.db'}", folder)
    return Founded(folder, keys, incident)


def furnish(url: str, folder: Path) -> tuple[Keys, str]:
    """Make a ledger at a URL in the same way; returns its keys and the number of its open incident."""
    assert call("init", "--provider", "Our support", "--database", url).code == 0
    keys = Keys.make(url)
    with Server(url, folder / "server.log") as server, server.wire(keys.service) as wire:
        for contract in (*CONTRACTS, OTHERS):
            reply = wire.post("/v1/contracts", registration(contract))
            assert reply.status == 201, reply.body
        opened = wire.post("/v1/incidents", opening(CONTRACTS[0]))
        assert opened.status == 201, opened.body
        assert server.stop() == 0, server.said()
    (folder / "server.log").unlink()
    return keys, str(opened.event["subject"])
