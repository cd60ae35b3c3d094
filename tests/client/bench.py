"""What the tests of the client's core share: answers, and plans carried out on a clock and a chance of their own."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from sla_ledger_client.exchange import Pause, Plan, Send
from sla_ledger_client.request import NoAnswer, Reply, Request
from sla_ledger_client.retries import Conduct, Retries

__all__ = ["LOST", "UNSENT", "Stage", "accepted", "event", "problem"]

T = TypeVar("T")

LOST = NoAnswer("the connection was lost")
UNSENT = NoAnswer("nobody listens", sent=False)


def event(number: int = 1, **other: Any) -> dict[str, Any]:
    """One event as the answer to a write tells it."""
    return {
        "id": f"00000000-0000-4000-8000-{number:012}",
        "subject": "INC-2024-000001",
        "type": "incident.opened.v1",
        "position": number,
        "version": number,
        "recorded_at": "2024-04-26T14:30:00.000000Z",
        "sha256": "00" * 32,
        **other,
    }


def accepted(*events: dict[str, Any], headers: dict[str, str] | None = None) -> Reply:
    """The answer to a write that was taken."""
    return Reply(201, headers or {}, json.dumps({"events": events or [event()]}).encode())


def problem(status: int, name: str | None = None, headers: dict[str, str] | None = None, **members: Any) -> Reply:
    """An answer other than 2xx; one without a name is a proxy's."""
    if name is None:
        return Reply(status, headers or {}, b"<html>no</html>")
    told = {"type": f"/problems/{name}", "title": "A title", "status": status, "detail": "A detail", **members}
    return Reply(status, headers or {}, json.dumps(told).encode())


@dataclass
class Stage:
    """Carries a plan out: requests meet the outcomes in their order, pauses pass on the stage's own clock."""

    outcomes: Iterable[Reply | NoAnswer]
    retries: Retries = field(default_factory=Retries)
    chance: float = 0.5
    now: float = 0.0
    sent: list[Request] = field(default_factory=list)
    pauses: list[float] = field(default_factory=list)

    @property
    def conduct(self) -> Conduct:
        """The retries by this stage's clock and chance."""
        return Conduct(self.retries, lambda: self.now, lambda: self.chance)

    def carry_out(self, plan: Plan[T]) -> T:
        """The plan's result. An outcome that is asked for and not there ends the test."""
        outcomes = iter(self.outcomes)
        outcome: Any = None
        while True:
            try:
                step = plan.send(outcome)
            except StopIteration as done:
                result: T = done.value
                return result
            match step:
                case Send(call):
                    self.sent.append(call.request)
                    outcome = next(outcomes)
                case Pause(seconds):
                    self.pauses.append(seconds)
                    self.now += seconds
                    outcome = None
                case _:
                    outcome = step.act()
