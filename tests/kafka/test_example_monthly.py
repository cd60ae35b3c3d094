"""The example of monthly compliance: killed at random, every event is counted once; with the position apart, not."""

from collections import Counter
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import psycopg
import pytest

from tests.kafka.independent import OBLIGATIONS, latest, read
from tests.kafka.jobs import EXAMPLES, environment, events_on, filled, killed_in_the_middle, run
from tests.scale import scaled
from tests.servers.kafka import KafkaBroker
from tests.servers.postgres import PostgresServer

MONTHLY = EXAMPLES / "monthly"
MOSCOW = ZoneInfo("Europe/Moscow")
TOGETHER = "            with database.transaction():\n                count(database, events)\n"
SLOWLY = TOGETHER + "                __import__('time').sleep(0.01)\n"
APART = SLOWLY.replace("with database.transaction():", "if True:")


@pytest.fixture(scope="module")
def events(kafka: KafkaBroker, tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    """What the relay has published."""
    count = filled(kafka, tmp_path_factory.mktemp("office"), 60)
    assert count > 300
    return events_on(kafka, count)


def due(events: list[dict[str, Any]]) -> dict[tuple[date, str, str], int]:
    """What must be counted."""
    counts: Counter[tuple[date, str, str]] = Counter()
    for event in events:
        if event["log"] != "provider":
            local = datetime.fromisoformat(event["recorded_at"]).astimezone(MOSCOW)
            counts[date(local.year, local.month, 1), event["log"], event["type"]] += 1
    return dict(counts)


def counted(url: str) -> dict[tuple[date, str, str], int]:
    with psycopg.connect(url) as database:
        return {(month, log, kind): n for month, log, kind, n in database.execute("SELECT * FROM monthly_events")}


def progress_of(url: str) -> Callable[[], object]:
    def progress() -> object:
        with psycopg.connect(url) as database:
            if database.execute("SELECT to_regclass('job_position')").fetchone() == (None,):
                return ""
            return (database.execute("SELECT position FROM job_position").fetchone() or ("",))[0]

    return progress


def changed(folder: Path, new: str) -> Path:
    """The example with its transaction slowed down, or taken apart."""
    text = (MONTHLY / "monthly.py").read_text("utf-8")
    assert text.count(TOGETHER) == 1
    (folder / "schema.sql").write_bytes((MONTHLY / "schema.sql").read_bytes())
    script = folder / "monthly.py"
    script.write_text(text.replace(TOGETHER, new), "utf-8")
    return script


def test_it_counts_every_event_once_and_keeps_every_row(
    kafka: KafkaBroker, postgres_url: str, events: list[dict[str, Any]]
) -> None:
    environ = environment(kafka, DATABASE=postgres_url)
    for _ in range(2):
        run(MONTHLY / "monthly.py", environ)
        assert counted(postgres_url) == due(events)
    rows = latest(read(kafka.bootstrap, [OBLIGATIONS]))
    with psycopg.connect(postgres_url) as database:
        kept = database.execute("SELECT incident || '/' || obligation, standing, as_of_position FROM obligation")
        assert {key: (standing, position) for key, standing, position in kept} == {
            key: (row["standing"], row["as_of_position"]) for key, row in rows.items()
        }
        ((obligations, sums),) = database.execute(
            "SELECT sum(obligations), sum(kept + disputed + broken) FROM monthly_compliance"
        )
    assert (
        obligations == sums == sum(row["due_at"] is not None and row["standing"] is not None for row in rows.values())
    )


def test_killed_at_random_it_has_counted_every_event_once(
    kafka: KafkaBroker, postgres: PostgresServer, events: list[dict[str, Any]], tmp_path: Path
) -> None:
    script, kills, url = changed(tmp_path, SLOWLY), 0, postgres.new_database()
    while kills < scaled(20, minimum=2):
        environ = environment(kafka, DATABASE=url, AT_A_TIME="2")
        if killed_in_the_middle(script, environ, progress_of(url)):
            kills += 1
        else:
            assert counted(url) == due(events)
            url = postgres.new_database()
    run(MONTHLY / "monthly.py", environment(kafka, DATABASE=url))
    assert counted(url) == due(events)


def test_with_the_position_in_a_transaction_of_its_own_events_are_counted_twice(
    kafka: KafkaBroker, postgres_url: str, events: list[dict[str, Any]], tmp_path: Path
) -> None:
    """The control."""
    script, environ = changed(tmp_path, APART), environment(kafka, DATABASE=postgres_url, AT_A_TIME="2")
    for _ in range(8):
        killed_in_the_middle(script, environ, progress_of(postgres_url))
    run(MONTHLY / "monthly.py", environ)
    assert sum(counted(postgres_url).values()) > sum(due(events).values())
