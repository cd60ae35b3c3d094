"""Topics of a version of its own for each test, and a producer that fills them."""

from collections.abc import Iterator
from itertools import count
from typing import Final

import pytest

from tests.kafka.writing import Writer
from tests.servers.kafka import KafkaBroker, fresh_topics

_versions: Final = count(1000)


@pytest.fixture
def writer(kafka: KafkaBroker) -> Iterator[Writer]:
    version = next(_versions)
    fresh_topics(kafka.bootstrap, version=version, partitions=3)
    with Writer(kafka.bootstrap, partitions=3, version=version) as made:
        yield made
