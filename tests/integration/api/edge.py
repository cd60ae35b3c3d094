"""A server whose keys are made to measure, and what the tests of the edge ask of it."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from ledger.credentials import Role
from schemas.events import ActorKind
from services.api.state import Api
from tests.integration.api.feed.desk import Desk, running
from tests.server.bodies import opening
from tests.server.wire import Reply, Wire

__all__ = ["Edge", "refused", "served"]


@dataclass
class Edge:
    """A server, and a connection for each key that is asked for."""

    desk: Desk
    admin: Wire
    service: Wire
    engineer: Wire
    customer: Wire
    auditor: Wire
    reporter: Wire

    @property
    def api(self) -> Api:
        """What the server works with."""
        return self.desk.api

    def wire(
        self,
        role: Role,
        contracts: Sequence[str] | None = None,
        act_as: Sequence[ActorKind] = (),
        actor_id: str | None = None,
    ) -> Wire:
        """A connection with a new key."""
        return _wire(self.desk, role, contracts, act_as, actor_id)

    def opened(self, contract: str = "C-001") -> str:
        """A new incident's number."""
        reply = self.service.post("/v1/incidents", opening(contract))
        assert reply.status == 201, reply.body
        return str(reply.event["subject"])

    def events(self, subject: str) -> list[dict[str, Any]]:
        """What is recorded of a subject."""
        return [orjson.loads(row.state) for row in self.api.ledger.subject_rows(subject)]

    @property
    def head(self) -> int:
        """The last position."""
        return self.desk.head


@contextmanager
def served(folder: Path, **settings: Any) -> Iterator[Edge]:
    """A server with contracts registered and a connection for each role, until this ends."""
    with running(folder, **settings) as desk:
        wires = {
            "admin": _wire(desk, "admin"),
            "service": _wire(desk, "service", act_as=("customer", "engineer", "system")),
            "engineer": _wire(desk, "engineer", ("C-001", "C-002"), actor_id="e-17"),
            "customer": _wire(desk, "customer", ("C-001", "C-002"), actor_id="Romashka"),
            "auditor": _wire(desk, "auditor"),
            "reporter": _wire(desk, "reporter"),
        }
        try:
            yield Edge(desk, **wires)
        finally:
            for wire in wires.values():
                wire.close()


def _wire(
    desk: Desk,
    role: Role,
    contracts: Sequence[str] | None = None,
    act_as: Sequence[ActorKind] = (),
    actor_id: str | None = None,
) -> Wire:
    key = desk.api.ledger.keyring.create(role=role, contracts=contracts, act_as=act_as, actor_id=actor_id)
    return Wire(desk.port, key.text)


def refused(reply: Reply, status: int, problem: str, **members: Any) -> None:
    """Assert that an answer is this problem, whole, with these members."""
    assert (reply.status, reply.problem) == (status, problem), reply.body
    assert reply.headers["content-type"] == "application/problem+json"
    told = reply.json()
    assert told["status"] == status
    assert {"type", "title", "detail", "problem", "remedy"} <= told.keys()
    assert {name: told.get(name) for name in members} == members
