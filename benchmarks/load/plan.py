"""What is to be asked of a server for how long, and what it answered: the two ends of the loading process.

The process does little for a request (the bytes are made beforehand, the answer is looked at for its status and its
length), so that it takes a fraction of the processor that the server takes: `busy` says which.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field

__all__ = ["Plan", "Result", "load"]


@dataclass(frozen=True, slots=True)
class Plan:
    """Requests to write the same body to these paths in turn, each under an idempotency key of its own.

    Without `rate` each connection asks again as soon as it is answered. With `rate` so many requests a second fall
    due, answered or not, over as many of the connections as that takes.
    """

    port: int
    bearer: str
    paths: tuple[str, ...]
    body: str
    seconds: float
    connections: int = 64
    rate: float | None = None


@dataclass(frozen=True, slots=True)
class Result:
    """What came of it: answers by status, and of each status the quantiles of the seconds from due to answered.

    `unsent` fell due and found no connection free until the end. `busy` is the share of one processor that the loading
    itself took.
    """

    seconds: float
    answers: Mapping[str, int]
    unsent: int
    busy: float
    p50: Mapping[str, float] = field(default_factory=dict)
    p99: Mapping[str, float] = field(default_factory=dict)

    def rate(self, status: int) -> float:
        """Answers of a status a second."""
        return self.answers.get(str(status), 0) / self.seconds

    def check_only(self, *statuses: int) -> None:
        """Raise where something was answered that these statuses do not name, or nothing of the first of them."""
        others = {status: count for status, count in self.answers.items() if int(status) not in statuses}
        if others or not self.answers.get(str(statuses[0])):
            raise RuntimeError(f"the server answered {dict(self.answers)}")


def load(plan: Plan) -> Result:
    """Carry out a plan in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.load"],
        input=json.dumps(asdict(plan)).encode(),
        stdout=subprocess.PIPE,
        check=True,
    )
    return Result(**json.loads(done.stdout))
