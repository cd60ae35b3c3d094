"""What the PostgreSQL driver does where the server, the network or the disk does not do its part.

The server is a real one and is really stopped, cut off and filled up.
"""

import logging
import os
import shutil
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from eventsourcing.persistence import IntegrityError

from ledger.application import Ledger
from ledger.drivers.postgres.database import Database
from ledger.drivers.postgres.options import DEFAULTS, PostgresOptions
from ledger.drivers.postgres.recorder import PostgresRecorder
from schemas.database_problems import DatabaseOccupied, DatabaseUnsafe
from schemas.problems import (
    LedgerLocked,
    NoLedgerHere,
    OutcomeUnknown,
    StorageFailed,
    StorageFull,
    UnsupportedDatabase,
)
from tests.conformance.recorder_kit import CONTRACTS, check_everything, opening, registration, reply
from tests.faults.small_disk import mounted
from tests.servers.postgres import PostgresServer, StopMode

MODES: tuple[StopMode, ...] = ("fast", "immediate")
SLOW_COMMIT = """
    CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(0.5); RETURN NULL; END';
    CREATE CONSTRAINT TRIGGER slow AFTER UPDATE ON head DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION slow()
"""


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    """What the pool logs of connections that were lost is expected here."""
    logging.getLogger("psycopg.pool").setLevel(logging.CRITICAL)
    yield
    logging.getLogger("psycopg.pool").setLevel(logging.NOTSET)


@contextmanager
def founded(url: str, options: PostgresOptions = DEFAULTS) -> Iterator[Ledger]:
    """A new ledger with three contracts, each with an open incident."""
    with Ledger.create(url, provider="Provider", ledger_id=str(uuid4()), options=options) as ledger:
        for contract in CONTRACTS:
            ledger.append([registration(contract), opening(contract)])
        yield ledger


def database_of(ledger: Ledger) -> Database:
    recorder = ledger.recorder
    assert isinstance(recorder, PostgresRecorder)
    return recorder._db


def execute(url: str, statement: str) -> list[tuple[Any, ...]]:
    """What a statement gives, on a connection of its own."""
    with closing(psycopg.connect(url, autocommit=True)) as connection:
        cursor = connection.execute(statement.encode())
        return cursor.fetchall() if cursor.description else []


def test_it_goes_on_after_the_server_was_restarted(postgres: PostgresServer, postgres_url: str) -> None:
    with founded(postgres_url) as ledger:
        list(ledger.rows())
        ledger.keyring.create(role="admin")
        for mode in MODES:
            postgres.restart(mode)
            assert ledger.head().count == len(list(ledger.rows()))
            postgres.restart(mode)
            ledger.append([reply("C-001")])
            postgres.restart(mode)
            ledger.keyring.create(role="admin")
        check_everything(ledger)
        assert ledger.head().count == 8


def test_while_the_server_is_away_everything_is_refused_and_then_goes_on(
    postgres: PostgresServer, postgres_url: str
) -> None:
    with founded(postgres_url, PostgresOptions(connect_seconds=2)) as ledger:
        postgres.stop()
        try:
            with pytest.raises(StorageFailed) as append:
                ledger.append([reply("C-001")])
            with pytest.raises(StorageFailed) as read:
                ledger.head()
            with pytest.raises(StorageFailed):
                ledger.keyring.create(role="admin")
        finally:
            postgres.start()
        for told in (append, read):
            assert "correct-horse" not in str(told.value.diagnostics())
        ledger.append([reply("C-001")])
        assert ledger.head().count == 7
        check_everything(ledger)


def test_a_connection_lost_before_the_commit_leaves_nothing(postgres_url: str) -> None:
    with founded(postgres_url) as ledger:
        database = database_of(ledger)

        def written_by_a_lost_one() -> None:
            with database.writing():
                execute(postgres_url, f"SELECT pg_terminate_backend({database.writer().info.backend_pid}, 5000)")
                database.send([("update_head", (99, bytes(32), None))])

        with pytest.raises(StorageFailed):
            written_by_a_lost_one()
        assert ledger.head().count == 6
        ledger.append([reply("C-001")])
        check_everything(ledger)


