"""What a group comes to in a PostgreSQL database: a few statements over arrays, sent in one round trip.

An event's index in its log is the log's own count, read by the statement that inserts, and how many of the batch stand
before it: so no log is looked up on the way.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from eventsourcing.persistence import StoredEvent

from ledger.drivers.postgres.database import Statement
from ledger.recorder import Erasure, Filing, StoredAnswer
from schemas.canonical import value_bytes
from schemas.instants import to_micros

__all__ = ["Batch"]


class Batch:
    """The statements that put a group in the tables, behind the `count` events that are there."""

    def __init__(self, count: int, stored_events: Sequence[StoredEvent], filings: Sequence[Filing]) -> None:
        """Begin with the events, the values beside them, and how far their logs go then."""
        self.statements: list[Statement] = []
        self.count = count
        logs: Counter[str] = Counter()
        recorded: dict[str, int] = {}
        events: list[tuple[Any, ...]] = []
        disclosures: list[tuple[Any, ...]] = []
        for stored, filing in zip(stored_events, filings, strict=True):
            self.count += 1
            said = (filing.event_id, stored.originator_id, stored.originator_version, stored.topic)
            events.append((self.count, *said, filing.log, logs[filing.log], stored.state))
            logs[filing.log] += 1
            recorded[filing.log] = to_micros(filing.recorded_at)
            disclosures += [
                (self.count, one.pointer, one.salt, value_bytes(one.value).decode()) for one in filing.disclosures
            ]
        self._add("insert_events", events)
        self._add("insert_disclosures", disclosures)
        # Always in the order of names: two writers that are not held apart by the head could else wait for each other.
        self._add("advance_logs", [(log, logs[log], recorded[log]) for log in sorted(logs)])

    def add_answers(self, answers: Sequence[StoredAnswer]) -> None:
        """Keep answers, numbered behind the last one, and which events they speak of.

        The one statement counts on from the last number that there is, the other one back from it.
        """
        rows: list[tuple[Any, ...]] = []
        links: list[tuple[int, int]] = []
        for number, answer in enumerate(answers, 1):
            told_apart = (answer.salt or b"", answer.fingerprint or b"")
            rows.append((number, answer.caller, answer.key, *told_apart, answer.created, answer.body))
            links.extend((position, len(answers) - number) for position in sorted(set(answer.positions)))
        self._add("insert_answers", rows)
        self._add("insert_answered", links)

    def add_erasures(self, erasures: Sequence[Erasure]) -> None:
        """Delete values, and the fingerprints of the requests that held them."""
        erased = [(erasure.event_id, pointer) for erasure in erasures for pointer in erasure.pointers]
        self._add("delete_disclosures", erased)
        self._add("forget_fingerprints", [(erasure.event_id,) for erasure in erasures])

    def add_policies(self, texts: Mapping[str, bytes]) -> None:
        """Keep policy files under their SHA-256."""
        self.statements += [("insert_policy", (bytes.fromhex(sha256), text)) for sha256, text in texts.items()]

    def _add(self, query: str, rows: Sequence[tuple[Any, ...]]) -> None:
        """A statement over the rows' columns, unless there is no row."""
        if rows:
            self.statements.append((query, [list(column) for column in zip(*rows, strict=True)]))
