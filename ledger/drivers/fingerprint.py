"""What all events of a database come to, so that two states of it can be told apart."""

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from schemas.chain import GENESIS, extend

__all__ = ["Fingerprint", "fingerprint"]


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """How many events there are, the chain over their bytes, and a hash over all that stands beside them."""

    count: int
    chain: bytes
    beside: bytes


def fingerprint(events: Iterable[tuple[Any, ...]]) -> Fingerprint:
    """Of events in the order of positions; an event's bytes are the last column."""
    count, chain, beside = 0, GENESIS, sha256()
    for *columns, state in events:
        count, chain = count + 1, extend(chain, bytes(state))
        beside.update(repr(columns).encode())
    return Fingerprint(count, chain, beside.digest())
