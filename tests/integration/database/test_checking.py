"""`db check` finds what somebody or a failing disk has changed in a database, and says nothing is wrong otherwise."""

import re
from contextlib import closing
from importlib.resources import files
from pathlib import Path

import pytest

from ledger.application import Ledger
from ledger.drivers.sqlite.driver import sqlite
from services.bootstrap import found_ledger
from tests.conformance.recorder_kit import CONTRACTS, opening, registration, reply
from tests.integration.postgres.test_driver import execute
from tests.unit.cli.calls import Answer, call

TAMPERED = {
    "an event's bytes": ("UPDATE events SET state = {phone} WHERE position = 4", {"chain"}),
    "the head's count": ("UPDATE head SET count = count + 1", {"positions"}),
    "the head's chain": ("UPDATE head SET chain = (SELECT chain FROM access_head)", {"chain"}),
    "an event taken out": ("DELETE FROM events WHERE position = 3", {"positions", "chain", "logs", "subjects"}),
    "an event's subject": ("UPDATE events SET subject = 'x' WHERE position = 4", {"columns"}),
    "an event's type": ("UPDATE events SET type = 'x.v1' WHERE position = 4", {"columns"}),
    "an event's version": ("UPDATE events SET version = 77 WHERE position = 4", {"columns"}),
    "an event's log": ("UPDATE events SET log = 'C-003', log_index = 9 WHERE position = 4", {"columns", "logs"}),
    "an event's index": ("UPDATE events SET log_index = 9 WHERE position = 4", {"logs"}),
    "a log's count": ("UPDATE logs SET count = count + 1 WHERE name = 'C-001'", {"logs"}),
    "a log's last instant": ("UPDATE logs SET recorded_at = recorded_at + 1 WHERE name = 'C-001'", {"recorded_at"}),
    "the head's last instant": ("UPDATE head SET recorded_at = recorded_at + 86400000000", {"recorded_at"}),
    "a value": ("UPDATE disclosures SET value = '\"another\"' WHERE position = 4", {"values"}),
    "a policy's text": ("UPDATE policies SET text = sha256", {"policies"}),
    "a policy taken out": ("DELETE FROM policies", {"policies"}),
    "an access": ("UPDATE accesses SET who = 'nobody'", {"accesses"}),
}
TRIGGERS = {
    "events": ("events_are_never_changed", "events_are_never_deleted"),
    "accesses": ("accesses_are_never_changed",),
}


def make(url: str) -> None:
    with found_ledger(url, calendars=False) as ledger:
        for contract in CONTRACTS:
            ledger.append([registration(contract), opening(contract), reply(contract)])
        ledger.access_log.record("abcdefghij", "auditor", "values INC-1")


def wrong(answer: Answer) -> set[str]:
    (told,) = answer.lines
    assert told["sound"] is (answer.code == 0)
    return {one["about"] for one in told["checks"] if not one["sound"]}


def checked(url: str) -> set[str]:
    answer = call("db", "check", "--json", "--database", url)
    assert answer.code in {0, 1}, answer.talk
    return wrong(answer)


@pytest.mark.parametrize("what", TAMPERED)
def test_what_was_changed_in_a_file_is_found(tmp_path: Path, what: str) -> None:
    statement, expected = TAMPERED[what]
    url = f"sqlite:///{tmp_path / 'ledger.db'}"
    make(url)
    assert checked(url) == set()
    phone = "CAST(replace(CAST(state AS TEXT), 'email', 'phone') AS BLOB)"
    with closing(sqlite.connect(tmp_path / "ledger.db", isolation_level=None)) as other:
        for names in TRIGGERS.values():
            for name in names:
                other.execute(f"DROP TRIGGER {name}")
        other.execute(statement.format(phone=phone))
    assert checked(url) == expected | {"schema"}


