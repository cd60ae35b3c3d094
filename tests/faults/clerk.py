"""A process that records an event for each line it is given, and tells when it was recorded or why it was not.

    python -m tests.faults.clerk URL [careless]

Careless, it takes the wall clock at its word, and stamps an event with nothing but that: the control.
"""

import sys
from datetime import UTC, datetime
from unittest.mock import patch

import orjson

from ledger import unit_of_work
from ledger.application import Ledger
from ledger.drivers.system import system_machine
from ledger.group_commit import GroupCommit
from ledger.machine import Machine
from schemas.problems import LedgerError
from tests.faults.workload import submission

__all__: list[str] = []


class _Believed:
    """The wall clock, watched by nobody."""

    def now(self) -> datetime:
        """What it says."""
        return datetime.now(UTC)


def main(url: str, *careless: str) -> None:
    """See above."""
    machine = system_machine()
    if careless:
        machine = Machine(_Believed(), machine.new_id, machine.new_salt)
        patch.object(unit_of_work, "stamp", lambda *_: datetime.now(UTC)).start()
    with Ledger.open(url, machine=machine) as ledger:
        commits = GroupCommit(ledger)
        for line in sys.stdin:
            try:
                answer = commits.submit(submission(line.strip()))
            except LedgerError as error:
                told = type(error).problem.name
            else:
                told = orjson.loads(answer.body)["events"][0]["recorded_at"]
            sys.stdout.buffer.write(orjson.dumps(told) + b"\n")
            sys.stdout.buffer.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