def cut(ledger: Ledger) -> OutcomeUnknown:
    """Append while the connection is cut in the middle of the commit; the server goes on committing."""
    writer = database_of(ledger)._writer
    assert writer is not None
    with socket.socket(fileno=os.dup(writer.fileno())) as line:
        cutter = threading.Timer(0.25, lambda: line.shutdown(socket.SHUT_RDWR))
        cutter.start()
        with pytest.raises(OutcomeUnknown) as told:
            ledger.append([reply("C-001")])
        cutter.join()
    return told.value


def test_a_connection_lost_in_the_commit_is_settled_before_anything_is_answered(postgres_url: str) -> None:
    with founded(postgres_url) as ledger:
        execute(postgres_url, SLOW_COMMIT)
        problem = cut(ledger)
        assert problem.params["events"] == 1
        count = ledger.head().count
        time.sleep(1)
        assert ledger.head().count == count
        ledger.append([reply("C-001")])
        assert ledger.head().count == count + 1
        check_everything(ledger)


def test_the_control_that_does_not_settle_answers_two_ways(postgres_url: str) -> None:
    with founded(postgres_url) as ledger:
        execute(postgres_url, SLOW_COMMIT)
        cut(ledger)
        database_of(ledger)._unsettled = False
        count = ledger.head().count
        time.sleep(1)
        assert ledger.head().count == count + 1, "what was denied is there"


def test_whoever_waits_too_long_for_the_head_is_told_who_holds_it(postgres_url: str) -> None:
    with founded(postgres_url, PostgresOptions(lock_seconds=0.2)) as ledger:
        with closing(psycopg.connect(postgres_url)) as other:
            other.execute("SELECT count FROM head FOR UPDATE")
            with pytest.raises(LedgerLocked) as problem:
                ledger.append([reply("C-001")])
            assert problem.value.params["pid"] == other.info.backend_pid
        ledger.append([reply("C-001")])
        check_everything(ledger)


def test_a_process_that_stops_in_a_transaction_is_ended_by_the_server(postgres_url: str) -> None:
    with (
        founded(postgres_url, PostgresOptions(statement_seconds=0.5)) as stopped,
        Ledger.open(postgres_url) as beside,
    ):

        def stop_in_a_transaction() -> None:
            with database_of(stopped).writing():
                time.sleep(1)
                beside.append([reply("C-001")])
                stopped.head()

        with pytest.raises(StorageFailed):
            stop_in_a_transaction()
        stopped.append([reply("C-001")])
        check_everything(beside)


def test_a_statement_that_takes_too_long_is_ended(postgres_url: str) -> None:
    with founded(postgres_url, PostgresOptions(statement_seconds=0.2)) as ledger:
        with pytest.raises(StorageFailed, match="statement timeout"):
            database_of(ledger).all("SELECT pg_sleep(5)")
        assert ledger.head().count == 6


def test_each_session_commits_synchronously_whatever_the_role_is_set_to(postgres_url: str) -> None:
    execute(postgres_url, "ALTER ROLE CURRENT_USER SET synchronous_commit = off")
    try:
        assert execute(postgres_url, "SHOW synchronous_commit") == [("off",)]
        with founded(postgres_url) as ledger, database_of(ledger).writing():
            (found,) = database_of(ledger).all("SHOW synchronous_commit")
            with database_of(ledger)._pool.connection() as beside:
                assert beside.execute("SHOW synchronous_commit").fetchone() == found == ("on",)
    finally:
        execute(postgres_url, "ALTER ROLE CURRENT_USER RESET synchronous_commit")


