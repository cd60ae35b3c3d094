"""The lease: one relay at a time, as the ledger's database knows it, by its own clock.

It is what tells a second relay who the first is; that two of them never publish past each other rests on Kafka's
fencing alone. A holder is named `host/process/namespace/number`, the number drawn at each start.
"""

import os
import secrets
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic
from typing import Final

from ledger.registry import Lease, Registry
from schemas.problems import LedgerError
from schemas.relay_problems import RelayHeld
from schemas.topics import TOPICS_VERSION

__all__ = ["Leasehold", "held", "lease_name"]

_RENEWALS: Final = 4
"""How often it is renewed while it lasts."""

_LOOKS_SECONDS: Final = 0.2
_PARTS: Final = 4


def lease_name(version: int) -> str:
    """The name of the lease to publish the topics of a version."""
    return "relay" if version == TOPICS_VERSION else f"relay-v{version}"


def holder_name() -> str:
    """The name of this process as a holder."""
    return f"{_machine()}/{os.getpid()}/{_namespace()}/{secrets.token_hex(4)}"


class Leasehold:
    """A lease that this process has, renewed by a thread until it is given back or lost."""

    def __init__(self, registry: Registry, name: str, holder: str, seconds: float) -> None:
        """Take what `held` has made."""
        self._registry = registry
        self._name = name
        self.holder = holder
        self._seconds = seconds
        self._until = monotonic() + seconds
        self._ended = threading.Event()
        self._other: Lease | None = None
        self._thread = threading.Thread(target=self._renew, name="lease", daemon=True)

    def start(self) -> None:
        """Renew it from now on."""
        self._thread.start()

    def check(self) -> None:
        """Raise RelayHeld, naming who has it now, where this process lost it."""
        if self._other is None and monotonic() > self._until:
            self._take()
        if self._other is not None:
            raise RelayHeld(holder=self._other.holder, until=self._other.until)

    def check_now(self) -> None:
        """The same, after asking the database."""
        self._take()
        self.check()

    def end(self) -> None:
        """Give it back."""
        self._ended.set()
        self._thread.join()
        try:
            self._registry.release_lease(self._name, self.holder)
        except LedgerError:
            return  # it runs out by itself

    def _renew(self) -> None:
        while not self._ended.wait(self._seconds / _RENEWALS) and self._other is None:
            try:
                self._take()
            except LedgerError:
                continue  # the next time; whoever publishes meanwhile is fenced off once another has it

    def _take(self) -> None:
        begun = monotonic()
        lease = self._registry.take_lease(self._name, self.holder, self._seconds)
        if lease.holder == self.holder:
            self._until = begun + self._seconds
        else:
            self._other = lease


@contextmanager
def held(registry: Registry, version: int, seconds: float) -> Iterator[Leasehold]:
    """Have the lease of a version's relay.

    A holder that is gone is waited for as long as its lease lasts, one that is a dead process of this machine not at
    all. Raises RelayHeld where the holder renews it.
    """
    name, holder = lease_name(version), holder_name()
    first: Lease | None = None
    while True:
        lease = registry.take_lease(name, holder, seconds)
        if lease.holder == holder:
            break
        if _is_dead(lease.holder):
            registry.release_lease(name, lease.holder)
            continue
        first = first or lease
        if (lease.holder, lease.until) != (first.holder, first.until):
            raise RelayHeld(holder=lease.holder, until=lease.until)
        threading.Event().wait(_LOOKS_SECONDS)
    leasehold = Leasehold(registry, name, holder, seconds)
    leasehold.start()
    try:
        yield leasehold
    finally:
        leasehold.end()


def _is_dead(holder: str) -> bool:
    """Whether the holder was a process of this machine that is no more."""
    parts = holder.split("/")
    if len(parts) != _PARTS:
        return False
    machine, process, namespace, _ = parts
    if machine != _machine() or namespace != _namespace() or not process.isdecimal():
        return False
    try:
        os.kill(int(process), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False


def _machine() -> str:
    return socket.gethostname().replace("/", "-")


def _namespace() -> str:
    """Which numbering of processes this is: containers count their own."""
    try:
        return str(Path("/proc/self/ns/pid").stat().st_ino)
    except OSError:
        return "0"
