"""The relay as a process beside a ledger that is written to: deadlines as they pass, signals, its standing."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic, sleep
from uuid import uuid4

from ledger.application import Ledger
from schemas.events import Actor, Proposal
from schemas.incident_events import IncidentOpened
from schemas.instants import parse_instant, to_micros
from schemas.topics import topics
from tests.conformance.recorder_kit import registration
from tests.kafka.independent import CHECKPOINTS, OBLIGATIONS, latest, positions, read
from tests.kafka.office import Office
from tests.kafka.relaying import environment, options, relaying, verified
from tests.kafka.test_relay import assert_topics_are_the_ledgers
from tests.servers.kafka import KafkaBroker, fresh_topics

MOST_SECONDS = 60.0


def until(holds: Callable[[], bool]) -> None:
    deadline = monotonic() + MOST_SECONDS
    while not holds():
        assert monotonic() < deadline, "it did not come about"
        sleep(0.1)


def opened_for_six_hours_but(seconds: float, office: Office) -> datetime:
    """An incident whose response falls due so many seconds from now; when that is."""
    due = datetime.now(UTC) + timedelta(seconds=seconds)
    at = due - timedelta(hours=6)
    contract = registration("C-LIVE")
    contract = contract.model_copy(
        update={
            "id": str(uuid4()),
            "occurred_at": at - timedelta(hours=1),
            "recorded_at": at - timedelta(hours=1),
            "data": contract.data.model_copy(update={"level": "premium+"}),
        }
    )
    data = {"contract": "C-LIVE", "channel": "email", "priority": 1, "title": "It does not answer"}
    reporter = {"name": "Ivanova", "organisation": "Romashka"}
    opening = Proposal(
        id=str(uuid4()),
        subject="I-LIVE",
        occurred_at=at,
        recorded_at=at,
        actor=Actor(kind="customer", id="ivanova@example.org"),
        data=IncidentOpened.model_validate(data | {"reporter": reporter}),
    )
    with Ledger.open(office.url) as ledger:
        for _ in ledger.import_([contract, opening]):
            pass
    return due


def test_a_deadline_that_passes_changes_its_row_within_a_second(kafka: KafkaBroker, tmp_path: Path) -> None:
    fresh_topics(kafka.bootstrap)
    office = Office(tmp_path, 0)
    office.record_all()

    def verdict() -> str | None:
        row = latest(read(kafka.bootstrap, [OBLIGATIONS])).get("I-LIVE/response")
        return None if row is None else str(row["verdict"])

    with relaying(office.url, options(kafka.bootstrap, tmp_path / "state")):
        due = opened_for_six_hours_but(8.0, office)
        until(lambda: verdict() == "running")
        until(lambda: verdict() == "breached")
    row = latest(read(kafka.bootstrap, [OBLIGATIONS]))["I-LIVE/response"]
    assert row["due_at_micros"] == to_micros(due)
    assert row["as_of"] == row["due_at"]
    passed = [parse_instant(one["as_of"]) for one in positions(read(kafka.bootstrap, [CHECKPOINTS]))]
    assert min(at for at in passed if at >= due) - due < timedelta(seconds=1)
    with Ledger.open(office.url) as ledger:
        assert row["as_of_position"] == ledger.head().count, "no event came, time passed"
    assert_topics_are_the_ledgers(office.url, kafka.bootstrap, tmp_path)


def test_what_is_recorded_is_published_in_a_moment(kafka: KafkaBroker, tmp_path: Path) -> None:
    fresh_topics(kafka.bootstrap)
    office = Office(tmp_path, 200)
    with relaying(office.url, options(kafka.bootstrap, tmp_path / "state")):
        for _ in range(10):
            office.record(13)
            sleep(0.2)
        with Ledger.open(office.url) as ledger:
            head = ledger.head().count
        until(lambda: verified(office.url, kafka.bootstrap).position == head)
        beside = verified(office.url, kafka.bootstrap)
    assert beside.count == 0, beside.differences
    assert_topics_are_the_ledgers(office.url, kafka.bootstrap, tmp_path)


def command(office: Office, kafka: KafkaBroker, state: Path, *words: str) -> tuple[list[str], dict[str, str]]:
    given = {
        "SLA_LEDGER_DATABASE_URL": office.url,
        "SLA_LEDGER_KAFKA_BOOTSTRAP_SERVERS": kafka.bootstrap,
        "SLA_LEDGER_KAFKA_PARTITIONS": "6",
        "SLA_LEDGER_KAFKA_REPLICATION_FACTOR": "1",
        "SLA_LEDGER_RELAY_STATE": str(state),
    }
    return [sys.executable, "-c", "from services.cli import main; main()", *words], dict(environment(**given))


def told(office: Office, kafka: KafkaBroker, state: Path, *words: str) -> tuple[int, dict[str, object]]:
    line, variables = command(office, kafka, state, *words, "--json")
    done = subprocess.run(line, env=variables, capture_output=True, check=False)
    assert done.stdout, done.stderr.decode()
    return done.returncode, json.loads(done.stdout)


@contextmanager
def relay_process(office: Office, kafka: KafkaBroker, state: Path) -> Iterator[subprocess.Popen[bytes]]:
    line, variables = command(office, kafka, state, "relay", "run", "--json")
    with subprocess.Popen(line, env=variables, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        try:
            yield process
        finally:
            if process.poll() is None:
                process.kill()


def test_everything_is_published_anew_into_topics_of_another_version(kafka: KafkaBroker, tmp_path: Path) -> None:
    office = Office(tmp_path, 50)
    office.record_all()
    fresh_topics(kafka.bootstrap)
    for state, again in (("one", False), ("another", True)):
        _, published = told(office, kafka, tmp_path / state, "relay", "republish", "--to", "v7")
        assert published["behind"] == 0
        assert (published["records"] == 0) is again, "what was published is not published again"
    assert verified(office.url, kafka.bootstrap, topics(7)).count == 0
    code, standing = told(office, kafka, tmp_path / "state", "relay", "status")
    assert (code, standing["position"], standing["holder"]) == (1, 0, None)
    assert float(str(standing["behind_seconds"])) > 0


def test_a_signal_ends_it_in_good_order_and_the_commands_tell_how_far_it_is(kafka: KafkaBroker, tmp_path: Path) -> None:
    office = Office(tmp_path, 50)
    office.record_all()
    fresh_topics(kafka.bootstrap)
    with relay_process(office, kafka, tmp_path / "state") as process:
        until(lambda: told(office, kafka, tmp_path / "state", "relay", "status")[1]["behind"] == 0)
        code, standing = told(office, kafka, tmp_path / "state", "relay", "status")
        assert code == 0
        assert str(process.pid) in str(standing["holder"])
        os.kill(process.pid, signal.SIGTERM)
        out, err = process.communicate(timeout=30)
        assert process.returncode == 0, err.decode()
        assert json.loads(out)["behind"] == 0
    code, standing = told(office, kafka, tmp_path / "state", "relay", "status")
    assert (code, standing["holder"]) == (1, None)
    code, found = told(office, kafka, tmp_path / "state", "relay", "verify")
    assert (code, found["differing"]) == (0, 0)
