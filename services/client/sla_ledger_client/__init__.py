"""A client for sla-ledger: append, retry without fear, read back the same bytes.

`LedgerClient` waits, `AsyncLedgerClient` awaits; both offer the same. `sla_ledger_client.errors` has every error.
"""

from sla_ledger_client import errors
from sla_ledger_client.answers import Document, Event, FeedItem, Recorded, State, Verdict
from sla_ledger_client.async_client import AsyncFeed, AsyncLedgerClient
from sla_ledger_client.client import Feed, LedgerClient
from sla_ledger_client.connection import VERSION
from sla_ledger_client.keys import FileKeyStore, KeyStore, MemoryKeyStore, PendingWrite
from sla_ledger_client.problem import LedgerClientError, LedgerProblem, Unreachable
from sla_ledger_client.retries import Retries
from sla_ledger_client.writing import NewEvent, Resumed

__all__ = [
    "VERSION",
    "AsyncFeed",
    "AsyncLedgerClient",
    "Document",
    "Event",
    "Feed",
    "FeedItem",
    "FileKeyStore",
    "KeyStore",
    "LedgerClient",
    "LedgerClientError",
    "LedgerProblem",
    "MemoryKeyStore",
    "NewEvent",
    "PendingWrite",
    "Recorded",
    "Resumed",
    "Retries",
    "State",
    "Unreachable",
    "Verdict",
    "errors",
]
