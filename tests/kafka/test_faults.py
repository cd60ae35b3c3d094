"""Whatever is wrong with the topics is raised, and nothing is given past it: a fault each, and none without one."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import pytest
from kafka.errors import KafkaTimeoutError, SaslAuthenticationFailedError, TopicAuthorizationFailedError

from sla_ledger_client import LedgerClientError, Unreachable
from sla_ledger_client.kafka import (
    GapError,
    LedgerReader,
    Position,
    PositionFile,
    PositionUnusable,
    ReadingRefused,
    TamperedError,
    TopicProblem,
    TopicsMissing,
    WrongLedger,
)
from sla_ledger_client.kafka.consuming import raised
from tests.kafka.reading import positions, read, reader
from tests.kafka.writing import Told, Writer, chained, partition_of, told

OTHER = "0198c0de-0000-7000-8000-00000000000f"
EVENTS = told(40)
ODD = next(one for one in EVENTS[20:] if one.log != "provider")


def without(*left_out: int) -> list[Told]:
    return [event for event in EVENTS if event.position not in left_out]


def given(writer: Writer, events: Sequence[Told], **changed: Any) -> None:
    """These records, the odd one changed, and a position record that covers all forty events."""
    records = [writer.record(event, **(changed if event is ODD else {})) for event in events]
    covering(writer, records, chained(EVENTS))


def covering(writer: Writer, records: Sequence[tuple[str, int, bytes, bytes]], chain: bytes) -> None:
    writer.raw(*records)
    writer._producer.begin_transaction()
    writer.claim(40, chain)
    writer._producer.commit_transaction()


def altered(line: bytes) -> bytes:
    return line.replace(b'"system"', b'"others"')


def swapped(events: Sequence[Told], log: str) -> list[Told]:
    """The last two of a log in each other's place."""
    one, other = [event for event in events if event.log == log][-2:]
    places = {one: other, other: one}
    return [places.get(event, event) for event in events]


def elsewhere(writer: Writer) -> None:
    topic, place, key, value = writer.record(EVENTS[-1])
    records = [writer.record(event) for event in EVENTS[:-1]]
    covering(writer, [*records, (topic, (place + 1) % 3, key, value)], chained(EVENTS))


def keyed(writer: Writer) -> None:
    topic, place, _, value = writer.record(ODD)
    records = [writer.record(event) for event in EVENTS]
    records[EVENTS.index(ODD)] = (topic, place, b"K-99", value)
    covering(writer, records, chained(EVENTS))


def twice(writer: Writer) -> None:
    """A second event under a position that another partition has, and an index that follows."""
    logs = {event.log: event for event in EVENTS}
    last = next(one for one in logs.values() if partition_of(one.log, 3) != partition_of(EVENTS[-1].log, 3))
    records = [writer.record(event) for event in EVENTS]
    forged = replace(last, index=last.index + 1, position=40)
    covering(writer, [*records, writer.record(forged)], chained(EVENTS))


def text(writer: Writer, old: bytes, new: bytes) -> None:
    """The odd record's value with a piece of its text changed."""
    records = [writer.record(event) for event in EVENTS]
    topic, place, key, value = records[EVENTS.index(ODD)]
    assert value.count(old) >= 1
    records[EVENTS.index(ODD)] = (topic, place, key, value.replace(old, new, 1))
    covering(writer, records, chained(EVENTS))


def follow(writer: Writer, seconds: float, **chosen: Any) -> None:
    """Read on until nothing has come for so long."""
    with reader(writer, **chosen) as opened:
        for batch in opened.batches(idle_seconds=seconds):
            if not batch:
                return


