"""The served ledger of the server's own tests, for the client's."""

from tests.server.conftest import desk, founded

__all__ = ["desk", "founded"]
