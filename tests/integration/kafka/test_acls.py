"""The rights that are written down are needed: with them each role does its work, and without any one it fails."""

import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from typing import Final
from uuid import uuid4

import pytest
from kafka import KafkaConsumer, KafkaProducer, TopicPartition
from kafka.admin import (
    ACLFilter,
    ACLOperation,
    ACLPermissionType,
    ACLResourcePatternType,
    KafkaAdminClient,
    ResourcePatternFilter,
    ResourceType,
)
from kafka.errors import for_code

from ledger.application import Ledger
from schemas.operation_problems import KafkaRefused
from schemas.problems import LedgerError
from schemas.topics import topics
from services.kafka.acls import ANY_GROUP, PROJECTORS_GROUP, ROLES, Right, Role, apply, command, rights
from services.kafka.connecting import KafkaConnection
from services.kafka.topics import make_topics, plans
from sla_ledger_client.kafka import LedgerReader
from tests.kafka.office import Office
from tests.servers.kafka import delete_topics, fresh_topics
from tests.servers.secure_kafka import SecureKafka
from tests.unit.cli.calls import Answer, call

NAMES: Final = topics()
EVERYTHING: Final = ACLFilter(
    principal=None,
    host=None,
    operation=ACLOperation.ANY,
    permission_type=ACLPermissionType.ANY,
    resource_pattern=ResourcePatternFilter(ResourceType.ANY, None, ACLResourcePatternType.ANY),
)
PATIENCE: Final = 60.0
PARTITIONS: Final = 2
VERSIONS: Final[dict[Role, int]] = {"relay": 2, "reader": 1, "projector": 1, "operator": 3}
"""The version of the topics that a role works with: the first is filled, the others are made anew each time."""


@pytest.fixture(scope="module")
def office(secure_kafka: SecureKafka, tmp_path_factory: pytest.TempPathFactory) -> Office:
    """A small ledger, published to the first version of the topics."""
    office = Office(tmp_path_factory.mktemp("office"), 3)
    office.record_all()
    fresh_topics(secure_kafka.broker.bootstrap, partitions=PARTITIONS)
    assert relay(secure_kafka, office, "admin", 1).code == 0
    return office


@pytest.fixture
def bare(secure_kafka: SecureKafka, office: Office) -> Iterator[SecureKafka]:
    """The broker with the topics filled, and with no rights granted to anybody."""
    del office
    revoke(secure_kafka)
    yield secure_kafka
    revoke(secure_kafka)


def relay(secure: SecureKafka, office: Office, user: str, version: int) -> Answer:
    """`relay run` as this user, until the topics have everything."""
    given = {
        "DATABASE_URL": office.url,
        "KAFKA_PARTITIONS": str(PARTITIONS),
        "KAFKA_TIMEOUT_SECONDS": "20",
        "KAFKA_TOPICS_VERSION": str(version),
        "RELAY_STATE": str(office.file.parent / f"of-{user}"),
    }
    env = {**secure.environment(user), **{f"SLA_LEDGER_{name}": value for name, value in given.items()}}
    return call("relay", "run", "--until-caught-up", "--json", env=env)


def plain(secure: SecureKafka) -> KafkaAdminClient:
    """A client that may do everything."""
    return KafkaAdminClient(bootstrap_servers=secure.broker.bootstrap)


def revoke(secure: SecureKafka) -> None:
    with closing(plain(secure)) as client:
        client.delete_acls([EVERYTHING])
        while client.describe_acls(EVERYTHING)[0]:
            time.sleep(0.02)


def grant(secure: SecureKafka, role: Role, granted: Sequence[Right]) -> None:
    """Grant rights to the user of the role's name, and wait until the broker heeds them."""
    apply(secure.connection("admin"), [(f"User:{role}", right) for right in granted])
    with closing(plain(secure)) as client:
        while len(client.describe_acls(EVERYTHING)[0]) < len(granted):
            time.sleep(0.02)


def publish(connection: KafkaConnection) -> None:
    """What would deceive every reader: a transaction over the four topics in the relay's name."""
    with connection.errors():
        producer = KafkaProducer(
            **connection.options(),
            transactional_id="sla-ledger-relay-6f0d-v1",
            acks="all",
            max_block_ms=5_000,
            retry_backoff_ms=5,
        )
        try:
            producer.init_transactions()
            producer.begin_transaction()
            for sent in [producer.send(topic, b"value", b"position", partition=0) for topic in NAMES]:
                producer.flush(10)
                sent.get(10)
            producer.commit_transaction()
        finally:
            producer.close(timeout=1)


