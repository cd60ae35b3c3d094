"""A ledger that grows: the lines of a made history, recorded a few at a time."""

from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any
from uuid import uuid4

import orjson

from benchmarks.histories import history
from ledger.application import Ledger
from schemas.decode import decode_proposal
from services.bootstrap import found_ledger


class Office:
    """A ledger in a file, and what is yet to be recorded in it."""

    def __init__(self, folder: Path, incidents: int, seed: int = 1) -> None:
        self.file = folder / f"{uuid4()}.db"
        self.url = f"sqlite:///{self.file}"
        found_ledger(self.url, provider="Provider").close()
        self._waiting: Iterator[dict[str, Any]] = history(incidents, seed)

    def record(self, most: int) -> int:
        """Record at most so many of the next lines; how many there were."""
        lines = list(islice(self._waiting, most))
        with Ledger.open(self.url) as ledger:
            for _ in ledger.import_(decode_proposal(orjson.dumps(line)) for line in lines):
                pass
        return len(lines)

    def record_all(self) -> None:
        """Record what is left."""
        while self.record(1_000):
            pass


__all__ = ["Office"]
