"""A process whose disk fails a sync, and what it says of the request then.

    python -m tests.faults.failing FOLDER KEY [careless]

It commits KEY while the sync fails, tells whether that was unknown and whether the events are there now, and waits to
be killed. Careless, it goes on with the connections whose commit failed: the control.
"""

import os
import sys
from pathlib import Path
from unittest.mock import patch

from ledger.application import Ledger
from ledger.drivers.sqlite.database import Database
from ledger.group_commit import GroupCommit
from schemas.problems import OutcomeUnknown
from tests.faults.workload import reply, submission

__all__ = ["go_on_carelessly"]


def go_on_carelessly() -> None:
    """Keep the connections after a commit that failed, as if it had been rolled back."""

    def keep(database: Database, **_: bool) -> None:
        if database._writer is not None and database._writer.in_transaction:
            database._writer.execute("ROLLBACK")

    patch.object(Database, "_close_all", keep).start()


def main(folder: str, key: str, *careless: str) -> None:
    """See above."""
    if careless:
        go_on_carelessly()
    ledger = Ledger.open(f"sqlite:///{folder}/ledger.db")
    # The first commit after opening begins a log; the sync that is to fail is that of a commit alone.
    ledger.append([reply("before")])
    before = ledger.head().count
    Path(os.environ["FAULT_SYNC"]).touch()
    try:
        GroupCommit(ledger).submit(submission(key))
    except OutcomeUnknown:
        outcome = "unknown"
    else:
        outcome = "answered"
    print(outcome, "there" if ledger.head().count > before else "absent", flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    main(*sys.argv[1:])
