"""Eight clients racing on one incident, and what each of them called and saw."""

import random
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Final

import orjson

from tests.server.audit import history
from tests.server.bodies import CUSTOMER, ENGINEER, Body, body, opening
from tests.server.linearizability import (
    Accepted,
    Append,
    Broken,
    Call,
    Differs,
    Kind,
    Listed,
    Operation,
    Outcome,
    ReadEvents,
    ReadVersion,
    Seen,
    State,
)
from tests.server.support import CONTRACTS, Desk
from tests.server.wire import Wire, new_key

__all__ = ["CLIENTS", "Race"]

CLIENTS: Final = 8
_CALLS: Final = 6
_KINDS: Final[Sequence[Kind]] = ("note", "note", "note", "note", "close", "reopen")


class Race:
    """One incident and its eight clients."""

    def __init__(self, desk: Desk, wires: Sequence[Wire], seed: int) -> None:
        """Race over these connections, one a client."""
        self._wires = wires
        self._seed = seed
        self._start = threading.Barrier(len(wires))
        with desk.wire() as wire:
            opened = wire.post("/v1/incidents", opening(CONTRACTS[0]))
        assert opened.status == 201, opened.body
        self.path = f"/v1/incidents/{opened.event['subject']}"
        self.initial = State((opened.event["id"],))

    def run(self, pool: ThreadPoolExecutor) -> list[Call]:
        """All calls of all clients."""
        histories = [pool.submit(self._client, number) for number in range(len(self._wires))]
        return [call for one in histories for call in one.result()]

    def _client(self, number: int) -> list[Call]:
        chance = random.Random(f"{self._seed} {number}")
        seen = 1
        calls = []
        self._start.wait(60)
        for _ in range(_CALLS):
            operation = _chosen(chance, seen)
            called_at = time.perf_counter()
            outcome = self._carry_out(self._wires[number], operation)
            calls.append(Call(operation, outcome, called_at, time.perf_counter()))
            seen = _version_of(outcome) or seen
        return calls

    def _carry_out(self, wire: Wire, operation: Operation) -> Outcome:
        match operation:
            case ReadVersion():
                reply = wire.get(self.path)
                assert reply.status == 200, reply.body
                return Seen(int(reply.headers["etag"].strip('"').removeprefix("v")))
            case ReadEvents():
                lines = history(wire, self.path.rpartition("/")[2])
                return Listed(tuple(orjson.loads(line)["id"] for line in lines))
            case Append(mark, kind, if_match):
                condition = {} if if_match is None else {"If_Match": f'"v{if_match}"'}
                reply = wire.post(f"{self.path}/events", _body(mark, kind), None, **condition)
                if reply.status == 201:
                    assert reply.headers["etag"] == f'"v{reply.event["version"]}"'
                    return Accepted(reply.event["version"])
                assert reply.status in {409, 412}, reply.body
                return Differs() if reply.status == 412 else Broken()


def _chosen(chance: random.Random, seen: int) -> Operation:
    match chance.randrange(6):
        case 0:
            return ReadVersion()
        case 1:
            return ReadEvents()
        case drawn:
            return Append(new_key(), chance.choice(_KINDS), seen if drawn < 4 else None)


def _version_of(outcome: Outcome) -> int | None:
    """What a client learns of the incident's version."""
    match outcome:
        case Accepted(version) | Seen(version):
            return version
        case Listed(marks):
            return len(marks)
        case _:
            return None


def _body(mark: str, kind: Kind) -> Body:
    if kind == "note":
        return body("incident.status-reported", {"summary": "Still at it"}, ENGINEER, id=mark)
    if kind == "close":
        return body("incident.customer-unreachable", {}, ENGINEER, id=mark)
    return body("incident.reopened", {"reason": "It is back"}, CUSTOMER, id=mark)