def read(connection: KafkaConnection, wanted: Sequence[str], group: str | None = None) -> None:
    """What a reader does: every committed record of these topics, its place kept by a group if there is one.

    The library's consumer waits in silence for a topic that it may not read, so whether it may is asked first.
    """
    with connection.admin() as client:
        for topic in client.describe_topics(list(wanted)):
            if topic["error_code"]:
                raise KafkaRefused(servers=connection.address, reason=for_code(topic["error_code"]).__name__)
    with connection.errors():
        consumer = KafkaConsumer(
            **connection.options(),
            group_id=group,
            isolation_level="read_committed",
            auto_offset_reset="earliest",
            enable_auto_commit=False,
        )
        try:
            if group is None:
                consumer.assign([TopicPartition(topic, 0) for topic in wanted])
            else:
                consumer.subscribe(list(wanted))
            found: set[str] = set()
            deadline = time.monotonic() + PATIENCE
            while found != set(wanted):
                assert time.monotonic() < deadline, f"only {found} was read"
                found |= {place.topic for place in consumer.poll(500)}
            if group is not None and group != PROJECTORS_GROUP:
                consumer.commit()
        finally:
            consumer.close(autocommit=False)


def operate(connection: KafkaConnection, secure: SecureKafka) -> None:
    """What an operator does: make the topics and look at them."""
    delete_topics(secure.broker.bootstrap, VERSIONS["operator"])
    wanted = plans(secure.settings("operator", kafka_partitions=PARTITIONS), VERSIONS["operator"])
    make_topics(connection, wanted)
    assert all(one.is_there for one in make_topics(connection, wanted))


def work(secure: SecureKafka, office: Office, role: Role, granted: Sequence[Right]) -> str:
    """Do what a role does, with these rights alone; the problem it meets, or nothing."""
    if role == "relay":
        fresh_topics(secure.broker.bootstrap, partitions=PARTITIONS, version=VERSIONS[role])
    grant(secure, role, granted)
    if role == "relay":
        answer = relay(secure, office, role, VERSIONS[role])
        return "" if answer.code == 0 else str(answer.problem["problem"])
    connection = secure.connection(role, kafka_timeout_seconds=20)
    try:
        match role:
            case "reader":
                read(connection, NAMES, f"monthly-{uuid4()}")
            case "projector":
                read(connection, [NAMES.events, NAMES.checkpoints], PROJECTORS_GROUP)
            case "operator":
                operate(connection, secure)
    except LedgerError as error:
        return error.problem.name
    return ""


@pytest.mark.parametrize("role", ROLES)
def test_with_its_rights_a_role_does_its_work(bare: SecureKafka, office: Office, role: Role) -> None:
    assert work(bare, office, role, rights(role, VERSIONS[role])) == ""


@pytest.mark.parametrize(
    ("role", "without"),
    [
        (role, right)
        for role in ROLES
        for right in rights(role, VERSIONS[role])
        if role != "operator" or right.name == topics(VERSIONS[role]).events
    ],
    ids=lambda one: f"{one.operation} {one.name}" if isinstance(one, Right) else one,
)
def test_without_any_one_of_its_rights_it_is_refused(
    bare: SecureKafka, office: Office, role: Role, without: Right
) -> None:
    left = [right for right in rights(role, VERSIONS[role]) if right != without]
    assert work(bare, office, role, left) == "kafka-refused"


def test_with_a_readers_rights_the_topics_are_read_and_verified(bare: SecureKafka, office: Office) -> None:
    grant(bare, "reader", [right for right in rights("reader", 1) if right.resource == "topic"])
    with Ledger.open(office.url) as ledger:
        count = ledger.head().count
    options = bare.connection("reader").options()
    servers = options.pop("bootstrap_servers")
    with LedgerReader(servers, until_complete=True, **options) as reader:
        assert [event.position for event in reader] == list(range(1, count + 1))
    env = {**bare.environment("reader"), "SLA_LEDGER_DATABASE_URL": office.url}
    verified = call("relay", "verify", "--json", env=env)
    assert (verified.code, verified.lines[0]["differing"], verified.lines[0]["events"]) == (0, 0, count)
    assert call("relay", "status", "--json", env=env).lines[0]["behind"] == 0