@pytest.mark.parametrize("what", TAMPERED)
def test_what_was_changed_in_postgres_is_found(postgres_url: str, what: str) -> None:
    statement, expected = TAMPERED[what]
    make(postgres_url)
    assert checked(postgres_url) == set()
    for table, names in TRIGGERS.items():
        for name in names:
            execute(postgres_url, f"DROP TRIGGER {name} ON {table}")
    phone = "convert_to(replace(convert_from(state, 'UTF8'), 'email', 'phone'), 'UTF8')"
    execute(postgres_url, statement.format(phone=phone))
    dangling = {"rows without their event"} if what == "an event taken out" else set()
    assert checked(postgres_url) == expected | {"triggers"} | dangling


LOOSENED = {
    "ALTER TABLE events DROP CONSTRAINT events_id_key": ("keys", "missing: events (id)"),
    "ALTER TABLE answers DROP CONSTRAINT answers_caller_key_key": ("keys", "missing: answers (caller, key)"),
    "ALTER TABLE events DROP CONSTRAINT events_pkey": ("keys", "missing: events (position)"),
    "DROP TRIGGER leases_are_taken_where_the_ledger_is ON leases": (
        "triggers",
        "missing: leases_are_taken_where_the_ledger_is",
    ),
    "ALTER TABLE keys DISABLE TRIGGER keys_are_never_deleted": ("triggers", "missing: keys_are_never_deleted"),
}


@pytest.mark.parametrize("statement", LOOSENED)
def test_what_no_longer_guards_the_tables_of_postgres_is_found(postgres_url: str, statement: str) -> None:
    make(postgres_url)
    execute(postgres_url, statement)
    about, found = LOOSENED[statement]
    assert told(postgres_url, about) == (False, found)


def test_tables_of_several_owners_are_found(postgres_url: str) -> None:
    """Whoever owns the events may change them, whatever the writer is allowed."""
    make(postgres_url)
    call("db", "roles", "--apply", "--prefix", "checked", "--database", postgres_url)
    assert told(postgres_url, "one owner of all tables") == (True, "checked_owner")
    execute(postgres_url, "GRANT CREATE ON SCHEMA public TO checked_writer")
    execute(postgres_url, "ALTER TABLE events OWNER TO checked_writer")
    assert told(postgres_url, "one owner of all tables") == (False, "checked_owner, checked_writer")


def test_every_key_and_trigger_that_the_tables_are_made_with_is_looked_for(postgres_url: str) -> None:
    make(postgres_url)
    keys = "SELECT count(*) FROM pg_index JOIN pg_class c ON c.oid = indrelid WHERE indisunique AND relkind = 'r' "
    made = execute(postgres_url, keys + "AND relnamespace = 'public'::regnamespace")
    triggers = execute(postgres_url, "SELECT count(*) FROM pg_trigger WHERE NOT tgisinternal")
    text = files("ledger.drivers.postgres").joinpath("surroundings.sql").read_text("utf-8")
    looked_for = [len(re.findall(r"'[^']+'", part.split("]")[0])) for part in text.split("unnest(ARRAY[")[1:]]
    assert looked_for == [triggers[0][0], made[0][0]]


def test_what_no_longer_guards_the_tables_of_a_file_is_found(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'ledger.db'}"
    make(url)
    assert told(url, "schema") == (True, "as made")
    with closing(sqlite.connect(tmp_path / "ledger.db", isolation_level=None)) as other:
        other.execute("DROP TRIGGER keys_are_never_deleted")
    assert told(url, "schema") == (False, "differs: keys_are_never_deleted")


def told(url: str, about: str) -> tuple[bool, str]:
    (answer,) = call("db", "check", "--json", "--database", url).lines
    (one,) = [check for check in answer["checks"] if check["about"] == about]
    return one["sound"], one["found"]


def test_it_is_told_in_words_too(postgres_url: str) -> None:
    make(postgres_url)
    answer = call("db", "check", "--database", postgres_url)
    assert answer.code == 0
    assert b"ok  fsync: on" in answer.data
    assert b"correct-horse" not in answer.data


def test_it_runs_beside_a_ledger_that_is_written_to(postgres_url: str) -> None:
    make(postgres_url)
    with Ledger.open(postgres_url) as ledger, ledger._recorder.writing():
        assert checked(postgres_url) == set()
