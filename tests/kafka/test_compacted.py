"""The state topics after Kafka has compacted them, and what was never on a topic at all."""

from pathlib import Path
from time import monotonic, sleep
from uuid import uuid4

from kafka.admin import ConfigResource, ConfigResourceType, KafkaAdminClient

from ledger.application import Ledger
from schemas.incident_events import IncidentValuesErased
from schemas.topics import topics
from tests.conformance.recorder_kit import SYSTEM, opening, registration
from tests.kafka.independent import Read, read
from tests.kafka.office import Office
from tests.kafka.relaying import options, relay_once, verified
from tests.kafka.test_relay import assert_topics_are_the_ledgers
from tests.servers.kafka import KafkaBroker, fresh_topics

MOST_SECONDS = 60.0
QUICK = {
    "min.cleanable.dirty.ratio": "0.001",
    "max.compaction.lag.ms": "100",
    "segment.ms": "100",
    "min.compaction.lag.ms": "0",
    "cleanup.policy": "compact",
    "message.timestamp.after.max.ms": str(2**63 - 1),
}


def test_after_compaction_every_current_row_is_there(kafka: KafkaBroker, tmp_path: Path) -> None:
    names = fresh_topics(kafka.bootstrap)
    admin = KafkaAdminClient(bootstrap_servers=kafka.bootstrap)
    compacted = (names.incidents, names.obligations, names.checkpoints)
    admin.alter_configs([ConfigResource(ConfigResourceType.TOPIC, name, configs=QUICK) for name in compacted])
    admin.close()
    office = Office(tmp_path, 60)
    while office.record(60):
        relay_once(office.url, options(kafka.bootstrap, tmp_path / "state", most_events=5))
    before = len(read(kafka.bootstrap, compacted))
    after = before
    deadline = monotonic() + MOST_SECONDS
    while after >= before and monotonic() < deadline:
        # Kafka compacts what lies before the segment that is written to: something has to be written.
        with Ledger.open(office.url) as ledger:
            ledger.append([registration(f"C-{uuid4().hex[:8]}")])
        relay_once(office.url, options(kafka.bootstrap, tmp_path / "state"))
        sleep(1)
        after = len(read(kafka.bootstrap, compacted))
    assert after < before, "nothing was compacted"
    assert_topics_are_the_ledgers(office.url, kafka.bootstrap, tmp_path)
    found = verified(office.url, kafka.bootstrap)
    assert found.count == 0, found.differences


def test_values_that_are_erased_never_were_on_a_topic(kafka: KafkaBroker, tmp_path: Path) -> None:
    fresh_topics(kafka.bootstrap)
    office = Office(tmp_path, 0)
    secrets = (b"Ivanova", b"The server does not answer", "Иванова".encode(), b"ivanova@example.org")
    with Ledger.open(office.url) as ledger:
        _, opened = ledger.append([registration("C-1"), opening("C-1")])
    relay_once(office.url, options(kafka.bootstrap, tmp_path / "state"))
    written = [part for one in everything(kafka.bootstrap) for part in parts(one)]
    assert not [part for part in written for secret in secrets if secret in part]
    with Ledger.open(office.url) as ledger:
        values = ledger.values(opened.event.id)
        assert "Ivanova" in str(values), "the ledger has what the topics do not"
        erased = IncidentValuesErased(events=(opened.event.id,), fields=tuple(values), basis="request")
        ledger.append([opening("C-1").model_copy(update={"actor": SYSTEM, "data": erased})])
        assert ledger.values(opened.event.id) == {}
    relay_once(office.url, options(kafka.bootstrap, tmp_path / "state"))
    assert verified(office.url, kafka.bootstrap).count == 0
    written = [part for one in everything(kafka.bootstrap) for part in parts(one)]
    assert not [part for part in written for secret in secrets if secret in part]


def everything(servers: str) -> list[Read]:
    """Every record of every topic, also of transactions that were given up."""
    return read(servers, topics(), isolation="read_uncommitted")


def parts(record: Read) -> list[bytes]:
    return [record.key.encode(), record.value or b"", *(value for _, value in record.headers)]