@pytest.mark.parametrize("setting", ["fsync", "full_page_writes"])
def test_a_server_that_may_lose_what_it_acknowledged_is_refused(
    postgres: PostgresServer, postgres_url: str, setting: str
) -> None:
    with founded(postgres_url):
        pass
    postgres.restart(settings={setting: "off"})
    try:
        for opened in (Ledger.open, lambda url: Ledger.create(url, provider="P", ledger_id="x")):
            with pytest.raises(DatabaseUnsafe) as problem:
                opened(postgres_url)
            assert problem.value.params["setting"] == setting
    finally:
        postgres.restart(settings={setting: "on"})
    Ledger.open(postgres_url).close()


def test_a_database_of_another_encoding_is_refused(postgres: PostgresServer, postgres_url: str) -> None:
    name = f"ascii_{uuid4().hex[:8]}"
    execute(
        postgres_url,
        f"CREATE DATABASE {name} ENCODING 'SQL_ASCII' LOCALE_PROVIDER libc LOCALE 'C' TEMPLATE template0",
    )
    try:
        with pytest.raises(DatabaseUnsafe) as problem:
            Ledger.create(postgres.url(name), provider="P", ledger_id="x")
        assert problem.value.params["found"] == "SQL_ASCII"
    finally:
        postgres.drop(postgres.url(name))


def test_a_database_that_holds_something_else_is_left_alone(postgres_url: str) -> None:
    execute(postgres_url, "CREATE TABLE migrations (version int); CREATE TABLE customers (id int)")
    with pytest.raises(DatabaseOccupied) as problem:
        Ledger.create(postgres_url, provider="P", ledger_id="x")
    assert problem.value.params["tables"] == "customers, migrations"
    with pytest.raises(NoLedgerHere):
        Ledger.open(postgres_url)


