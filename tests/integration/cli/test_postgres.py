"""The commands on a ledger in PostgreSQL: as on a file, and no password is ever printed."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from tests.integration.cli.histories import history, write
from tests.servers.postgres import PostgresServer
from tests.unit.cli.calls import Answer, call

SECRET = "correct-horse"


def done(*arguments: object) -> Answer:
    """A call that went well and told no password."""
    answer = call(*arguments)
    assert answer.code == 0, answer.talk
    assert SECRET.encode() not in answer.data
    assert SECRET not in answer.talk
    return answer


@pytest.fixture
def second_url(postgres: PostgresServer) -> Iterator[str]:
    """Another empty database."""
    url = postgres.new_database()
    yield url
    postgres.drop(url)


@pytest.fixture
def filled(postgres_url: str, tmp_path: Path) -> str:
    """A ledger with three incidents."""
    done("init", "--provider", "Our support", "--database", postgres_url)
    done("import", write(tmp_path / "history.jsonl", history()), "--database", postgres_url)
    return postgres_url


def test_an_export_is_restored_to_either_database_to_the_same_bytes(
    filled: str, second_url: str, tmp_path: Path
) -> None:
    file, personal = tmp_path / "e.jsonl", tmp_path / "personal.jsonl"
    done("export", file, "--personal", personal, "--database", filled)
    for url in (second_url, f"sqlite:///{tmp_path / 'copy.db'}"):
        manifest = f"{file}.manifest.json"
        done("restore", file, "--manifest", manifest, "--personal", personal, "--database", url)
        assert done("export", "--database", url).data == file.read_bytes()
        again = tmp_path / "again.jsonl"
        done("export", tmp_path / "x.jsonl", "--personal", again, "--database", url)
        assert again.read_bytes() == personal.read_bytes()
        again.unlink()
        done("db", "check", "--database", url)
        for command in ("verdict", "timeline"):
            arguments = (command, "INC-2024-000001", "--as-of", "2024-06-01T00:00:00Z", "--json")
            assert done(*arguments, "--database", url).data == done(*arguments, "--database", filled).data


def test_what_runs_beside_the_record(filled: str) -> None:
    key = done("keys", "create", "--role", "admin", "--database", filled).data.decode().strip()
    prefix = key.split("_")[1]
    assert prefix.encode() in done("keys", "list", "--database", filled).data
    done("keys", "revoke", prefix, "--database", filled)
    done("clock", "confirm", "--database", filled)
    done("accesses", "list", "--database", filled)
    done("accesses", "verify", "--database", filled)
    done("report", "--from", "2024-01-01", "--to", "2024-12-31", "--database", filled)


def test_the_same_file_imported_twice_adds_nothing(filled: str, tmp_path: Path) -> None:
    before = done("export", "--database", filled).data
    done("import", tmp_path / "history.jsonl", "--database", filled)
    assert done("export", "--database", filled).data == before


def test_doctor_shows_the_database_and_not_its_password(filled: str) -> None:
    answer = call("doctor", "--json", env={"SLA_LEDGER_DATABASE_URL": filled})
    assert b"tester:***@" in answer.data
    assert SECRET.encode() not in answer.data


def test_an_empty_database_holds_no_ledger(postgres_url: str) -> None:
    answer = call("export", "--database", postgres_url)
    assert (answer.code, "[no-ledger-here" in answer.talk) == (4, True)
    assert SECRET not in answer.talk


def test_a_database_of_something_else_is_refused(postgres_url: str) -> None:
    with closing(psycopg.connect(postgres_url, autocommit=True)) as connection:
        connection.execute("CREATE TABLE customers (id int)")
    answer = call("init", "--database", postgres_url)
    assert (answer.code, "[database-occupied" in answer.talk, "customers" in answer.talk) == (4, True, True)


def test_a_server_that_may_lose_what_it_acknowledged_is_refused(filled: str, postgres: PostgresServer) -> None:
    postgres.restart(settings={"fsync": "off"})
    try:
        answer = call("export", "--database", filled)
    finally:
        postgres.restart(settings={"fsync": "on"})
    assert (answer.code, "[database-unsafe" in answer.talk, "fsync" in answer.talk) == (4, True, True)
    assert answer.data == b""


def test_a_server_that_is_away_is_told_with_the_reason(filled: str, postgres: PostgresServer) -> None:
    postgres.stop()
    try:
        answer = call("export", "--database", filled)
    finally:
        postgres.start()
    assert (answer.code, "[storage-failed" in answer.talk) == (4, True)
    assert "refused" in answer.talk
    assert SECRET not in answer.talk


def test_settings_bound_how_long_it_waits(filled: str) -> None:
    with closing(psycopg.connect(filled)) as other:
        other.execute("SELECT count FROM head FOR UPDATE")
        answer = call("clock", "confirm", "--database", filled, env={"SLA_LEDGER_POSTGRES_LOCK_SECONDS": "0.2"})
    assert (answer.code, "[ledger-locked" in answer.talk) == (4, True)
