"""The process that produces for a relay, ended together with it: `python -m tests.kafka.dying KIND STEP AFTER`.

`producer` is the product's; `alone` too, but it ends without the relay. The others are controls: `split` commits the
position record in a transaction of its own, after that of the events and rows, and between the two is the step
`between`; with `unfenced` each producer has a transactional id of its own, so none shuts another out.
"""

import os
import signal
import sys
from typing import Any
from uuid import uuid4

from kafka import KafkaProducer

from services.kafka import producing
from services.kafka.__main__ import main as serve_relay
from services.kafka.producing import Step
from tests.kafka.relaying import killer


def die() -> None:
    """Kill the producer."""
    os.kill(os.getpid(), signal.SIGKILL)


def die_with_parent() -> None:
    """Kill the relay and its producer."""
    os.kill(os.getppid(), signal.SIGKILL)
    die()


class SplitProducer(KafkaProducer):  # type: ignore[misc]
    """Begins another transaction for the position record."""

    step: Step = staticmethod(lambda _name: None)

    def send(self, topic: str, *arguments: Any) -> Any:
        """Send a record; a position record in a transaction of its own."""
        if topic.startswith("sla-ledger.checkpoints"):
            self.commit_transaction()
            SplitProducer.step("between")
            self.begin_transaction()
        return super().send(topic, *arguments)


class UnfencedProducer(KafkaProducer):  # type: ignore[misc]
    """Shuts nobody out."""

    def __init__(self, **given: Any) -> None:
        super().__init__(**{**given, "transactional_id": str(uuid4())})


def main(kind: str, step: str, after: str) -> None:
    """Produce until killed."""
    passed = killer(step, int(after), die if kind == "alone" else die_with_parent)
    if kind == "split":
        SplitProducer.step = staticmethod(passed)
        setattr(producing, "KafkaProducer", SplitProducer)  # noqa: B010
    if kind == "unfenced":
        setattr(producing, "KafkaProducer", UnfencedProducer)  # noqa: B010
    serve_relay(passed)


if __name__ == "__main__":
    main(*sys.argv[1:])
