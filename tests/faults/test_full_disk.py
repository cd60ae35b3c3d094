"""A disk that is full: writes are refused by name, reads go on, and with room again so do writes, without a restart."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path

import orjson
import pytest

from ledger.application import Ledger
from ledger.drivers.sqlite.database import CommitFailed, Database
from ledger.drivers.sqlite.driver import sqlite
from ledger.group_commit import GroupCommit
from schemas.problems import StorageFull
from tests.conformance.recorder_kit import check_everything
from tests.faults import workload
from tests.faults.small_disk import SmallDisk, mounted
from tests.faults.workload import submission
from tests.scale import scaled

DISKS = 10
ROUNDS = 12
WRITERS = 6
PAGE_BYTES = 4096
ROOM_FOR_AN_INDEX_BYTES = 12 * PAGE_BYTES
"""SQLite cannot open a database without room for the index of its write-ahead log, 32 KiB."""


@contextmanager
def founded(folder: Path) -> Iterator[SmallDisk]:
    """A small disk with a ledger on it."""
    with mounted(folder) as disk:
        workload.found(url(disk), lambda _: None)
        yield disk


def url(disk: SmallDisk) -> str:
    """Where the ledger is."""
    return f"sqlite:///{disk.folder / 'ledger.db'}"


class Writers:
    """Several threads that send requests, and what they heard."""

    def __init__(self, ledger: Ledger) -> None:
        self._commits = GroupCommit(ledger)
        self._mutex = threading.Lock()
        self.answers: dict[str, bytes] = {}
        self.refused: set[str] = set()
        self.refusals = 0

    def send(self, name: str, turns: int, count: int = 1) -> None:
        """Send so many requests in each thread, whatever comes of them."""
        with ThreadPoolExecutor(WRITERS) as pool:
            list(pool.map(lambda thread: self._send(f"{name}-{thread}", turns, count), range(WRITERS)))

    def resolve(self) -> None:
        """Send everything once more that was refused."""
        for key in sorted(self.refused):
            self.answers[key] = self._commits.submit(submission(key)).body
        self.refused.clear()

    def _send(self, name: str, turns: int, count: int) -> None:
        for turn in range(turns):
            key = f"{name}-{turn}-{count}"
            try:
                body = self._commits.submit(submission(key)).body
            except StorageFull:
                with self._mutex:
                    self.refused.add(key)
                    self.refusals += 1
            else:
                with self._mutex:
                    self.answers[key] = body


def faults(ledger: Ledger, writers: Writers) -> list[str]:
    """What the ledger lacks of what was answered, or has of what was refused."""
    found = []
    acknowledged = [event["id"] for body in writers.answers.values() for event in orjson.loads(body)["events"]]
    found += [f"{event} was acknowledged and is not there" for event in acknowledged if ledger.find(event) is None]
    if ledger.head().count != len(acknowledged) + 2:
        found.append(f"{ledger.head().count - 2} events, {len(acknowledged)} acknowledged")
    try:
        check_everything(ledger)
    except AssertionError as error:
        found.append(f"the record is not whole: {error}")
    return found


def fill_and_free(disk: SmallDisk, ledger: Ledger, writers: Writers, rounds: int) -> list[str]:
    """Fill the disk and free it again and again, each time with other room left; the first faults seen."""
    for number in range(rounds):
        writers.send(f"before-{number}", turns=1)
        disk.fill(but=number % 12 * PAGE_BYTES)
        writers.send(f"full-{number}", turns=2, count=1 + number % 4 * 3)
        found = faults(ledger, writers)
        disk.free()
        writers.resolve()
        found += faults(ledger, writers)
        if found:
            return found
    return []


def test_nothing_is_half_written_reads_go_on_and_it_heals(tmp_path: Path) -> None:
    refused = 0
    for number in range(scaled(DISKS)):
        with founded(tmp_path / str(number)) as disk, Ledger.open(url(disk)) as ledger:
            writers = Writers(ledger)
            assert fill_and_free(disk, ledger, writers, ROUNDS) == []
            refused += writers.refusals
    print(f"{scaled(DISKS)} disks filled {ROUNDS} times each: {refused} requests refused")
    assert refused


def test_a_ledger_opened_on_a_disk_that_is_all_but_full_is_read_and_heals(tmp_path: Path) -> None:
    with founded(tmp_path / "disk") as disk:
        with Ledger.open(url(disk)) as ledger:
            writers = Writers(ledger)
            writers.send("before", turns=2)
        disk.fill(but=ROOM_FOR_AN_INDEX_BYTES)
        with Ledger.open(url(disk)) as ledger:
            assert faults(ledger, writers) == []
            with pytest.raises(StorageFull):
                GroupCommit(ledger).submit(submission("full-50"))
            assert faults(ledger, writers) == []
            disk.free()
            assert not GroupCommit(ledger).submit(submission("full-50")).replayed


def test_the_control_that_swallows_a_full_disk_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    commit = Database._commit

    def careless(self: Database, connection: sqlite.Connection) -> None:
        with suppress(CommitFailed, sqlite.Error):
            commit(self, connection)

    monkeypatch.setattr(Database, "_commit", careless)
    with founded(tmp_path / "disk") as disk, Ledger.open(url(disk)) as ledger:
        assert fill_and_free(disk, ledger, Writers(ledger), ROUNDS)
