"""A ledger made anew from its export: the same id, name, positions and bytes, or nothing at all.

Nothing is decided again: the events were decided when they were recorded, perhaps by a newer version. What is checked
is that they are the events of the export, all of them and in their order, by count and hash chain.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from hashlib import sha256
from itertools import islice
from typing import Final

from eventsourcing.persistence import StoredEvent

from ledger.erasure import erased_by
from ledger.recorder import Erasure, Filing, Identity, LedgerRecorder
from schemas.commitments import Disclosure, reveal
from schemas.decode import decode_exported, parse_line
from schemas.events import Event
from schemas.problems import ChainMismatch, CountMismatch, RuleBroken

__all__ = ["Values", "restore"]

_BATCH_EVENTS: Final = 1_000

Values = Callable[[str], Sequence[Disclosure]]
"""The values with their salts of the event of an id, as far as they came with the export."""


def restore(
    recorder: LedgerRecorder,
    identity: Identity,
    lines: Iterable[bytes],
    *,
    count: int,
    chain: bytes,
    values: Values,
    policy_texts: Iterable[bytes],
) -> None:
    """Fill a new recorder with the canonical lines, in one transaction, and found the ledger again.

    A value that was exported before it was erased is not kept.

    Raises CountMismatch or ChainMismatch where they are not what the manifest says, InvalidInput for a line that is
    not canonical or a value that does not fit its commitment, RuleBroken where numbers, logs or instants do not follow.
    """
    sequences = _Sequences()
    with recorder.writing():
        remaining = iter(lines)
        while batch := list(islice(remaining, _BATCH_EVENTS)):
            events = [decode_exported(line) for line in batch]
            for event in events:
                sequences.follow(event)
            _insert(recorder, events, batch, values)
        texts = {sha256(text).hexdigest(): text for text in policy_texts}
        recorder.insert_events((), policy_texts=texts)
        head = recorder.head()
        if head.count != count:
            raise CountMismatch(expected=count, found=head.count)
        if head.chain != chain:
            raise ChainMismatch(expected=chain.hex(), found=head.chain.hex())
        recorder.found(identity)
    recorder.forget_deleted()


def _insert(recorder: LedgerRecorder, events: Sequence[Event], lines: Sequence[bytes], values: Values) -> None:
    filings: dict[str, Filing] = {}
    present = recorder.find_all([event.id for event in events])
    for event, line in zip(events, lines, strict=True):
        if event.id in filings or event.id in present:
            raise RuleBroken(rule="id-reused", subject=event.subject, id=event.id)
        kept = tuple(values(event.id))
        if kept:
            reveal(parse_line(line), kept)
        filings[event.id] = Filing(event.id, event.log, event.recorded_at, kept)
    stored = [
        StoredEvent(event.subject, event.version, event.type, line) for event, line in zip(events, lines, strict=True)
    ]
    erasures = [Erasure(event_id, pointers) for event in events for event_id, pointers in erased_by(event)]
    recorder.insert_events(stored, filings=list(filings.values()), erasures=erasures)


class _Sequences:
    """Where each subject and each log has come to, so that a gap or a step back is seen."""

    def __init__(self) -> None:
        self._subjects: dict[str, tuple[str, int]] = {}
        self._logs: dict[str, datetime] = {}

    def follow(self, event: Event) -> None:
        """Go on to the event. Raises RuleBroken where it is not the next of its subject, or of another log."""
        log, version = self._subjects.get(event.subject, (event.log, 0))
        if event.log != log:
            raise RuleBroken(rule="wrong-log", subject=event.subject, expected=log, found=event.log)
        if event.version != version + 1:
            raise RuleBroken(
                rule="sequence-broken",
                subject=event.subject,
                expected=version + 1,
                found=event.version,
            )
        last = self._logs.get(event.log)
        if last is not None and event.recorded_at < last:
            raise RuleBroken(
                rule="recorded-out-of-order",
                subject=event.subject,
                recorded_at=event.recorded_at,
                last=last,
                log=event.log,
            )
        self._subjects[event.subject] = (event.log, event.version)
        self._logs[event.log] = event.recorded_at
