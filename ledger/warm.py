"""What the last append left, kept for the next one while nobody else writes.

The head row's count, read under the lock, tells whether another process has written since; if so what it wrote is read
and what is kept goes on over it, or where that is much, everything is read from the database again. So a state is never
older than the lock that the append holds.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Final

from ledger.recorder import LogHead
from ledger.rules import Original
from ledger.stored import StoredRecord
from ledger.subjects import State, evolve
from schemas.problems import LedgerError

__all__ = ["WarmRecord"]

_STATES_KEPT: Final = 10_000
_MOST_FOLLOWED: Final = 1_000
"""Events of other processes; to go on over more of them costs more than to read what is asked for."""


class WarmRecord:
    """The stored record as the holder of the lock sees it."""

    def __init__(self, stored: StoredRecord) -> None:
        """Begin with nothing kept."""
        self._stored = stored
        self._count = 0
        self._states: dict[str, State] = {}
        self._log_heads: dict[str, LogHead] = {}
        self._texts: dict[str, bytes] = {}
        self._absent: set[str] = set()
        self._absent_ids: Collection[str] = ()

    def resume(self, count: int) -> None:
        """Begin an append at a head of `count` events: what is kept holds if it was left there, or goes on to it."""
        self._absent.clear()
        self._absent_ids = ()
        if len(self._states) > _STATES_KEPT or not self._follow(count):
            self.forget()
            self._count = count

    def _follow(self, count: int) -> bool:
        """Go on over what others recorded since, if there is something kept and they were few."""
        if count == self._count:
            return True
        if not self._count or not 0 < count - self._count <= _MOST_FOLLOWED:
            return False
        try:
            for row, event in self._stored.events(self._count, count):
                if event.subject in self._states:
                    self._states[event.subject] = evolve(self._states[event.subject], event)
                self._log_heads[row.log] = LogHead(row.index + 1, event.recorded_at)
                self._count = row.position
        except LedgerError:  # written by a later version, or damaged: whoever asks for it is told
            return False
        return self._count == count

    def look_up(self, subjects: Iterable[str], absent_ids: Collection[str]) -> None:
        """Read the states of subjects in one go; know also that there are no events of these ids."""
        self._absent_ids = absent_ids
        wanted = [subject for subject in sorted(set(subjects)) if subject not in self._states]
        if wanted:
            found = self._stored.states(wanted)
            self._states.update(found)
            self._absent.update(subject for subject in wanted if subject not in found)

    def know_absent(self, subject: str) -> None:
        """Know until the append ends that nothing was recorded of a subject."""
        self._absent.add(subject)

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
        self._texts.clear()
        self._count = 0

    def state(self, subject: str) -> State | None:
        """The state that the subject's events left; None where it has none."""
        state = self._states.get(subject)
        if state is None and subject not in self._absent:
            state = self._stored.state(subject)
            if state is not None:
                self._states[subject] = state
        return state

    def original(self, event_id: str) -> Original | None:
        """The event of this id with the values still known."""
        return None if event_id in self._absent_ids else self._stored.original(event_id)

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
        text = self._texts.get(sha256) or self._stored.policy_text(sha256)
        if text is not None:
            self._texts[sha256] = text
        return text
