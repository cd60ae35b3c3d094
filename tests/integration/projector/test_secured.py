"""On a broker that asks for rights a projector works with exactly those that are written down for it."""

from collections.abc import Iterator

import pytest

from ledger.application import Ledger
from projections.store.postgres import PostgresReadModel
from schemas.operation_problems import KafkaRefused
from services.kafka.acls import Right, rights
from services.projecting import differences, open_views
from tests.integration.kafka.test_acls import grant, revoke
from tests.integration.projector.world import PARTITIONS, found, lines_of, now_of, projecting, publish_all
from tests.servers.kafka import fresh_topics
from tests.servers.postgres import PostgresServer
from tests.servers.secure_kafka import SecureKafka

RIGHTS = rights("projector", 1)


@pytest.fixture(scope="module")
def published(postgres: PostgresServer, secure_kafka: SecureKafka) -> Iterator[tuple[Ledger, PostgresReadModel]]:
    """A small ledger that is on the topics of the broker, and its read model."""
    url = postgres.new_database()
    fresh_topics(secure_kafka.broker.bootstrap, partitions=PARTITIONS)
    with found(url, lines_of(12, 1)) as ledger:
        publish_all(ledger, secure_kafka.broker.bootstrap)
        views = open_views(url)
        assert isinstance(views, PostgresReadModel)
        yield ledger, views
        views.close()
    postgres.drop(url)


def project(secure: SecureKafka, published: tuple[Ledger, PostgresReadModel], granted: tuple[Right, ...]) -> int:
    """Let a projector catch up that has these rights alone; the position of the rows."""
    revoke(secure)
    grant(secure, "projector", granted)
    ledger, views = published
    views.reset()
    one = projecting(ledger, views, secure.connection("projector", kafka_timeout_seconds=20))
    try:
        return one.run(until_caught_up=True)
    finally:
        revoke(secure)


def test_with_its_rights_it_makes_the_rows(
    secure_kafka: SecureKafka, published: tuple[Ledger, PostgresReadModel]
) -> None:
    ledger, views = published
    assert project(secure_kafka, published, RIGHTS) == ledger.head().count
    assert list(differences(ledger, views, now_of(ledger))) == []


@pytest.mark.parametrize("without", RIGHTS, ids=lambda one: f"{one.operation} {one.name}")
def test_without_any_one_of_them_it_is_refused(
    without: Right, secure_kafka: SecureKafka, published: tuple[Ledger, PostgresReadModel]
) -> None:
    with pytest.raises(KafkaRefused):
        project(secure_kafka, published, tuple(right for right in RIGHTS if right != without))
