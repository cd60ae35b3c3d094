"""The hash chain over a ledger's events: one value that commits to all of them and their order.

h(0) = 32 zero bytes, h(n) = SHA-256(h(n-1) || SHA-256(bytes n)) (TOPICS.md, checkpoints). Anyone
who holds the canonical bytes can compute it; it proves that two copies are equal, not who wrote
them: whoever can change the events and the chain beside them can make both agree.
"""

from hashlib import sha256
from typing import Final

__all__ = ["GENESIS", "extend"]

GENESIS: Final = bytes(32)


def extend(chain: bytes, event_bytes: bytes) -> bytes:
    """The chain after one more event, given its canonical bytes; 32 bytes."""
    assert len(chain) == len(GENESIS), "a chain value is 32 bytes"
    return sha256(chain + sha256(event_bytes).digest()).digest()
