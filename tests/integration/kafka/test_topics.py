"""`kafka init`: the topics are made as they must be, once; one that is not so is named and nothing is made."""

import time
from collections.abc import Iterator
from typing import Any

import pytest
from kafka.admin import ConfigResource, ConfigResourceType, KafkaAdminClient, NewPartitions

from schemas.operation_problems import PartitionsDiffer, SettingUnusable, TopicsDiffer, TopicsMissing
from schemas.topics import topics
from services.kafka.connecting import KafkaConnection
from services.kafka.topics import plans, require_topics
from services.settings import Settings
from tests.servers.kafka import KafkaBroker, delete_topics, free_port
from tests.unit.cli.calls import Answer, call

NAMES = topics()
LONGEST = str(2**63 - 1)


@pytest.fixture
def empty(kafka: KafkaBroker) -> Iterator[KafkaAdminClient]:
    """A broker without our topics, and a client to look behind our back."""
    delete_topics(kafka.bootstrap, 1, 2)
    client = KafkaAdminClient(bootstrap_servers=kafka.bootstrap)
    try:
        yield client
    finally:
        client.close()
        delete_topics(kafka.bootstrap, 2)


def init(kafka: KafkaBroker, *arguments: object, env: dict[str, str] | None = None) -> Answer:
    return call("kafka", "init", "--bootstrap-servers", kafka.bootstrap, *arguments, env=env)


def settings_of(client: KafkaAdminClient, topic: str) -> dict[str, Any]:
    found = client.describe_configs([ConfigResource(ConfigResourceType.TOPIC, topic)], config_filter="all")
    return {name: one["value"] for name, one in found["topic"][topic].items()}


def alter(client: KafkaAdminClient, topic: str, name: str, value: str) -> None:
    client.alter_configs([ConfigResource(ConfigResourceType.TOPIC, topic, {name: value})])
    while settings_of(client, topic)[name] != value:
        time.sleep(0.05)


def delete(client: KafkaAdminClient, topic: str) -> None:
    client.delete_topics([topic])
    while topic in client.list_topics():
        time.sleep(0.05)


def test_the_topics_are_made_as_they_must_be(kafka: KafkaBroker, empty: KafkaAdminClient) -> None:
    answer = init(kafka, "--json")
    assert answer.code == 0
    assert [(one["topic"], one["state"], one["partitions"]) for one in answer.lines[0]["topics"]] == [
        (NAMES.events, "made", 12),
        (NAMES.incidents, "made", 12),
        (NAMES.obligations, "made", 12),
        (NAMES.checkpoints, "made", 1),
    ]
    assert "one copy" in answer.talk
    for topic in NAMES:
        found = settings_of(empty, topic)
        assert found["message.timestamp.type"] == "CreateTime"
        assert found["message.timestamp.after.max.ms"] == found["message.timestamp.before.max.ms"] == LONGEST
        assert found["cleanup.policy"] == ("delete" if topic == NAMES.events else "compact")
    events = settings_of(empty, NAMES.events)
    assert (events["retention.ms"], events["retention.bytes"]) == ("-1", "-1")
    assert settings_of(empty, NAMES.incidents)["max.compaction.lag.ms"] == "86400000"


def test_a_second_time_nothing_is_made(kafka: KafkaBroker, empty: KafkaAdminClient) -> None:
    init(kafka)
    before = {one["name"]: one["topic_id"] for one in empty.describe_topics()}
    answer = init(kafka, "--json")
    assert answer.code == 0
    assert {one["state"] for one in answer.lines[0]["topics"]} == {"right"}
    assert {one["name"]: one["topic_id"] for one in empty.describe_topics()} == before


def test_only_what_is_missing_is_made(kafka: KafkaBroker, empty: KafkaAdminClient) -> None:
    init(kafka)
    delete(empty, NAMES.obligations)
    states = [one["state"] for one in init(kafka, "--json").lines[0]["topics"]]
    assert states == ["right", "right", "made", "right"]


def test_settings_and_options_say_how(kafka: KafkaBroker, empty: KafkaAdminClient) -> None:
    set_otherwise = {
        "SLA_LEDGER_KAFKA_PARTITIONS": "5",
        "SLA_LEDGER_KAFKA_MIN_INSYNC_REPLICAS": "1",
        "SLA_LEDGER_KAFKA_RETENTION_DAYS": "400",
        "SLA_LEDGER_KAFKA_COMPACTION_LAG_SECONDS": "60",
        "SLA_LEDGER_KAFKA_COMPACTION_RATIO": "0.1",
    }
    answer = init(kafka, "--json", "--partitions", 3, "--replication-factor", 1, env=set_otherwise)
    assert [one["partitions"] for one in answer.lines[0]["topics"]] == [3, 3, 3, 1]
    events, rows = settings_of(empty, NAMES.events), settings_of(empty, NAMES.incidents)
    assert events["retention.ms"] == str(400 * 24 * 3600 * 1000)
    assert (events["min.insync.replicas"], rows["min.insync.replicas"]) == ("1", "1")
    assert (rows["max.compaction.lag.ms"], float(rows["min.cleanable.dirty.ratio"])) == ("60000", 0.1)


@pytest.mark.parametrize("version", ["2", "v2"])
def test_a_further_version_lies_beside_the_first(kafka: KafkaBroker, empty: KafkaAdminClient, version: str) -> None:
    init(kafka)
    answer = init(kafka, "--version", version, "--partitions", 24, "--json")
    assert [one["topic"] for one in answer.lines[0]["topics"]] == list(topics(2))
    assert set(topics(1)) | set(topics(2)) <= set(empty.list_topics())


