"""Every problem that a request over HTTP can meet is provoked here, against a real server, and told in its one form."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from html import escape
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

import pytest
from jsonschema import Draft202012Validator

from schemas.problems import (
    CATALOGUE,
    ClockSuspect,
    LedgerCorrupt,
    LedgerError,
    LedgerLocked,
    OutcomeUnknown,
    StorageFailed,
    StorageFull,
    http_problems,
)
from services.api.openapi import document
from tests.integration.api.edge import Edge, served
from tests.integration.api.tokens import AUDIENCE, ISSUER, Provider
from tests.server.bodies import CUSTOMER, SYSTEM, body, opening, status
from tests.server.wire import Reply, new_key

PROBLEM: Final = Draft202012Validator(document()["components"]["schemas"]["Problem"])
FAR_OFF: Final = (datetime.now(UTC) + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
ABSENT: Final = "0197f0c2-0000-7000-8000-00000000000a"

Provoke = Callable[[Edge, Path], Reply]


def met(error: LedgerError) -> Provoke:
    """What a write is answered while the ledger can do nothing but this."""

    def provoke(edge: Edge, _folder: Path) -> Reply:
        def fail(_submissions: Any) -> Any:
            raise error

        with instead(edge.api.ledger, "commit", fail):
            return edge.service.post("/v1/incidents", opening("C-001"))

    return provoke


@contextmanager
def instead(thing: Any, name: str, other: Any) -> Iterator[None]:
    """Put something else in the place of an attribute for a while."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(thing, name, other)
        yield


def unrecorded(edge: Edge, _folder: Path) -> Reply:
    def fail(*_: object) -> None:
        raise StorageFull(database="sqlite:///x", reason="database or disk is full")

    incident = edge.opened()
    with instead(edge.api.ledger.access_log, "record", fail):
        return edge.service.get(f"/v1/incidents/{incident}/events")


def overloaded(_edge: Edge, folder: Path) -> Reply:
    gate = threading.Event()
    with served(folder, in_flight_writes=1) as small, small.desk.wire(str(small.service.key)) as other:
        commit = small.api.ledger.commit

        def wait(submissions: Any) -> Any:
            entered.set()
            gate.wait(30)
            return commit(submissions)

        entered = threading.Event()
        with instead(small.api.ledger, "commit", wait):
            writer = threading.Thread(target=lambda: other.post("/v1/incidents", opening("C-001")))
            writer.start()
            assert entered.wait(30)
            try:
                return small.service.post("/v1/incidents", opening("C-001"))
            finally:
                gate.set()
                writer.join(30)


def stopping(edge: Edge, _folder: Path) -> Reply:
    with instead(edge.api, "stopping", True):
        return edge.service.get("/v1/contracts")


def issuer_away(_edge: Edge, folder: Path) -> Reply:
    provider = Provider()
    provider.is_away = True
    with provider.served() as address:
        settings = {"oidc_issuer": ISSUER, "oidc_audience": AUDIENCE, "oidc_jwks": address}
        with served(folder, **settings) as edge, edge.desk.wire(provider.token()) as wire:
            return wire.get("/v1/contracts")


def history_too_long(_edge: Edge, folder: Path) -> Reply:
    with served(folder, history_limit=1) as edge:
        incident = edge.opened()
        edge.service.post(f"/v1/incidents/{incident}/events", status("x"))
        return edge.service.get(f"/v1/incidents/{incident}/verdict")


def reused(edge: Edge, _folder: Path) -> Reply:
    key = new_key()
    edge.service.post("/v1/incidents", opening("C-001"), key)
    return edge.service.post("/v1/incidents", opening("C-002"), key)


def fault(edge: Edge, _folder: Path) -> Reply:
    def fail(*_: object) -> None:
        raise ZeroDivisionError

    with instead(edge.api.commits, "enqueue", fail):
        return edge.service.post("/v1/incidents", opening("C-001"))


def without_calendars(edge: Edge, _folder: Path) -> Reply:
    """The tests' ledger has no calendars at all."""
    return edge.service.get(f"/v1/incidents/{edge.opened()}/verdict")


def unusable_policy(edge: Edge, _folder: Path) -> Reply:
    adopted = body("policy.adopted", {"version": "2", "sha256": "0" * 64}, SYSTEM, subject="tron-asoc", file="id = 1")
    return edge.admin.post("/v1/events", [adopted])


def ahead(edge: Edge, path: str) -> Reply:
    return edge.service.get(f"/v1/incidents/{edge.opened()}/{path}")


