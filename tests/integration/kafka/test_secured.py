"""Kafka that asks who is there: users with passwords, TLS, certificates; what is told of one that is turned away."""

import logging

import pytest

from schemas.operation_problems import KafkaRefused, KafkaUnreachable
from tests.servers.kafka import fresh_topics
from tests.servers.secure_kafka import SecureKafka
from tests.unit.cli.calls import call


@pytest.mark.parametrize("protocol", ["SASL_SSL", "SASL_PLAINTEXT", "SSL"])
def test_the_broker_knows_who_comes(secure_kafka: SecureKafka, protocol: str) -> None:
    with secure_kafka.connection("relay", protocol=protocol).admin() as client:
        assert len(client.describe_cluster()["brokers"]) == 1


@pytest.mark.parametrize("mechanism", ["SCRAM-SHA-512", "SCRAM-SHA-256", "PLAIN"])
def test_the_user_proves_itself_by_each_mechanism(secure_kafka: SecureKafka, mechanism: str) -> None:
    with secure_kafka.connection("admin", kafka_sasl_mechanism=mechanism).admin() as client:
        assert client.describe_cluster()["authorized_operations"]


REFUSED = {
    "a wrong password": {"kafka_password": "of another"},
    "nobody": {"kafka_user": "nobody"},
    "an authority that did not sign": {"kafka_ca_file": "another-ca.pem"},
}


@pytest.mark.parametrize("case", REFUSED)
def test_who_is_not_known_is_refused(secure_kafka: SecureKafka, case: str, caplog: pytest.LogCaptureFixture) -> None:
    given = {
        name: str(secure_kafka.folder / value) if name.endswith("_file") else value
        for name, value in REFUSED[case].items()
    }
    with (
        caplog.at_level(logging.DEBUG),
        pytest.raises(KafkaRefused) as refused,
        secure_kafka.connection("relay", kafka_timeout_seconds=2, **given).admin(),
    ):
        pass
    assert "secret of" not in f"{refused.value} {caplog.text}"
    assert "of another" not in f"{refused.value} {caplog.text}"


@pytest.mark.parametrize("mechanism", ["SCRAM-SHA-512", "PLAIN"])
def test_the_password_stays_out_of_the_log(
    secure_kafka: SecureKafka, caplog: pytest.LogCaptureFixture, mechanism: str
) -> None:
    def log() -> str:
        with secure_kafka.connection("relay", kafka_sasl_mechanism=mechanism).admin() as client:
            client.describe_cluster()
        return caplog.text

    with caplog.at_level(logging.DEBUG):
        assert "secret of" not in log()
    with caplog.at_level(logging.DEBUG, logger="kafka"):  # the control: what the library would have logged
        assert "secret of" in log()


def test_a_listener_without_tls_is_no_listener_with_it(secure_kafka: SecureKafka) -> None:
    plain = secure_kafka.broker.bootstrap
    connection = secure_kafka.connection("relay", kafka_bootstrap_servers=plain, kafka_timeout_seconds=1.5)
    with pytest.raises(KafkaUnreachable, match="no TLS is spoken there"), connection.admin():
        pass


def test_the_command_line_comes_as_the_settings_say(secure_kafka: SecureKafka) -> None:
    fresh_topics(secure_kafka.broker.bootstrap, partitions=12)
    answer = call("kafka", "init", "--check", "--json", env=dict(secure_kafka.environment("admin")))
    assert answer.code == 0
    env = {
        **secure_kafka.environment("admin"),
        "SLA_LEDGER_KAFKA_PASSWORD": "no",
        "SLA_LEDGER_KAFKA_TIMEOUT_SECONDS": "2",
    }
    refused = call("kafka", "init", "--check", "--json", env=env)
    assert (refused.code, refused.problem["problem"]) == (4, "kafka-refused")
    assert "password" in refused.problem["remedy"]
