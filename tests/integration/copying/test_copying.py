"""A ledger moved to another database has all that belonged to it, and at no moment do two take events in."""

import random
import subprocess
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any
from unittest.mock import patch
from uuid import uuid4

import pytest

from ledger.application import Ledger
from ledger.copying import Copying
from ledger.drivers.urls import open_tables
from ledger.tables import FIRST_KEYS, LedgerTables
from schemas.operation_problems import CopyDiffers, CopyUnfinished, LedgerMoved
from schemas.problems import LedgerExists, LedgerLocked, NoLedgerHere
from tests.conformance.recorder_kit import check_everything
from tests.faults.workload import reply, submission
from tests.integration.cli.processes import COMMAND, environment
from tests.integration.copying.archive import fill
from tests.scale import scaled
from tests.servers.postgres import PostgresServer
from tests.unit.cli.calls import Answer, call

KILLS = 40
WRITERS = 6
LEAST_BREAKS = 30
"""Before and after each write of a copy: a close, a clear, a put a table, and the two that finish it."""
WRITES = ("set_move", "clear", "put", "open_copy")

Urls = tuple[str, str]
Places = Callable[[], Urls]


@pytest.fixture(params=["sqlite-postgres", "postgres-sqlite"])
def places(request: pytest.FixtureRequest, tmp_path: Path, postgres: PostgresServer) -> Places:
    """Where a ledger is made and where it goes, new ones at each call, for each pair of databases."""
    made = {"sqlite": lambda: f"sqlite:///{tmp_path}/{uuid4()}.db", "postgres": postgres.new_database}
    one, other = request.param.split("-")
    return lambda: (made[one](), made[other]())


@pytest.fixture
def urls(places: Places) -> Urls:
    """One such pair."""
    return places()


def moved(urls: Urls, *options: str) -> Answer:
    """The command, from the first to the second."""
    return call("copy", "--from", urls[0], "--to", urls[1], *options)


def takes_events(url: str) -> bool:
    """Whether anything is recorded at a URL."""
    try:
        with Ledger.open(url) as ledger:
            ledger.append([reply("one more")])
    except (LedgerMoved, CopyUnfinished, NoLedgerHere):
        return False
    return True


def test_everything_moves_and_is_proven(urls: Urls) -> None:
    archive = fill(urls[0])
    with Ledger.open(urls[0]) as ledger:
        rows = list(ledger.rows())
        head = ledger.head()
    answer = moved(urls, "--json")
    assert answer.code == 0, answer.talk
    (told,) = answer.lines
    assert told["ledger"] == archive.ledger_id
    assert told["chain"] == head.chain.hex()
    assert told["rows"]["events"] == told["events"] == head.count
    assert all(told["rows"].values())
    assert archive.faults(urls[1]) == []
    with Ledger.open(urls[1]) as ledger:
        assert list(ledger.rows()) == rows
        check_everything(ledger)
        for number in range(3):
            ledger.append([reply(f"after the move {number}")])
        ledger.commit([submission("after-the-move-1")])
        ledger.keyring.create(role="auditor")
        ledger.access_log.record("abcdefghij", "auditor", "values INC-2024-000009")
        ledger.confirm_clock()
        check_everything(ledger)
    again = moved(urls)
    assert again.code == 0
    assert "moved before" in again.talk


def test_the_source_is_read_and_takes_nothing_in(urls: Urls) -> None:
    archive = fill(urls[0])
    with Ledger.open(urls[0]) as before:
        assert moved(urls).code == 0
        for ledger in (before, Ledger.open(urls[0])):
            attempts: list[Callable[[Ledger], object]] = [
                lambda one: one.append([reply("too late")]),
                lambda one: one.commit([submission("too-late-1")]),
                lambda one: one.keyring.create(role="auditor"),
                lambda one: one.access_log.record("abcdefghij", "auditor", "values INC-2024-000001"),
                lambda one: one.pseudonyms.of("https://login.example.org", "somebody"),
                lambda one: one.confirm_clock(),
                lambda one: one.registry.take_lease("relay", "somebody", 10),
                lambda one: one.check_open(),
            ]
            for attempt in attempts:
                with pytest.raises(LedgerMoved, match="was moved to") as refusal:
                    attempt(ledger)
                with closing(open_tables(urls[1])) as target:
                    assert refusal.value.params["target"] == target.database
            assert ledger.head().count == len(list(ledger.rows()))
            assert ledger.keyring.find(archive.key) is not None
            ledger.close()


