"""A ledger in PostgreSQL, its events on a topic, and processes that make rows of them."""

import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any, Self, TypeAlias
from uuid import UUID

import orjson
from kafka import KafkaProducer

from benchmarks.histories import history
from ledger.application import Ledger
from ledger.recorder import Row
from projections.calendars import shipped_calendars
from projections.store import ReadModel, Selection
from projections.store.postgres import PostgresReadModel
from projections.store.sqlite import SqliteReadModel
from schemas.chain import GENESIS, extend
from schemas.decode import decode_proposal, parse_line
from schemas.events import Proposal, to_wire
from schemas.instants import to_micros
from schemas.topics import TOPICS_VERSION, Topics, topics
from services.bootstrap import found_ledger
from services.kafka.connecting import KafkaConnection
from services.kafka.projecting import TopicProjecting
from services.kafka.records import Outgoing, Position, event_record, position_record
from services.logging import open_log
from services.projecting import Projecting, open_views
from services.settings import Settings

__all__ = [
    "PARTITIONS",
    "Publisher",
    "Told",
    "command",
    "emptied",
    "found",
    "hear",
    "lines_of",
    "now_of",
    "projecting",
    "projector",
    "publish_all",
    "rebuild",
    "told",
    "wait_for",
]

PARTITIONS = 6
NAMES = topics()

_SEED = 7
_LONGEST_SECONDS = 240.0

Told: TypeAlias = tuple[dict[str, bytes], list[object]]


def found(url: str, lines: Sequence[Proposal]) -> Ledger:
    """A ledger of the shipped policy, without its calendars, that holds these lines."""
    ledger = found_ledger(url, calendars=False)
    for _ in ledger.import_(lines):
        pass
    return ledger


def lines_of(incidents: int, publications: int) -> list[Proposal]:
    """A history, with calendars before it and again in its midst, each time with another day off."""
    made = list(history(incidents, _SEED))
    begun = made[0]["recorded_at"]
    lines = [_calendar(number, one, begun, ()) for number, one in enumerate(_calendars())]
    every = max(1, len(made) // (publications + 1))
    for number, line in enumerate(made):
        lines.append(line)
        if number % every == every - 1:
            at = datetime.fromisoformat(line["recorded_at"])
            year = next(one for one in _calendars() if one.subject == f"RU-{at.year}")
            day = (at + timedelta(days=1)).date()
            extra = [day.isoformat()] if day.year == at.year else []
            lines.append(_calendar(1_000 + number, year, line["recorded_at"], extra))
    return [decode_proposal(orjson.dumps(line)) for line in lines]


def _calendars() -> list[Proposal]:
    """The last publication of each year that the history comes to."""
    return list({one.subject: one for one in shipped_calendars("RU") if "RU-2020" <= one.subject <= "RU-2026"}.values())


def _calendar(number: int, one: Proposal, at: str, more: Sequence[str]) -> dict[str, Any]:
    wire = to_wire(one)
    data = {**wire["data"], "non_working_days": [*wire["data"].get("non_working_days", []), *more]}
    return {**wire, "id": str(UUID(int=2**100 + number)), "recorded_at": at, "occurred_at": at, "data": data}


@contextmanager
def emptied(url: str) -> Iterator[PostgresReadModel]:
    """The read model of a ledger, without rows."""
    with closing(open_views(url)) as views:
        assert isinstance(views, PostgresReadModel)
        views.reset()
        yield views


class Publisher:
    """Writes a ledger's events to the topics, as TOPICS.md has them: events and the position record together."""

    def __init__(self, ledger: Ledger, bootstrap: str, names: Topics = NAMES, partitions: int = PARTITIONS) -> None:
        self._ledger = ledger
        self._bootstrap = bootstrap
        self._names = names
        self._partitions = partitions
        self._chain = GENESIS
        self.position = 0
        self._producer = KafkaProducer(
            bootstrap_servers=bootstrap, transactional_id="sla-ledger-relay", retry_backoff_ms=2, acks="all"
        )
        self._producer.init_transactions()

    def publish(self, most: int) -> int:
        """Publish at most so many events in one transaction; how many there were."""
        rows = list(self._ledger.rows(after=self.position, until=min(self.position + most, self._ledger.head().count)))
        if rows:
            self._producer.begin_transaction()
            for row in rows:
                self._send(row)
            self.position = rows[-1].position
            self._tell_position(rows[-1])
            self._producer.commit_transaction()
        return len(rows)

    def abort(self, most: int) -> None:
        """Write events and take them back."""
        chain = self._chain
        self._producer.begin_transaction()
        for row in self._ledger.rows(until=most):
            self._send(row)
        self._producer.flush()
        self._producer.abort_transaction()
        self._chain = chain

    def again(self) -> Self:
        """Another one, which shuts this one out and goes on where it was."""
        other = type(self)(self._ledger, self._bootstrap, self._names, self._partitions)
        other.position, other._chain = self.position, self._chain
        return other

    def close(self) -> None:
        self._producer.close()

    def _send(self, row: Row) -> None:
        self._chain = extend(self._chain, row.state)
        self._put(event_record(row, self._ledger.identity.ledger_id, self._partitions))

    def _tell_position(self, last: Row) -> None:
        recorded_at = to_micros(datetime.fromisoformat(parse_line(last.state)["recorded_at"]))
        ledger_id = self._ledger.identity.ledger_id
        self._put(position_record(Position(ledger_id, last.position, self._chain, recorded_at)))

    def _put(self, record: Outgoing) -> None:
        self._producer.send(
            self._names[record.topic],
            partition=record.partition,
            key=record.key,
            value=record.value,
            headers=record.headers,
            timestamp_ms=record.timestamp_millis,
        )


def command(url: str, bootstrap: str, *arguments: str) -> list[str]:
    """A projector's command line."""
    begin = [sys.executable, "-c", "from services.cli import main; main()", "projector", "--from", "kafka"]
    return [*begin, "--database", url, "--bootstrap-servers", bootstrap, *arguments]


@contextmanager
def projector(url: str, bootstrap: str, *arguments: str) -> Iterator["subprocess.Popen[bytes]"]:
    """A projector in a process of its own; killed at the end, if it still runs."""
    with subprocess.Popen(
        command(url, bootstrap, *arguments),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "SLA_LEDGER_LANG": "en"},
    ) as process:
        try:
            yield process
        finally:
            process.kill()
            process.communicate()


