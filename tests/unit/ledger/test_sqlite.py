"""What is SQLite's own: durability, one writer at a time, files that are not ledgers, disks that fail."""

import resource
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest
from eventsourcing.persistence import StoredEvent

import ledger.drivers.sqlite.recorder as recorder_module
from ledger.application import Ledger
from ledger.drivers.queries import load_queries
from ledger.drivers.sqlite.database import APPLICATION_ID
from ledger.drivers.sqlite.driver import HAS_WAL_RESET_BUG, SQLITE_VERSION, sqlite
from ledger.drivers.sqlite.recorder import SQLiteRecorder
from ledger.drivers.sqlite.schema import STORAGE_VERSION
from ledger.recorder import Erasure, Filing, Identity
from schemas.commitments import Disclosure
from schemas.problems import (
    LedgerCorrupt,
    LedgerExists,
    LedgerLocked,
    NoLedgerHere,
    OutcomeUnknown,
    StorageFailed,
    UnsupportedDatabase,
    UnsupportedStorage,
)
from tests.unit.ledger.desk import CUSTOMER, NOW, opened, registered, says

HOLD_THE_LOCK = """
import sys
from ledger.drivers.sqlite.driver import sqlite
connection = sqlite.connect(sys.argv[1], isolation_level=None)
connection.execute("BEGIN IMMEDIATE")
print("held", flush=True)
sys.stdin.read()
"""


def make(path: Path) -> Ledger:
    return Ledger.create(f"sqlite:///{path}", provider="Provider", ledger_id=str(uuid4()))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "ledger.db"


