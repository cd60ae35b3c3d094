"""The relay's position record: how far the topics go, and the chain of everything up to there.

    {"ledger":"9f6e…","position":1893,"count":1893,"chain":"a31c…","as_of":"2026-11-02T09:30:00.000000Z"}

It commits in the transaction of the events that it covers, so whoever has seen it can demand them all. Whoever can
write to that topic can claim any chain; the ledger's own signed checkpoints, not this record, bind the provider.
"""

import json
from dataclasses import dataclass
from typing import Final, Self

from sla_ledger_client.kafka.problems import TamperedError, demand

__all__ = ["POSITION_KEY", "PositionRecord"]

POSITION_KEY: Final = b"position"


@dataclass(frozen=True, slots=True)
class PositionRecord:
    """What the relay says it has published."""

    ledger: str
    position: int
    chain: str
    as_of: str | None

    @classmethod
    def of(cls, value: bytes | None) -> Self:
        """The record with this value. Raises TamperedError where it is none."""
        try:
            told = json.loads(value or b"")
            found = cls(told["ledger"], told["position"], told["chain"], told.get("as_of"))
            count = told["count"]
            demand(type(count) is int and count == found.position >= 0, f"count {count!r}, position {found.position!r}")
            demand(type(told["ledger"]) is str and len(bytes.fromhex(found.chain)) == 32, "ledger or chain is none")
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise TamperedError(f"the position record cannot be understood ({error})") from error
        return found
