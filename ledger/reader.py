"""Everything that was ever recorded, to read again: by position, by log, by subject, by id. Reading takes no lock."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final

from ledger.recorder import Head, LedgerRecorder, Row, SubjectHead
from schemas.commitments import Disclosure
from schemas.model import LARGEST_INTEGER
from schemas.operation_problems import LedgerMoved

__all__ = ["PAGE_ROWS", "RecordReader"]

PAGE_ROWS: Final = 1_000


class RecordReader:
    """What a ledger's recorder holds, as the rest of the product reads it."""

    _recorder: LedgerRecorder

    @property
    def database(self) -> str:
        """The database's name, for messages."""
        return self._recorder.database

    @property
    def sync_seconds(self) -> float:
        """How long the database took to commit the last transaction."""
        return self._recorder.sync_seconds

    def settle(self) -> None:
        """Make durable what an earlier process left, before anything is answered from it: a server begins so."""
        self._recorder.settle()

    def when_closing(self, callback: Callable[[], object]) -> None:
        """Call back when the database is closed, even to open it anew: whoever has it open beside closes it."""
        self._recorder.when_closing(callback)

    def head(self) -> Head:
        """How far the ledger goes: number of events, chain, the last instant of recording."""
        return self._recorder.head()

    def check_open(self) -> None:
        """Raise LedgerMoved where the ledger is being copied elsewhere or was: it is read here and not written."""
        target = self._recorder.moved_to()
        if target is not None:
            raise LedgerMoved(database=self.database, target=target)

    def rows(self, *, after: int = 0, until: int | None = None) -> Iterator[Row]:
        """The events above the position `after`, in order, up to `until` or what is recorded when asked."""
        last = self.head().count if until is None else until
        while after < last:
            page = self._recorder.rows(after, min(PAGE_ROWS, last - after))
            if not page:
                return
            yield from page
            after = page[-1].position

    def log_rows(self, log: str, *, start: int = 0) -> Iterator[Row]:
        """The events of one log from the index `start` on, in order."""
        while page := self._recorder.log_rows(log, start, PAGE_ROWS):
            yield from page
            start = page[-1].index + 1

    def log_names(self, *, after: str = "", limit: int = PAGE_ROWS) -> Sequence[str]:
        """At most `limit` logs, the provider's and the contracts', in the order of their names, those after `after`."""
        return self._recorder.log_names(after, limit)

    def subject_head(self, subject: str) -> SubjectHead | None:
        """The log that a subject's events lie in, and its last version; None for one without events."""
        return self._recorder.subject_head(subject)

    def subject_rows(
        self, subject: str, *, until: int | None = None, after: int = 0, limit: int | None = None
    ) -> Sequence[Row]:
        """The events of one subject in order, those above the version `after` and up to the position `until`."""
        last = LARGEST_INTEGER if until is None else until
        return self._recorder.subject_rows(subject, last, after, LARGEST_INTEGER if limit is None else limit)

    def scoped_rows(self, logs: Sequence[str], after: int, limit: int) -> Sequence[Row]:
        """At most `limit` events of these logs above the position `after`, in the order of positions."""
        return self._recorder.scoped_rows(logs, after, limit)

    def position_of(self, log: str, index: int) -> int | None:
        """The position of the event with this index in its log; None where the log does not go so far."""
        return self._recorder.position_of(log, index)

    def find(self, event_id: str) -> Row | None:
        """The event of this id, as it lies in the ledger."""
        return self._recorder.find(event_id)

    def values(self, event_id: str) -> dict[str, Any]:
        """The values that an event commits to, by JSON pointer; without those that were erased."""
        row = self.find(event_id)
        if row is None:
            return {}
        kept = self._recorder.disclosures(row.position, row.position)
        return {disclosure.pointer: disclosure.value for _, disclosure in kept}

    def disclosures(self, first: int, last: int) -> Sequence[tuple[int, Disclosure]]:
        """The values with their salts kept for the positions `first` to `last`, each with its position."""
        return self._recorder.disclosures(first, last)

    def policy_text(self, sha256: str) -> bytes | None:
        """The policy file of this hash, word for word."""
        return self._recorder.policy_text(sha256)

    def policy_hashes(self) -> Sequence[str]:
        """The hashes of the policy files that are kept, sorted."""
        return self._recorder.policy_hashes()
