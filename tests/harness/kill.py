"""A writer that is killed at a random moment, over and over, and what it must leave behind.

The writer is a child of this process, made by `fork` so that a kill costs milliseconds. It tells the id of each event
on a pipe once the event is recorded, and is killed a random moment after a random number of these acknowledgements.
"""

import os
import random
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, NoReturn
from uuid import uuid4

from eventsourcing.persistence import Recording

from ledger.application import Ledger
from schemas.chain import GENESIS, extend
from tests.conformance.recorder_kit import opening, registration, reply

CONTRACT = "C-001"
LONGEST_WAIT_SECONDS = 0.003
MOST_ACKNOWLEDGEMENTS = 12

_ID_BYTES = 36

Acknowledge = Callable[[str], None]
Writer = Callable[[str, Acknowledge], None]


def found(url: str) -> None:
    """Make the ledger that the writers append to."""
    with Ledger.create(url, provider="Provider", ledger_id=str(uuid4())) as ledger:
        ledger.append([registration(CONTRACT), opening(CONTRACT)])


def append_for_ever(url: str, acknowledge: Acknowledge) -> None:
    """What the product does: an append returns once its transaction is committed."""
    with Ledger.open(url) as ledger:
        while True:
            event_id = str(uuid4())
            ledger.append([reply(CONTRACT).model_copy(update={"id": event_id})])
            acknowledge(event_id)


def acknowledge_too_early(url: str, acknowledge: Acknowledge) -> None:
    """The control: an event is acknowledged once it is inserted, and committed after that."""

    class Hasty(Ledger):
        def save(self, *objs: Any, **kwargs: Any) -> list[Recording[str]]:
            recordings = super().save(*objs, **kwargs)
            for entry in objs:
                acknowledge(entry.event.id)
            return recordings

    with Hasty.open(url) as ledger:
        while True:
            ledger.append([reply(CONTRACT)])


@dataclass
class KillHarness:
    """Kills writers of one ledger, and keeps what they acknowledged."""

    url: str
    writer: Writer
    chance: random.Random = field(default_factory=lambda: random.Random(20_240_427))
    acknowledged: list[str] = field(default_factory=list)

    def kill_once(self) -> None:
        """Start a writer and kill it at a random moment."""
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(reading)
            self._write(writing)
        os.close(writing)
        heard = self._hear(reading, self.chance.randint(1, MOST_ACKNOWLEDGEMENTS))
        time.sleep(self.chance.uniform(0, LONGEST_WAIT_SECONDS))
        os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        assert os.WIFSIGNALED(status), "the writer ended by itself"
        self.acknowledged += heard + self._hear(reading, None)
        os.close(reading)

    def lost(self) -> list[str]:
        """The acknowledged events that the ledger, opened again, does not have; it must be whole besides."""
        with Ledger.open(self.url) as ledger:
            chain = GENESIS
            for position, row in enumerate(ledger.rows(), start=1):
                assert row.position == position
                chain = extend(chain, row.state)
            assert ledger.head().chain == chain
            return [event_id for event_id in self.acknowledged if ledger.find(event_id) is None]

    def _write(self, pipe: int) -> NoReturn:
        try:
            self.writer(self.url, lambda event_id: _tell(pipe, event_id))
        finally:
            os._exit(1)

    def _hear(self, pipe: int, most: int | None) -> list[str]:
        """Acknowledgements, so many or until the pipe is closed."""
        heard: list[str] = []
        while most is None or len(heard) < most:
            told = os.read(pipe, _ID_BYTES)
            if not told:
                break
            heard.append(told.decode("ascii"))
        return heard


def _tell(pipe: int, event_id: str) -> None:
    assert os.write(pipe, event_id.encode("ascii")) == _ID_BYTES
