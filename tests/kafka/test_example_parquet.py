"""The example of Parquet files: killed at random, DuckDB finds every event once in them."""

from pathlib import Path

import duckdb
import pyarrow.parquet as pq

from sla_ledger_client.kafka import Position
from tests.kafka.jobs import EXAMPLES, environment, events_on, filled, killed_in_the_middle, run
from tests.scale import scaled
from tests.servers.kafka import KafkaBroker

PARQUET = EXAMPLES / "parquet"
SLOWLY = "    half.replace(path)\n", "    __import__('time').sleep(0.02)\n    half.replace(path)\n"


def asked(folder: Path, query: str) -> list[tuple[object, ...]]:
    """What DuckDB answers where the files are."""
    with duckdb.connect() as database:
        database.execute("SET TimeZone = 'UTC'")
        return database.execute(query.replace("'events/", f"'{folder}/")).fetchall()


def test_killed_at_random_the_files_hold_every_event_once(kafka: KafkaBroker, tmp_path: Path) -> None:
    count = filled(kafka, tmp_path / "office", 80)
    folder, text = tmp_path / "events", (PARQUET / "export.py").read_text("utf-8")
    assert text.count(SLOWLY[0]) == 1
    script = tmp_path / "export.py"
    script.write_text(text.replace(*SLOWLY), "utf-8")
    environ, kills = environment(kafka, FOLDER=str(folder), AT_A_TIME="7"), 0
    while kills < scaled(10, minimum=2):
        if killed_in_the_middle(script, environ, lambda: sorted(folder.glob("*.parquet"))):
            kills += 1
        else:
            for path in folder.iterdir():
                path.unlink()
    run(PARQUET / "export.py", environ)
    told = events_on(kafka, count)
    found = asked(folder, "SELECT position, id, sha256, data->>'contract' FROM 'events/*.parquet' ORDER BY position")
    assert [row[0] for row in found] == list(range(1, count + 1))
    assert [row[1] for row in found] == [event["id"] for event in told]
    assert [row[3] for row in found] == [event["data"].get("contract") for event in told]  # type: ignore[attr-defined]
    names = [path.name for path in sorted(folder.iterdir())]
    assert names[0].startswith(f"{1:020d}-")
    assert names[-1].endswith(f"-{count:020d}.parquet")
    kept = pq.read_schema(folder / names[-1]).metadata[b"position"]
    assert Position.from_json(kept).position == count


def test_the_query_of_the_example_counts_by_month(kafka: KafkaBroker, tmp_path: Path) -> None:
    count = filled(kafka, tmp_path / "office", 20)
    folder = tmp_path / "events"
    for _ in range(2):
        run(PARQUET / "export.py", environment(kafka, FOLDER=str(folder)))
        assert len(list(folder.iterdir())) == 1
    counts = asked(folder, (PARQUET / "monthly.sql").read_text("utf-8"))
    due = [event for event in events_on(kafka, count) if event["log"] != "provider"]
    assert sum(int(str(row[2])) for row in counts) == len(due)
    assert {(str(row[0])[:7], row[1]) for row in counts} == {(str(one["recorded_at"])[:7], one["type"]) for one in due}
