"""SQLite keeps what every registry must; one that loses the chain does not."""

from contextlib import closing
from datetime import datetime
from pathlib import Path
from uuid import uuid4

import pytest

from ledger.access_log import AccessLog
from ledger.application import Ledger
from ledger.credentials import Role
from ledger.drivers.sqlite.database import Database
from ledger.drivers.sqlite.driver import sqlite
from ledger.drivers.sqlite.registry import SQLiteRegistry
from ledger.registry import Access
from schemas.operation_problems import AccessLogBroken
from tests.conformance.registry_kit import RegistryContract, check_log, record_from_threads


class TestSQLite(RegistryContract):
    """The embedded default."""

    def url(self, folder: Path) -> str:
        return f"sqlite:///{folder / 'ledger.db'}"


class Forgetful(SQLiteRegistry):
    """A registry that does not keep the head it wrote, as one that trusts its memory would not."""

    def add_access(self, at: datetime, who: str, role: Role, what: str) -> Access:
        added = super().add_access(at, who, role, what)
        with self._db.writing() as connection:
            connection.execute("UPDATE access_head SET chain = zeroblob(32)")
        return added


def founded(folder: Path) -> Ledger:
    return Ledger.create(f"sqlite:///{folder / 'ledger.db'}", provider="P", ledger_id=str(uuid4()))


def test_the_control_that_loses_the_chain_fails(tmp_path: Path) -> None:
    with founded(tmp_path) as ledger:
        database = Database(tmp_path / "ledger.db", create=False, wait_seconds=10)
        log = AccessLog(Forgetful(database, "control"), ledger.now)
        record_from_threads([log], 2)
        with pytest.raises(AccessLogBroken):
            check_log(log, 16)
        database.close()


TAMPERED = {
    "another who": ("UPDATE accesses SET who = 'nobody' WHERE number = 2", 2),
    "another instant": ("UPDATE accesses SET at = at + 1 WHERE number = 3", 3),
    "text that was never written here": ("UPDATE accesses SET what = 'a' || char(0) WHERE number = 1", 1),
    "the first taken out": ("DELETE FROM accesses WHERE number = 1", 1),
    "one taken out": ("DELETE FROM accesses WHERE number = 2", 2),
    "the last taken out": ("DELETE FROM accesses WHERE number = 3", 3),
    "one put in": (
        "INSERT INTO accesses VALUES (4, 0, 'w', 'admin', 'x', zeroblob(32)); UPDATE access_head SET count = 4",
        4,
    ),
    "the head set back": ("UPDATE access_head SET count = 2", 3),
}


@pytest.mark.parametrize("what", TAMPERED)
def test_tampering_is_told_with_the_entry(tmp_path: Path, what: str) -> None:
    statement, number = TAMPERED[what]
    with founded(tmp_path) as ledger:
        for subject in ("INC-1", "INC-2", "INC-3"):
            ledger.access_log.record("abcdefghij", "auditor", f"values {subject}")
        assert ledger.access_log.verify() == 3
        with closing(sqlite.connect(tmp_path / "ledger.db", isolation_level=None)) as other:
            other.execute("DROP TRIGGER accesses_are_never_changed")
            other.execute("DROP TRIGGER accesses_are_never_deleted")
            other.executescript(statement)
        with pytest.raises(AccessLogBroken) as broken:
            ledger.access_log.verify()
        assert broken.value.params["number"] == number


MISTAKES = {
    "changed": "UPDATE accesses SET who = 'nobody'",
    "deleted": "DELETE FROM accesses",
    "a key deleted": "DELETE FROM keys",
}


@pytest.mark.parametrize("statement", MISTAKES.values(), ids=MISTAKES)
def test_triggers_stand_against_mistakes(tmp_path: Path, statement: str) -> None:
    with founded(tmp_path) as ledger:
        ledger.keyring.create(role="admin")
        ledger.access_log.record("abcdefghij", "auditor", "values INC-1")
        with (
            closing(sqlite.connect(tmp_path / "ledger.db", isolation_level=None)) as other,
            pytest.raises(sqlite.IntegrityError, match="never"),
        ):
            other.execute(statement)


def test_no_secret_lies_in_the_file(tmp_path: Path) -> None:
    with founded(tmp_path) as ledger:
        text = ledger.keyring.create(role="admin").text
    content = (tmp_path / "ledger.db").read_bytes()
    prefix, secret = text.split("_")[1:]
    assert prefix.encode() in content
    assert secret.encode() not in content
    assert bytes.fromhex(secret) not in content


def test_an_erased_subject_is_gone_from_the_file(tmp_path: Path) -> None:
    with founded(tmp_path) as ledger:
        ledger.pseudonyms.erase(ledger.pseudonyms.of("https://id.example", "ivanova@example.org"))
        files = [path.read_bytes() for path in tmp_path.iterdir() if path.name.startswith("ledger.db")]
    assert not any(b"ivanova" in content for content in files)
