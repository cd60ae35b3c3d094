"""The way out of a ledger: the canonical events byte for byte, a manifest, and the values for those who may have them.

The export as of the head when it began, whatever is appended meanwhile. The values are a file of their own, one JSON
object for each event that has any: `{"event": id, "values": {pointer: {"salt": hex, "value": …}}}`. Trust: who holds
that file holds every name and text in the ledger; the events alone hold none.
"""

from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter
from typing import Final

import orjson

from ledger.application import Ledger
from ledger.recorder import Head
from schemas.chain import GENESIS, extend
from schemas.problems import LedgerCorrupt
from services.manifest import Manifest

__all__ = ["Export"]

_POSITIONS_AT_ONCE: Final = 1_000


class Export:
    """One export of a ledger, of the events recorded when it was begun."""

    def __init__(self, ledger: Ledger, database: str) -> None:
        """Begin; `database` is the ledger's name in messages."""
        self._ledger = ledger
        self._database = database
        self.head: Final[Head] = ledger.head()

    def lines(self) -> Iterator[bytes]:
        """The canonical bytes of each event, in order, without line ends.

        Raises LedgerCorrupt at the end where they are not what the chain in the ledger was made over.
        """
        chain, count = GENESIS, 0
        for row in self._ledger.rows(until=self.head.count):
            chain, count = extend(chain, row.state), count + 1
            yield row.state
        if (count, chain) != (self.head.count, self.head.chain):
            kept = f"{self.head.count} events and the chain {self.head.chain.hex()}"
            reason = f"it holds {count} events with the chain {chain.hex()}, its head says {kept}"
            raise LedgerCorrupt(database=self._database, reason=reason)

    def manifest(self) -> Manifest:
        """What the export says of itself."""
        texts = {digest: self._ledger.policy_text(digest) for digest in self._ledger.policy_hashes()}
        identity = self._ledger.identity
        return Manifest(
            ledger=identity.ledger_id,
            provider=identity.provider,
            count=self.head.count,
            chain=self.head.chain.hex(),
            policies={key: text.decode("utf-8") for key, text in texts.items() if text is not None},
        )

    def personal(self) -> Iterator[bytes]:
        """The values with their salts, a line for each event that has any."""
        for first in range(1, self.head.count + 1, _POSITIONS_AT_ONCE):
            last = min(first + _POSITIONS_AT_ONCE - 1, self.head.count)
            kept = self._ledger.disclosures(first, last)
            ids = {row.position: row for row in self._ledger.rows(after=first - 1, until=last)}
            for position, group in groupby(sorted(kept, key=itemgetter(0)), key=itemgetter(0)):
                values = {one.pointer: {"salt": one.salt.hex(), "value": one.value} for _, one in group}
                event = orjson.loads(ids[position].state)["id"]
                yield orjson.dumps({"event": event, "values": values})
