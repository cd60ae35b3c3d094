"""PostgreSQL keeps what every recorder must.

A recorder that stamps before it locks does not, nor does one that takes no lock, nor one that takes its positions from
a sequence, as most tables of events do.
"""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from eventsourcing.persistence import IntegrityError

from ledger.application import Ledger
from ledger.drivers.postgres import database as database_module
from schemas.problems import StorageFailed
from tests.conformance.postgres_databases import OnPostgres
from tests.conformance.recorder_kit import (
    CONTRACTS,
    THREADS,
    Follower,
    RecorderContract,
    append_from_threads,
    append_reply,
    append_stamped_early,
    check_instants,
    check_positions,
    opening,
    registration,
    reply,
)
from tests.scale import scaled


class TestPostgres(OnPostgres, RecorderContract):
    """The database of several processes."""


@contextmanager
def founded(url: str) -> Iterator[Ledger]:
    """A new ledger with three contracts, each with an open incident."""
    with Ledger.create(url, provider="Provider", ledger_id=str(uuid4())) as ledger:
        for contract in CONTRACTS:
            ledger.append([registration(contract), opening(contract)])
        yield ledger


def test_the_control_that_stamps_before_it_locks_fails(postgres_url: str) -> None:
    with founded(postgres_url) as ledger:
        append_from_threads(ledger, append_stamped_early, scaled(500, minimum=100))
        check_positions(ledger)
        with pytest.raises(AssertionError, match="recorded_at went back"):
            check_instants(ledger)


def test_the_control_that_takes_no_lock_fails(postgres_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two that read the same head give the same position: one of them is refused, though nothing was wrong with it."""
    queries = dict(database_module._QUERIES)
    queries["lock_head"] = queries["lock_head"].removesuffix("FOR UPDATE")
    monkeypatch.setattr(database_module, "_QUERIES", queries)
    with founded(postgres_url) as ledger:
        ledgers = [Ledger.open(postgres_url) for _ in range(THREADS)]
        collisions: list[Exception] = []

        def work(one: Ledger) -> None:
            for _ in range(scaled(50, minimum=20)):
                try:
                    one.append([reply("C-001")])
                except (IntegrityError, StorageFailed) as error:
                    collisions.append(error)

        with ThreadPoolExecutor(THREADS) as pool:
            list(pool.map(work, ledgers))
        for one in ledgers:
            one.close()
        assert collisions
        with suppress(AssertionError):
            check_positions(ledger)


class Sequenced:
    """Rows as most stores of events keep them: numbered by a sequence, and nothing locked."""

    def __init__(self, url: str) -> None:
        self._url = url
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("CREATE TABLE rows (position bigserial PRIMARY KEY, thread int)")

    def write(self, thread: int, count: int) -> None:
        """Insert rows, one in three of which is taken back, as a refused one is."""
        with psycopg.connect(self._url) as connection:
            for number in range(count):
                connection.execute("INSERT INTO rows (thread) VALUES (%s)", (thread,))
                connection.rollback() if number % 3 == 2 else connection.commit()

    def positions(self, after: int) -> list[int]:
        """The positions above one, in order."""
        with psycopg.connect(self._url, autocommit=True) as connection:
            found: list[tuple[Any, ...]] = connection.execute(
                "SELECT position FROM rows WHERE position > %s ORDER BY position", (after,)
            ).fetchall()
        return [position for (position,) in found]


def test_the_control_that_numbers_by_a_sequence_leaves_gaps_and_its_follower_misses_rows(postgres_url: str) -> None:
    rows = Sequenced(postgres_url)
    held = psycopg.connect(postgres_url)
    held.execute("INSERT INTO rows (thread) VALUES (-1)")
    rows.write(0, 3)
    seen = rows.positions(after=0)
    held.commit()
    held.close()
    assert set(rows.positions(after=0)) - set(seen) == {1}, "the follower has gone past it"
    assert rows.positions(after=seen[-1]) == []
    with ThreadPoolExecutor(THREADS) as pool:
        for done in [pool.submit(rows.write, thread, 6) for thread in range(THREADS)]:
            done.result()
    positions = rows.positions(after=0)
    assert positions != list(range(1, len(positions) + 1))


def test_a_follower_of_several_openings_misses_nothing(postgres_url: str) -> None:
    with founded(postgres_url) as ledger, Ledger.open(postgres_url) as beside:
        turn = threading.local()

        def append(_ledger: Ledger, contract: str) -> None:
            turn.number = getattr(turn, "number", 0) + 1
            append_reply(ledger if turn.number % 2 else beside, contract)

        with Follower(beside) as follower:
            append_from_threads(ledger, append, scaled(100))
        check_positions(ledger)
        assert follower.seen == list(range(1, ledger.head().count + 1))