PROVOKED: Final[dict[str, Provoke]] = {
    "access-unrecorded": unrecorded,
    "batch-too-long": lambda edge, _: edge.service.post("/v1/events", [{}] * 501),
    "body-too-long": lambda edge, _: edge.service.post("/v1/events", b" " * 5_000_000),
    "calendar-missing": without_calendars,
    "clock-suspect": met(ClockSuspect(now=datetime.now(UTC), expected=datetime.now(UTC))),
    "cursor-unusable": lambda edge, _: edge.service.get("/v1/incidents?cursor=x"),
    "forbidden": lambda edge, _: edge.reporter.post("/v1/incidents", opening("C-001")),
    "history-too-long": history_too_long,
    "idempotency-key-missing": lambda edge, _: edge.service.ask("POST", "/v1/incidents", body=opening("C-001")),
    "idempotency-key-reused": reused,
    "instant-ahead": lambda edge, _: ahead(edge, f"verdict?as_of={FAR_OFF}"),
    "internal-error": fault,
    "invalid-input": lambda edge, _: edge.service.post("/v1/incidents", {}),
    "issuer-away": issuer_away,
    "ledger-corrupt": met(LedgerCorrupt(database="sqlite:///x", reason="malformed")),
    "ledger-locked": met(LedgerLocked(database="sqlite:///x", pid=1)),
    "method-not-allowed": lambda edge, _: edge.service.ask("DELETE", "/v1/incidents"),
    "not-acceptable": lambda edge, _: edge.service.get("/v1/incidents", Accept="image/png"),
    "outcome-unknown": met(OutcomeUnknown(database="sqlite:///x", events=1, reason="disk I/O error")),
    "overloaded": overloaded,
    "parameter-unusable": lambda edge, _: edge.service.get("/v1/contracts?nonsense=1"),
    "policy-unusable": unusable_policy,
    "position-ahead": lambda edge, _: ahead(edge, "verdict?at_position=999999999"),
    "rule-broken": lambda edge, _: edge.service.post("/v1/incidents", opening("C-404")),
    "stopping": stopping,
    "storage-failed": met(StorageFailed(database="sqlite:///x", reason="disk I/O error")),
    "storage-full": met(StorageFull(database="sqlite:///x", reason="database or disk is full")),
    "unauthenticated": lambda edge, _: edge.desk.wire("nobody").get("/v1/contracts"),
    "unknown-contract": lambda edge, _: edge.service.get("/v1/contracts/C-404"),
    "unknown-event": lambda edge, _: edge.service.get(f"/v1/events/{ABSENT}"),
    "unknown-incident": lambda edge, _: edge.service.get("/v1/incidents/INC-1999-000001"),
    "unknown-resource": lambda edge, _: edge.service.get("/v1/nonsense"),
    "unsupported-media-type": lambda edge, _: edge.service.post("/v1/incidents", b"x", Content_Type="text/plain"),
    "version-differs": lambda edge, _: edge.service.post("/v1/incidents", opening("C-001"), If_Match='"v4"'),
    "version-required": lambda edge, _: edge.service.post(
        f"/v1/incidents/{edge.opened()}/events",
        body("incident.correction-agreed", {"request": ABSENT, "by": "customer"}, CUSTOMER),
    ),
}
OF_HTTP: Final = {getattr(http_problems, name).problem.name for name in http_problems.__all__} - {"unknown-key"}


def test_every_problem_that_only_http_meets_is_provoked_here() -> None:
    assert PROVOKED.keys() >= OF_HTTP


@pytest.mark.parametrize("name", PROVOKED)
def test_the_problem_is_told_in_its_one_form(edge: Edge, name: str, tmp_path: Path) -> None:
    reply = PROVOKED[name](edge, tmp_path)
    told = reply.json()
    assert (reply.status, told["problem"]) == (CATALOGUE[name].status, name), reply.body
    assert reply.headers["content-type"] == "application/problem+json"
    PROBLEM.validate(told)
    assert told["type"] == f"/problems/{name}"
    assert "{" not in told["detail"] + told["remedy"]
    assert ("www-authenticate" in reply.headers) is (reply.status == 401)
    if reply.status in {503, 507}:
        assert int(reply.headers["retry-after"]) > 0
    page = edge.service.get(told["type"])
    assert page.status == 200
    assert escape(told["title"]).encode() in page.body
    assert "sqlite:///x" not in str(told)


def test_a_write_goes_on_after_each_of_them(edge: Edge) -> None:
    assert edge.service.post("/v1/incidents", opening("C-001"), str(uuid4())).status == 201
