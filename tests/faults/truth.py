"""What a ledger came to when nothing was lost, and what an image of it on a failed disk must still have."""

from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from functools import reduce
from pathlib import Path
from typing import Any

import orjson

from ledger.application import Ledger
from ledger.drivers.sqlite.driver import sqlite
from ledger.group_commit import GroupCommit
from ledger.recorder import Row
from schemas.chain import GENESIS, extend
from schemas.problems import LedgerError, NoLedgerHere
from tests.faults.workload import ERASED, SUBJECT, submission

__all__ = ["Acknowledged", "Truth"]


@dataclass(slots=True)
class Acknowledged:
    """What was told by some moment."""

    founded: bool = False
    positions: dict[int, str] = field(default_factory=dict)
    answers: dict[str, str] = field(default_factory=dict)
    erased: dict[int, str] = field(default_factory=dict)

    def hear(self, line: bytes) -> None:
        """Take an acknowledgement."""
        told: dict[str, Any] = orjson.loads(line)
        self.founded = self.founded or "founded" in told
        self.positions.update(dict(told.get("events", ())))
        if "key" in told:
            assert self.answers.setdefault(told["key"], told["body"]) == told["body"], "a key was answered differently"
        if "erased" in told:
            self.erased[told["position"]] = told["erased"]


@dataclass(frozen=True, slots=True)
class _Answer:
    body: bytes
    last_position: int


class Truth:
    """The ledger as its writers left it."""

    def __init__(self, database: Path, *, has_forks: bool = False, retries: bool = True) -> None:
        """Read a ledger that nothing was lost of; with `retries` its requests were those of `submission`.

        With `has_forks` a commit failed on the way and its request was sent again: what was recorded beyond the last
        acknowledgement need not be what this ledger came to.
        """
        self.has_forks = has_forks
        self._retries = retries
        with Ledger.open(f"sqlite:///{database}") as ledger:
            self.rows: list[Row] = list(ledger.rows())
        with closing(sqlite.connect(str(database))) as connection:
            self.disclosures = sorted(_disclosures(connection))
            self.answers = dict(_answers(connection))

    def faults(self, database: Path, acknowledged: Acknowledged) -> Iterator[str]:
        """What an image of the ledger lacks of what was acknowledged, or has wrong; nothing where it is whole."""
        try:
            ledger = Ledger.open(f"sqlite:///{database}")
        except NoLedgerHere:
            if acknowledged.founded:
                yield "the ledger that was founded is not there"
            return
        except LedgerError as error:
            yield f"it does not open: {error}"
            return
        with ledger:
            try:
                yield from self._of_record(ledger, acknowledged)
                yield from self._of_answers(database, ledger.head().count, acknowledged)
                if self._retries:
                    yield from self._of_retries(ledger, acknowledged)
            except (LedgerError, AssertionError) as error:
                yield f"it does not work: {error!r}"
        yield from _of_erasures(database, acknowledged)

    def _of_record(self, ledger: Ledger, acknowledged: Acknowledged) -> Iterator[str]:
        rows = list(ledger.rows())
        told = max(acknowledged.positions, default=0)
        if [row.position for row in rows] != list(range(1, len(rows) + 1)):
            yield "its positions are not dense"
        if len(rows) < told:
            yield f"of {told} acknowledged events {told - len(rows)} are lost"
        same = told if self.has_forks else len(rows)
        if rows[:same] != self.rows[: min(same, len(rows))]:
            yield "its rows are not the first of those that were recorded"
        head = ledger.head()
        if head.count != len(rows) or head.chain != _chain(rows):
            yield "the head does not fit the rows"

    def _of_answers(self, database: Path, count: int, acknowledged: Acknowledged) -> Iterator[str]:
        with closing(sqlite.connect(str(database))) as connection:
            (found,) = connection.execute("PRAGMA integrity_check").fetchone()
            if found != "ok" or connection.execute("PRAGMA foreign_key_check").fetchone():
                yield f"SQLite finds it corrupt: {found}"
            answers = dict(_answers(connection))
            disclosures = set(_disclosures(connection))
        told = max(acknowledged.positions, default=0)
        last = told if self.has_forks else count
        kept = {key: one for key, one in answers.items() if one.last_position <= last}
        if kept != {key: one for key, one in self.answers.items() if one.last_position <= min(last, count)}:
            yield "its answers are not those of its events"
        if any(key not in answers for key in acknowledged.answers):
            yield "an answer that was given is lost"
        if any(one not in disclosures for one in self.disclosures if one[0] <= min(last, count)):
            yield "a value is lost"
        if any(position in acknowledged.erased and pointer == ERASED for position, pointer, _, _ in disclosures):
            yield "a value that was erased is there again"

    def _of_retries(self, ledger: Ledger, acknowledged: Acknowledged) -> Iterator[str]:
        """The last key answered answers again; one of which nothing was heard comes to exactly one."""
        commits = GroupCommit(ledger)
        unheard = next((key for key in self.answers if key not in acknowledged.answers), None)
        for key in (next(reversed(acknowledged.answers), None), unheard):
            if key is None or ledger.subject_head(SUBJECT) is None:
                continue
            request = submission(key)
            before = ledger.head().count
            first, again = commits.submit(request), commits.submit(request)
            if key in acknowledged.answers and (not first.replayed or first.body != self.answers[key].body):
                yield f"{key} is answered differently"
            if not again.replayed or first.body != again.body:
                yield f"{key} is not answered alike each time"
            if ledger.head().count != before + (0 if first.replayed else len(request.elements)):
                yield f"{key} was recorded some other number of times than once"


def _chain(rows: Iterable[Row]) -> bytes:
    return reduce(lambda chain, row: extend(chain, row.state), rows, GENESIS)


def _of_erasures(database: Path, acknowledged: Acknowledged) -> Iterator[str]:
    """Once the image was opened and closed, no file holds a value that was erased."""
    texts = [text.encode() for text in acknowledged.erased.values()]
    for file in database.parent.iterdir():
        content = file.read_bytes()
        if any(text in content for text in texts):
            yield f"a value that was erased can be read in {file.name}"


def _answers(connection: Any) -> Iterator[tuple[str, _Answer]]:
    query = "SELECT key, body, max(position) FROM answers JOIN answered ON answer = number GROUP BY number"
    for key, body, last in connection.execute(query):
        yield key, _Answer(body, last)


def _disclosures(connection: Any) -> Iterator[tuple[int, str, bytes, str]]:
    yield from connection.execute("SELECT position, pointer, salt, value FROM disclosures")