def test_two_that_found_at_once_found_one_ledger(postgres_url: str) -> None:
    outcomes: list[object] = []

    def found(number: int) -> None:
        with suppress(Exception):
            Ledger.create(postgres_url, provider="P", ledger_id=f"ledger-{number}").close()
            outcomes.append(number)

    threads = [threading.Thread(target=found, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(outcomes) == 1
    with Ledger.open(postgres_url) as ledger:
        assert ledger.identity.ledger_id == f"ledger-{outcomes[0]}"


@pytest.mark.parametrize(
    "wrong", ["postgresql://u:hush@h/d?nonsense=1", "postgresql://u:hush@h:nowhere/d", "mysql://u:hush@h/d"]
)
def test_a_url_that_is_none_is_told_without_its_password(wrong: str) -> None:
    with pytest.raises((UnsupportedDatabase, StorageFailed)) as problem:
        Ledger.open(wrong)
    assert "hush" not in str(problem.value.diagnostics())


def test_a_wrong_password_is_told_and_not_shown(postgres_url: str) -> None:
    wrong = postgres_url.replace("correct-horse", "hush-hush")
    with pytest.raises(StorageFailed, match="password authentication failed") as problem:
        Ledger.open(wrong)
    assert "hush-hush" not in str(problem.value.diagnostics())


def vacuums(url: str) -> int:
    ((count,),) = execute(url, "SELECT vacuum_count FROM pg_stat_user_tables WHERE relname = 'disclosures'")
    return int(count)


def test_the_rows_of_erased_values_are_cleared_unless_somebody_is_at_it(postgres_url: str) -> None:
    with founded(postgres_url) as ledger:
        recorder = ledger.recorder
        assert isinstance(recorder, PostgresRecorder)
        recorder.forget_deleted()
        deadline = time.monotonic() + 10
        while vacuums(postgres_url) == 0:
            assert time.monotonic() < deadline
            time.sleep(0.05)
        with closing(psycopg.connect(postgres_url)) as other:
            other.execute("LOCK TABLE disclosures, answers, pseudonyms IN SHARE MODE")
            recorder.forget_deleted()
        assert ledger.head().count == 6


def appended_until_full(ledger: Ledger) -> int:
    """Append until the disk is full; how many events were acknowledged in all."""
    acknowledged = ledger.head().count
    for _ in range(2_000):
        try:
            acknowledged += len(ledger.append([reply("C-001")]))
        except StorageFull:
            return acknowledged
    pytest.fail("the disk was never full")


def test_a_full_disk_heals_when_there_is_room(postgres: PostgresServer) -> None:
    name = f"small_{uuid4().hex[:8]}"
    with mounted(postgres.folder / name, megabytes=24) as disk:
        (disk.folder / "space").mkdir()
        shutil.chown(disk.folder / "space", "postgres")
        with closing(postgres.connect()) as connection:
            connection.execute(f"CREATE TABLESPACE {name} OWNER tester LOCATION '{disk.folder / 'space'}'".encode())
            connection.execute(f"CREATE DATABASE {name} OWNER tester TABLESPACE {name} TEMPLATE template0".encode())
        try:
            with founded(postgres.url(name)) as ledger:
                disk.fill()
                acknowledged = appended_until_full(ledger)
                assert ledger.head().count == acknowledged
                disk.free()
                ledger.append([reply("C-001")])
                assert ledger.head().count == acknowledged + 1
                check_everything(ledger)
        finally:
            postgres.drop(postgres.url(name))
            with closing(postgres.connect()) as connection:
                connection.execute(f"DROP TABLESPACE {name}".encode())


def test_what_waits_for_the_commit_is_seen_by_who_asks_before_it(postgres_url: str) -> None:
    with founded(postgres_url) as ledger:
        database = database_of(ledger)
        with database.writing() as (_, chain, micros, _):
            database.send([("update_head", (8, chain, micros))])
            assert database.one("SELECT count FROM head") == (8,)
            database.send([("update_head", (6, chain, micros))])
        assert ledger.head().count == 6


def test_what_goes_wrong_in_the_round_trip_of_the_commit_leaves_nothing(postgres_url: str) -> None:
    with founded(postgres_url) as ledger:
        database = database_of(ledger)

        def write_wrongly() -> None:
            with database.writing() as (_, chain, micros, _):
                database.send([("update_head", (7, chain, micros)), ("update_head", (8, bytes(31), micros))])

        with pytest.raises(IntegrityError):
            write_wrongly()
        assert ledger.head().count == 6
        ledger.append([reply("C-001")])
        check_everything(ledger)


def test_a_connection_whose_first_round_trip_with_a_commit_was_refused_goes_on(postgres_url: str) -> None:
    with founded(postgres_url):
        pass
    with Ledger.open(postgres_url) as ledger:
        database = database_of(ledger)
        identity = ledger.identity.ledger_id, "Provider"

        def found_again() -> None:
            with database.writing() as (_, chain, micros, _):
                database.send([("insert_identity", identity), ("update_head", (7, chain, micros))])
                backends.append(database.writer().info.backend_pid)

        backends: list[int] = []
        for _ in range(2):
            with pytest.raises(IntegrityError, match="identity_pkey"):
                found_again()
        ledger.append([reply("C-001")])
        with database.writing():
            backends.append(database.writer().info.backend_pid)
        assert len(set(backends)) == 1
        assert ledger.head().count == 7
        check_everything(ledger)


def test_a_connection_lost_before_a_round_trip_with_the_commit_is_known_to_have_left_nothing(postgres_url: str) -> None:
    with founded(postgres_url) as ledger:
        database = database_of(ledger)

        def written_by_a_lost_one() -> None:
            with database.writing() as (_, chain, micros, _):
                database.send([("update_head", (number, chain, micros)) for number in (7, 8, 9)])
                execute(postgres_url, f"SELECT pg_terminate_backend({database.writer().info.backend_pid}, 5000)")

        with pytest.raises(StorageFailed):
            written_by_a_lost_one()
        assert ledger.head().count == 6
        ledger.append([reply("C-001")])
        check_everything(ledger)
