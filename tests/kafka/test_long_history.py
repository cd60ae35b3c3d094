"""An incident with very many events: its rows are sent where they say something new, and proved as of what they say."""

from pathlib import Path
from typing import Any

import orjson
import pytest
from kafka import KafkaProducer

from ledger.application import Ledger
from tests.integration.readmodel.desk import put
from tests.kafka.independent import INCIDENTS, OBLIGATIONS, Read, latest, read
from tests.kafka.relaying import options, relay_once, verified
from tests.properties.again import assert_is_what_evaluate_prints, evaluated
from tests.properties.long_history import EVENTS, INCIDENT, RESOLVED, long_history, report
from tests.servers.kafka import KafkaBroker, fresh_topics

KEY = f"{INCIDENT}/response-2"


@pytest.fixture
def url(kafka: KafkaBroker, tmp_path: Path) -> str:
    """A ledger that was published some events at a time."""
    fresh_topics(kafka.bootstrap)
    long_history(tmp_path).close()
    found = f"sqlite:///{tmp_path}/ledger.db"
    relay_once(found, options(kafka.bootstrap, tmp_path / "state", most_events=3))
    return found


def obligations(kafka: KafkaBroker) -> list[Read]:
    return [one for one in read(kafka.bootstrap, [OBLIGATIONS]) if one.value is not None]


def marked(row: dict[str, Any], position: int, as_of: str) -> bytes:
    return orjson.dumps({**row, "as_of_position": position, "as_of": as_of})


def forge(kafka: KafkaBroker, place: Read, value: bytes, millis: int) -> None:
    producer = KafkaProducer(bootstrap_servers=kafka.bootstrap)
    producer.send(OBLIGATIONS, value, place.key.encode(), [], place.partition, millis)
    producer.flush()
    producer.close()


def test_each_row_sent_says_something_new_and_is_what_evaluate_prints(url: str, kafka: KafkaBroker) -> None:
    last: dict[str, bytes] = {}
    with Ledger.open(url) as ledger:
        for one in obligations(kafka):
            row = orjson.loads(one.value or b"")
            assert_is_what_evaluate_prints(row, evaluated(ledger, row))
            said = marked(row, 0, "")
            assert last.get(one.key) != said, one.key
            last[one.key] = said
    (incident,) = latest(read(kafka.bootstrap, [INCIDENTS])).values()
    assert incident["events"] == EVENTS
    assert len(last) == 3


def test_a_relay_that_lost_its_rows_sends_none_again_that_says_the_same(
    url: str, kafka: KafkaBroker, tmp_path: Path
) -> None:
    before = obligations(kafka)
    with Ledger.open(url) as ledger:
        put(ledger, report(EVENTS / 20))
    relay_once(url, options(kafka.bootstrap, tmp_path / "another"))
    assert obligations(kafka) == before
    (incident,) = latest(read(kafka.bootstrap, [INCIDENTS])).values()
    assert incident["events"] == EVENTS + 1
    found = verified(url, kafka.bootstrap)
    assert found.count == 0, found.differences


def test_a_row_kept_from_an_earlier_event_is_proved_as_of_that_one(
    url: str, kafka: KafkaBroker, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: held against the last event's marks it would differ."""
    found = verified(url, kafka.bootstrap)
    assert found.count == 0, found.differences
    monkeypatch.setattr("services.kafka.verifying.MOST_EXACT", EVENTS)
    assert verified(url, kafka.bootstrap).count


def test_a_row_as_of_an_event_at_which_it_said_something_else_is_found(url: str, kafka: KafkaBroker) -> None:
    place = next(one for one in reversed(obligations(kafka)) if one.key == KEY)
    row = orjson.loads(place.value or b"")
    with Ledger.open(url) as ledger:
        own = list(ledger.subject_rows(INCIDENT))
    opened = orjson.loads(own[0].state)["recorded_at"]
    before = own[RESOLVED - 1]
    forge(kafka, place, marked(row, before.position, row["as_of"]), place.millis)
    found = verified(url, kafka.bootstrap)
    assert (found.count, found.differences[0].place) == (1, KEY)
    forge(kafka, place, marked(row, own[0].position - 1, opened), place.millis)
    found = verified(url, kafka.bootstrap)
    assert (found.count, found.differences[0].place) == (1, KEY)
