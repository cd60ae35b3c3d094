"""One record of the events' topic: taken apart, hashed again, and compared with itself.

    {"specversion":"1.0","id":…, … ,"sha256":…,"data":<the canonical bytes, verbatim>}

`data` stands last, so its bytes are cut out and never encoded again. The attributes are compared with the text that
the relay writes for such an event, in a third of the time of parsing them; what is written otherwise is parsed, then
compared.

Whoever can write to the topic can change everything in a record. What he cannot do is change an event and keep the
chain that the position records hold.
"""

import json
import re
from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from operator import itemgetter
from typing import Any, Final, Protocol

from sla_ledger_client.kafka.problems import TamperedError, WrongLedger, demand

__all__ = ["LedgerEvent", "Record", "event_of", "ledger_of"]

_DATA: Final = b',"data":'
_SOURCE: Final = "urn:sla-ledger:"
_SCHEMA: Final = "urn:sla-ledger:schema:"
_NUMBER: Final = re.compile(r"[0-9]{20}")
_NUMBERS: Final = re.compile(r'([0-9]{20})","logindex":"([0-9]{20})')

# Canonical bytes have their members in order: where an event begins, and how it ends.
_EVENT_BEGINS: Final = _DATA + b'{"actor":'
_TAIL_BEGINS: Final = b'},"id":"'
_TAIL: Final = re.compile(
    r'\},"id":"([^"\\]+)"(?:,"imported_at":"[^"\\]+")?,"log":"([^"\\]+)","occurred_at":"([^"\\]+)",'
    r'"recorded_at":"([^"\\]+)","subject":"([^"\\]+)","type":"([^"\\]+)","version":[0-9]+(?:,"via":"[^"\\]+")?\}\Z'
)

_ATTRIBUTES: Final = ("specversion", "datacontenttype", "sha256", "id", "type", "subject", "time", "partitionkey")
_attributes: Final = itemgetter(*_ATTRIBUTES, "recordedtime", "dataschema")
_numbers: Final = itemgetter("source", "sequence", "logindex")
_fields: Final = itemgetter("id", "type", "subject", "occurred_at", "log", "recorded_at")


class Record(Protocol):
    """What is used of a record as kafka-python gives it."""

    partition: int
    offset: int
    key: bytes | None
    value: bytes | None


class LedgerEvent:
    """One event of the record: its canonical bytes, which every hash is taken of, what they say, and where it stands.

    It has what an `Event` of the HTTP client has. `fields` is parsed when it is first asked for.
    """

    __slots__ = (
        "_fields",
        "digest",
        "id",
        "index",
        "line",
        "log",
        "offset",
        "partition",
        "position",
        "subject",
        "type",
    )

    def __init__(
        self,
        line: bytes,
        named: tuple[str, str, str, str],
        position: int,
        index: int,
        digest: bytes,
        partition: int,
        offset: int,
    ) -> None:
        self.line = line
        """The canonical bytes."""
        self.id, self.type, self.subject, self.log = named
        self.position = position
        """In the whole ledger, dense from 1."""
        self.index = index
        """In its log, dense from 0."""
        self.digest = digest
        """SHA-256 of the canonical bytes."""
        self.partition = partition
        self.offset = offset
        """Of its record in the partition: where to look for it with Kafka's tools, and nothing to count by."""
        self._fields: dict[str, Any] | None = None

    def __repr__(self) -> str:
        return f"<{self.type} of {self.subject} at position {self.position}>"

    @property
    def fields(self) -> Mapping[str, Any]:
        """Everything that the event says. Raises TamperedError where it is not JSON."""
        if self._fields is None:
            try:
                self._fields = json.loads(self.line)
            except (ValueError, RecursionError) as error:
                raise TamperedError(f"the event at position {self.position} cannot be read ({error})") from error
        return self._fields

    @property
    def version(self) -> int:
        """Its number within its subject, from 1."""
        return int(self.fields["version"])

    @property
    def occurred_at(self) -> datetime:
        """When it is claimed to have happened."""
        return datetime.fromisoformat(self.fields["occurred_at"])

    @property
    def recorded_at(self) -> datetime:
        """When the ledger took it in."""
        return datetime.fromisoformat(self.fields["recorded_at"])

    @property
    def actor(self) -> Mapping[str, Any]:
        """Who says so: his kind and id."""
        return dict(self.fields["actor"])

    @property
    def data(self) -> Mapping[str, Any]:
        """What the type's own fields say; free text and people are commitments here, never values."""
        return dict(self.fields["data"])

    @property
    def sha256(self) -> str:
        """The hash of its bytes, in hex."""
        return self.digest.hex()


