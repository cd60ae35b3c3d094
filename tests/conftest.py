"""What any test may ask for: a real server, started once for the process that runs the tests."""

import logging
from collections.abc import Iterator

import pytest

from services.logging import TAKEN_OVER
from tests.servers.kafka import kafka
from tests.servers.postgres import postgres, postgres_url
from tests.servers.secure_kafka import secure_kafka

__all__ = ["kafka", "postgres", "postgres_url", "secure_kafka"]


@pytest.fixture(autouse=True)
def loggers() -> Iterator[None]:
    """Gives other libraries' loggers back as they were, whichever log took them over."""
    kept = [(logger, logger.handlers, logger.level, logger.propagate) for logger in map(logging.getLogger, TAKEN_OVER)]
    yield
    for logger, handlers, level, propagate in kept:
        logger.handlers, logger.propagate = handlers, propagate
        logger.setLevel(level)
