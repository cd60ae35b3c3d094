"""PostgreSQL keeps what every registry must; one that loses the chain, or takes no lock, does not."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from uuid import uuid4

import psycopg
import pytest

from ledger.access_log import AccessLog
from ledger.application import Ledger
from ledger.credentials import Role
from ledger.drivers.postgres import registry as registry_module
from ledger.drivers.postgres.database import Database
from ledger.drivers.postgres.options import DEFAULTS
from ledger.drivers.postgres.registry import PostgresRegistry
from ledger.registry import Access
from schemas.operation_problems import AccessLogBroken
from tests.conformance.postgres_databases import OnPostgres
from tests.conformance.registry_kit import RegistryContract, check_log, record_from_threads
from tests.conformance.test_registry_sqlite import MISTAKES, TAMPERED


class TestPostgres(OnPostgres, RegistryContract):
    """The database of several processes."""


class Forgetful(PostgresRegistry):
    """A registry that does not keep the head it wrote, as one that trusts its memory would not."""

    def add_access(self, at: datetime, who: str, role: Role, what: str) -> Access:
        added = super().add_access(at, who, role, what)
        with self._db.transaction() as connection:
            connection.execute("UPDATE access_head SET chain = decode(repeat('00', 32), 'hex')")
        return added


def founded(url: str) -> Ledger:
    return Ledger.create(url, provider="P", ledger_id=str(uuid4()))


@contextmanager
def opened(url: str) -> Iterator[Database]:
    database = Database(url, "control", DEFAULTS)
    try:
        yield database
    finally:
        database.close()


def test_the_control_that_loses_the_chain_fails(postgres_url: str) -> None:
    with founded(postgres_url) as ledger, opened(postgres_url) as database:
        log = AccessLog(Forgetful(database), ledger.now)
        record_from_threads([log], 2)
        with pytest.raises(AccessLogBroken):
            check_log(log, 16)


def test_the_control_that_takes_no_lock_fails(postgres_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    queries = dict(registry_module._QUERIES)
    queries["lock_access_head"] = queries["access_head"]
    monkeypatch.setattr(registry_module, "_QUERIES", queries)
    with founded(postgres_url) as ledger, pytest.raises(Exception, match="accesses_pkey"):
        record_from_threads([ledger.access_log], 20)


@pytest.mark.parametrize("what", [what for what in TAMPERED if what != "text that was never written here"])
def test_tampering_is_told_with_the_entry(postgres_url: str, what: str) -> None:
    statement, number = TAMPERED[what]
    with founded(postgres_url) as ledger:
        for subject in ("INC-1", "INC-2", "INC-3"):
            ledger.access_log.record("abcdefghij", "auditor", f"values {subject}")
        assert ledger.access_log.verify() == 3
        with psycopg.connect(postgres_url, autocommit=True) as other:
            other.execute("DROP TRIGGER accesses_are_never_changed ON accesses")
            other.execute("DROP TRIGGER accesses_are_never_deleted ON accesses")
            other.execute(statement.replace("zeroblob(32)", "decode(repeat('00', 32), 'hex')").encode())
        with pytest.raises(AccessLogBroken) as broken:
            ledger.access_log.verify()
        assert broken.value.params["number"] == number


@pytest.mark.parametrize("statement", MISTAKES.values(), ids=MISTAKES)
def test_triggers_stand_against_mistakes(postgres_url: str, statement: str) -> None:
    with founded(postgres_url) as ledger:
        ledger.keyring.create(role="admin")
        ledger.access_log.record("abcdefghij", "auditor", "values INC-1")
        with (
            psycopg.connect(postgres_url, autocommit=True) as other,
            pytest.raises(psycopg.IntegrityError, match="never"),
        ):
            other.execute(statement.encode())


def test_registers_are_written_while_the_record_is_held(postgres_url: str) -> None:
    """A reader who has to be written down does not wait for those that append."""
    with founded(postgres_url) as ledger, Ledger.open(postgres_url) as beside, ledger.recorder.writing():  # type: ignore[attr-defined]
        beside.access_log.record("abcdefghij", "auditor", "values INC-1")
        assert beside.keyring.find(beside.keyring.create(role="admin").text) is not None
