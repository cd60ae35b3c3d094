"""A relay or a reader whom the broker does not accept, or no longer: that is said, and not taken for a silence."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path

import orjson
import pytest
from kafka.admin import KafkaAdminClient, ScramMechanism, UserScramCredentialUpsertion

from services.kafka.acls import rights
from sla_ledger_client.kafka import LedgerReader, ReadingRefused, TopicsMissing
from tests.integration.kafka.test_acls import PARTITIONS, grant, revoke
from tests.kafka.office import Office
from tests.servers.kafka import fresh_topics
from tests.servers.secure_kafka import SecureKafka
from tests.unit.cli.calls import call

VERSION = 4
"""Of the topics: the other tests of this broker have theirs."""


@pytest.fixture
def office(secure_kafka: SecureKafka, tmp_path: Path) -> Iterator[Office]:
    """A small ledger, empty topics, and a relay that has its rights."""
    fresh_topics(secure_kafka.broker.bootstrap, partitions=PARTITIONS, version=VERSION)
    office = Office(tmp_path, 3)
    office.record(10)
    revoke(secure_kafka)
    grant(secure_kafka, "relay", rights("relay", VERSION))
    yield office
    revoke(secure_kafka)


@contextmanager
def running(secure: SecureKafka, office: Office, **given: str) -> Iterator["subprocess.Popen[bytes]"]:
    """`relay run` in a process of its own."""
    settings: Mapping[str, str] = {
        "DATABASE_URL": office.url,
        "KAFKA_PARTITIONS": str(PARTITIONS),
        "KAFKA_TIMEOUT_SECONDS": "10",
        "KAFKA_TOPICS_VERSION": str(VERSION),
        "RELAY_PATIENCE_SECONDS": "5",
        "RELAY_STATE": str(office.file.parent / "state"),
        **given,
    }
    env = {**os.environ, **secure.environment("relay"), **{f"SLA_LEDGER_{name}": it for name, it in settings.items()}}
    command = [sys.executable, "-P", "-c", "from services.cli import main; main()", "relay", "run", "--json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=env) as process:
        try:
            yield process
        finally:
            process.kill()
            process.communicate()


def problem(process: "subprocess.Popen[bytes]") -> str:
    """The problem that it ends with; its exit code is the problem's."""
    _, said = process.communicate(timeout=60)
    ended = orjson.loads(said.splitlines()[-1])
    assert process.returncode == ended["exit_code"], said.decode()
    return str(ended["problem"])


def change_password(secure: SecureKafka, user: str, password: str) -> None:
    """Give a user another password, and end all connections."""
    with closing(KafkaAdminClient(bootstrap_servers=secure.broker.bootstrap)) as client:
        client.alter_user_scram_credentials(
            [UserScramCredentialUpsertion(user, ScramMechanism.SCRAM_SHA_512, password, iterations=4_096)]
        )
    secure.broker.restart()


def test_a_password_that_is_changed_meanwhile_is_told_as_such(secure_kafka: SecureKafka, office: Office) -> None:
    with running(secure_kafka, office) as relay:
        time.sleep(6)
        assert relay.poll() is None
        change_password(secure_kafka, "relay", "another one")
        try:
            office.record(10)
            assert problem(relay) == "kafka-refused"
        finally:
            change_password(secure_kafka, "relay", secure_kafka.environment("relay")["SLA_LEDGER_KAFKA_PASSWORD"])


def test_rights_that_are_taken_away_meanwhile_are_told_as_such(secure_kafka: SecureKafka, office: Office) -> None:
    with running(secure_kafka, office) as relay:
        time.sleep(6)
        assert relay.poll() is None
        revoke(secure_kafka)
        office.record(10)
        assert problem(relay) == "kafka-refused"


def test_who_may_not_know_of_the_topics_is_not_told_that_there_are_none(
    secure_kafka: SecureKafka, office: Office
) -> None:
    env = {
        **secure_kafka.environment("stranger"),
        "SLA_LEDGER_DATABASE_URL": office.url,
        "SLA_LEDGER_KAFKA_TOPICS_VERSION": str(VERSION),
    }
    for command in ("status", "verify"):
        assert call("relay", command, "--json", env=env).problem["problem"] == "kafka-refused"


def test_a_reader_without_rights_is_told_that_it_was_refused(secure_kafka: SecureKafka) -> None:
    fresh_topics(secure_kafka.broker.bootstrap, partitions=PARTITIONS, version=VERSION)
    options = secure_kafka.connection("stranger").options()
    servers = options.pop("bootstrap_servers")
    with pytest.raises(ReadingRefused), LedgerReader(servers, version=VERSION, **options):
        pass
    options = secure_kafka.connection("admin").options()
    servers = options.pop("bootstrap_servers")
    with pytest.raises(TopicsMissing), LedgerReader(servers, version=VERSION + 1, **options):
        pass


def test_a_reader_with_a_wrong_password_is_told_that_it_was_refused(secure_kafka: SecureKafka) -> None:
    options = secure_kafka.connection("reader", kafka_password="wrong").options()
    servers = options.pop("bootstrap_servers")
    with pytest.raises(ReadingRefused), LedgerReader(servers, until_complete=True, **options):
        pass
