"""What a ledger keeps beside its record, opened together: its keys, its pseudonyms, its access log."""

from collections.abc import Callable
from datetime import datetime
from typing import Final, NamedTuple

from ledger.access_log import AccessLog
from ledger.clock import Clock, WatchedClock
from ledger.keyring import Keyring
from ledger.pseudonyms import Pseudonyms
from ledger.registry import Registry
from schemas.instants import from_micros

__all__ = ["Registers", "open_registers", "wall"]

_NANOS_PER_MICRO: Final = 1_000


class Registers(NamedTuple):
    """The keys, the pseudonyms, the access log."""

    keyring: Keyring
    pseudonyms: Pseudonyms
    access_log: AccessLog


def open_registers(registry: Registry, clock: Clock, random: Callable[[int], bytes]) -> Registers:
    """The registers kept in a registry; `random` makes that many unguessable bytes."""

    def now() -> datetime:
        return wall(clock)

    return Registers(Keyring(registry, now, random), Pseudonyms(registry, random), AccessLog(registry, now))


def wall(clock: Clock) -> datetime:
    """What the wall clock says, believed or not: a suspect clock stops what is recorded, not a revocation."""
    return from_micros(clock.readings()[0] // _NANOS_PER_MICRO) if isinstance(clock, WatchedClock) else clock.now()