MISSING: dict[str, Callable[[Writer], None]] = {
    "one in the middle": lambda w: given(w, without(17)),
    "the last ones": lambda w: given(w, without(39, 40)),
    "a whole log": lambda w: given(w, [event for event in EVENTS if event.log != ODD.log]),
    "the first ones": lambda w: given(w, EVENTS[3:]),
    "all": lambda w: given(w, []),
    "out of order": lambda w: given(w, swapped(EVENTS, ODD.log)),
    "an index": lambda w: given(w, EVENTS, index=ODD.index + 1),
}
FORGED: dict[str, Callable[[Writer], None]] = {
    "bytes": lambda w: text(w, b'"system"', b'"others"'),
    "bytes and hash": lambda w: given(w, EVENTS, line=altered(ODD.line)),
    "id": lambda w: text(w, b'"id":"', b'"id":"f'),
    "type": lambda w: text(w, b'"type":"incident', b'"type":"accident'),
    "subject": lambda w: text(w, b'"subject":"K', b'"subject":"L'),
    "time": lambda w: text(w, b'"time":"2026', b'"time":"2027'),
    "recorded time": lambda w: text(w, b'"recordedtime":"2026', b'"recordedtime":"2025'),
    "schema": lambda w: text(w, b"sla-ledger:schema:", b"sla-ledger:scheme:"),
    "partition key": lambda w: text(w, b'"partitionkey":"K', b'"partitionkey":"L'),
    "position": lambda w: given(w, EVENTS, position=ODD.position + 1),
    "digits": lambda w: text(w, b'"sequence":"0', b'"sequence":"'),
    "form": lambda w: text(w, b'"specversion":"1.0"', b'"specversion":"2.0"'),
    "no JSON": lambda w: text(w, b'"data":{', b'"data":['),
    "something behind": lambda w: text(w, b'"data":{', b'"data":1,"data":{'),
    "partition": elsewhere,
    "key": keyed,
    "twice": twice,
    "chain": lambda w: covering(w, [w.record(event) for event in EVENTS], chained(EVENTS[:39])),
    "position record": lambda w: w.raw((w.names.checkpoints, 0, b"position", b'{"position":40}')),
    "nothing in a record": lambda w: w.raw((w.names.events, 0, b"K-1", b"")),
}
LEVELS = pytest.mark.parametrize("isolation_level", ["read_committed", "read_uncommitted"])


@LEVELS
@pytest.mark.parametrize("fault", MISSING.values(), ids=MISSING)
def test_what_is_missing_is_a_gap(writer: Writer, fault: Callable[[Writer], None], isolation_level: str) -> None:
    fault(writer)
    seen: list[int] = []
    with reader(writer, until_complete=True, isolation_level=isolation_level) as opened:
        with pytest.raises(GapError, match=r"relay verify"):
            seen += (event.position for event in opened)
        assert opened.position.position == len(seen) < 40
    assert seen == list(range(1, len(seen) + 1))


@pytest.mark.parametrize("fault", FORGED.values(), ids=FORGED)
def test_what_was_not_published_so_is_tampered_with(writer: Writer, fault: Callable[[Writer], None]) -> None:
    fault(writer)
    with pytest.raises(TamperedError, match=r"relay verify"):
        follow(writer, 10)


def test_without_a_fault_nothing_is_raised(writer: Writer) -> None:
    given(writer, EVENTS)
    assert positions(writer) == list(range(1, 41))


def test_attributes_in_another_order_and_new_ones_are_read_too(writer: Writer) -> None:
    text(writer, b'{"specversion":"1.0",', b'{"later":"x","specversion":"1.0",')
    assert positions(writer) == list(range(1, 41))


@pytest.mark.parametrize("name", ["one in the middle", "a whole log", "the first ones", "out of order", "an index"])
def test_a_reader_of_some_partitions_sees_gaps_by_the_indices(writer: Writer, name: str) -> None:
    MISSING[name](writer)
    if name == "a whole log":
        # Nothing of it is there, so only its next event tells.
        last = [event for event in EVENTS if event.log == ODD.log][-1]
        writer.raw(writer.record(replace(last, position=41, index=last.index + 1)))
    with pytest.raises(GapError):
        follow(writer, 3, partitions=[0, 1, 2])