@pytest.mark.parametrize(
    ("topic", "setting", "value"),
    [
        (NAMES.events, "cleanup.policy", "compact"),
        (NAMES.events, "retention.ms", "604800000"),
        (NAMES.events, "retention.bytes", "1000000"),
        (NAMES.events, "message.timestamp.type", "LogAppendTime"),
        (NAMES.incidents, "cleanup.policy", "delete"),
        (NAMES.obligations, "message.timestamp.after.max.ms", "3600000"),
        (NAMES.checkpoints, "max.compaction.lag.ms", "1"),
        (NAMES.checkpoints, "unclean.leader.election.enable", "true"),
    ],
)
def test_a_topic_that_is_set_otherwise_is_named_and_left_alone(
    kafka: KafkaBroker, empty: KafkaAdminClient, topic: str, setting: str, value: str
) -> None:
    init(kafka)
    expected = settings_of(empty, topic)[setting]
    alter(empty, topic, setting, value)
    missing = next(name for name in NAMES if name != topic)
    delete(empty, missing)

    refused = init(kafka, "--json")
    assert (refused.code, refused.data) == (4, b"")
    assert refused.problem["problem"] == "topics-differ"
    assert f"{topic}: {setting} is {value}, not {expected}" in refused.problem["detail"]
    assert settings_of(empty, topic)[setting] == value
    assert missing not in empty.list_topics()

    checked = init(kafka, "--check", "--json")
    assert checked.code == 1
    found = {one["topic"]: one for one in checked.lines[0]["topics"]}
    assert found[missing]["state"] == "missing"
    assert found[topic]["differences"] == [{"setting": setting, "found": value, "expected": expected}]


@pytest.mark.usefixtures("empty")
def test_another_number_of_partitions_is_refused_with_the_way_out(kafka: KafkaBroker) -> None:
    init(kafka)
    refused = init(kafka, "--partitions", 24, "--json")
    assert (refused.code, refused.problem["problem"]) == (4, "partitions-differ")
    assert "relay republish" in refused.problem["remedy"]
    assert refused.problem["params"] == {"topic": NAMES.events, "found": 12, "expected": 24}


def test_topics_that_somebody_widened_are_refused(kafka: KafkaBroker, empty: KafkaAdminClient) -> None:
    init(kafka)
    empty.create_partitions({NAMES.incidents: NewPartitions(total_count=13)})
    while len(empty.describe_topics([NAMES.incidents])[0]["partitions"]) < 13:
        time.sleep(0.05)
    with pytest.raises(PartitionsDiffer):
        require_topics(connection(kafka), Settings.read(), 1)


def test_check_makes_nothing(kafka: KafkaBroker, empty: KafkaAdminClient) -> None:
    answer = init(kafka, "--check")
    assert answer.code == 1
    assert f"{NAMES.events}: missing" in answer.text
    assert not set(NAMES) & set(empty.list_topics())


def test_more_copies_than_brokers_are_refused_and_nothing_is_made(kafka: KafkaBroker, empty: KafkaAdminClient) -> None:
    refused = init(kafka, "--replication-factor", 3, "--json")
    assert (refused.code, refused.problem["problem"]) == (4, "kafka-failed")
    assert not set(NAMES) & set(empty.list_topics())


def test_whoever_needs_the_topics_is_told_that_they_are_missing(kafka: KafkaBroker, empty: KafkaAdminClient) -> None:
    with pytest.raises(TopicsMissing) as failed:
        require_topics(connection(kafka), Settings.read(), 1)
    assert failed.value.params["topics"] == ", ".join(NAMES)
    init(kafka)
    assert require_topics(connection(kafka), Settings.read(), 1) == 12
    alter(empty, NAMES.checkpoints, "cleanup.policy", "delete")
    with pytest.raises(TopicsDiffer):
        require_topics(connection(kafka), Settings.read(), 1)


def test_a_version_that_is_none_is_refused(kafka: KafkaBroker) -> None:
    refused = init(kafka, "--version", "first", "--json")
    assert (refused.code, refused.problem["problem"]) == (2, "bad-argument")


def test_more_copies_in_sync_than_there_are_is_refused() -> None:
    given = Settings.read(kafka_replication_factor=2, kafka_min_insync_replicas=3)
    with pytest.raises(SettingUnusable) as refused:
        plans(given, 1)
    assert refused.value.params["setting"] == "SLA_LEDGER_KAFKA_MIN_INSYNC_REPLICAS"


def test_without_a_broker_the_command_says_so() -> None:
    server = f"127.0.0.1:{free_port()}"
    given = {"SLA_LEDGER_KAFKA_TIMEOUT_SECONDS": "0.5"}
    answer = call("kafka", "init", "--bootstrap-servers", server, "--json", env=given)
    assert (answer.code, answer.problem["problem"]) == (4, "kafka-unreachable")
    told = call("kafka", "init", "--bootstrap-servers", server, "--lang", "ru", env=given)
    assert "недоступна" in told.talk
    assert "Traceback" not in told.talk


def test_a_broker_without_rights_says_so(kafka: KafkaBroker) -> None:
    refused = call(
        "kafka", "acls", "--relay-principal", "User:relay", "--apply", "--json", "--bootstrap-servers", kafka.bootstrap
    )
    assert (refused.code, refused.problem["problem"]) == (4, "kafka-failed")


def connection(kafka: KafkaBroker) -> KafkaConnection:
    return KafkaConnection.of(Settings.read(), kafka.bootstrap)
