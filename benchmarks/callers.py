"""64 callers appending at once, against the event sourcing library committing the same rows one save at a time.

The peer is the library's own event store over the same tables and the same durability: each of its callers saves an
event that was decided, stamped and encoded beforehand, with its value and its answer, in a transaction of its own. Ours
decides, stamps and encodes under the lock, and commits together what came together.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import count
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Final
from uuid import uuid4

from benchmarks.desk import founded, incident, report, request
from benchmarks.harness import ROUNDS, Row, rate_of_callers, row
from ledger.application import Ledger
from ledger.entry import Entry, seal_event
from ledger.group_commit import GroupCommit
from ledger.recorder import Filing, StoredAnswer

LIMIT: Final = 5.0
CALLERS: Final = 64
EVENTS_EACH: Final = 20


def run() -> list[Row]:
    """The table's line: appends a second of 64 callers, ours and the library's."""
    with TemporaryDirectory() as name:
        ours = founded(Path(name) / "ours.db", CALLERS)
        theirs = founded(Path(name) / "theirs.db", CALLERS)
        commits = GroupCommit(ours)
        saves = [_saving(theirs, incident(number)) for number in range(CALLERS)]

        def submit(number: int) -> None:
            commits.submit(request(incident(number)))

        rates = [(_rate(submit), _rate(lambda number: saves[number]())) for _ in range(ROUNDS)]
        ours.close()
        theirs.close()
    return [
        row(
            "append of one event each, 64 callers",
            median(rate for rate, _ in rates),
            median(rate for _, rate in rates),
            "events/s",
            LIMIT,
        )
    ]


def _saving(ledger: Ledger, subject: str) -> Callable[[], object]:
    """What saves the next event of a subject, decided and encoded beforehand, as the library does it."""
    (recorded,) = ledger.append([report(subject)])
    event = recorded.event
    made = seal_event(event, lambda _pointer: bytes(32))
    versions = count(event.version + 1)

    def save() -> None:
        version, event_id = next(versions), str(uuid4())
        entry = Entry(event.model_copy(update={"version": version, "id": event_id}), made.state)
        answer = StoredAnswer("slk_bench", event_id, bytes(32), bytes(32), created=True, body=made.state[:250])
        filing = Filing(event_id, event.log, event.recorded_at, made.disclosures)
        ledger.save(entry, filings=[filing], answers=[replace(answer, positions=(1,))])

    return save


def _rate(append: Callable[[int], object]) -> float:
    return rate_of_callers(CALLERS, EVENTS_EACH, append)


if __name__ == "__main__":
    for line in run():
        print(line)
