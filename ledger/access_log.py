"""Who has read what is confidential: values of free text and people, and whole histories.

An entry is committed before the answer leaves. The entries are chained: h(0) = 32 zero bytes, h(n) = SHA-256(h(n-1) ||
SHA-256(entry n)), an entry being the canonical JSON of its number, instant, who, role and what. The chain shows an
entry that was changed, taken out or put in by somebody who did not compute all later ones anew; against somebody who
did, keep the last value of the chain elsewhere.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Final

from ledger.credentials import Role
from ledger.registry import Access, AccessHead, Registry
from schemas.canonical import value_bytes
from schemas.chain import GENESIS, extend
from schemas.instants import canonical_instant
from schemas.operation_problems import AccessLogBroken
from schemas.problems import InvalidInput

__all__ = ["AccessLog", "next_access"]

_PAGE: Final = 1_000


def next_access(head: AccessHead, at: datetime, who: str, role: Role, what: str) -> Access:
    """The entry that follows the log's last one."""
    number = head.count + 1
    entry = {"number": number, "at": canonical_instant(at), "who": who, "role": role, "what": what}
    return Access(number, at, who, role, what, extend(head.chain, value_bytes(entry)))


class AccessLog:
    """The access log of a ledger. Threads may share it."""

    def __init__(self, registry: Registry, now: Callable[[], datetime]) -> None:
        """Take where it is kept, and the wall clock."""
        self._registry = registry
        self._now = now

    def record(self, who: str, role: Role, what: str) -> None:
        """Write down an access, durably. Raises StorageFull, StorageFailed, LedgerLocked: then answer nothing."""
        self._registry.add_access(self._now(), who, role, what)

    def entries(self, after: int = 0, limit: int = _PAGE) -> Sequence[Access]:
        """At most `limit` entries above the number `after`, in order."""
        return self._registry.accesses(after, limit)

    def head(self) -> AccessHead:
        """How far the log goes."""
        return self._registry.access_head()

    def verify(self) -> int:
        """Compute the chain anew over every entry; how many there are. Raises AccessLogBroken at the first misfit."""
        head = self.head()
        known = AccessHead(0, GENESIS)
        for entry in self._up_to(head.count):
            try:
                fits = entry == next_access(known, entry.at, entry.who, entry.role, entry.what)
            except InvalidInput:  # not even text that this program would have written
                fits = False
            if not fits:
                raise AccessLogBroken(database=self._registry.database, number=known.count + 1)
            known = AccessHead(entry.number, entry.chain)
        if known != head:
            raise AccessLogBroken(database=self._registry.database, number=known.count + 1)
        return known.count

    def _up_to(self, last: int) -> Iterator[Access]:
        after = 0
        while after < last:
            page = [entry for entry in self._registry.accesses(after, _PAGE) if entry.number <= last]
            if not page:
                return
            yield from page
            after = page[-1].number