def event_of(record: Record, ledger: str) -> LedgerEvent:
    """The event in a record. Raises TamperedError where it contradicts itself, WrongLedger for another ledger."""
    value = record.value or b""
    cut = value.find(_EVENT_BEGINS)
    line = value[cut + len(_DATA) : -1]
    digest = sha256(line).digest()
    try:
        head, tail = value[:cut].decode(), _TAIL.match(line[line.rfind(_TAIL_BEGINS) :].decode())
    except UnicodeDecodeError:
        head, tail = "", None
    if tail is None:
        return _parsed(record, ledger)
    id_, log, occurred, recorded, subject, type_ = tail.groups()
    # What the relay writes before such an event but for the two numbers, which the record alone knows.
    before = (
        f'{{"specversion":"1.0","id":"{id_}","source":"{_SOURCE}{ledger}","type":"{type_}","subject":"{subject}",'
        f'"time":"{occurred}","datacontenttype":"application/json","dataschema":"{_SCHEMA}{type_}",'
        f'"partitionkey":"{log}","sequence":"'
    )
    begin, after = len(before), f'","recordedtime":"{recorded}","sha256":"{digest.hex()}"'
    numbers = _NUMBERS.match(head, begin)
    if (
        numbers is None
        or not head.startswith(before)
        or head[numbers.end() :] != after
        or record.key != log.encode()
        or value[-1:] != b"}"
    ):
        return _parsed(record, ledger)  # which says what is wrong with it
    sequence, index = numbers.groups()
    return LedgerEvent(
        line, (id_, type_, subject, log), int(sequence), int(index), digest, record.partition, record.offset
    )


def ledger_of(record: Record) -> str:
    """The id of the ledger that a record says it comes from; for the first one that a reader sees."""
    value = record.value or b""
    try:
        source = json.loads(value[: value.find(_DATA)] + b"}")["source"]
        demand(isinstance(source, str) and source.startswith(_SOURCE), f"its source is {source!r}")
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise _no_event(record, error) from error
    return str(source.removeprefix(_SOURCE))


def _parsed(record: Record, ledger: str) -> LedgerEvent:
    """The event in a record that is not written as the relay writes it, or is not what it says."""
    value = record.value or b""
    cut = value.find(_DATA)
    line = value[cut + len(_DATA) : -1]
    digest = sha256(line).digest()
    try:
        demand(cut > 0 and value[-1:] == b"}", "there is no event in it")
        told, fields = json.loads(value[:cut] + b"}"), json.loads(line)
        id_, type_, subject, occurred, log, recorded = _fields(fields)
        source, *numbers = _numbers(told)
        position, index = (int(number) for number in numbers if _NUMBER.fullmatch(number))
        claimed = _attributes(told)
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise _no_event(record, error) from error
    expected = ("1.0", "application/json", digest.hex(), id_, type_, subject, occurred, log, recorded, _SCHEMA + type_)
    if source != _SOURCE + ledger:
        raise WrongLedger(f"{_place(record)} comes from {source}, not from ledger {ledger}")
    if claimed != expected:
        names = (*_ATTRIBUTES, "recordedtime", "dataschema")
        pairs = zip(names, claimed, expected, strict=True)
        others = ", ".join(f"{name} is {one!r}, not {other!r}" for name, one, other in pairs if one != other)
        raise TamperedError(f"{_place(record)} contradicts the event in it: {others}")
    if record.key != log.encode():
        raise TamperedError(f"{_place(record)} has another key than the event's log {log}")
    return LedgerEvent(line, (id_, type_, subject, log), position, index, digest, record.partition, record.offset)


def _no_event(record: Record, why: object) -> TamperedError:
    return TamperedError(f"{_place(record)} is no event of the ledger ({why})")


def _place(record: Record) -> str:
    return f"the record at offset {record.offset} of partition {record.partition}"
