"""Whether a ledger's database still holds what was recorded: everything that can be computed anew, is.

It shows what a failing disk or a slip of somebody's hand has done, not what somebody did who computed the chain anew
as well: against him an earlier export, a receipt or a checkpoint is needed (docs/security.md).
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from itertools import groupby
from typing import Any, Final

from ledger.access_log import AccessLog
from ledger.recorder import Check, Head, LedgerRecorder, Row
from schemas.chain import GENESIS, extend
from schemas.commitments import Disclosure, reveal
from schemas.decode import decode_event, parse_line
from schemas.events import Event
from schemas.operation_problems import AccessLogBroken
from schemas.problems import LedgerError
from schemas.provider_events import PolicyAdopted

__all__ = ["check_record"]

_PAGE: Final = 1_000

Told = Callable[[int], object]
"""Is given how many events were looked at."""


@dataclass(slots=True)
class _Count:
    """What reading all events comes to, and the first thing of each kind that was wrong."""

    count: int = 0
    chain: bytes = GENESIS
    values: int = 0
    logs: defaultdict[str, int] = field(default_factory=lambda: defaultdict(int))
    versions: defaultdict[str, int] = field(default_factory=lambda: defaultdict(int))
    policies: set[str] = field(default_factory=set)
    recorded: dict[str, datetime] = field(default_factory=dict)
    recorded_at: datetime | None = None
    wrong: dict[str, str] = field(default_factory=dict)

    def expect(self, about: str, is_so: bool, where: object) -> None:
        """Keep where something was wrong first."""
        if not is_so:
            self.wrong.setdefault(about, str(where))


def check_record(recorder: LedgerRecorder, told: Told = lambda _count: None) -> Iterator[Check]:
    """Everything that is looked at, in turn; events that are recorded meanwhile take no part.

    Raises StorageFailed, LedgerLocked.
    """
    head = recorder.head()
    read = _Count()
    while read.count < head.count:
        rows = recorder.rows(read.count, min(_PAGE, head.count - read.count))
        if not rows:
            break
        _follow(recorder, rows, read)
        told(read.count)
    read.expect("positions", read.count == head.count, f"{read.count} of {head.count}")
    read.expect("chain", read.chain == head.chain, f"{read.chain.hex()}, the head says {head.chain.hex()}")
    at, said = read.recorded_at, head.recorded_at
    read.expect("recorded_at", at == said, f"{at}, the head says {said}")
    _check_logs(recorder, head, read)
    _check_policies(recorder, read)
    facts = {
        "chain": read.chain.hex(),
        "positions": str(read.count),
        "logs": str(len(read.logs)),
        "subjects": str(len(read.versions)),
        "columns": str(read.count),
        "recorded_at": str(read.recorded_at),
        "values": str(read.values),
        "policies": str(len(read.policies)),
    }
    for about, found in facts.items():
        yield Check(about, about not in read.wrong, read.wrong.get(about, found))
    yield _check_accesses(recorder)
    yield from recorder.surroundings()


def _follow(recorder: LedgerRecorder, rows: Sequence[Row], read: _Count) -> None:
    """Go on over a page of events."""
    first, last = rows[0].position, rows[-1].position
    named = recorder.select_notifications(first, len(rows))
    found = recorder.find_all([event.id for event in map(_decoded, rows) if event is not None])
    kept = {
        position: [disclosure for _, disclosure in group]
        for position, group in groupby(recorder.disclosures(first, last), key=lambda one: one[0])
    }
    for row, told in zip(rows, named, strict=False):
        read.count += 1
        read.chain = extend(read.chain, row.state)
        read.expect("positions", row.position == read.count, row.position)
        event = _decoded(row)
        if event is None:
            read.expect("columns", False, row.position)
            continue
        columns = (event.subject, event.version, event.type, event.log, row.position)
        is_filed_under_its_id = event.id in found and found[event.id].position == row.position
        beside = (told.originator_id, told.originator_version, told.topic, row.log, told.id)
        read.expect("columns", columns == beside and is_filed_under_its_id, row.position)
        read.expect("logs", row.index == read.logs[row.log], f"{row.log} {row.index}")
        read.logs[row.log] += 1
        read.versions[event.subject] += 1
        read.expect("subjects", event.version == read.versions[event.subject], f"{event.subject} {event.version}")
        before = read.recorded.get(row.log)
        read.expect("recorded_at", before is None or before <= event.recorded_at, row.position)
        read.recorded[row.log] = read.recorded_at = event.recorded_at
        if isinstance(event.data, PolicyAdopted):
            read.policies.add(event.data.sha256)
        values = kept.get(row.position, [])
        read.values += len(values)
        read.expect("values", _fit(row, values), row.position)


def _decoded(row: Row) -> Event | None:
    try:
        return decode_event(row.state)
    except LedgerError:
        return None


def _fit(row: Row, values: Sequence[Disclosure]) -> bool:
    """Whether the values are those that the event commits to."""
    if not values:
        return True
    try:
        wire: dict[str, Any] = parse_line(row.state)
        reveal(wire, values)
    except LedgerError:
        return False
    return True


def _check_logs(recorder: LedgerRecorder, head: Head, read: _Count) -> None:
    """Each log's row says how far it goes; where somebody has recorded since, it may go further."""
    grown = recorder.head() != head
    for log, count in read.logs.items():
        said = recorder.log_head(log)
        so = said is not None and (said.count == count or (grown and said.count > count))
        read.expect("logs", so, f"{log} {count}, {None if said is None else said.count}")
        if said is not None and said.count == count:
            last = read.recorded.get(log)
            read.expect("recorded_at", last == said.recorded_at, f"{log} {last}, {said.recorded_at}")


def _check_policies(recorder: LedgerRecorder, read: _Count) -> None:
    for digest in sorted({*read.policies, *recorder.policy_hashes()}):
        text = recorder.policy_text(digest)
        read.expect("policies", text is not None and sha256(text).hexdigest() == digest, digest)


def _check_accesses(recorder: LedgerRecorder) -> Check:
    """The access log's own chain."""
    log = AccessLog(recorder.registry(), _no_clock)
    try:
        return Check("accesses", True, str(log.verify()))
    except AccessLogBroken as broken:
        return Check("accesses", False, str(broken.params["number"]))


def _no_clock() -> Any:
    raise AssertionError("nothing is recorded here")
