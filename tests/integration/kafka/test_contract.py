"""What the relay puts on a real broker is what the published document says, record by record."""

import copy
import hashlib
import json
from collections.abc import Iterator
from random import Random
from typing import Any

import pytest

from schemas.topics import topics
from tests.integration.kafka.contract import Contract, consumed
from tests.properties.judging import recorded
from tests.properties.read_model import recorded_in
from tests.servers.kafka import KafkaBroker, delete_topics
from tests.strategies.histories import history, interleave
from tests.unit.cli.calls import call

CONTRACT = Contract()
NAMES = topics()
SEEDS = (3, 11)


@pytest.fixture(scope="module", params=SEEDS)
def published(
    request: pytest.FixtureRequest, kafka: KafkaBroker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """The broker, once a ledger of a random history was published to it by the command itself."""
    seed, folder = request.param, tmp_path_factory.mktemp("ledger")
    recorded_in(folder, interleave(recorded(history(seed).lines), Random(seed))).close()
    delete_topics(kafka.bootstrap, 1)
    settings = {
        "SLA_LEDGER_DATABASE_URL": f"sqlite:///{folder}/ledger.db",
        "SLA_LEDGER_KAFKA_BOOTSTRAP_SERVERS": kafka.bootstrap,
        "SLA_LEDGER_KAFKA_PARTITIONS": "3",
        "SLA_LEDGER_RELAY_STATE": str(folder / "relay"),
    }
    for arguments in (("kafka", "init"), ("relay", "run", "--until-caught-up")):
        answer = call(*arguments, env=settings)
        assert answer.code == 0, answer.talk
    yield kafka.bootstrap
    delete_topics(kafka.bootstrap, 1)


def records(bootstrap: str, topic: str) -> list[tuple[str, dict[str, str], Any, bytes]]:
    """Key, headers, value and bytes of each record."""
    found = []
    for message in consumed(bootstrap, topic):
        key, value = message.key(), message.value()
        assert isinstance(key, bytes)
        headers = {
            name: said.decode() for name, said in dict(message.headers() or ()).items() if isinstance(said, bytes)
        }
        parsed = None if value is None else json.loads(value)
        found.append((key.decode(), headers, parsed, b"" if value is None else bytes(value)))
    return found


def test_every_record_is_one_of_the_document(published: str) -> None:
    assert sorted(CONTRACT.topics) == sorted(NAMES)
    counted = {}
    for topic in NAMES:
        found = records(published, topic)
        counted[topic] = len(found)
        for key, headers, value, _ in found:
            assert CONTRACT.faults(topic, key, headers, value) == [], (topic, key, value)
    assert counted[NAMES.checkpoints] > 0
    assert counted[NAMES.incidents] > 0
    assert counted[NAMES.obligations] >= counted[NAMES.incidents]
    (_, _, position, _) = records(published, NAMES.checkpoints)[-1]
    assert (position["position"], position["count"]) == (counted[NAMES.events], counted[NAMES.events])


def test_the_hash_of_an_event_is_that_of_what_stands_last_in_its_record(published: str) -> None:
    for _, headers, value, text in records(published, NAMES.events):
        data = text.partition(b',"data":')[2][:-1]
        assert hashlib.sha256(data).hexdigest() == value["sha256"] == headers["ce_sha256"]


def test_the_keys_are_those_of_the_topics(published: str) -> None:
    for key, _, value, _ in records(published, NAMES.events):
        assert key == value["partitionkey"] == value["data"]["log"]
    for key, _, value, _ in records(published, NAMES.incidents):
        assert value is None or key == value["incident"]
    for key, _, value, _ in records(published, NAMES.obligations):
        assert value is None or key == f"{value['incident']}/{value['obligation']}"
    assert {key for key, *_ in records(published, NAMES.checkpoints)} == {"position"}


@pytest.mark.parametrize("topic", NAMES)
def test_a_record_that_is_none_of_the_document_is_found(topic: str) -> None:
    (message, *_) = CONTRACT.messages(topic).values()
    (shown,) = message["examples"]
    key = {"obligations": "INC-1/response", "checkpoints": "position"}.get(topic.split(".")[1], "INC-1")
    headers, value = shown.get("headers", {}), shown["payload"]
    assert CONTRACT.faults(topic, key, headers, value) == []
    for name in value:
        less = copy.deepcopy(value)
        del less[name]
        assert CONTRACT.faults(topic, key, headers, less) != [], name
        assert CONTRACT.faults(topic, key, headers, {**value, name: ["a list"]}) != [], name
    assert CONTRACT.faults(topic, "a key/of/nothing", headers, value) != []
    for name in headers:
        assert CONTRACT.faults(topic, key, {**headers, name: "x y"}, value) != [], name
