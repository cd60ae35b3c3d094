"""A relay as the tests run it: in this process, in a thread, or in a fork that is killed at a step of its loop."""

import os
import signal
import sys
import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from threading import Event, Thread
from typing import Any, NoReturn

from ledger.application import Ledger
from schemas.topics import Topics, topics
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


def killed_at(url: str, servers: str, state: Path, where: str, step: str, after: int) -> bool:
    """Run a relay that is killed at a step; False where it caught up before it came so far.

    `where` is `relay` or `producer`, whose process is killed (the producer's with the relay) when it has passed the
    step so often; or another kind of producer (tests.kafka.dying), with a step of its own.
    """
    child = os.fork()
    if child == 0:
        _be_killed(url, options(servers, state, most_events=10), where, step, after)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        return True
    assert os.waitstatus_to_exitcode(status) == 0, "the relay failed"
    return False


def _be_killed(url: str, given: RelayOptions, where: str, step: str, after: int) -> NoReturn:
    try:
        if where == "relay":
            relay_once(url, given, step=killer(step, after, _die))
        else:
            command = (sys.executable, "-m", "tests.kafka.dying", where, step, str(after))
            relay_once(url, replace(given, command=command))
        os._exit(0)
    except BaseException:  # noqa: BLE001  (whatever it is must not go on as a second test run)
        traceback.print_exc()
        os._exit(1)


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


__all__ = [
    "NAMES",
    "PRODUCER_STEPS",
    "PRODUCING",
    "STEPS",
    "Event",
    "environment",
    "killed_at",
    "killer",
    "options",
    "relay_once",
    "relaying",
    "verified",
]