def write_until_it_moves(url: str, number: int) -> tuple[list[str], list[str], int]:
    """Record, make keys and write down accesses until all three are refused; what was acknowledged."""
    events: list[str] = []
    keys: list[str] = []
    accesses = 0
    with Ledger.open(url) as ledger:
        try:
            while True:
                events.append(ledger.append([reply(f"writer {number}")])[0].event.id)
                keys.append(ledger.keyring.create(role="auditor").text)
                ledger.access_log.record("abcdefghij", "auditor", "values INC-2024-000001")
                accesses += 1
        except LedgerMoved:
            return events, keys, accesses


def test_what_was_acknowledged_while_it_was_closed_is_in_the_copy(urls: Urls) -> None:
    fill(urls[0])
    with ThreadPoolExecutor(WRITERS) as pool:
        writers = [pool.submit(write_until_it_moves, urls[0], number) for number in range(WRITERS)]
        time.sleep(0.5)
        answer = moved(urls)
        told = [writer.result() for writer in writers]
    assert answer.code == 0, answer.talk
    with Ledger.open(urls[1]) as ledger:
        assert all(ledger.find(one) is not None for events, _, _ in told for one in events)
        assert all(ledger.keyring.find(one) is not None for _, keys, _ in told for one in keys)
        assert ledger.access_log.verify() == 3 + sum(accesses for _, _, accesses in told)
    assert sum(len(events) for events, _, _ in told) > WRITERS


class Breaking:
    """Tables that break off at a write: before it, or right after it."""

    def __init__(self, tables: LedgerTables, fuse: Callable[[], Iterator[None]]) -> None:
        self._tables = tables
        self._fuse = fuse

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._tables, name)
        if name not in WRITES:
            return found

        def write(*arguments: Any) -> Any:
            for _ in self._fuse():
                found(*arguments)

        return write


def broken_off(urls: Urls, at: int) -> bool:
    """A copy that is broken off before (even) or after (odd) its `at // 2`-th write; whether it was."""
    writes = 0

    def fuse() -> Iterator[None]:
        nonlocal writes
        if at == 2 * writes:
            raise KeyboardInterrupt
        yield
        if at == 2 * writes + 1:
            raise KeyboardInterrupt
        writes += 1

    with closing(open_tables(urls[0])) as source, closing(open_tables(urls[1], create=True)) as target:
        try:
            copying = Copying(Breaking(source, fuse), Breaking(target, fuse))  # type: ignore[arg-type]
            copying.begin(str(uuid4()))
            copying.copy()
            copying.prove()
            copying.finish()
        except KeyboardInterrupt:
            return True
    return False


def check_one_takes_events(urls: Urls) -> str | None:
    """At most one does, the source as long as it is not closed; returns its part in the copy."""
    with closing(open_tables(urls[0])) as source:
        move = source.move()
    taking = (takes_events(urls[0]), takes_events(urls[1]))
    assert taking in {(move is None, False), (False, True)}
    return None if move is None else move.state


def test_broken_off_at_any_write_it_is_abandoned_and_begun_anew(urls: Urls) -> None:
    archive = fill(urls[0], events=4)
    at = 0
    while broken_off(urls, at):
        if check_one_takes_events(urls) != "moved":
            abandoned = call("copy", "--from", urls[0], "--abandon")
            assert abandoned.code == 0, abandoned.talk
            assert takes_events(urls[0])
            assert not takes_events(urls[1])
        at += 1
    assert at >= LEAST_BREAKS
    assert moved(urls).code == 0
    assert archive.faults(urls[1]) == []


def test_broken_off_at_any_write_it_is_gone_on_with(places: Places) -> None:
    breaks = random.Random(20_240_427).sample(range(LEAST_BREAKS), scaled(LEAST_BREAKS, minimum=6))
    for at in sorted({*breaks, LEAST_BREAKS - 1}):
        urls = places()
        archive = fill(urls[0], events=4)
        assert broken_off(urls, at)
        check_one_takes_events(urls)
        answer = moved(urls)
        assert answer.code == 0, answer.talk
        assert archive.faults(urls[1]) == []
        assert not takes_events(urls[0])


