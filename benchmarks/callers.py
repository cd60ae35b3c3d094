"""64 callers appending at once, against the event sourcing library doing the same for one request at a time.

The same rows go into the same tables at the same durability. The peer is the library as its documentation uses it:
its repository brings the incident back from its events, a command is decided, its `save` commits. Beside it stands the
library's `save` alone, of events that were decided, stamped and encoded beforehand. Ours decides, stamps and encodes
under the lock, remembers the incidents that it left, and commits together what came together.

No incident gets more than twenty reports, so that the peer brings back ten events on average, as many as most have.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from itertools import count
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Final
from uuid import uuid4

from benchmarks.desk import founded, incident, report, request
from benchmarks.harness import ROUNDS, Row, rate_of_callers, row
from ledger.application import Ledger
from ledger.drivers.system import system_machine
from ledger.drivers.urls import open_recorder
from ledger.entry import Entry, seal_event
from ledger.group_commit import GroupCommit
from ledger.recorder import Filing, LedgerRecorder, StoredAnswer
from ledger.stamping import Live
from ledger.unit_of_work import UnitOfWork
from schemas.events import Event

LIMIT: Final = 5.0
CALLERS: Final = 64
EVENTS_EACH: Final = 20

_MACHINE: Final = system_machine()


def run() -> list[Row]:
    """The table's lines: appends a second of 64 callers, ours, the library's, and of its `save` alone."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        for path in ("ours.db", "theirs.db", "saved.db"):
            founded(folder / path, CALLERS * ROUNDS).close()
        recorders = [open_recorder(f"sqlite:///{folder / path}") for path in ("ours.db", "theirs.db", "saved.db")]
        ours, theirs, saved = (Ledger(recorder, _MACHINE) for recorder in recorders)
        commits = GroupCommit(ours)
        rates = []
        for number in range(ROUNDS):
            subjects = [incident(number * CALLERS + caller) for caller in range(CALLERS)]
            saves = [_saving(saved, subject) for subject in subjects]
            appends: list[Sequence[Callable[[], object]]] = [
                [partial(_submitted, commits, subject) for subject in subjects],
                [partial(_appended, theirs, recorders[1], subject) for subject in subjects],
                saves,
            ]
            rates.append([_rate(calls) for calls in appends])
        for ledger in (ours, theirs, saved):
            ledger.close()
    mine, library, saving = (median(found) for found in zip(*rates, strict=True))
    what = "append of one event each, 64 callers, against the event sourcing library"
    return [
        row(what, mine, library, "events/s", LIMIT),
        row(f"{what} saving what is decided and encoded beforehand", mine, saving, "events/s"),
    ]


def _submitted(commits: GroupCommit, subject: str) -> None:
    """One report through the group commit."""
    commits.submit(request(subject))


def _appended(ledger: Ledger, recorder: LedgerRecorder, subject: str) -> None:
    """One report: the incident brought back by the repository, the decision, a transaction of its own."""
    with recorder.writing():
        event = UnitOfWork(Live(ledger.now()), ledger.record).take_new(report(subject), _MACHINE.new_id())
        assert isinstance(event, Event)
        _save(ledger, seal_event(event, _MACHINE.new_salt))


def _saving(ledger: Ledger, subject: str) -> Callable[[], object]:
    """What saves the next event of a subject, decided and encoded beforehand."""
    (recorded,) = ledger.append([report(subject)])
    event = recorded.event
    made = seal_event(event, lambda _pointer: bytes(32))
    versions = count(event.version + 1)

    def save() -> None:
        changed = {"version": next(versions), "id": str(uuid4())}
        _save(ledger, replace(made, event=event.model_copy(update=changed)))

    return save


def _save(ledger: Ledger, entry: Entry) -> None:
    """The library's `save` of an event, with its value and an answer as long as ours."""
    event = entry.event
    answer = StoredAnswer("slk_bench", event.id, bytes(32), bytes(32), created=True, body=entry.state[:250])
    filing = Filing(event.id, event.log, event.recorded_at, entry.disclosures)
    ledger.save(entry, filings=[filing], answers=[replace(answer, positions=(1,))])


def _rate(appends: Sequence[Callable[[], object]]) -> float:
    return rate_of_callers(CALLERS, EVENTS_EACH, lambda caller: appends[caller]())


if __name__ == "__main__":
    for line in run():
        print(line)
