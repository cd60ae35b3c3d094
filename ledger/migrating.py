"""What bringing a ledger's tables up to date came to."""

from dataclasses import dataclass

__all__ = ["Migrated"]


@dataclass(frozen=True, slots=True)
class Migrated:
    """From which storage version to which; how many events there are, and the chain over them, before and after."""

    found: int
    version: int
    events: int
    chain: bytes