def test_another_ledger_is_refused(writer: Writer) -> None:
    writer.publish(EVENTS)
    with reader(writer, until_complete=True) as opened:
        list(opened)
        kept = opened.position
    with pytest.raises(WrongLedger, match=OTHER):
        read(writer, ledger=OTHER)
    with pytest.raises(WrongLedger, match=OTHER):
        read(writer, position=replace(kept, ledger=OTHER))
    with pytest.raises(WrongLedger, match="position is of ledger"):
        read(writer, position=kept, ledger=OTHER)
    with pytest.raises(WrongLedger, match=OTHER), reader(writer, partitions=[0, 1, 2], ledger=OTHER) as some:
        next(iter(some))
    assert positions(writer, ledger=writer.ledger, position=kept) == []


def test_topics_that_are_behind_the_job_or_of_another_history_are_refused(writer: Writer) -> None:
    writer.publish(EVENTS[:30])
    ahead = Position(writer.version, writer.ledger, {}, 40, chained(EVENTS).hex(), {}, {})
    with pytest.raises(WrongLedger, match="up to position 30"):
        read(writer, position=ahead)
    with pytest.raises(TamperedError, match="chain"):
        read(writer, position=replace(ahead, position=30, chain="ab" * 32))
    with pytest.raises(TamperedError, match="chain"):
        read(writer, position=replace(ahead, position=20, chain="ab" * 32))


def test_missing_topics_and_an_absent_broker_are_named(writer: Writer) -> None:
    with pytest.raises(TopicsMissing, match=r"sla-ledger\.events\.v77.*kafka init"):
        LedgerReader(writer.bootstrap, version=77)
    with pytest.raises(Unreachable):
        LedgerReader("127.0.0.1:1", bootstrap_timeout_ms=500)


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (TopicAuthorizationFailedError("sla-ledger.events.v1"), ReadingRefused),
        (SaslAuthenticationFailedError("wrong password"), ReadingRefused),
        (KafkaTimeoutError("no answer"), Unreachable),
    ],
)
def test_what_the_broker_refuses_says_what_to_do(error: Exception, kind: type[LedgerClientError]) -> None:
    with pytest.raises(kind), raised():
        raise error


def test_a_position_of_another_reader_is_refused(writer: Writer) -> None:
    writer.publish(EVENTS)
    whole = Position(writer.version, writer.ledger, {}, 0, "00" * 32, {}, {})
    some = Position(writer.version, writer.ledger, {}, None, None, {0: 0}, {})
    for position, chosen in [
        (whole, {"partitions": [0]}),
        (some, {}),
        (some, {"partitions": [1]}),
        (replace(some, version=77), {"partitions": [0]}),
        (replace(whole, offsets={9: 1}), {}),
        (None, {"partitions": [9]}),
    ]:
        with pytest.raises(PositionUnusable), reader(writer, position=position, **chosen):
            pass


@pytest.mark.parametrize(
    "kept",
    [
        "",
        "[]",
        "{}",
        '{"form":"sla-ledger-position/2"}',
        '{"form":"sla-ledger-position/1","version":1,"ledger":null,"offsets":{"0":-1},"position":1,"chain":"00"}',
        '{"form":"sla-ledger-position/1","version":1,"ledger":7,"offsets":{},"position":0,"chain":"' + "00" * 32 + '"}',
        '{"form":"sla-ledger-position/1","version":1,"ledger":null,"offsets":{},"positions":{},"logs":{"a":true}}',
        "ё",
    ],
)
def test_a_damaged_position_is_refused(kept: str, tmp_path: Any) -> None:
    (tmp_path / "kept").write_text(kept, encoding="utf-8")
    with pytest.raises(PositionUnusable, match="begin anew"):
        PositionFile(tmp_path / "kept").load()


def test_every_problem_of_the_topics_says_what_to_do() -> None:
    for kind in (GapError, TamperedError, WrongLedger, TopicsMissing, PositionUnusable, ReadingRefused):
        assert issubclass(kind, TopicProblem)
        assert str(kind("So it is")) == f"So it is. {kind.remedy}"
        assert len(kind.remedy) > 20
