"""From the commit of an event to its being readable in the read model, against the commit itself; one caller.

As in the server a thread follows the commits. What is timed is how long after the answer the transaction of the rows
is over; each time it is looked whether the rows hold the event.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Final

from benchmarks.desk import furnish, incident, request
from benchmarks.harness import ROUNDS, Row, row
from ledger.group_commit import Committed, GroupCommit
from projections.rows import View
from projections.store.sqlite import SqliteReadModel
from schemas.problems import LedgerError
from services.bootstrap import found_ledger
from services.projecting import Projecting

LIMIT: Final = 2.0
INCIDENTS: Final = 200
APPENDS_A_ROUND: Final = 200


class _Watched(SqliteReadModel):
    """A read model that notes when it has taken in rows."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.applied_at = 0.0
        self.applied = threading.Event()

    def apply(self, views: Iterable[View], position: int, *, since: int) -> None:
        super().apply(views, position, since=since)
        self.applied_at = perf_counter()
        self.applied.set()


class _Notifying:
    """Tells of each commit as the server does (ledger.group_commit.Observer)."""

    def __init__(self, projecting: Projecting) -> None:
        self._projecting = projecting

    def committed(self, group: Committed) -> None:
        self._projecting.notify(group.head)

    def refused(self, error: LedgerError) -> None:
        raise error


def run() -> list[Row]:
    """The table's line: the medians of both."""
    with TemporaryDirectory() as name:
        path = Path(name) / "ledger.db"
        with found_ledger(f"sqlite:///{path}") as ledger:
            furnish(ledger, INCIDENTS)
            views = _Watched(path)
            with Projecting(ledger, views) as projecting:
                projecting.catch_up()
                projecting.start()
                commits = GroupCommit(ledger, _Notifying(projecting))
                rounds = [_round(commits, views) for _ in range(1 + ROUNDS)][1:]
            views.close()
    commit, visible = (median(micros) for micros in zip(*rounds, strict=True))
    return [row("from a commit to its rows, against the commit, p50", visible, commit, "us", LIMIT)]


def _round(commits: GroupCommit, views: _Watched) -> tuple[float, float]:
    """The median microseconds of a commit, and from there to its rows."""
    timed = [_timed(commits, views, incident(number % INCIDENTS)) for number in range(APPENDS_A_ROUND)]
    return median(commit for commit, _ in timed) * 1e6, median(visible for _, visible in timed) * 1e6


def _timed(commits: GroupCommit, views: _Watched, subject: str) -> tuple[float, float]:
    before = views.incident(subject)
    assert before is not None
    views.applied.clear()
    begun = perf_counter()
    commits.submit(request(subject))
    committed = perf_counter()
    views.applied.wait()
    after = views.incident(subject)
    assert after is not None
    if after.events != before.events + 1:
        raise RuntimeError("the rows lack the event")
    return committed - begun, max(0.0, views.applied_at - committed)


if __name__ == "__main__":
    for line in run():
        print(line)
