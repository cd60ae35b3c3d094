"""Writers that a server dies under: each retries what it does not know the outcome of, under the same key, for ever."""

import random
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Final

from tests.server.audit import Told, marked_note, marked_opening
from tests.server.support import CONTRACTS, Server
from tests.server.wire import Reply, UnansweredError, Wire, encode, new_key

__all__ = ["WRITERS", "Counts", "Writers"]

WRITERS: Final = 16
_NOTES_OF_AN_INCIDENT: Final = 40
_AGAIN: Final = 0.05
"""The share of acknowledged requests that are sent once more."""
_LATER: Final = (503, 507)
_REPLAYED: Final = "idempotency-replayed"


@dataclass
class Counts:
    """What the writers met."""

    unknown: int = 0
    """Attempts whose answer was lost, or was that the outcome is unknown."""
    found: int = 0
    """Of the requests with such an attempt, those that had been carried out by it."""
    repeated: int = 0
    """Acknowledged requests sent once more."""


@dataclass
class Writers:
    """Sixteen clients that open incidents and append to them, at a server that comes and goes."""

    server: Server
    key: str
    others: Sequence[Server] = ()
    """Further servers of the same ledger: each writer has one of them all."""
    told: list[Told] = field(default_factory=list)
    counts: Counts = field(default_factory=Counts)
    complaints: list[str] = field(default_factory=list)
    """Answers that no server which keeps its promises gives."""
    _running: threading.Event = field(default_factory=threading.Event)
    _enough: threading.Event = field(default_factory=threading.Event)
    _given_up: threading.Event = field(default_factory=threading.Event)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Write until the block ends, then until no outcome is unknown any more."""
        self._enough.clear()
        self._running.set()
        with ThreadPoolExecutor(WRITERS) as pool:
            futures = [pool.submit(self._write, number) for number in range(WRITERS)]
            try:
                yield
            except BaseException:
                self._given_up.set()
                raise
            finally:
                self._enough.set()
                self._running.set()
            for future in futures:
                future.result()

    def kill_once(self, after_seconds: float, again_after_seconds: float | None = None) -> float:
        """Kill the server so long from now and start it again; returns after how many seconds it was ready.

        Where `again_after_seconds` is given it is killed once more, so long after it began to start.
        """
        time.sleep(after_seconds)
        self._running.clear()
        self.server.kill()
        if again_after_seconds is not None:
            self.server.spawn()
            time.sleep(again_after_seconds)
            self.server.kill()
        seconds = self.server.start()
        self._running.set()
        return seconds

    def stop_once(self, after_seconds: float) -> None:
        """Ask the server to end so long from now, while requests keep coming, and start it again."""
        time.sleep(after_seconds)
        assert self.server.stop() == 0, self.server.said()
        self.server.start()

    def _write(self, number: int) -> None:
        chance = random.Random(number)
        servers = (self.server, *self.others)
        with Wire(servers[number % len(servers)].port, self.key) as wire:
            while not self._enough.is_set():
                mark = new_key()
                opened = self._resolve(
                    wire, "/v1/incidents", marked_opening(chance.choice(CONTRACTS), mark), mark, chance
                )
                path = f"/v1/incidents/{opened.subject}/events" if opened else ""
                notes = chance.randint(1, 2 * _NOTES_OF_AN_INCIDENT)
                while opened and notes and not self._enough.is_set():
                    mark = new_key()
                    self._resolve(wire, path, marked_note(mark), mark, chance)
                    notes -= 1

    def _resolve(self, wire: Wire, path: str, body: object, mark: str, chance: random.Random) -> Told | None:
        """Send a request under the key that is its mark until its outcome is known; None where it was refused."""
        request = encode("POST", path, key=self.key, body=body, headers={"Idempotency-Key": mark})
        reply, lost = self._until_answered(wire, request)
        if reply.status != 201:
            with self._lock:
                self.complaints.append(f"{path} answers {reply}")
            time.sleep(0.01)
            return None
        told = Told.of(mark, reply.event)
        again = chance.random() < _AGAIN
        repeated = self._until_answered(wire, request)[0] if again else replace(reply, headers={_REPLAYED: "true"})
        with self._lock:
            self.told.append(told)
            self.counts.unknown += lost
            self.counts.found += reply.replayed
            self.counts.repeated += again
            if reply.replayed and not lost:
                self.complaints.append(f"a new key is answered as one that was used: {reply}")
            if (repeated.status, repeated.body, repeated.replayed) != (201, reply.body, True):
                self.complaints.append(f"{reply} was answered, and under the same key {repeated}")
        return told

    def _until_answered(self, wire: Wire, request: bytes) -> tuple[Reply, int]:
        """The answer at last, and how many attempts were lost before."""
        lost = 0
        while True:
            self._running.wait()
            assert not self._given_up.is_set(), "the server will not come back"
            try:
                reply = wire.send(request)
            except UnansweredError:
                lost += 1
                time.sleep(0.002)
                continue
            if reply.status not in _LATER:
                return reply, lost
            lost += reply.problem == "outcome-unknown"
            time.sleep(0.01)
