"""Sixty-four connections share commits: one request refused is no other one's fate, and a batch is all or none."""

import random
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from tests.scale import scaled
from tests.server.audit import Told, faults, feed, histories, marked_note, marked_opening
from tests.server.bodies import ENGINEER, body
from tests.server.support import CONTRACTS, Desk
from tests.server.wire import Reply, Wire, new_key

CONNECTIONS = 64
ROUNDS = 100
BATCHES = 40
BATCH = 500

Command = Callable[[Wire, str, str], Reply]


def good(wire: Wire, incident: str, mark: str) -> Reply:
    return wire.post(f"/v1/incidents/{incident}/events", marked_note(mark), mark)


def opening(wire: Wire, _incident: str, mark: str) -> Reply:
    return wire.post("/v1/incidents", marked_opening(CONTRACTS[1], mark), mark)


def against_the_rules(wire: Wire, incident: str, mark: str) -> Reply:
    stopped = body("incident.work-stopped", {"engineer": "e-17"}, ENGINEER)
    return wire.post(f"/v1/incidents/{incident}/events", stopped, mark)


def of_another_version(wire: Wire, incident: str, mark: str) -> Reply:
    return wire.post(f"/v1/incidents/{incident}/events", marked_note(mark), mark, If_Match='"v1000000"')


def of_an_unknown_incident(wire: Wire, _incident: str, mark: str) -> Reply:
    return wire.post("/v1/incidents/INC-2001-000001/events", marked_note(mark), mark)


def of_an_unknown_contract(wire: Wire, _incident: str, mark: str) -> Reply:
    return wire.post("/v1/incidents", marked_opening("C-404", mark), mark)


def with_a_field_too_many(wire: Wire, incident: str, mark: str) -> Reply:
    spoilt = marked_note(mark)
    spoilt["data"]["surplus"] = 1
    return wire.post(f"/v1/incidents/{incident}/events", spoilt, mark)


COMMANDS: dict[Command, int] = {
    good: 201,
    opening: 201,
    against_the_rules: 409,
    of_another_version: 412,
    of_an_unknown_incident: 404,
    of_an_unknown_contract: 409,
    with_a_field_too_many: 422,
}


def test_a_refused_command_never_fails_its_neighbours(desk: Desk) -> None:
    told: list[Told] = []
    refused = 0

    def client(number: int) -> tuple[list[Told], int]:
        chance = random.Random(number)
        mine: list[Told] = []
        others = 0
        with desk.wire() as wire:
            for _ in range(scaled(ROUNDS)):
                mark = new_key()
                command = chance.choice([good, good, good, *COMMANDS])
                reply = command(wire, desk.incident, mark)
                assert reply.status == COMMANDS[command], (command.__name__, reply)
                if reply.status == 201:
                    mine.append(Told.of(mark, reply.event))
                else:
                    others += 1
        return mine, others

    with desk.wire() as wire, ThreadPoolExecutor(CONNECTIONS) as pool:
        base = len(feed(wire))
        for mine, others in pool.map(client, range(CONNECTIONS)):
            told += mine
            refused += others
        written = feed(wire)
        assert faults(told, written, histories(wire, written), base) == []
        page = wire.ask("GET", "/metrics", headers={"Authorization": f"Bearer {desk.keys.admin}"})
    assert refused > CONNECTIONS
    assert len(told) > 2 * figure(page, "sla_ledger_commit_requests_count"), "each had a commit of its own"


def figure(page: Reply, name: str) -> float:
    """A figure of the page of metrics."""
    (value,) = [line.rpartition(" ")[2] for line in page.body.decode().splitlines() if line.startswith(f"{name} ")]
    return float(value)


def test_batches_are_taken_whole_or_not_at_all(desk: Desk) -> None:
    told: list[Told] = []
    lock = threading.Lock()

    def client(number: int) -> None:
        chance = random.Random(number)
        with desk.wire() as wire:
            for _ in range(scaled(BATCHES) // 4 + 1):
                marks = [new_key() for _ in range(BATCH)]
                batch = [_element(desk, mark, place) for place, mark in enumerate(marks)]
                spoilt = chance.randrange(BATCH) if chance.random() < 0.5 else None
                if spoilt is not None:
                    batch[spoilt] |= {"if_match": '"v1000000"'} if chance.random() < 0.5 else {"subject": "C-404"}
                reply = wire.post("/v1/events", batch)
                if spoilt is not None:
                    _check_refusal(reply, spoilt)
                    continue
                assert reply.status == 201, reply.body
                events = reply.json()["events"]
                positions = [event["position"] for event in events]
                assert positions == list(range(positions[0], positions[0] + BATCH))
                with lock:
                    told.extend(Told.of(mark, event) for mark, event in zip(marks, events, strict=True))
                single = new_key()
                between = good(wire, desk.incident, single)
                assert between.status == 201, between.body
                with lock:
                    told.append(Told.of(single, between.event))

    with desk.wire() as wire, ThreadPoolExecutor(4) as pool:
        base = len(feed(wire))
        list(pool.map(client, range(4)))
        written = feed(wire)
        assert faults(told, written, histories(wire, written), base) == []


def _element(desk: Desk, mark: str, place: int) -> dict[str, Any]:
    if place % 50 == 49:
        return marked_opening(CONTRACTS[1], mark)
    return {**marked_note(mark), "subject": desk.incident}


def _check_refusal(reply: Reply, spoilt: int) -> None:
    assert reply.status in {404, 409, 412, 422}, reply.body
    pointer = reply.json().get("pointer", "")
    assert pointer.startswith(f"/{spoilt}"), reply.body


def test_a_batch_of_too_many_is_refused(shared_desk: Desk) -> None:
    with shared_desk.wire() as wire:
        before = len(feed(wire))
        reply = wire.post("/v1/events", [_element(shared_desk, new_key(), 0) for _ in range(BATCH + 1)])
        assert (reply.status, reply.problem) == (413, "batch-too-long")
        assert len(feed(wire)) == before
