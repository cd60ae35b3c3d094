"""Another tenant's thing is missing, by the same answer and the same statements as one that was never there."""

import re
import threading
from collections.abc import Callable, Iterator
from typing import Final

import pytest

from ledger.credentials import Role
from ledger.drivers.sqlite.database import Database
from services.api.application import routes
from services.api.rights import RIGHTS, rights_of
from tests.integration.api.edge import Edge, refused, served
from tests.server.bodies import ENGINEER, Body, opening, registration, status
from tests.server.wire import Reply, Wire, new_key

ABSENT = {"incident": "INC-2026-999999", "contract": "C-404", "id": "0197f0c2-0000-7000-8000-00000000000a"}
OF_A_THING = sorted(
    {
        (method, route.path)
        for route in routes()
        for method in route.methods or ()
        if method != "HEAD" and re.search(r"\{(incident|contract|id)\}", route.path)
    }
)


ROLES: Final[tuple[Role, ...]] = ("customer", "auditor", "admin")
AT_WORK_ANYWAY = frozenset(("projecting", "writer_0"))
"""The threads that follow what was recorded before, whatever is asked."""


class Statements:
    """What is asked of the database for a request; texts and numbers taken out."""

    def __init__(self) -> None:
        self.seen: list[str] = []

    def __call__(self, statement: str) -> None:
        if threading.current_thread().name not in AT_WORK_ANYWAY:
            self.seen.append(re.sub(r"'(?:[^']|'')*'|\b[0-9]+\b", "?", statement))

    def of(self, ask: Wire, method: str, path: str, body: object = None) -> tuple[Reply, list[str]]:
        """The answer to a request, and the statements that it took; those of the credential are in both."""
        self.seen.clear()
        headers = {"Idempotency-Key": new_key()} if method == "POST" else {}
        return ask.ask(method, path, body=body, headers=headers), list(self.seen)


@pytest.fixture(scope="module")
def statements() -> Statements:
    return Statements()


@pytest.fixture(scope="module")
def watched(statements: Statements, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Edge]:
    """A server every statement of which is seen."""
    connect = Database._connect

    def connect_watched(self: Database) -> object:
        connection = connect(self)
        connection.set_trace_callback(statements)
        return connection

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Database, "_connect", connect_watched)
        with served(tmp_path_factory.mktemp("watched")) as edge:
            yield edge


def there(edge: Edge) -> dict[str, str]:
    """Things of another tenant's."""
    incident = edge.opened("C-900")
    return {"incident": incident, "contract": "C-900", "id": edge.events(incident)[0]["id"]}


@pytest.mark.parametrize(("method", "path"), OF_A_THING)
def test_another_tenants_is_missing_by_the_same_statements(
    watched: Edge, statements: Statements, method: str, path: str
) -> None:
    (needed,) = {right for route in routes() if route.path == path for right in rights_of(route.dependant)
                 if method in (route.methods or ())}  # fmt: skip
    role = next(role for role in ROLES if needed in RIGHTS[role])
    ask = watched.wire(role, ("C-001",))
    theirs = there(watched)
    body = None if method == "GET" else status("x", None)
    statements.of(ask, method, path.format(**ABSENT), body)  # whatever is prepared once
    missing, by_these = statements.of(ask, method, path.format(**ABSENT), body)
    hidden, by_those = statements.of(ask, method, path.format(**theirs), body)
    assert missing.status == 404
    assert hidden.body == missing.body
    assert _without_ids(hidden) == _without_ids(missing)
    assert by_those == by_these
    assert by_these, "something was asked"
    shown = watched.wire(role, ("C-900",)).ask(
        method, path.format(**theirs), body=body, headers={"Idempotency-Key": new_key()}
    )
    assert shown.status != 404, "the control: whoever may see it does"
    assert statements.of(ask, method, path.format(**theirs), body)[1] == by_these, "who found it takes no part in that"


def test_an_incident_that_was_found_is_not_looked_up_again_to_record(watched: Edge, statements: Statements) -> None:
    path = f"/v1/incidents/{watched.opened()}/events"
    ask = watched.wire("engineer", ("C-001",))
    replies, asked = zip(*(statements.of(ask, "POST", path, status("x", None)) for _ in range(2)), strict=True)
    assert [reply.status for reply in replies] == [201, 201]
    assert len(asked[1]) < len(asked[0])


def _without_ids(reply: Reply) -> dict[str, str]:
    return {name: value for name, value in reply.headers.items() if name not in {"date", "x-request-id"}}


SPEAKING_OF: Final[dict[str, tuple[str, Callable[[dict[str, str]], Body]]]] = {
    "/v1/incidents": ("unknown-contract", lambda things: opening(things["contract"], ENGINEER)),
    "/v1/contracts": ("unknown-contract", lambda things: registration(things["contract"])),
    "/v1/events": ("unknown-incident", lambda things: status("x", subject=things["incident"])),
}


@pytest.mark.parametrize("path", SPEAKING_OF)
@pytest.mark.parametrize("many", [False, True])
def test_what_a_body_speaks_of_is_missing_likewise(
    watched: Edge, statements: Statements, path: str, many: bool
) -> None:
    problem, make = SPEAKING_OF[path]
    theirs = there(watched)
    ask = watched.wire("service", ("C-001",), ("engineer", "system"))
    to = "/v1/events" if many else path
    bodies = [[make(things)] if to == "/v1/events" else make(things) for things in (ABSENT, ABSENT, theirs)]
    statements.of(ask, "POST", to, bodies[0])  # whatever is prepared once
    missing, by_these = statements.of(ask, "POST", to, bodies[1])
    hidden, by_those = statements.of(ask, "POST", to, bodies[2])
    refused(missing, 404, problem)
    assert (hidden.status, hidden.body, by_those) == (404, missing.body, by_these)


def test_who_sees_nothing_of_a_thing_learns_nothing_by_its_key(watched: Edge) -> None:
    """The scope is asked before the key: a stored answer is not given to whoever lost the contract meanwhile."""
    incident = watched.opened()
    key = watched.api.ledger.keyring.create(role="engineer", contracts=("C-001",))
    with watched.desk.wire(key.text) as wire:
        request, idempotency_key = status("x", None), new_key()
        assert wire.post(f"/v1/incidents/{incident}/events", request, idempotency_key).status == 201
        theirs = watched.opened("C-900")
        refused(wire.post(f"/v1/incidents/{theirs}/events", request, idempotency_key), 404, "unknown-incident")


def test_no_answer_to_whoever_is_limited_tells_a_position(watched: Edge) -> None:
    reply = watched.engineer.post("/v1/events", [opening("C-001", None), opening("C-002", None)])
    assert reply.status == 201
    assert b"position" not in reply.body
    assert b"position" in watched.service.post("/v1/incidents", opening("C-001")).body
