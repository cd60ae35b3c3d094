"""The ledger's clock: the wall clock, watched by one that nobody sets (EVENTS.md, "When it was recorded").

A wall clock that jumps ahead would stamp events from the future, and every later event of their logs with them. So one
that is more than five minutes ahead of what it read at the start plus what the boot clock has measured since is not
believed until a person confirms it. Both clocks are given from outside, in nanoseconds.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Final, Protocol

from schemas.instants import MICROS_PER_MINUTE, from_micros
from schemas.problems import ClockSuspect

__all__ = ["TOLERANCE_MICROS", "Clock", "WatchedClock"]

TOLERANCE_MICROS: Final = 5 * MICROS_PER_MINUTE

_NANOS_PER_MICRO: Final = 1_000


class Clock(Protocol):
    """What tells the ledger the time."""

    def now(self) -> datetime:
        """The present instant in UTC. Raises ClockSuspect where the clock cannot be believed."""


class WatchedClock:
    """A wall clock that is believed while it agrees with a clock that cannot be set."""

    def __init__(self, wall_nanos: Callable[[], int], boot_nanos: Callable[[], int]) -> None:
        """Take both clocks' first readings."""
        self._wall_nanos = wall_nanos
        self._boot_nanos = boot_nanos
        self.confirm()

    def now(self) -> datetime:
        """The wall clock's instant in UTC. Raises ClockSuspect where it is too far ahead."""
        wall = self._wall_nanos() // _NANOS_PER_MICRO
        expected = wall - self._ahead_nanos() // _NANOS_PER_MICRO
        if wall - expected > TOLERANCE_MICROS:
            raise ClockSuspect(now=from_micros(wall), expected=from_micros(expected))
        return from_micros(wall)

    def confirm(self) -> None:
        """Believe the wall clock as it is now: a person has looked at it."""
        self._started_wall, self._started_boot = self.readings()

    def readings(self) -> tuple[int, int]:
        """What the wall clock and the boot clock read now, in nanoseconds."""
        return self._wall_nanos(), self._boot_nanos()

    def believe(self, wall_nanos: int, boot_nanos: int) -> None:
        """Believe the wall clock as somebody found it, who may have asked in another process of this machine.

        What was confirmed before this clock was begun says nothing about it.
        """
        if boot_nanos > self._started_boot:
            self._started_wall, self._started_boot = wall_nanos, boot_nanos

    def _ahead_nanos(self) -> int:
        passed = self._boot_nanos() - self._started_boot
        return self._wall_nanos() - (self._started_wall + passed)
