"""Asks for every cell of the matrix, by a key and by a token, and for every route with every faulty credential."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Self
from uuid import uuid4

from tests.security.faults import FAULTS
from tests.security.matrix import Cell, cells
from tests.security.world import World
from tests.server.bodies import Body, body
from tests.server.wire import Reply, new_key

__all__ = ["Asked"]


@dataclass
class Asked:
    """What the cells gave by credential, what the faulty credentials were answered, and what these left recorded."""

    cells: list[tuple[Cell, str, Reply]] = field(default_factory=list)
    faulty: list[tuple[str, str, str, Reply]] = field(default_factory=list)
    provoked: list[tuple[str, str, Reply]] = field(default_factory=list)
    recorded_by_faulty: int = 0

    @classmethod
    def all(cls, world: World) -> Self:
        """Ask for everything."""
        asked = cls()
        before = world.head
        for fault, credential in FAULTS.items():
            bearer = credential(world)
            for method, path in routes(world):
                asked.faulty.append((fault, method, path, world.ask(method, path, "admin", bearer)))
        asked.recorded_by_faulty = world.head - before
        for cell in cells(world.document):
            bearers = {"key": world.keys[cell.role, cell.scope], "token": world.token(cell.role, cell.scope)}
            for kind, text in bearers.items():
                asked.cells.append((cell, kind, world.ask(cell.method, cell.path, cell.role, text)))
        for method, path in routes(world):
            provoke = _reads if method == "GET" else _writes
            asked.provoked += [(method, path, reply) for reply in provoke(world, path)]
        return asked


def _reads(world: World, path: str) -> Iterator[Reply]:
    """What a read can be refused by, and what it answers to whoever has it already."""
    bearer, target = world.desk.keys.admin, world.target(path)
    strange = f"{target}{'&' if '?' in target else '?'}strange=1"
    for asked, headers in (
        (strange, {}),
        (target, {"Accept": "application/strange"}),
        (target, {"If-None-Match": "*"}),
        (world.target(path, "INC-2020-000001", "C-404"), {}),
    ):
        yield world.send("GET", asked, bearer, None, headers)


def _writes(world: World, path: str) -> Iterator[Reply]:
    """What a write can be refused by, one step after the other; and the same event again under another key."""
    bearer, target, right = world.desk.keys.admin, world.target(path), world.body(path, "admin")
    key = {"Idempotency-Key": new_key()}
    for content, headers in (
        (right, {}),
        (right, {"Content-Type": "text/plain", **key}),
        (b"", {"Content-Length": "10485760", **key}),
        (b"{", key),
        (_with(right, occurred_at="2999-01-01T00:00:00Z"), key),
    ):
        yield world.send("POST", target, bearer, content, headers)
    many = isinstance(right, list)
    unmet = _with(right, if_match=9_000_000_000_000_000) if many else right
    yield world.send(
        "POST", target, bearer, unmet, {"Idempotency-Key": new_key(), **({} if many else {"If-Match": '"v0"'})}
    )
    missing = _with(right, subject="INC-2020-000001") if many else right
    yield world.send(
        "POST", world.target(path, "INC-2020-000001", "C-404"), bearer, missing, {"Idempotency-Key": new_key()}
    )
    if path == "/v1/contracts":
        right = _with(right, subject=f"C-{uuid4().hex[:8]}")
    same = _with(right, id=str(uuid4()))
    for _ in range(2):
        yield world.send("POST", target, bearer, same, {"Idempotency-Key": new_key()})
    if many:
        ruling = body(
            "incident.dispute-ruled", {"obligation": "response", "ruling": "x"}, {"kind": "auditor", "id": "a"}
        )
        told = [{**ruling, "subject": world.desk.incident}]
        yield world.send("POST", target, bearer, told, {"Idempotency-Key": new_key()})


def _with(right: Body | list[Body], **members: object) -> Body | list[Body]:
    """The same request with other members in its only event; None takes one away."""
    if isinstance(right, list):
        return [{**right[0], **members}]
    return {name: value for name, value in {**right, **members}.items() if value is not None}


def routes(world: World) -> Iterator[tuple[str, str]]:
    """The routes of the OpenAPI document."""
    for path, operations in world.document["paths"].items():
        for method in operations:
            yield method.upper(), path
