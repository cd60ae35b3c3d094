"""The topics proved equal to the ledger, up to their last position record.

    events       every one once, in its partition, in order, with its bytes, attributes, headers and time
    rows         the last of each key is what a fresh projection makes of the events, as of the record's instant; or, of
                 an incident with very many events, says the same and is what they made of it as of an earlier one
    checkpoints  the position record is this ledger's, its chain that of the ledger's events

What is read are committed records alone. Records that the relay commits meanwhile are left out; what goes beyond the
position record at the end of the reading belongs to nobody, and is named. Who wrote a record the topics do not tell:
what is equal may have been written by anybody, what differs was not written by the relay of this ledger.
"""

from array import array
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path
from struct import Struct
from tempfile import TemporaryDirectory
from typing import Any, Final, NamedTuple

import orjson
from kafka.consumer.fetcher import ConsumerRecord

from ledger.application import Ledger
from projections.projector import MOST_EXACT, Projector
from projections.rows import ObligationRow, View
from projections.sighting import Mark
from projections.store.sqlite.held import HeldDatabase
from projections.store.sqlite.model import SqliteReadModel
from projections.story import seen_over
from schemas.chain import GENESIS, extend
from schemas.instants import parse_instant, to_micros
from schemas.topics import POSITION_KEY, Topics
from services.kafka.alignment import check_partitions, parsed
from services.kafka.reading import committed, last_position, partition_counts, record_at
from services.kafka.records import (
    EVENTS,
    Outgoing,
    Position,
    event_record,
    incident_record,
    obligation_record,
)
from services.projecting import PolicyTexts

__all__ = ["Difference", "Verification", "verify"]

_DIGEST: Final = 16
_ABSENT: Final = bytes(_DIGEST)
_MARK: Final = Struct(">qq")
"""What a row read is as of, behind its digest."""

_MOST_NAMED: Final = 100
_PAGE: Final = 1_000
_TOLD_EVERY: Final = 500
_LOG_KEY: Final = b"log/"

Told = Callable[[int], object]


class Difference(NamedTuple):
    """Where a topic is not what the ledger makes of it: the topic, the record's place, what is wrong with it."""

    topic: str
    place: str
    what: str


@dataclass(slots=True)
class Verification:
    """What was found: how far the topics go, how many records were compared, and what differs (the first of it)."""

    position: int
    as_of: int | None
    partitions: int
    events: int = 0
    rows: int = 0
    count: int = 0
    differences: list[Difference] = field(default_factory=list)

    def differs(self, topic: str, place: str, what: str) -> None:
        """Take down a difference."""
        self.count += 1
        if len(self.differences) < _MOST_NAMED:
            self.differences.append(Difference(topic, place, what))


def verify(ledger: Ledger, options: Mapping[str, Any], names: Topics, told: Told = lambda _done: None) -> Verification:
    """Compare the topics with the ledger; `told` is given the position that the comparison has come to.

    Raises TopicsUnusable where a topic is missing, or the position record is none.
    """
    partitions = check_partitions(names, partition_counts(options, names))
    position = parsed(last_position(options, names.checkpoints), names.checkpoints)
    found = Verification(0, None, partitions) if position is None else Verification(*position[1::2], partitions)
    upto = position or Position(ledger.identity.ledger_id, 0, GENESIS, -(2**62))
    check = _Check(ledger, options, names, upto, found)
    check.read()
    check.compare_events(told)
    check.compare_rows()
    return found


