"""What a server takes at a time: writes are turned away before reads, cheaply, and a stop lets the begun finish."""

import io
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter, sleep
from typing import Any

import orjson
import pytest

from ledger.submission import Answer
from services.logging import open_log
from tests.integration.api.edge import Edge, refused, served
from tests.server.bodies import opening, status
from tests.server.wire import Reply, encode, new_key


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Edge]:
    """A server that takes two requests at a time, and reads up to three."""
    with served(tmp_path_factory.mktemp("small"), in_flight_writes=2, in_flight_reads=3) as edge:
        yield edge


@contextmanager
def held(edge: Edge, count: int) -> Iterator[list[Reply]]:
    """So many writes in flight, which wait for their commit until this ends; their answers are put in the list."""
    gate, answers = threading.Event(), list[Reply]()
    commit = edge.api.ledger.commit

    def wait(submissions: Any) -> list[Any]:
        assert gate.wait(30)
        return list(commit(submissions))

    def write() -> None:
        with edge.desk.wire(str(edge.service.key)) as wire:
            answers.append(wire.post("/v1/incidents", opening("C-001")))

    edge.api.ledger.commit = wait  # type: ignore[method-assign]
    writers = [threading.Thread(target=write) for _ in range(count)]
    try:
        for writer in writers:
            writer.start()
        until_in_flight(edge, count)
        yield answers
    finally:
        gate.set()
        for writer in writers:
            writer.join(30)
        edge.api.ledger.commit = commit  # type: ignore[method-assign]


def until_in_flight(edge: Edge, count: int) -> None:
    """Wait until so many writes are under way."""
    deadline = perf_counter() + 30
    while edge.api.metrics.registry.get_sample_value("sla_ledger_in_flight", {"kind": "write"}) != count:
        assert perf_counter() < deadline, "it does not come to that"
        sleep(0.005)


def test_writes_are_turned_away_before_reads(small: Edge) -> None:
    incident = small.opened()
    with held(small, 2) as answers:
        reply = small.service.post(f"/v1/incidents/{incident}/events", status("x"))
        refused(reply, 503, "overloaded")
        assert int(reply.headers["retry-after"]) > 0
        assert small.service.get(f"/v1/incidents/{incident}").status == 200
        assert small.service.get("/healthz").status == 200
    assert [answer.status for answer in answers] == [201, 201]
    assert small.service.post(f"/v1/incidents/{incident}/events", status("x")).status == 201


def test_it_is_decided_before_anything_is_looked_at(small: Edge) -> None:
    """Neither key nor body: a refusal has to cost next to nothing."""
    with held(small, 2), small.desk.wire("nobody") as wire:
        refused(wire.post("/v1/incidents", b"nonsense"), 503, "overloaded")


def test_the_figures_count_each_that_is_turned_away_and_the_log_tells_of_them_once_a_second(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said, asked = io.BytesIO(), 300

    def lines() -> list[dict[str, Any]]:
        return [orjson.loads(line) for line in said.getvalue().splitlines()]

    with served(tmp_path, in_flight_writes=2) as edge:
        monkeypatch.setattr(edge.api, "log", open_log("info", said))
        begun = perf_counter()
        with held(edge, 2), edge.desk.wire("nobody") as wire:
            for _ in range(asked):
                refused(wire.post("/v1/incidents", b"nonsense"), 503, "overloaded")
        deadline = perf_counter() + 30
        while sum(one["count"] for one in lines()) < asked:
            assert perf_counter() < deadline, lines()
            sleep(0.05)
        seconds = perf_counter() - begun
        found = edge.api.metrics.registry.get_sample_value
        assert found("sla_ledger_shed_total", {"kind": "write"}) == asked
        assert found("sla_ledger_refusals_total", {"name": "overloaded"}) == asked
        assert found("sla_ledger_requests_total", {"method": "POST", "route": "-", "status": "503"}) == asked
    assert {(one["event"], one["problem"], one["level"]) for one in lines()} == {
        ("turned-away", "overloaded", "warning")
    }
    assert lines()[0]["count"] == 1
    assert sum(one["count"] for one in lines()) == asked
    assert len(lines()) <= 2 + seconds


def test_a_client_that_goes_away_does_not_call_its_commit_off(small: Edge) -> None:
    head = small.head
    with held(small, 1):
        pass
    assert small.head == head + 1
    gone = small.desk.wire(str(small.service.key))
    commit, entered = small.api.ledger.commit, threading.Event()

    def wait(submissions: Any) -> list[Any]:
        entered.set()
        gone.close()
        return list(commit(submissions))

    small.api.ledger.commit = wait  # type: ignore[method-assign]
    try:
        sender = threading.Thread(target=lambda: _ignoring(lambda: gone.post("/v1/incidents", opening("C-001"))))
        sender.start()
        assert entered.wait(30)
        sender.join(30)
    finally:
        small.api.ledger.commit = commit  # type: ignore[method-assign]
    deadline = perf_counter() + 30
    while small.head < head + 2:
        assert perf_counter() < deadline, "the commit was called off"


def test_a_client_that_goes_away_within_its_body_is_no_fault(small: Edge, monkeypatch: pytest.MonkeyPatch) -> None:
    faults = list[str]()

    class Log:
        def error(self, event: str, **_: Any) -> None:
            faults.append(event)

    monkeypatch.setattr(small.api, "log", Log())
    head, key, body = small.head, new_key(), opening("C-001")
    whole = encode("POST", "/v1/incidents", key=small.service.key, body=body, headers={"Idempotency-Key": key})
    with socket.create_connection(("127.0.0.1", small.desk.port)) as connection:
        connection.sendall(whole[:-5])
        until_in_flight(small, 1)
    until_in_flight(small, 0)
    assert (faults, small.head) == ([], head)
    assert small.service.post("/v1/incidents", body, key).status == 201


def _ignoring(call: Callable[[], object]) -> None:
    try:
        call()
    except Exception:  # noqa: BLE001  (the connection was closed under it, however that shows)
        return


def test_a_server_that_stops_takes_nothing_new_but_tells_that_it_lives(tmp_path: Path) -> None:
    with served(tmp_path) as edge:
        edge.api.stopping = True
        for reply in (edge.service.get("/v1/contracts"), edge.service.post("/v1/incidents", opening("C-001"))):
            refused(reply, 503, "stopping")
            assert int(reply.headers["retry-after"]) > 0
        assert edge.service.get("/healthz").status == 200


def test_a_fault_is_logged_by_its_place_alone(small: Edge, monkeypatch: pytest.MonkeyPatch) -> None:
    said = io.BytesIO()

    class Log:
        def error(self, event: str, **facts: Any) -> None:
            said.write(f"{event} {facts['exc_info'][0].__name__}".encode())

    def fail(*_: object) -> Answer:
        raise ZeroDivisionError("canary")

    monkeypatch.setattr(small.api.commits, "enqueue", fail, raising=True)
    monkeypatch.setattr(small.api, "log", Log())
    refused(small.service.post("/v1/incidents", opening("C-001")), 500, "internal-error")
    assert said.getvalue() == b"fault ZeroDivisionError"
