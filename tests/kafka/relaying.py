"""A relay as the tests run it: in this process, or in one of its own that can be killed at any step of its loop.

    python -m tests.kafka.relaying URL SERVERS STATE KILL AFTER     KILL is a step's name, AFTER how often it passes

What it left is read by another client than the product's, and compared with the ledger by code of its own.
"""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread
from typing import Any

from ledger.application import Ledger
from schemas.topics import Topics, topics
from services.kafka.__main__ import main as serve_relay
from services.kafka.connecting import KafkaConnection
from services.kafka.lease import held
from services.kafka.line import Published
from services.kafka.relay import Relay, RelayOptions
from services.kafka.sender import PRODUCING
from services.kafka.verifying import Verification, verify
from services.logging import open_log
from services.settings import Settings

NAMES: Topics = topics()
STEPS = ("opened", "aligned", "read", "projected", "sent", "committed", "kept")
"""The steps of the relay's own process."""

PRODUCER_STEPS = ("connected", "fenced", "begun", "half-sent", "sent", "committed")
"""The steps of the process that produces for it."""

_LEASE_SECONDS = 5.0


def options(servers: str, state: Path, **given: Any) -> RelayOptions:
    """What a relay of the tests works with."""
    return RelayOptions(**{"servers": servers, "state": state, "patience_seconds": 20.0, **given})


def relay_once(
    url: str,
    given: RelayOptions,
    *,
    step: Callable[[str], object] = lambda _name: None,
    told: Callable[[Published], object] = lambda _published: None,
    until_caught_up: bool = True,
    lease_seconds: float = _LEASE_SECONDS,
) -> Published:
    """Run a relay in this process; how far it came."""
    with Ledger.open(url) as ledger, held(ledger.registry, given.version, lease_seconds) as lease:
        relay = Relay(ledger, lease, given, open_log("error", sys.stderr.buffer), step=step, told=told)
        relay.run(until_caught_up=until_caught_up)
        return relay.published


@contextmanager
def relaying(url: str, given: RelayOptions) -> Iterator[Thread]:
    """A relay that runs beside the test, in a thread."""
    failed: list[BaseException] = []

    def run() -> None:
        try:
            relay_once(url, given, until_caught_up=False)
        except BaseException as error:  # noqa: BLE001  (raised again where the test can see it)
            failed.append(error)

    thread = Thread(target=run)
    thread.start()
    try:
        yield thread
    finally:
        given.stopping.set()
        thread.join()
    if failed:
        raise failed[0]


def verified(url: str, servers: str, names: Topics = NAMES) -> Verification:
    """What `relay verify` finds."""
    connection = KafkaConnection.of(Settings.read(), servers)
    with Ledger.open(url) as ledger:
        return verify(ledger, connection.options(), names)


def killed_at(url: str, servers: str, state: Path, step: str, after: int, *, producer: bool = False) -> int:
    """Run a relay that is killed at a step; its exit code, 0 where it caught up before it came so far."""
    where = "producer" if producer else "relay"
    command = [sys.executable, "-m", "tests.kafka.relaying", url, servers, str(state), where, step, str(after)]
    return subprocess.run(command, check=False, env=environment(), timeout=120).returncode


def environment(**given: str) -> Mapping[str, str]:
    """This process's environment without settings of the product."""
    return {name: value for name, value in os.environ.items() if not name.startswith("SLA_LEDGER_")} | given


def killer(step: str, after: int, victims: Callable[[], None]) -> Callable[[str], None]:
    """Kill once the step has been passed so often."""
    left = after

    def passed(name: str) -> None:
        nonlocal left
        if name == step:
            left -= 1
            if left <= 0:
                victims()

    return passed


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _die_with_parent() -> None:
    os.kill(os.getppid(), signal.SIGKILL)
    _die()


def main(url: str, servers: str, state: str, where: str, step: str, after: str) -> None:
    """A relay that is killed."""
    if where == "relay":
        relay_once(url, options(servers, Path(state)), step=killer(step, int(after), _die))
        return
    command = (sys.executable, "-c", _PRODUCER, step, after)
    relay_once(url, options(servers, Path(state), command=command))


_PRODUCER = "import sys; from tests.kafka.relaying import produce; produce(sys.argv[1], int(sys.argv[2]))"


def produce(step: str, after: int) -> None:
    """The process that produces, which at a step kills the relay and itself."""
    serve_relay(killer(step, after, _die_with_parent))


__all__ = [
    "NAMES",
    "PRODUCER_STEPS",
    "PRODUCING",
    "STEPS",
    "Event",
    "environment",
    "killed_at",
    "options",
    "relay_once",
    "relaying",
    "verified",
]


if __name__ == "__main__":
    main(*sys.argv[1:])
