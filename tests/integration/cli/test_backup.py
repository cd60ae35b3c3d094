"""What docs/backup.md says: what a backup holds, how it is made, and that a restored one passes each check."""

import re
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from ledger.application import Ledger
from ledger.group_commit import GroupCommit
from ledger.submission import Element, Submission
from services.bootstrap import open_ledger
from tests.checkout import ROOT
from tests.integration.cli.histories import history, write
from tests.unit.cli.calls import call
from tests.unit.ledger.desk import SYSTEM, says

PAGE = (ROOT / "docs" / "backup.md").read_text(encoding="utf-8")
REGISTERED = {
    "customer": "Romashka",
    "level": "premium",
    "edition": "commercial",
    "licence": {"from": "2024-01-01", "until": "2026-12-31"},
    "contacts": [{"name": "Ivanova"}],
    "jurisdiction": "RU",
}


def registering() -> Submission:
    """A request to register a contract, under an idempotency key of its own."""
    proposal = says(SYSTEM, "contract.registered", REGISTERED, subject="C-777")
    return Submission((Element(proposal),), caller="abcdefghij", key="backup-1", request=b"x", via="abcdefghij")


@pytest.fixture
def running(ledger: str, tmp_path: Path) -> Iterator[Ledger]:
    """A ledger in use: values, an answer, a key, a pseudonym and an access, the last of them in the log beside."""
    assert call("import", write(tmp_path / "history.jsonl", history()), "--database", ledger).code == 0
    with open_ledger(ledger) as running:
        GroupCommit(running).submit(registering())
        running.keyring.create(role="auditor")
        running.pseudonyms.of("https://id.example", "ivanova")
        running.access_log.record("abcdefghij", "auditor", "values INC-2024-000017")
        yield running


def by_backup(database: Path, copy: Path) -> None:
    with closing(sqlite3.connect(database)) as origin, closing(sqlite3.connect(copy)) as target:
        origin.backup(target)


def by_vacuum(database: Path, copy: Path) -> None:
    with closing(sqlite3.connect(database)) as origin:
        origin.execute("VACUUM INTO ?", (str(copy),))


def by_cp(database: Path, copy: Path) -> None:
    shutil.copy(database, copy)


def state(url: str, folder: Path) -> dict[str, object]:
    """What the page says to compare: integrity, events, chain, accesses, keys; and the answer to a retry."""
    with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as database:
        (integrity,) = database.execute("PRAGMA integrity_check").fetchone()
    manifest = folder / "manifest.json"
    exported = call("export", "--database", url, "--manifest", manifest)
    with open_ledger(url) as restored:
        retried = GroupCommit(restored).submit(registering())
        subject = restored.pseudonyms.of("https://id.example", "ivanova")
        values = list(restored.disclosures(1, restored.head().count))
    return {
        "integrity": integrity,
        "events": exported.data,
        "manifest": manifest.read_bytes(),
        "accesses": call("accesses", "verify", "--json", "--database", url).lines,
        "keys": call("keys", "list", "--json", "--database", url).lines,
        "answer": (retried.body, retried.replayed),
        "pseudonym": subject,
        "values": values,
    }


@pytest.mark.usefixtures("running")
@pytest.mark.parametrize("copy_by", [by_backup, by_vacuum])
def test_a_backup_of_a_ledger_in_use_passes_every_check(tmp_path: Path, copy_by: Callable[[Path, Path], None]) -> None:
    copy_by(tmp_path / "ledger.db", tmp_path / "copy.db")
    before = state(f"sqlite:///{tmp_path}/ledger.db", tmp_path)
    restored = state(f"sqlite:///{tmp_path}/copy.db", tmp_path)
    assert before["integrity"] == "ok"
    assert before["values"]
    assert restored == before


@pytest.mark.usefixtures("running")
def test_the_control_that_copies_the_file_of_a_ledger_in_use_fails(tmp_path: Path) -> None:
    by_cp(tmp_path / "ledger.db", tmp_path / "copy.db")
    before = state(f"sqlite:///{tmp_path}/ledger.db", tmp_path)
    assert state(f"sqlite:///{tmp_path}/copy.db", tmp_path) != before


def test_a_ledger_that_was_closed_is_its_file_alone(running: Ledger, tmp_path: Path) -> None:
    running.close()
    assert not (tmp_path / "ledger.db-wal").exists()
    by_cp(tmp_path / "ledger.db", tmp_path / "copy.db")
    before = state(f"sqlite:///{tmp_path}/ledger.db", tmp_path)
    assert state(f"sqlite:///{tmp_path}/copy.db", tmp_path) == before


@pytest.mark.usefixtures("running")
def test_every_table_is_told_of(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "ledger.db")) as database:
        tables = {name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    assert tables - set(re.findall(r"`([a-z_]+)`", PAGE)) == set()


def test_every_command_of_the_page_is_one_there_is() -> None:
    for command in re.findall(r"sla-ledger ([a-z]+(?: (?:list|verify|rebuild|create|confirm))?)", PAGE):
        assert call(*command.split(), "--help").code == 0, command
