"""The events as Parquet files, each written whole or not at all: a crash neither loses an event nor doubles one.

    BOOTSTRAP=127.0.0.1:9092 FOLDER=events python export.py

A file's name says which positions it holds, and the file itself keeps the reader's position: there is nothing beside it
that could differ from it.
"""

import json
import os
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from sla_ledger_client.kafka import LedgerEvent, LedgerReader, Position

FOLDER = Path(os.environ.get("FOLDER", "events"))
AT_A_TIME = int(os.environ.get("AT_A_TIME", "50000"))
INSTANT = pa.timestamp("us", tz="UTC")
COLUMNS = pa.schema(
    {
        "position": pa.int64(),
        "log": pa.string(),
        "index": pa.int64(),
        "id": pa.string(),
        "type": pa.string(),
        "subject": pa.string(),
        "occurred_at": INSTANT,
        "recorded_at": INSTANT,
        "actor": pa.string(),
        "data": pa.string(),
        "sha256": pa.string(),
    }
)


def row(event: LedgerEvent) -> dict[str, object]:
    """An event as a row; `data` stays JSON, whose fields DuckDB takes out by `data->>'priority'`."""
    own = {name: getattr(event, name) for name in COLUMNS.names if name not in {"actor", "data"}}
    return own | {"actor": event.actor["kind"], "data": json.dumps(event.data, ensure_ascii=False)}


def kept() -> Position | None:
    """The position in the last file; what a crash left half-written is cleared away."""
    for half in FOLDER.glob("*.half"):
        half.unlink()
    files = sorted(FOLDER.glob("*.parquet"))
    return Position.from_json(pq.read_schema(files[-1]).metadata[b"position"]) if files else None


def write(events: list[LedgerEvent], position: Position) -> None:
    """One file of these events, on the disk before it has its name."""
    path = FOLDER / f"{events[0].position:020d}-{events[-1].position:020d}.parquet"
    half = path.with_suffix(".half")
    schema = COLUMNS.with_metadata({"position": position.to_json()})
    pq.write_table(pa.Table.from_pylist([row(event) for event in events], schema=schema), half)
    sync(half)
    half.replace(path)
    sync(FOLDER)


def sync(path: Path) -> None:
    """On the disk before going on."""
    opened = os.open(path, os.O_RDONLY)
    os.fsync(opened)
    os.close(opened)


FOLDER.mkdir(exist_ok=True)
with LedgerReader(os.environ["BOOTSTRAP"], position=kept(), until_complete=True) as reader:
    waiting: list[LedgerEvent] = []
    for batch in reader.batches(AT_A_TIME):
        waiting += batch
        if len(waiting) >= AT_A_TIME:
            write(waiting, reader.position)
            waiting = []
    if waiting:
        write(waiting, reader.position)
