"""Every route of the OpenAPI document, by role, scope and credential: who may is answered, and nobody else."""

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from schemas.problems import CATALOGUE
from tests.security.asking import Asked, routes
from tests.security.faults import FAULTS
from tests.security.matrix import RULES, Cell, Role, cells, expected
from tests.security.servers import careless
from tests.security.world import World
from tests.server.bodies import SYSTEM, body
from tests.server.support import Founded
from tests.server.wire import Reply
from tests.unit.cli.calls import call


def told(reply: Reply) -> str:
    return reply.body[:200].decode(errors="replace")


def is_problem(reply: Reply) -> bool:
    return reply.headers["content-type"] == "application/problem+json" and reply.json()["problem"] in CATALOGUE


def test_every_route_has_a_rule_and_every_rule_a_route(world: World) -> None:
    assert set(routes(world)) == set(RULES)


def test_a_route_without_a_rule_would_be_noticed() -> None:
    with pytest.raises(KeyError):
        expected(Cell("GET", "/v1/secrets", "admin", "all"))
    document: dict[str, Any] = {"paths": {"/v1/secrets": {"get": {}}}}
    assert {cell.path for cell in cells(document)} == {"/v1/secrets"}


def test_every_cell_is_answered_by_its_rule(asked: Asked) -> None:
    wrong = [
        f"{cell} by a {credential}: {reply.status}, not {sorted(expected(cell))}: {told(reply)}"
        for cell, credential, reply in asked.cells
        if reply.status not in expected(cell) or (reply.status >= 400 and not is_problem(reply))
    ]
    assert wrong == []
    statuses = Counter(reply.status for _, _, reply in asked.cells)
    print(f"\n{len(asked.cells)} cells of {len(RULES)} routes by key and by token: {dict(sorted(statuses.items()))}")


def test_key_and_token_are_answered_alike(asked: Asked) -> None:
    by_cell: dict[Cell, set[int]] = {}
    for cell, _, reply in asked.cells:
        by_cell.setdefault(cell, set()).add(reply.status)
    assert {cell: statuses for cell, statuses in by_cell.items() if len(statuses) > 1} == {}


def test_a_faulty_credential_opens_nothing(asked: Asked) -> None:
    wrong = []
    for fault, method, path, reply in asked.faulty:
        status = 200 if RULES[method, path].needs == "nothing" else 401
        if reply.status != status or (
            status == 401 and not (is_problem(reply) and "www-authenticate" in reply.headers)
        ):
            wrong.append(f"{method} {path} with {fault}: {reply.status}, not {status}: {told(reply)}")
    assert wrong == []
    assert asked.recorded_by_faulty == 0
    print(f"\n{len(asked.faulty)} requests with {len(FAULTS)} faulty credentials: 0 answered, 0 events recorded")


def test_a_credential_without_fault_is_taken(world: World) -> None:
    for bearer in (world.desk.keys.admin, world.token("admin", "all")):
        assert world.ask("GET", "/metrics", "admin", bearer).status == 200


@pytest.mark.parametrize(
    ("role", "arguments"),
    [("customer", ()), ("engineer", ("--act-as", "customer")),
     ("service", ("--act-as", "auditor")), ("reporter", ("--contract", "provider")), ("root", ())],
)  # fmt: skip
def test_some_grants_cannot_be_made(world: World, role: str, arguments: tuple[str, ...]) -> None:
    answer = call("keys", "create", "--database", world.desk.server.url, "--role", role, *arguments)
    assert answer.code == 2, answer.talk


@pytest.mark.parametrize(
    "claims",
    [{"sla_ledger_role": "customer", "sla_ledger_contracts": "*"},
     {"sla_ledger_contracts": None}, {"sla_ledger_act_as": ["customer"]}],
)  # fmt: skip
def test_nor_by_a_token(world: World, claims: dict[str, object]) -> None:
    assert world.ask("GET", "/metrics", "admin", world.token("admin", "all", **claims)).status == 401


@pytest.mark.parametrize("kind", ["calendar.published", "policy.adopted", "release.stage-passed"])
@pytest.mark.parametrize("role", ["service", "admin"])
def test_what_concerns_every_contract_is_recorded_by_nobody_limited(world: World, role: Role, kind: str) -> None:
    data: dict[str, dict[str, Any]] = {
        "calendar.published": {
            "jurisdiction": "RU", "year": 2031, "holidays": [], "days_off": [], "working_weekends": [], "shortened": [],
            "non_working_days": [], "source": "x",
        },
        "policy.adopted": {"version": "2", "sha256": "0" * 64},
        "release.stage-passed": {"stage": "beta"},
    }  # fmt: skip
    with world.desk.wire(world.keys[role, "its own"]) as wire:
        reply = wire.post("/v1/events", [body(kind, data[kind], SYSTEM, subject="RU-2031")])
    assert (reply.status, reply.problem) == (403, "forbidden")


def test_a_server_that_shows_everything_is_found_out(founded: Founded, tmp_path: Path) -> None:
    cell = Cell("GET", "/v1/incidents/{incident}/values", "customer", "another")
    with careless(founded, tmp_path / "desk", "show-everything") as desk, desk.wire(desk.keys.other) as wire:
        assert wire.get(f"/v1/incidents/{desk.incident}/values").status not in expected(cell)
