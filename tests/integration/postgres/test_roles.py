"""Who may do what in a ledger's PostgreSQL database, held by the server: owner, writer, reader."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from uuid import uuid4

import psycopg
import pytest

from ledger.application import Ledger
from schemas.problems import StorageFailed
from services.projecting import open_views
from tests.conformance.recorder_kit import CONTRACTS, check_everything, opening, registration, reply
from tests.integration.postgres.test_driver import execute
from tests.servers.postgres import PostgresServer
from tests.unit.cli.calls import call

RECORD = (
    "migrations",
    "identity",
    "head",
    "logs",
    "events",
    "disclosures",
    "policies",
    "answers",
    "answered",
    "clock_confirmations",
    "keys",
    "pseudonyms",
    "accesses",
    "access_head",
    "leases",
    "moves",
)
CONFIDENTIAL = ("disclosures", "answers", "answered", "keys", "pseudonyms", "accesses", "leases")


@dataclass(frozen=True, slots=True)
class Roles:
    """A ledger in whose database the roles were made, and a login that is a member of each."""

    url: str
    owner: str
    writer: str
    reader: str


@pytest.fixture
def roles(postgres: PostgresServer, postgres_url: str) -> Iterator[Roles]:
    prefix = f"r{uuid4().hex[:8]}"
    assert call("init", "--database", postgres_url).code == 0
    open_views(postgres_url).close()
    made = call("db", "roles", "--apply", "--prefix", prefix, "--database", postgres_url, "--json")
    assert made.code == 0, made.talk
    database = postgres_url.rpartition("/")[2]
    urls = {}
    for role in ("owner", "writer", "reader"):
        execute(postgres_url, f"CREATE ROLE {prefix}_{role}_login LOGIN PASSWORD 'pw' IN ROLE {prefix}_{role}")
        urls[role] = postgres.url(database, f"{prefix}_{role}_login", "pw")
    yield Roles(postgres_url, **urls)
    postgres.drop(postgres_url)
    with closing(postgres.connect()) as connection:
        for role in ("owner", "writer", "reader"):
            connection.execute(f"DROP ROLE {prefix}_{role}_login, {prefix}_{role}".encode())


def refused(url: str, statement: str) -> bool:
    """Whether the server refuses a statement for want of the right to it."""
    try:
        execute(url, statement)
    except psycopg.errors.InsufficientPrivilege:
        return True
    return False


def test_the_writer_does_everything_that_a_server_does(roles: Roles) -> None:
    with Ledger.open(roles.writer) as ledger:
        ledger.settle()
        for contract in CONTRACTS:
            ledger.append([registration(contract), opening(contract)])
        ledger.confirm_clock()
        key = ledger.keyring.create(role="admin")
        ledger.keyring.revoke(key.credential.prefix)
        ledger.access_log.record("abcdefghij", "auditor", "values INC-1")
        assert ledger.pseudonyms.erase(ledger.pseudonyms.of("https://id.example", "ivanova@example.org"))
        ledger.registry.take_lease("relay", "a", 30)
        ledger.registry.release_lease("relay", "a")
        check_everything(ledger)
    views = open_views(roles.writer)
    assert views.position() == 0
    views.close()


@pytest.mark.parametrize("role", ["writer", "reader"])
def test_neither_writer_nor_reader_changes_or_deletes_an_event(roles: Roles, role: str) -> None:
    url = getattr(roles, role)
    for statement in (
        "UPDATE events SET state = ''",
        "DELETE FROM events",
        "TRUNCATE events",
        "ALTER TABLE events DISABLE TRIGGER ALL",
        "DROP TRIGGER events_are_never_changed ON events",
        "UPDATE identity SET provider = 'another'",
        "UPDATE policies SET text = ''",
        "UPDATE answers SET body = ''",
        "UPDATE accesses SET who = ''",
        "UPDATE keys SET role = 'admin'",
        "UPDATE head SET moved_to = 'elsewhere'",
        "DELETE FROM answers",
        "DELETE FROM keys",
        "DELETE FROM logs",
    ):
        assert refused(url, statement), statement


def test_the_control_may_change_events(roles: Roles) -> None:
    """The owner may take the triggers away: what the writer is refused is not refused to everybody."""
    execute(roles.owner, "ALTER TABLE events DISABLE TRIGGER ALL; UPDATE events SET subject = subject")


def test_the_reader_reads_the_record_and_nothing_confidential(roles: Roles) -> None:
    with Ledger.open(roles.writer) as ledger:
        ledger.append([registration("C-001"), opening("C-001")])
    for table in RECORD:
        assert refused(roles.reader, f"SELECT count(*) FROM {table}") is (
            table in {*CONFIDENTIAL, "clock_confirmations", "access_head"}
        ), table
        assert refused(roles.reader, f"DELETE FROM {table}")
    execute(roles.reader, "SELECT * FROM views.incidents")
    with Ledger.open(roles.reader) as ledger:
        assert ledger.head().count == len(list(ledger.rows()))
        with pytest.raises(StorageFailed, match="permission denied"):
            ledger.append([reply("C-001")])
        with pytest.raises(StorageFailed, match="permission denied"):
            ledger.disclosures(1, 100)
        incident = opening("C-001").subject
    for command in ("verdict", "explain", "timeline"):
        assert call(command, incident, "--database", roles.reader).code == 0
    assert "permission denied" in call("replay", incident, "--database", roles.reader).talk


def test_the_roles_can_be_made_again_and_are_told_by_db_check(roles: Roles) -> None:
    prefix = roles.writer.partition("://")[2].partition("_writer")[0]
    assert call("db", "roles", "--apply", "--prefix", prefix, "--database", roles.url).code == 0
    checked = call("db", "check", "--database", roles.url, "--json")
    assert checked.code == 0
    execute(roles.url, f"GRANT UPDATE ON events TO {prefix}_writer")
    checked = call("db", "check", "--database", roles.url, "--json")
    assert checked.code == 1
    wrong = [one for one in checked.lines[0]["checks"] if not one["sound"]]
    assert [one["about"] for one in wrong] == ["who may change events"]
    assert f"{prefix}_writer" in wrong[0]["found"]


def test_the_statements_are_printed_for_whoever_runs_them_himself(postgres_url: str) -> None:
    assert call("init", "--database", postgres_url).code == 0
    printed = call("db", "roles", "--database", postgres_url)
    assert printed.code == 0
    assert b"CREATE ROLE" in printed.data
    assert b"correct-horse" not in printed.data


@pytest.mark.parametrize("prefix", ["", "Sla", "a-b", 'a"; DROP TABLE events', "x" * 49])
def test_a_prefix_that_is_no_name_is_refused(postgres_url: str, prefix: str) -> None:
    answer = call("db", "roles", "--prefix", prefix, "--database", postgres_url)
    assert (answer.code, "--prefix" in answer.talk) == (2, True)


def test_a_file_has_no_roles() -> None:
    assert call("db", "roles", "--database", "sqlite:///ledger.db").code == 2