def test_a_reader_without_a_group_needs_no_right_to_one(bare: SecureKafka) -> None:
    grant(bare, "reader", [right for right in rights("reader", 1) if right.resource == "topic"])
    read(bare.connection("reader"), NAMES)


def test_a_reader_cannot_write(bare: SecureKafka) -> None:
    grant(bare, "reader", rights("reader", 1))
    connection = bare.connection("reader")
    for topic in NAMES:
        with pytest.raises(KafkaRefused):
            send(connection, topic)
    with pytest.raises(KafkaRefused):
        publish(connection)
    fresh_topics(bare.broker.bootstrap, version=9, partitions=1)
    send(bare.connection("admin"), topics(9).events)  # the control: who may write is not refused


def test_a_reader_of_one_group_cannot_join_another(bare: SecureKafka) -> None:
    grant(bare, "reader", rights("reader", 1, "quarterly"))
    read(bare.connection("reader"), NAMES, "quarterly")
    with pytest.raises(KafkaRefused):
        read(bare.connection("reader"), NAMES, PROJECTORS_GROUP)


def test_a_stranger_sees_nothing(bare: SecureKafka) -> None:
    with bare.connection("stranger").admin() as client:
        assert client.list_topics() == []
    with pytest.raises(KafkaRefused):
        read(bare.connection("stranger"), [NAMES.events])


def test_the_rights_of_one_version_are_not_those_of_another(bare: SecureKafka) -> None:
    fresh_topics(bare.broker.bootstrap, version=2, partitions=PARTITIONS)
    grant(bare, "relay", rights("relay", 1))
    with pytest.raises(KafkaRefused):
        send(bare.connection("relay"), topics(2).events)


def test_the_command_grants_what_it_prints(bare: SecureKafka) -> None:
    asked = ["kafka", "acls", "--relay-principal", "User:relay", "--json"]
    printed = call(*asked)
    assert [Right(**{key: value for key, value in one.items() if key != "principal"}) for one in printed.lines] == [
        *rights("relay", 1)
    ]
    granted = call(*asked, "--apply", env=dict(bare.environment("admin")))
    assert (granted.code, granted.lines[0]["rights"]) == (0, len(rights("relay", 1)))
    with closing(plain(bare)) as client:
        while len(client.describe_acls(EVERYTHING)[0]) < granted.lines[0]["rights"]:
            time.sleep(0.02)
    again = call(*asked, "--apply", env=dict(bare.environment("admin")))
    assert again.code == 0


def test_only_who_may_alter_rights_grants_them(bare: SecureKafka) -> None:
    asked = ["kafka", "acls", "--relay-principal", "User:stranger", "--apply", "--json"]
    refused = call(*asked, env=dict(bare.environment("stranger")))
    assert (refused.code, refused.problem["problem"]) == (4, "kafka-refused")


@pytest.mark.parametrize("arguments", [[], ["--relay-principal", "relay"], ["--reader-principal", "User:"]])
def test_a_principal_is_named_as_kafka_knows_it(arguments: list[str]) -> None:
    refused = call("kafka", "acls", *arguments, "--json")
    assert (refused.code, refused.problem["problem"]) == (2, "bad-argument")


def test_the_calls_are_those_of_kafkas_own_tool() -> None:
    *_, last = [command("User:the relay", right, "kafka:9092") for right in rights("relay", 2)]
    assert last == (
        "kafka-acls.sh --bootstrap-server kafka:9092 --add --allow-principal 'User:the relay' --operation Write "
        "--transactional-id sla-ledger-relay --resource-pattern-type prefixed"
    )
    assert rights("reader", 2, ANY_GROUP)[-1] == Right("Read", "group", "*")


def send(connection: KafkaConnection, topic: str) -> None:
    with connection.errors():
        producer = KafkaProducer(**connection.options(), max_block_ms=5_000, acks="all", enable_idempotence=False)
        try:
            producer.send(topic, b"value", b"key").get(10)
        finally:
            producer.close(timeout=1)
