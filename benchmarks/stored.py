"""What an append costs with a million events stored, against the same with ten thousand.

The stored events lie in a thousand logs, ten or a thousand in each, every one with an answer and a value, as the API
leaves them.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Final
from uuid import uuid4

from eventsourcing.persistence import StoredEvent

from benchmarks.desk import founded, incident, report, request
from benchmarks.harness import ROUNDS, Row, row
from ledger.application import Ledger
from ledger.group_commit import GroupCommit
from ledger.recorder import Filing, LedgerRecorder, StoredAnswer

LIMIT: Final = 1.2
FEW: Final = 10_000
MANY: Final = 1_000_000
LOGS: Final = 1_000
APPENDS_A_ROUND: Final = 200
_BATCH: Final = 5_000


def run() -> list[Row]:
    """The table's line: the time of an append over much and over little."""
    with TemporaryDirectory() as name:
        ledgers = {count: founded(Path(name) / f"{count}.db") for count in (FEW, MANY)}
        for count, ledger in ledgers.items():
            _fill(ledger, count)
        appends = {count: GroupCommit(ledger) for count, ledger in ledgers.items()}
        rounds: dict[int, list[float]] = {FEW: [], MANY: []}
        for _ in range(ROUNDS):
            timed: dict[int, list[float]] = {FEW: [], MANY: []}
            for _ in range(APPENDS_A_ROUND):
                for count, commits in appends.items():
                    begun = perf_counter()
                    commits.submit(request(incident(0)))
                    timed[count].append(perf_counter() - begun)
            for count, seconds in timed.items():
                rounds[count].append(median(seconds) * 1e6)
        for ledger in ledgers.values():
            ledger.close()
    return [row("append with 10^6 events stored, against 10^4", median(rounds[MANY]), median(rounds[FEW]), "us", LIMIT)]


def _fill(ledger: Ledger, events: int) -> None:
    """Store events in bulk, each with the bytes of a real one."""
    recorder = ledger.recorder
    assert isinstance(recorder, LedgerRecorder)
    (recorded,) = ledger.append([report(incident(0))])
    ((_, disclosure),) = ledger.disclosures(recorded.position, recorded.position)
    first = ledger.head().count + 1
    for start in range(0, events, _BATCH):
        numbers = range(start, min(events, start + _BATCH))
        stored = [
            StoredEvent(f"filling-{number % LOGS}", 1 + number // LOGS, recorded.event.type, recorded.state)
            for number in numbers
        ]
        filings = [
            Filing(str(uuid4()), f"log-{number % LOGS}", recorded.event.recorded_at, (disclosure,))
            for number in numbers
        ]
        answers = list(_answers(first, numbers))
        recorder.insert_events(stored, filings=filings, answers=answers)


def _answers(first: int, numbers: range) -> Iterator[StoredAnswer]:
    for number in numbers:
        yield StoredAnswer(
            "filling", str(uuid4()), bytes(32), bytes(32), created=True, body=bytes(250), positions=(first + number,)
        )


if __name__ == "__main__":
    for line in run():
        print(line)
