"""What any test may ask for: a real server, started once for the process that runs the tests."""

from tests.servers.kafka import kafka
from tests.servers.postgres import postgres, postgres_url
from tests.servers.secure_kafka import secure_kafka

__all__ = ["kafka", "postgres", "postgres_url", "secure_kafka"]
