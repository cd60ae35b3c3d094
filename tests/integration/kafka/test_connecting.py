"""Kafka that is not there, does not answer or is spoken to wrongly is told as what it is."""

import socket

import pytest
from kafka.admin import NewTopic

from schemas.operation_problems import KafkaFailed, KafkaRefused, KafkaUnreachable
from services.kafka.connecting import KafkaConnection
from services.settings import Settings
from tests.servers.kafka import KafkaBroker, free_port


def connect(servers: str, **given: object) -> KafkaConnection:
    return KafkaConnection.of(Settings.read(kafka_timeout_seconds=1.5, **given), servers)


def test_the_options_make_a_client(kafka: KafkaBroker) -> None:
    with connect(kafka.bootstrap).admin() as client:
        assert len(client.describe_cluster()["brokers"]) == 1


def test_a_broker_that_is_not_there_is_unreachable() -> None:
    server = f"127.0.0.1:{free_port()}"
    with pytest.raises(KafkaUnreachable) as failed, connect(server).admin():
        pass
    assert failed.value.params == {"servers": server, "reason": f"{server}: Connection refused"}


def test_a_server_that_says_nothing_is_unreachable() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        server = f"127.0.0.1:{silent.getsockname()[1]}"
        with pytest.raises(KafkaUnreachable, match=r"no answer within 1\.5 s by PLAINTEXT"), connect(server).admin():
            pass


def test_tls_where_none_is_spoken_is_refused(kafka: KafkaBroker) -> None:
    connection = connect(kafka.bootstrap, kafka_security_protocol="SSL")
    with pytest.raises((KafkaRefused, KafkaUnreachable)), connection.admin():
        pass


def test_what_kafka_cannot_do_is_told_in_its_words(kafka: KafkaBroker) -> None:
    with pytest.raises(KafkaFailed, match=r"[Rr]eplication factor"), connect(kafka.bootstrap).admin() as client:
        client.create_topics([NewTopic("sla-ledger.too-many-copies", num_partitions=1, replication_factor=3)])
