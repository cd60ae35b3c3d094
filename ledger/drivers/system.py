"""What the machine gives the ledger: the time, ids nobody else will make, salts nobody can guess."""

import os
import time
from uuid import uuid4

from ledger.clock import WatchedClock
from ledger.machine import Machine
from schemas.commitments import SALT_BYTES

__all__ = ["random_bytes", "system_machine"]


def system_machine() -> Machine:
    """This machine: its wall clock, watched by the one that runs since it started, and its random numbers."""
    clock = WatchedClock(time.time_ns, lambda: time.clock_gettime_ns(time.CLOCK_BOOTTIME))
    return Machine(
        clock=clock,
        new_id=lambda: str(uuid4()),
        new_salt=lambda _pointer: os.urandom(SALT_BYTES),
    )


def random_bytes(count: int) -> bytes:
    """That many bytes which nobody can guess."""
    return os.urandom(count)