def test_killed_at_any_moment_it_goes_on(urls: Urls) -> None:
    archive = fill(urls[0], events=200)
    command = [*COMMAND, "copy", "--from", urls[0], "--to", urls[1]]
    chance = random.Random(20_240_427)
    begun = time.perf_counter()
    subprocess.run([*COMMAND, "copy", "--help"], check=True, capture_output=True, env=environment())
    start = time.perf_counter() - begun
    for _ in range(scaled(KILLS)):
        with subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.PIPE, env=environment()) as child:
            time.sleep(start * chance.uniform(0.6, 1.2))
            child.kill()
        assert not (takes_events(urls[0]) and takes_events(urls[1]))
    assert moved(urls).code == 0
    assert archive.faults(urls[1]) == []


def test_a_row_that_differs_is_noticed_and_nothing_is_opened(urls: Urls) -> None:
    fill(urls[0])
    with closing(open_tables(urls[0])) as source, closing(open_tables(urls[1], create=True)) as target:
        for table, change in (
            ("keys", lambda row: (*row[:-1], None)),
            ("answers", lambda row: (*row[:-1], row[-1] + b" ")),
            ("events", lambda row: (*row[:-1], row[-1].replace(b"C-001", b"C-002"))),
            ("accesses", lambda _row: None),
        ):
            copying = Copying(source, target)
            copying.begin(str(uuid4()))
            copying._target = Meddling(target, table, change)  # type: ignore[assignment]
            copying.copy()
            copying._target = target
            with pytest.raises(CopyDiffers) as differs:
                copying.prove()
            assert differs.value.params["table"] == table
            assert not takes_events(urls[1])
            assert call("copy", "--from", urls[0], "--abandon").code == 0


class Meddling:
    """The control: tables whose disk changes or loses the last row of one table."""

    def __init__(self, tables: LedgerTables, table: str, change: Callable[[Any], Any]) -> None:
        self._tables, self._table, self._change = tables, table, change

    def put(self, table: str, rows: Any) -> None:
        """Put them, the last one changed."""
        if table == self._table:
            changed = self._change(rows[-1])
            rows = [*rows[:-1], *([] if changed is None else [changed])]
        self._tables.put(table, rows)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._tables, name)


def test_what_is_no_place_for_a_copy_is_left_alone(urls: Urls, tmp_path: Path) -> None:
    fill(urls[0], events=1)
    fill(urls[1], events=1)
    elsewhere = f"sqlite:///{tmp_path}/elsewhere.db"
    for answer, problem in (
        (moved(urls), LedgerExists),
        (moved((urls[0], urls[0])), None),
        (call("copy", "--from", urls[0]), None),
        (moved((elsewhere, urls[1])), NoLedgerHere),
    ):
        assert answer.code != 0
        name = "bad-argument" if problem is None else problem.problem.name
        assert f"[{name}]" in answer.talk
    assert takes_events(urls[0])
    assert takes_events(urls[1])
    assert broken_off((urls[0], elsewhere), 8)
    assert "[ledger-moved]" in moved((urls[0], f"sqlite:///{tmp_path}/third.db")).talk
    assert "[copy-unfinished]" in call("init", "--database", elsewhere).talk
    assert "[copy-unfinished]" in call("export", "--database", elsewhere).talk
    assert moved((urls[0], elsewhere)).code == 0
    refused = call("copy", "--from", urls[0], "--abandon")
    assert "[ledger-moved]" in refused.talk
    assert not takes_events(urls[0])


def test_of_two_that_copy_at_once_one_is_refused_and_nothing_is_spoilt(urls: Urls) -> None:
    archive = fill(urls[0], events=10)
    with closing(open_tables(urls[0])) as source, closing(open_tables(urls[1], create=True)) as target:
        copying = Copying(source, target)
        copying.begin(str(uuid4()))
        page = source.page("events", FIRST_KEYS["events"], 5)
        last = target.last_key
        with patch.object(target, "last_key", lambda table: None if table == "events" else last(table)):
            target.put("events", page)
            with pytest.raises(LedgerLocked):
                copying.copy()
    assert moved(urls).code == 0
    assert archive.faults(urls[1]) == []


def test_a_ledger_that_is_not_copied_is_not_let_go_of(urls: Urls) -> None:
    fill(urls[0], events=1)
    answer = call("copy", "--from", urls[0], "--abandon", "--json")
    assert answer.code == 0
    assert answer.lines[0]["reopened"] is False
