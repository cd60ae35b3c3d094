"""A request whose answer was lost is retried under its key: one event, and the answer that was lost."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field

import orjson
import pytest

from tests.scale import scaled
from tests.server.audit import Told, faults, feed, histories, marked_note, marked_opening
from tests.server.cutting import Cut, CuttingProxy, Fault
from tests.server.support import CONTRACTS, Desk
from tests.server.wire import Reply, UnansweredError, Wire, new_key

CUTS = 1_000
PADDING = 24
CUTS_OF_AN_INCIDENT = 100

NextKey = Callable[[str], str]


def keeping(key: str) -> str:
    """What a client has to do: retry under the key it had."""
    return key


def forgetting(_key: str) -> str:
    """The control: a client that takes a new key for a retry."""
    return new_key()


@dataclass
class Harness:
    """A client behind a proxy that cuts each of its requests once."""

    desk: Desk
    proxy: CuttingProxy
    retry_key: NextKey
    chance: random.Random = field(default_factory=lambda: random.Random(20_240_427))
    told: list[Told] = field(default_factory=list)
    replayed: int = 0

    def open(self) -> str:
        """An incident, cut as all else."""
        return self._cut_once("/v1/incidents", marked_opening)

    def append(self, incident: str) -> None:
        """An event that is cut off and retried."""
        self._cut_once(f"/v1/incidents/{incident}/events", lambda _contract, mark: marked_note(mark))

    def faults(self, base: int) -> list[str]:
        """What is wrong with the ledger."""
        with self.desk.wire() as wire:
            written = feed(wire)
            return faults(self.told, written, histories(wire, written), base)

    def _cut_once(self, path: str, body_of: Callable[[str, str], object]) -> str:
        mark = new_key()
        # Blanks at the end, so that a request which lacks its last bytes may be JSON all the same.
        body = orjson.dumps(body_of(self.chance.choice(CONTRACTS), mark)) + b" " * PADDING
        fault = Fault(self.chance.choice(list(Cut)), self._missing())
        self.proxy.faults.append(fault)
        with pytest.raises(UnansweredError):
            self._send(path, body, mark)
        first = self.proxy.passed[-1]
        reply = self._send(path, body, self.retry_key(mark))
        assert reply.status == 201, reply.body
        if self.retry_key is keeping:
            self._check_replay(fault, first.reply, reply)
        self.told.append(Told.of(mark, reply.event))
        return str(reply.event["subject"])

    def _check_replay(self, fault: Fault, first: bytes, reply: Reply) -> None:
        """A request that was answered is answered again by the same bytes; one that did not come through is not."""
        self.replayed += reply.replayed
        if fault.cut in {Cut.REPLY_LOST, Cut.REPLY_SHORT}:
            assert reply.replayed
            assert first.startswith(b"HTTP/1.1 201 ")
            assert reply.body == first.partition(b"\r\n\r\n")[2]
        elif fault.cut is Cut.REQUEST_SHORT:
            assert not reply.replayed

    def _missing(self) -> int:
        """How many bytes are cut off: mostly some of the blanks, else any number that leaves something."""
        return self.chance.choice([self.chance.randint(1, PADDING), self.chance.randint(1, 250)])

    def _send(self, path: str, body: bytes, key: str) -> Reply:
        with Wire(self.proxy.port, self.desk.keys.service) as wire:
            return wire.post(path, body, key)


def run(desk: Desk, cuts: int, retry_key: NextKey) -> tuple[Harness, list[str]]:
    """Cut so many requests, then look at what the ledger holds."""
    with desk.wire() as wire:
        base = len(feed(wire))
    with CuttingProxy(desk.server.port) as proxy:
        harness = Harness(desk, proxy, retry_key)
        incident = ""
        for number in range(cuts):
            if number % CUTS_OF_AN_INCIDENT == 0:
                incident = harness.open()
            else:
                harness.append(incident)
    return harness, harness.faults(base)


def test_a_retry_under_the_same_key_gives_one_event_and_the_same_answer(desk: Desk) -> None:
    harness, found = run(desk, scaled(CUTS), keeping)
    assert found == []
    assert len(harness.told) == scaled(CUTS)
    assert harness.replayed > scaled(CUTS) / 4


def test_the_control_that_retries_under_a_new_key_is_caught(desk: Desk) -> None:
    _, found = run(desk, 20, forgetting)
    assert any("2 events with the mark" in one for one in found)
