"""What any test may ask for: a real server, started once for the process that runs the tests."""

from tests.servers.kafka import kafka
from tests.servers.postgres import postgres, postgres_url

__all__ = ["kafka", "postgres", "postgres_url"]
