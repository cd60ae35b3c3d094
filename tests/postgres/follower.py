"""A reader of the feed that never stops: what it was told once is never otherwise, and nothing comes in before it."""

import threading
from typing import Self

from tests.server.audit import Written, page
from tests.server.support import Server
from tests.server.wire import UnansweredError, Wire

__all__ = ["Follower"]


class Follower:
    """Reads on at one server, page by page, through all that befalls it."""

    def __init__(self, server: Server, key: str) -> None:
        """Begin at the first event once it is entered."""
        self._server = server
        self._key = key
        self._enough = threading.Event()
        self._thread = threading.Thread(target=self._follow, name="follower")
        self.seen: list[Written] = []
        self.complaints: list[str] = []
        self.unanswered = 0

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._enough.set()
        self._thread.join()

    def faults(self, written: list[Written]) -> list[str]:
        """What it complained of, and where what it was told is not what is written in the end."""
        found = list(self.complaints)
        if self.seen != written[: len(self.seen)]:
            found.append("the follower was told what is not written")
        if len(self.seen) < len(written) // 2:
            found.append(f"the follower came to {len(self.seen)} of {len(written)} events only")
        return found

    def _follow(self) -> None:
        with Wire(self._server.port, self._key) as wire:
            while not self._enough.is_set():
                last = len(self.seen)
                try:
                    told = page(wire, last, wait=1)
                except UnansweredError:
                    told = None
                if told is None:
                    self.unanswered += 1
                    self._enough.wait(0.01)
                    continue
                positions = [one.position for one in told]
                if positions != list(range(last + 1, last + 1 + len(told))):
                    self.complaints.append(f"after {last} the follower was told of {positions[:5]}…")
                self.seen += told
