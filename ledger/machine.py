"""What the ledger takes from the machine it runs on: time, ids and salts, as functions that a test can give too."""

from collections.abc import Callable
from dataclasses import dataclass

from ledger.clock import Clock

__all__ = ["Machine"]


@dataclass(frozen=True, slots=True)
class Machine:
    """The clock, what makes an event's id, and what makes the salt of the value at a pointer."""

    clock: Clock
    new_id: Callable[[], str]
    new_salt: Callable[[str], bytes]
