"""What any test may ask for: a real server, started once for the process that runs the tests."""

import logging
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

from services.logging import TAKEN_OVER
from tests.servers.kafka import kafka
from tests.servers.postgres import postgres, postgres_url
from tests.servers.secure_kafka import secure_kafka

# How long an example takes says what else the machine does. Nothing here is judged by a clock.
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")

__all__ = ["kafka", "postgres", "postgres_url", "secure_kafka"]


@pytest.fixture(autouse=True)
def loggers() -> Iterator[None]:
    """Gives other libraries' loggers back as they were, whichever log took them over."""
    kept = [(logger, logger.handlers, logger.level, logger.propagate) for logger in map(logging.getLogger, TAKEN_OVER)]
    yield
    for logger, handlers, level, propagate in kept:
        logger.handlers, logger.propagate = handlers, propagate
        logger.setLevel(level)
