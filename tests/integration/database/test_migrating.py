"""A ledger that an older version left is brought up to date, and every event is as it was."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from ledger.application import Ledger
from ledger.drivers.postgres import migrating as postgres_module
from ledger.drivers.postgres.migrating import migrate_postgres
from ledger.drivers.postgres.options import DEFAULTS
from ledger.drivers.sqlite import migrating as sqlite_module
from ledger.drivers.sqlite.migrating import migrate_sqlite
from schemas.database_problems import MigrationDiffers
from schemas.problems import LedgerCorrupt, NoLedgerHere, UnsupportedStorage
from tests.conformance.recorder_kit import check_everything, reply
from tests.integration.database.older import events_of, filled, older_postgres, older_sqlite
from tests.integration.postgres.test_driver import execute
from tests.servers.postgres import PostgresServer
from tests.unit.cli.calls import call

OLDER = (1, 2, 3, 4)
CURRENT = len(sqlite_module.STEPS)
WRONG = {
    "sqlite": "DROP TRIGGER events_are_never_changed;\n"
    "UPDATE events SET state = CAST(state || ' ' AS BLOB) WHERE position = 5;",
    "postgres": "ALTER TABLE events DISABLE TRIGGER ALL; "
    "UPDATE events SET state = state || ' '::bytea WHERE position = 5;",
}
MOVED = {
    "sqlite": "DROP TRIGGER events_are_never_changed;\nUPDATE events SET log_index = 99 WHERE position = 5;",
    "postgres": "ALTER TABLE events DISABLE TRIGGER ALL; UPDATE events SET log_index = 99 WHERE position = 5;",
}


@pytest.fixture
def second_url(postgres: PostgresServer) -> Iterator[str]:
    """Another empty database."""
    url = postgres.new_database()
    yield url
    postgres.drop(url)


def check_migrated(url: str, version: int, before: object) -> None:
    refused = call("export", "--database", url)
    assert (refused.code, "db migrate" in refused.talk) == (4, True)
    migrated = call("db", "migrate", "--database", url, "--json")
    assert migrated.code == 0, migrated.talk
    assert migrated.lines[0] | {"found": version, "version": CURRENT, "events": 9} == migrated.lines[0]
    assert events_of(url) == before
    assert call("db", "check", "--database", url).code == 0
    with Ledger.open(url) as ledger:
        ledger.append([reply("C-001")])
        check_everything(ledger)
    again = call("db", "migrate", "--database", url, "--json")
    assert again.lines[0]["found"] == CURRENT


@pytest.mark.parametrize("version", OLDER)
def test_a_file_of_an_older_version_is_brought_up_to_date(tmp_path: Path, version: int) -> None:
    before = older_sqlite(tmp_path / "ledger.db", version)
    check_migrated(f"sqlite:///{tmp_path / 'ledger.db'}", version, before)


@pytest.mark.parametrize("version", OLDER)
def test_a_postgres_database_of_an_older_version_is_brought_up_to_date(
    postgres_url: str, second_url: str, version: int
) -> None:
    before = older_postgres(second_url, postgres_url, version)
    check_migrated(postgres_url, version, before)


@pytest.mark.parametrize("wrong", [WRONG, MOVED], ids=["bytes", "index"])
def test_a_step_that_would_change_an_event_is_undone_with_all_others(
    tmp_path: Path, postgres_url: str, second_url: str, wrong: dict[str, str]
) -> None:
    path = tmp_path / "ledger.db"
    before = older_sqlite(path, 2)
    steps = [*sqlite_module.STEPS, ("0099_wrong", wrong["sqlite"])]
    with pytest.raises(MigrationDiffers) as problem:
        migrate_sqlite(path, steps)
    assert problem.value.params["migration"] == "0099_wrong"
    assert migrate_sqlite(path).found == 2
    assert events_of(f"sqlite:///{path}") == before

    before = older_postgres(second_url, postgres_url, 2)
    steps = [*postgres_module.STEPS, ("0099_wrong", wrong["postgres"])]
    with pytest.raises(MigrationDiffers):
        migrate_postgres(postgres_url, "it", DEFAULTS, steps)
    assert migrate_postgres(postgres_url, "it", DEFAULTS).found == 2
    assert events_of(postgres_url) == before


def test_a_ledger_that_does_not_fit_its_chain_is_not_migrated(postgres_url: str) -> None:
    filled(postgres_url)
    execute(postgres_url, "UPDATE head SET chain = decode(repeat('00', 32), 'hex')")
    with pytest.raises(LedgerCorrupt):
        migrate_postgres(postgres_url, "it", DEFAULTS)


def test_what_a_newer_version_wrote_is_left_alone(postgres_url: str) -> None:
    filled(postgres_url)
    execute(postgres_url, "INSERT INTO migrations VALUES (99, 'later')")
    with pytest.raises(UnsupportedStorage):
        migrate_postgres(postgres_url, "it", DEFAULTS)
    with pytest.raises(UnsupportedStorage):
        Ledger.open(postgres_url)


def test_what_is_no_ledger_is_not_migrated(tmp_path: Path, postgres_url: str) -> None:
    for url in (postgres_url, f"sqlite:///{tmp_path / 'nowhere.db'}"):
        assert call("db", "migrate", "--database", url).code == 4
        with pytest.raises(NoLedgerHere):
            Ledger.open(url)


def test_init_leaves_a_ledger_of_an_older_version_as_it_is(tmp_path: Path) -> None:
    older_sqlite(tmp_path / "ledger.db", 3)
    url = f"sqlite:///{tmp_path / 'ledger.db'}"
    assert call("init", "--database", url).code == 4
    assert migrate_sqlite(tmp_path / "ledger.db").found == 3
