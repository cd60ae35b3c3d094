"""What the last append left, kept for the next one while nobody else writes.

The head row's count, read under the lock, tells whether another process has written since; if so everything is read
from the database again. So a state is never older than the lock that the append holds.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from ledger.recorder import LogHead
from ledger.rules import Original
from ledger.stored import StoredRecord
from ledger.subjects import State

__all__ = ["WarmRecord"]

_STATES_KEPT: Final = 10_000


class WarmRecord:
    """The stored record as the holder of the lock sees it."""

    def __init__(self, stored: StoredRecord) -> None:
        """Begin with nothing kept."""
        self._stored = stored
        self._count = 0
        self._states: dict[str, State] = {}
        self._log_heads: dict[str, LogHead] = {}

    def resume(self, count: int) -> None:
        """Begin an append at a head of `count` events: what is kept holds only if it was left there."""
        if count != self._count or len(self._states) > _STATES_KEPT:
            self.forget()
            self._count = count

    def keep(self, states: Mapping[str, State], added: int) -> None:
        """Keep the states that an append of `added` events left."""
        self._states.update(states)
        self._count += added

    def next_index(self, log: str, recorded_at: datetime) -> int:
        """The index, from 0, of an event that is about to be added to the log."""
        before = self.log_head(log)
        index = 0 if before is None else before.count
        self._log_heads[log] = LogHead(index + 1, recorded_at)
        return index

    def forget(self) -> None:
        """Keep nothing, as after an append that failed."""
        self._states.clear()
        self._log_heads.clear()
        self._count = 0

    def state(self, subject: str) -> State | None:
        """The state that the subject's events left; None where it has none."""
        return self._states.get(subject) or self._stored.state(subject)

    def original(self, event_id: str) -> Original | None:
        """The event of this id with the values still known."""
        return self._stored.original(event_id)

    def log_head(self, log: str) -> LogHead | None:
        """How far one log goes; None for a log without events."""
        head = self._log_heads.get(log) or self._stored.log_head(log)
        if head is not None:
            self._log_heads[log] = head
        return head

    def last_recorded_at(self, log: str) -> datetime | None:
        """When the last event of the log was recorded."""
        head = self.log_head(log)
        return None if head is None else head.recorded_at

    def policy_text(self, sha256: str) -> bytes | None:
        """The policy file of this hash, if it is kept."""
        return self._stored.policy_text(sha256)