class _Check:
    """One verification: what was read of the topics, in a form that fits into memory."""

    def __init__(
        self, ledger: Ledger, options: Mapping[str, Any], names: Topics, upto: Position, found: Verification
    ) -> None:
        self._ledger = ledger
        self._options = options
        self._names = names
        self._upto = upto
        self._found = found
        self._last = upto
        self._digests = bytearray(_DIGEST * (upto.position + 1))
        self._places = array("q", bytes(8 * (upto.position + 1)))
        self._sequences: dict[int, int] = {}
        self._rows: dict[tuple[int, bytes], bytes] = {}
        self._later: list[tuple[str, str, int, int]] = []

    def read(self) -> None:
        """Read the topics of events, rows and checkpoints to their ends, and then how far they go."""
        if self._upto.ledger != self._ledger.identity.ledger_id:
            self._found.differs(self._names.checkpoints, POSITION_KEY, f"it is of the ledger {self._upto.ledger}")
        for record in committed(self._options, self._names[:3]):
            if record.topic == self._names.events:
                self._take_event(record)
            else:
                self._take_row(record)
        for record in committed(self._options, [self._names.checkpoints]):
            self._take_checkpoint(record)
        for topic, place, position, as_of in self._later:
            if position > self._last.position or as_of > self._last.as_of:
                self._found.differs(topic, place, "it goes beyond the topics' position record")

    def compare_events(self, told: Told) -> None:
        """Each event of the ledger with what was read of it."""
        chain = GENESIS
        for row in self._ledger.rows(until=self._upto.position):
            wanted = event_record(row, self._ledger.identity.ledger_id, self._found.partitions)
            there = self._digests[_DIGEST * row.position : _DIGEST * (row.position + 1)]
            if there == _ABSENT:
                self._found.differs(self._names.events, f"position {row.position}", "the event is missing")
            elif there != _digest(wanted):
                self._explain(row.position, wanted)
            chain = extend(chain, row.state)
            self._found.events += 1
            if not row.position % _TOLD_EVERY:
                told(row.position)
        if self._found.events < self._upto.position:
            what = f"the ledger has {self._found.events} events, the position record says {self._upto.position}"
            self._found.differs(self._names.checkpoints, POSITION_KEY, what)
        elif chain != self._upto.chain:
            self._found.differs(self._names.checkpoints, POSITION_KEY, "its chain is not that of the ledger's events")

    def compare_rows(self) -> None:
        """Each row of a fresh projection with the last record of its key."""
        for wanted, view, row in self._projected():
            name = self._names[wanted.topic]
            there = self._rows.pop((wanted.topic, wanted.key), None)
            self._found.rows += 1
            if there is None:
                self._found.differs(name, wanted.key.decode(), "the row is missing")
            elif there[:_DIGEST] != _digest(wanted) and not self._is_earlier(there, view, row):
                self._found.differs(name, wanted.key.decode(), "the row is not what the ledger makes of it")
        for topic, key in sorted(self._rows):
            self._found.differs(self._names[topic], key.decode("utf-8", "replace"), "the ledger makes no such row")

    def _take_event(self, record: ConsumerRecord) -> None:
        place = f"partition {record.partition}, offset {record.offset}"
        try:
            wire = orjson.loads(record.value)
            position = int(wire["sequence"])
        except (KeyError, TypeError, ValueError):
            self._found.differs(record.topic, place, "it is no event")
            return
        if position > self._upto.position:
            self._later.append((record.topic, place, position, self._upto.as_of))
            return
        if position <= self._sequences.get(record.partition, 0):
            self._found.differs(record.topic, place, f"the event of position {position} is there again, or out of turn")
            return
        self._sequences[record.partition] = position
        if self._places[position]:
            self._found.differs(record.topic, place, f"the event of position {position} is in another partition too")
            return
        self._digests[_DIGEST * position : _DIGEST * (position + 1)] = _digest_read(EVENTS, record)
        self._places[position] = record.partition << 48 | record.offset + 1

    def _take_row(self, record: ConsumerRecord) -> None:
        topic = self._names.index(record.topic)
        key = bytes(record.key or b"")
        if record.value is None:
            self._rows.pop((topic, key), None)
            return
        try:
            wire = orjson.loads(record.value)
            position, as_of = int(wire["as_of_position"]), to_micros(parse_instant(wire["as_of"]))
        except (KeyError, TypeError, ValueError):
            place = f"partition {record.partition}, offset {record.offset}"
            self._found.differs(record.topic, place, "it is no row")
            return
        if position > self._upto.position or as_of > self._upto.as_of:
            self._later.append((record.topic, key.decode("utf-8", "replace"), position, as_of))
            return
        self._rows[topic, key] = _digest_read(topic, record) + _MARK.pack(position, as_of)

    def _take_checkpoint(self, record: ConsumerRecord) -> None:
        place = f"offset {record.offset}"
        key = bytes(record.key or b"")
        if key != POSITION_KEY.encode():
            if not key.startswith(_LOG_KEY):
                self._found.differs(record.topic, place, "it is neither a position record nor a log's checkpoint")
            return
        try:
            self._last = Position.from_wire(record.value)
        except (TypeError, ValueError) as error:
            self._found.differs(record.topic, place, str(error))

    def _explain(self, position: int, wanted: Outgoing) -> None:
        """Say in which part the record of an event is not what it should be."""
        packed = self._places[position]
        partition, offset = packed >> 48, (packed & (1 << 48) - 1) - 1
        record = record_at(self._options, self._names.events, partition, offset)
        parts = ["the record"] if record is None else list(_differing(record, wanted))
        place = f"position {position}, partition {partition}, offset {offset}"
        self._found.differs(self._names.events, place, f"not the ledger's: {', '.join(parts)}")

    def _is_earlier(self, there: bytes, view: View, row: ObligationRow | None) -> bool:
        """Whether what was read is a row as an earlier event left it, kept since because it still says the same."""
        if row is None or view.incident.events <= MOST_EXACT:
            return False
        mark = Mark(*_MARK.unpack(there[_DIGEST:]))
        kept = obligation_record(row.marked(*mark), self._found.partitions)
        if mark > (row.as_of_position, row.as_of) or there[:_DIGEST] != _digest(kept):
            return False
        then = seen_over(self._ledger, PolicyTexts(self._ledger), view, mark)
        return then is not None and any(one.is_same(row) for one in then.obligations)

    def _projected(self) -> Iterator[tuple[Outgoing, View, ObligationRow | None]]:
        """The rows of a fresh projection, as of the position record, each with all of its incident's."""
        with TemporaryDirectory(prefix="sla-ledger-") as folder:
            fresh = SqliteReadModel(Path(folder), database=HeldDatabase(Path(folder, "rows.db"), create=True))
            projector = Projector(fresh, self._ledger, PolicyTexts(self._ledger))
            for _ in projector.follow(self._ledger.rows(until=self._upto.position)):
                pass
            projector.advance(self._upto.as_of)
            last = ""
            while names := fresh.names(after=last, limit=_PAGE):
                for name in names:
                    view = fresh.view(name)
                    assert view is not None, "what is listed is there"
                    yield incident_record(view.incident, self._found.partitions), view, None
                    for row in view.obligations:
                        yield obligation_record(row, self._found.partitions), view, row
                last = names[-1]
            fresh.close()


def _differing(record: ConsumerRecord, wanted: Outgoing) -> Iterator[str]:
    if record.partition != wanted.partition:
        yield f"partition (it belongs in {wanted.partition})"
    if record.key != wanted.key:
        yield "key"
    if record.value != wanted.value:
        yield "value"
    if list(record.headers) != wanted.headers:
        yield "headers"
    if record.timestamp != wanted.timestamp_millis:
        yield "time"


def _digest(record: Outgoing) -> bytes:
    return _hash(record.topic, record.partition, record.key, record.value, record.headers, record.timestamp_millis)


def _digest_read(topic: int, record: ConsumerRecord) -> bytes:
    key = bytes(record.key or b"")
    return _hash(topic, record.partition, key, record.value, list(record.headers), record.timestamp)


def _hash(topic: int, partition: int, key: bytes, value: bytes | None, headers: list[Any], millis: int) -> bytes:
    told = blake2b(f"{topic} {partition} {millis} {len(key)} {len(value or b'')} ".encode(), digest_size=_DIGEST)
    told.update(key)
    told.update(value or b"")
    for name, content in headers:
        told.update(f" {len(name)} {len(content)} {name}".encode("utf-8", "surrogatepass"))
        told.update(content)
    return told.digest()