def hear(process: "subprocess.Popen[bytes]", word: bytes) -> None:
    """Wait until a process says something in its log."""
    assert process.stderr is not None
    assert any(word in line for line in process.stderr), f"it ended without {word!r}"


def projecting(
    ledger: Ledger,
    views: PostgresReadModel,
    broker: str | KafkaConnection,
    made: type[TopicProjecting] = TopicProjecting,
) -> TopicProjecting:
    """One in this process, which logs for nobody; it is stopped after so long that a test fails rather than hangs."""
    connection = broker if isinstance(broker, KafkaConnection) else KafkaConnection.of(Settings.read(), broker)
    found = made(ledger, views, connection, TOPICS_VERSION, open_log("error", BytesIO()))
    timer = threading.Timer(_LONGEST_SECONDS, found.stop)
    timer.daemon = True
    timer.start()
    return found


def publish_all(ledger: Ledger, bootstrap: str, most: int = 100) -> None:
    """Publish all that a ledger holds."""
    publisher = Publisher(ledger, bootstrap)
    while publisher.publish(most):
        pass
    publisher.close()


def now_of(ledger: Ledger) -> int:
    """The instant now, in microseconds."""
    return to_micros(ledger.wall())


def rebuild(ledger: Ledger, path: Path) -> Told:
    """What the embedded projector makes of a ledger, in SQLite; it is long after its last deadline."""
    views = SqliteReadModel(path, create=True)
    Projecting(ledger, views).current(now_of(ledger))
    try:
        return told(views)
    finally:
        views.close()


def told(views: ReadModel) -> Told:
    """All that is told of the incidents, and what the lists and reports say, apart from the position."""
    names = views.names(after="", limit=100_000)
    found = {name: view.told() for name in names if (view := views.view(name)) is not None}
    compliance = views.compliance(None, ("month", "level", "contract"), first="0001-01", last="9999-12").to_wire()
    deadlines = views.deadlines(Selection(), after=0, until=2**62, limit=100_000)
    lists: list[object] = [
        views.incidents(Selection(), limit=100_000).rows,
        views.incidents(Selection(standing="disputed", contract="C-001"), limit=100_000).rows,
        [one.to_wire() for one in deadlines],
        compliance,
    ]
    return found, lists


def wait_for(holds: Callable[[], bool], seconds: float = 60) -> None:
    """Wait until something holds."""
    late = threading.Event()
    timer = threading.Timer(seconds, late.set)
    timer.start()
    try:
        while not holds():
            assert not late.wait(0.05), "it did not come about"
    finally:
        timer.cancel()
