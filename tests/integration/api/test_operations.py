"""What whoever runs the server asks of it, with everything that can stand in the way put there."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Never
from unittest.mock import patch

import pytest

from ledger.application import Ledger
from ledger.drivers.sqlite.recorder import SQLiteRecorder
from projections.store.sqlite import SqliteReadModel
from schemas.problems import ClockSuspect, LedgerError, StorageFailed
from services.projecting import MOST_BEHIND
from tests.integration.api.edge import Edge, refused, served
from tests.server.bodies import status
from tests.server.wire import Wire


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Edge]:
    """A server of this module's own, whose figures nobody else moves."""
    with served(tmp_path_factory.mktemp("operations")) as edge:
        yield edge


def figures(edge: Edge) -> dict[str, float]:
    """The figures now, by their names with labels."""
    reply = edge.admin.get("/metrics")
    assert reply.status == 200
    assert reply.headers["content-type"].startswith("text/plain")
    lines = [line for line in reply.body.decode().splitlines() if not line.startswith("#")]
    return {name: float(value) for name, _, value in (line.rpartition(" ") for line in lines)}


def until_head(edge: Edge, head: int) -> dict[str, float]:
    """The figures once they tell of a commit, which they do just after it was answered."""
    deadline = time.monotonic() + 30
    while (found := figures(edge))["sla_ledger_head_position"] < head:
        assert time.monotonic() < deadline
        time.sleep(0.01)
    return found


def moved(before: dict[str, float], after: dict[str, float], name: str) -> float:
    """By how much a figure went up."""
    return after.get(f"sla_ledger_{name}", 0.0) - before.get(f"sla_ledger_{name}", 0.0)


def test_an_append_moves_its_figures(own: Edge) -> None:
    incident = own.opened()
    before = until_head(own, own.head)
    assert own.service.post(f"/v1/incidents/{incident}/events", status("Still looking")).status == 201
    after = until_head(own, own.head)
    assert moved(before, after, "appends_total") == 1
    assert moved(before, after, "commit_events_count") == 1
    assert moved(before, after, "commit_seconds_count") == 1
    assert moved(before, after, "commit_seconds_sum") > 0
    deadline = time.monotonic() + 30
    while figures(own)["sla_ledger_projection_lag_events"]:  # the rows follow a moment later
        assert time.monotonic() < deadline
        time.sleep(0.01)


def lagging(_: object) -> int:
    return -MOST_BEHIND - 1


def raising(error: LedgerError) -> Any:
    def fail(_: object) -> Never:
        raise error

    return fail


SUSPECT = ClockSuspect(now=datetime(2026, 1, 1, tzinfo=UTC), expected=datetime(2025, 1, 1, tzinfo=UTC))
FAILED = StorageFailed(database="x", reason="disk I/O error")

WAYS = {
    "clock-suspect": (Ledger, "now", raising(SUSPECT)),
    "storage-failed": (Ledger, "head", raising(FAILED)),
    "ledger-moved": (SQLiteRecorder, "moved_to", lambda _recorder: "postgresql://elsewhere"),
    "projection-behind": (SqliteReadModel, "position", lagging),
}


@pytest.mark.parametrize("name", WAYS)
def test_what_stands_in_the_way_is_named(own: Edge, name: str) -> None:
    owner, method, instead = WAYS[name]
    with Wire(own.desk.port) as wire:
        assert wire.get("/readyz").status == 200
        with patch.object(owner, method, instead):
            reply = wire.get("/readyz")
        refused(reply, 503, "not-ready", problems=[name])
        assert reply.headers["retry-after"] == "1"
        assert wire.get("/readyz").status == 200


def test_a_server_that_stops_lives_and_is_not_ready(tmp_path: Path) -> None:
    with served(tmp_path) as edge, Wire(edge.desk.port) as wire:
        edge.api.stopping = True
        refused(wire.get("/readyz"), 503, "not-ready", problems=["stopping"])
        assert wire.get("/healthz").status == 200
        refused(edge.service.post("/v1/incidents", {}), 503, "stopping")
        edge.api.stopping = False


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics"])
def test_a_parameter_that_nobody_takes_is_refused(own: Edge, path: str) -> None:
    refused(own.admin.get(f"{path}?verbose=1"), 422, "parameter-unusable")


@pytest.mark.parametrize("role", ["customer", "engineer", "service", "reporter", "auditor"])
def test_the_figures_are_for_the_admin_alone(own: Edge, role: str) -> None:
    wire: Wire = getattr(own, role)
    refused(wire.get("/metrics"), 403, "forbidden")
