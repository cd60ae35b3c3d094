"""The read model in PostgreSQL does what every read model must, with several processes at it, and after a restart."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest

from projections.store import FROM_LEDGER, PositionMovedError, ReadModel, Selection
from projections.store.postgres import PostgresReadModel
from projections.store.postgres.model import QUERIES
from projections.store.selecting import selected
from schemas.problems import NoLedgerHere, StorageFailed
from services.projecting import open_views
from tests.conformance.read_model_kit import ReadModelKit, made
from tests.servers.postgres import PostgresServer

TOPIC = "sla-ledger.events.v1"


def opened(url: str) -> PostgresReadModel:
    """The read model as the product opens it."""
    views = open_views(url)
    assert isinstance(views, PostgresReadModel)
    return views


@pytest.fixture
def views(postgres_url: str) -> Iterator[PostgresReadModel]:
    views = opened(postgres_url)
    yield views
    views.close()


class TestPostgresReadModel(ReadModelKit):
    pass


def test_rows_outlive_the_process_and_those_of_another_version_are_dropped(postgres_url: str) -> None:
    views = opened(postgres_url)
    views.apply([made(1)], 3, since=0)
    views.close()
    views = opened(postgres_url)
    assert views.position() == 3
    views.close()
    with psycopg.connect(postgres_url) as connection:
        connection.execute("UPDATE views.layout SET version = 999")
        connection.execute("ALTER TABLE views.incidents ADD COLUMN other text")
    again = opened(postgres_url)
    assert again.position() == 0
    assert again.view("I-1") is None
    again.close()


def test_whoever_may_read_the_rows_still_may_where_another_version_makes_them_anew(
    postgres: PostgresServer, postgres_url: str
) -> None:
    database = postgres_url.rpartition("/")[2]
    role = f"reader_of_{database}"
    opened(postgres_url).close()
    with postgres.connect(database) as connection:
        connection.execute(f"CREATE ROLE {role} LOGIN PASSWORD 'reader'".encode())
        connection.execute(f"GRANT USAGE ON SCHEMA views TO {role}".encode())
        connection.execute("UPDATE views.layout SET version = 999")
    opened(postgres_url).close()
    views = opened(postgres.url(database, role, "reader"))
    assert (views.position(), views.incidents(Selection()).rows) == (0, ())
    assert views.hold()
    with pytest.raises(StorageFailed, match="permission denied"):
        views.apply([made(1)], 1, since=0)
    views.close()


def test_of_several_processes_that_start_at_once_one_makes_the_tables(postgres_url: str) -> None:
    barrier = threading.Barrier(8)

    def start() -> int:
        barrier.wait()
        views = opened(postgres_url)
        try:
            return views.position()
        finally:
            views.close()

    with ThreadPoolExecutor(8) as threads:
        assert [one.result() for one in [threads.submit(start) for _ in range(8)]] == [0] * 8


def test_a_read_model_of_another_order_of_texts_tells_them_by_their_bytes(views: PostgresReadModel) -> None:
    names = ["i-1", "I-1", "I.2", "I_1", "I-10", "i.1"]
    rows = [made(1, incident=name, opened_at=1) for name in names]
    views.apply(rows, 1, since=0)
    assert [row.incident for row in views.incidents(Selection()).rows] == sorted(names)
    assert list(views.names(after="I-1", limit=9)) == sorted(names)[1:]


def test_one_process_at_a_time_keeps_the_rows_and_the_next_one_when_it_ends(postgres_url: str) -> None:
    first, second = opened(postgres_url), opened(postgres_url)
    assert first.hold()
    assert not second.hold()
    assert first.hold()
    first.close()
    assert second.hold()
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    assert second.hold()
    second.close()
    first.close()


def test_a_server_that_was_restarted_is_connected_to_again(postgres: PostgresServer, views: PostgresReadModel) -> None:
    views.apply([made(1)], 1, since=0)
    assert views.hold()
    postgres.restart("fast")
    assert views.hold()
    assert views.position() == 1
    views.apply([made(2)], 2, since=1)
    assert views.view("I-2") is not None


def test_a_server_that_is_away_is_told_of_without_the_password(postgres: PostgresServer) -> None:
    url = postgres.new_database()
    assert ":" in url.partition("@")[0].partition("//")[2], "the URL has a password"
    password = url.partition("@")[0].rpartition(":")[2]
    with pytest.raises(NoLedgerHere) as absent:
        opened(url.rpartition("/")[0] + "/nowhere")
    with pytest.raises(StorageFailed) as refused:
        opened(url.replace(password, "wrong-horse"))
    views = opened(url)
    postgres.stop()
    try:
        with pytest.raises(StorageFailed) as away:
            views.position()
    finally:
        postgres.start()
        views.close()
    for raised in (absent, refused, away):
        assert password not in str(raised.value)
        assert "wrong-horse" not in str(raised.value)
    assert "password authentication failed" in str(refused.value)
    assert "refused" in str(away.value)


def test_a_transaction_of_the_rows_does_not_wait_for_the_disk_and_no_other_is_touched(views: PostgresReadModel) -> None:
    views.apply([made(1)], 1, since=0)
    with views._db.reading() as connection:
        assert connection.execute("SHOW synchronous_commit").fetchone() == ("on",)


def test_parts_move_alone_and_only_their_keeper_moves_them(views: PostgresReadModel) -> None:
    assert views.source() == FROM_LEDGER
    views.apply([made(9)], 5, since=0)
    assert views.make_from(TOPIC, 2)
    assert not views.make_from(TOPIC, 2)
    assert views.source() == TOPIC
    assert (views.position(), views.view("I-9")) == (0, None)
    assert not views.hold()
    with pytest.raises(PositionMovedError):
        views.apply([made(9)], 5, since=0)
    assert views.take(0, "one", TOPIC, 2) == (0, 0, None, None)
    assert views.take(1, "one", TOPIC, 2) == (1, 0, None, None)
    offsets = {3: 30, 4: 40}
    one, other = views.of_part(0, "one", offsets.get), views.of_part(1, "one", offsets.get)
    one.apply([made(1, changes_at=10)], 3, since=0)
    other.apply([made(2, contract="C-2", changes_at=5)], 4, since=0)
    one.apply([], 7, since=3)
    assert views.position() == 4
    assert (list(views.due(10, 9)), list(one.due(10, 9)), list(other.due(10, 9))) == (
        ["I-2", "I-1"],
        ["I-1"],
        ["I-2"],
    )
    assert views.take(0, "two", TOPIC, 2) == (0, 7, 30, 3)
    with pytest.raises(PositionMovedError):
        one.apply([made(1)], 8, since=7)
    views.reset()
    assert views.take(0, "two", TOPIC, 2) is None
    assert views.hold()


@pytest.fixture
def many(views: PostgresReadModel, postgres_url: str) -> ReadModel:
    """So many rows that no plan reads them all without need."""
    rows = [
        made(
            number,
            contract=f"C-{number % 50}",
            standing=("kept", "broken", "disputed", None)[number % 4],
            state=("open", "resolved")[number % 2],
            month=f"20{10 + number % 20}-01",
        )
        for number in range(1, 5_001)
    ]
    views.apply(rows, 5_000, since=0)
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute("ANALYZE")
    return views


@pytest.mark.parametrize(
    ("name", "selection", "order"),
    [
        ("incidents", Selection(), "as_opened"),
        ("incidents", Selection(contract="C-1"), "as_opened"),
        ("incidents", Selection(standing="kept"), "as_opened"),
        ("incidents", Selection(is_open=True), "as_opened"),
        ("deadlines", Selection(), "as_due"),
        ("compliance", Selection(), None),
        ("due", Selection(), None),
        ("by_terms", Selection(), None),
    ],
)
def test_lists_are_read_by_an_index(
    many: ReadModel, postgres_url: str, name: str, selection: Selection, order: str | None
) -> None:
    del many
    begin = "" if name != "deadlines" else 1_000_000
    given = {"opened_at": 2_500_000, "after": begin, "limit": 20, "until": 1_200_000, "now": 50_000, "part": None}
    given |= {"contract": "C-1", "standing": "kept", "first": "2024-01", "last": "2024-02", "opened_on": 742_999}
    query = selected(QUERIES, name, selection, order)
    with psycopg.connect(postgres_url) as connection:
        plan = "\n".join(step for (step,) in connection.execute(f"EXPLAIN {query}".encode(), given))
    assert "Seq Scan on incidents" not in plan, plan
    assert "Seq Scan on obligations" not in plan, plan
    if order == "as_opened":
        assert "Sort" not in plan, plan