@contextmanager
def locked_by_another_process(path: Path) -> Iterator[int]:
    """The id of a process that holds the write lock."""
    with subprocess.Popen(
        [sys.executable, "-c", HOLD_THE_LOCK, str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdin is not None
        assert holder.stdout.readline() == "held\n"
        yield holder.pid
        holder.stdin.close()


@contextmanager
def full_disk(path: Path) -> Iterator[None]:
    """No file may grow beyond what the write-ahead log has now."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (Path(f"{path}-wal").stat().st_size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_every_connection_writes_through_to_the_disk(path: Path) -> None:
    with make(path) as ledger:
        database = ledger.recorder._db  # type: ignore[attr-defined]
        for connection in (database.read(), database._connection_to_write_by()):
            settings = {
                name: connection.execute(f"PRAGMA {name}").fetchone()[0]
                for name in ("journal_mode", "synchronous", "secure_delete", "foreign_keys")
            }
            assert settings == {
                "journal_mode": "wal",
                "synchronous": 2,
                "secure_delete": 1,
                "foreign_keys": 1,
            }


def test_the_sqlite_in_use_has_the_fix() -> None:
    assert not HAS_WAL_RESET_BUG
    assert SQLITE_VERSION >= (3, 51, 3)


def test_the_file_says_what_it_is(path: Path) -> None:
    make(path).close()
    connection = sqlite.connect(path)
    assert connection.execute("PRAGMA application_id").fetchone() == (APPLICATION_ID,)
    tables = connection.execute("SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND sql NOT LIKE '%STRICT%'")
    assert tables.fetchone() == (0,)
    connection.close()


def test_another_process_that_writes_is_named(path: Path) -> None:
    make(path).close()
    with locked_by_another_process(path) as pid:
        recorder = SQLiteRecorder.open(path, wait_seconds=0.05)
        with pytest.raises(LedgerLocked) as problem, recorder.writing():
            pass
        assert problem.value.params["pid"] == pid
        assert recorder.head().count == 0
    with recorder.writing():
        pass
    recorder.close()


def test_reading_does_not_wait_for_a_writer(path: Path) -> None:
    with make(path) as ledger:
        ledger.append([registered()])
        with locked_by_another_process(path):
            assert len(list(ledger.rows())) == 1


def test_a_commit_that_fails_on_the_disk_is_uncertain_and_told_by_sending_it_again(
    path: Path,
) -> None:
    with make(path) as ledger:
        ledger.append([registered(), opened()])
        long = {"channel": "email", "summary": "x" * 9_000}
        proposal = says(CUSTOMER, "incident.customer-replied", long, at=NOW)
        with full_disk(path), pytest.raises(OutcomeUnknown) as problem:
            ledger.append([proposal])
        assert problem.value.params["events"] == 1
        (recorded,) = ledger.append([proposal])
        assert recorded.position == 3
        assert ledger.head().count == 3


def test_an_event_is_never_changed_or_deleted(path: Path) -> None:
    with make(path) as ledger:
        ledger.append([registered()])
        database = ledger.recorder._db  # type: ignore[attr-defined]
        for statement in ("UPDATE events SET state = x'00'", "DELETE FROM events"):
            with pytest.raises(Exception, match="an event is never"), database.writing() as writer:
                writer.execute(statement)


def test_an_exception_inside_a_transaction_leaves_nothing(path: Path) -> None:
    with make(path) as ledger:
        ledger.append([registered()])
        head = ledger.head()
        recorder = ledger.recorder
        assert isinstance(recorder, SQLiteRecorder)

        def break_off() -> None:
            with recorder.writing():
                recorder.insert_events((), policy_texts={"0" * 64: b"text"})
                raise KeyError

        with pytest.raises(KeyError):
            break_off()
        assert ledger.policy_hashes() == []
        assert ledger.head() == head


def test_there_is_no_ledger_where_there_is_no_file(path: Path) -> None:
    with pytest.raises(NoLedgerHere):
        Ledger.open(f"sqlite:///{path}")
    assert not path.exists()


def test_a_file_of_something_else_is_no_ledger_and_is_left_alone(path: Path) -> None:
    path.write_bytes(b"these are somebody's notes, not a database at all" * 99)
    before = path.read_bytes()
    for use in (Ledger.open, lambda url: Ledger.create(url, provider="P", ledger_id="1")):
        with pytest.raises(NoLedgerHere):
            use(f"sqlite:///{path}")
    assert path.read_bytes() == before


def test_another_programs_database_is_no_ledger(path: Path) -> None:
    connection = sqlite.connect(path)
    connection.execute("CREATE TABLE migrations (version INTEGER)")
    connection.close()
    for use in (Ledger.open, lambda url: Ledger.create(url, provider="P", ledger_id="1")):
        with pytest.raises(NoLedgerHere):
            use(f"sqlite:///{path}")


def test_another_programs_database_is_left_as_it_is(path: Path) -> None:
    connection = sqlite.connect(path)
    connection.execute("CREATE TABLE books (title TEXT)")
    connection.close()
    before = path.read_bytes()
    with pytest.raises(NoLedgerHere):
        make(path)
    assert path.read_bytes() == before


def test_of_two_who_found_a_ledger_at_once_the_second_is_told_that_it_is_there(path: Path) -> None:
    first, second = SQLiteRecorder.create(path), SQLiteRecorder.create(path)
    with first.writing():
        first.found(Identity(str(uuid4()), "Provider"))
    with pytest.raises(LedgerExists), second.writing():
        second.found(Identity(str(uuid4()), "Provider"))
    first.close()
    second.close()


def test_tables_of_a_newer_version_are_left_alone(path: Path) -> None:
    make(path).close()
    connection = sqlite.connect(path)
    newer = STORAGE_VERSION + 1
    connection.execute("INSERT INTO migrations (version, name) VALUES (?, 'later')", (newer,))
    connection.commit()
    connection.close()
    for use in (Ledger.open, lambda url: Ledger.create(url, provider="P", ledger_id="1")):
        with pytest.raises(UnsupportedStorage) as problem:
            use(f"sqlite:///{path}")
        assert problem.value.params["found"] == newer


def test_a_damaged_file_is_said_to_be_damaged(path: Path) -> None:
    with make(path) as ledger:
        ledger.append([registered(), opened()])
    damaged = bytearray(path.read_bytes())
    damaged[4096:] = b"\xa5" * (len(damaged) - 4096)
    path.write_bytes(damaged)
    with pytest.raises(LedgerCorrupt):
        list(Ledger.open(f"sqlite:///{path}").rows())


def test_a_folder_that_is_not_there_is_a_storage_that_failed(tmp_path: Path) -> None:
    with pytest.raises(StorageFailed):
        make(tmp_path / "nowhere" / "ledger.db")


@pytest.mark.parametrize("url", ["mysql://x/y", "postgresql://h/d?nonsense=1", "ledger.db", "sqlite:///", ""])
def test_other_databases_are_not_served(url: str) -> None:
    with pytest.raises(UnsupportedDatabase):
        Ledger.open(url)


def test_every_query_is_used() -> None:
    package = Path(recorder_module.__file__).parent
    source = "".join(file.read_text("utf-8") for file in package.glob("*.py"))
    for name in load_queries("ledger.drivers.sqlite", "queries.sql"):
        assert f'"{name}"' in source


def test_a_value_erased_while_somebody_reads_an_older_state_is_cleared_by_a_later_write(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    recorder = SQLiteRecorder.create(path)
    secret = b"+7 495 000-00-00"
    event_id = "11111111-1111-4111-8111-111111111111"
    kept = (Disclosure("/data/reporter", bytes(32), secret.decode()),)
    filing = Filing(event_id, "C-001", datetime(2024, 4, 27, tzinfo=UTC), kept)
    recorder.insert_events([StoredEvent("incident", 1, "x.v1", b"{}")], filings=[filing])
    reader = sqlite.connect(path, isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM events").fetchone()
    recorder.insert_events((), erasures=[Erasure(event_id, ("/data/reporter",))])
    recorder.forget_deleted()
    wal = tmp_path / "ledger.db-wal"
    assert secret in wal.read_bytes()
    reader.close()
    recorder.confirm_clock(1, 1)
    assert secret not in wal.read_bytes() + path.read_bytes()
    recorder.close()
