"""How often and for how long a request is tried: full jitter, exponential, within a budget of tries and of time."""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field

__all__ = ["Budget", "Conduct", "Retries"]


@dataclass(frozen=True, slots=True)
class Retries:
    """What may be spent on one call. `Retries(attempts=1)` tries nothing again."""

    attempts: int = 20
    seconds: float = 60.0
    first_pause_seconds: float = 0.1
    longest_pause_seconds: float = 10.0

    def __post_init__(self) -> None:
        """Refuse what would mean no try at all."""
        if self.attempts < 1 or min(self.seconds, self.first_pause_seconds, self.longest_pause_seconds) < 0:
            raise ValueError(f"retries need at least one attempt and no negative times: {self}")


@dataclass(frozen=True, slots=True)
class Conduct:
    """The retries of a client, with the clock and the chance they are measured by."""

    retries: Retries = field(default_factory=Retries)
    clock: Callable[[], float] = time.monotonic
    chance: Callable[[], float] = random.random
    """A number from 0 up to 1."""


class Budget:
    """What is left for one call."""

    __slots__ = ("_conduct", "_deadline", "_failures")

    def __init__(self, conduct: Conduct) -> None:
        self._conduct = conduct
        self.refill()

    def refill(self) -> None:
        """Begin anew, since the ledger has answered."""
        self._failures = 0
        self._deadline = self._conduct.clock() + self._conduct.retries.seconds

    def pause(self, retry_after: float | None = None) -> float | None:
        """Seconds to wait before the next try, None where there is no other.

        `retry_after` is the least that the ledger asks for; chance adds to it, lest all come back at once.
        """
        retries = self._conduct.retries
        self._failures += 1
        if self._failures >= retries.attempts:
            return None
        # 2^30 times the first pause is beyond every longest one, and larger powers are no floats.
        growth = 2.0 ** min(self._failures - 1, 30)
        widest = min(retries.longest_pause_seconds, retries.first_pause_seconds * growth)
        seconds = (retry_after or 0.0) + self._conduct.chance() * widest
        return seconds if self._conduct.clock() + seconds <= self._deadline else None
