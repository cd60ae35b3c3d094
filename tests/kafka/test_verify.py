"""`relay verify` finds what somebody did to the topics, and names where."""

from pathlib import Path

import orjson
import pytest
from kafka import KafkaProducer

from ledger.application import Ledger
from services.kafka.records import Outgoing, event_record
from services.kafka.verifying import Verification
from tests.kafka.independent import EVENTS, INCIDENTS, OBLIGATIONS, latest, read
from tests.kafka.office import Office
from tests.kafka.relaying import NAMES, options, relay_once, verified
from tests.servers.kafka import KafkaBroker, fresh_topics


@pytest.fixture
def office(kafka: KafkaBroker, tmp_path: Path) -> Office:
    """A ledger, and topics that are equal to it."""
    fresh_topics(kafka.bootstrap)
    made = Office(tmp_path, 40)
    made.record_all()
    relay_once(made.url, options(kafka.bootstrap, tmp_path / "state"))
    assert verified(made.url, kafka.bootstrap).count == 0
    return made


def forge(servers: str, *records: Outgoing) -> None:
    """Write records as somebody else would."""
    producer = KafkaProducer(bootstrap_servers=servers)
    for one in records:
        producer.send(NAMES[one.topic], one.value, one.key, one.headers, one.partition, one.timestamp_millis)
    producer.flush()
    producer.close()


def event_at(office: Office, position: int) -> Outgoing:
    with Ledger.open(office.url) as ledger:
        (row,) = ledger.rows(after=position - 1, until=position)
        return event_record(row, ledger.identity.ledger_id, 6)


def named(found: Verification) -> str:
    return "\n".join(map(" ".join, found.differences))


def test_a_copy_of_an_event_by_another_producer_is_found(office: Office, kafka: KafkaBroker) -> None:
    forge(kafka.bootstrap, event_at(office, 30))
    found = verified(office.url, kafka.bootstrap)
    assert found.count == 1
    assert "the event of position 30 is there again" in named(found)


def test_an_event_that_the_ledger_does_not_have_is_found(office: Office, kafka: KafkaBroker) -> None:
    event = event_at(office, 30)
    assert event.value is not None
    forged = event.value.replace(b'"sequence":"00000000000000000030"', b'"sequence":"00000000000000999999"')
    forge(kafka.bootstrap, event._replace(value=forged), event._replace(value=b"nothing"))
    told = named(verified(office.url, kafka.bootstrap))
    assert "beyond the topics' position record" in told
    assert "it is no event" in told


def test_a_row_that_somebody_changed_is_found(office: Office, kafka: KafkaBroker) -> None:
    records = read(kafka.bootstrap, [INCIDENTS, OBLIGATIONS])
    rows = latest([one for one in records if one.topic == OBLIGATIONS])
    key, row = next((key, row) for key, row in rows.items() if row["standing"] == "broken")
    place = next(one for one in records if one.key == key)
    value = orjson.dumps({**row, "standing": "kept"})
    forge(kafka.bootstrap, Outgoing(2, place.partition, key.encode(), value, [], place.millis))
    found = verified(office.url, kafka.bootstrap)
    assert (found.count, found.differences[0].topic, found.differences[0].place) == (1, OBLIGATIONS, key)


def test_rows_that_were_added_or_taken_off_are_found(office: Office, kafka: KafkaBroker) -> None:
    records = [one for one in read(kafka.bootstrap, [INCIDENTS]) if one.value is not None]
    one = records[0]
    row = orjson.loads(one.value or b"")
    value = orjson.dumps({**row, "incident": "I-FORGED"})
    forge(
        kafka.bootstrap,
        Outgoing(1, one.partition, b"I-FORGED", value, [], one.millis),
        Outgoing(1, records[-1].partition, records[-1].key.encode(), None, [], one.millis),
    )
    told = named(verified(office.url, kafka.bootstrap))
    assert "I-FORGED the ledger makes no such row" in told
    assert f"{records[-1].key} the row is missing" in told


def test_an_event_that_was_dropped_or_altered_when_the_topic_was_made_anew_is_found(
    office: Office, kafka: KafkaBroker
) -> None:
    everything = read(kafka.bootstrap, NAMES)
    fresh_topics(kafka.bootstrap)
    records = [
        Outgoing(NAMES.index(one.topic), one.partition, one.key.encode(), one.value, one.headers, one.millis)
        for one in everything
    ]
    events = [one for one in records if one.topic == 0]
    dropped, altered, moved, late = events[3], events[10], events[20], events[30]
    assert altered.value is not None
    replaced = {
        id(altered): altered._replace(value=altered.value.replace(b"confirmed", b"confirmeD")),
        id(moved): moved._replace(headers=moved.headers[1:]),
        id(late): late._replace(timestamp_millis=late.timestamp_millis + 1),
    }
    forge(kafka.bootstrap, *(replaced.get(id(one), one) for one in records if one is not dropped))
    found = verified(office.url, kafka.bootstrap)
    told = named(found)
    assert "the event is missing" in told
    assert "not the ledger's: headers" in told
    assert "not the ledger's: time" in told
    assert found.count == 3 + (b"confirmed" in altered.value), told


def test_a_position_record_with_another_chain_is_found(office: Office, kafka: KafkaBroker) -> None:
    with Ledger.open(office.url) as ledger:
        value = orjson.dumps(
            {
                "ledger": ledger.identity.ledger_id,
                "position": ledger.head().count,
                "count": ledger.head().count,
                "chain": "00" * 32,
                "as_of": "2026-11-01T00:00:00Z",
            }
        )
    forge(kafka.bootstrap, Outgoing(3, 0, b"position", value, [], 0))
    assert "its chain is not that of the ledger's events" in named(verified(office.url, kafka.bootstrap))


def test_what_the_tests_read_is_what_was_forged(office: Office, kafka: KafkaBroker) -> None:
    """The control: the same records written again by hand, nothing altered, are equal to the ledger."""
    everything = read(kafka.bootstrap, NAMES)
    fresh_topics(kafka.bootstrap)
    forge(
        kafka.bootstrap,
        *(
            Outgoing(NAMES.index(one.topic), one.partition, one.key.encode(), one.value, one.headers, one.millis)
            for one in everything
        ),
    )
    found = verified(office.url, kafka.bootstrap)
    assert found.count == 0, found.differences
    assert len([one for one in everything if one.topic == EVENTS]) == found.events
