"""LedgerReader against a real broker: each event once, in order, complete, and gone on from where it was left."""

import threading
from itertools import islice
from pathlib import Path

import pytest

from sla_ledger_client.kafka import LedgerReader, Position, PositionFile, whole
from tests.kafka.reading import positions, read, reader
from tests.kafka.writing import LEDGER, Writer, chained, told
from tests.servers.kafka import fresh_topics

BOTH = pytest.mark.parametrize("isolation_level", ["read_committed", "read_uncommitted"])


def eventful(writer: Writer) -> None:
    """150 events, with transactions that were aborted and a relay that crashed between them."""
    events = told(150)
    writer.publish(events[:50])
    writer.abort(events[50:80])
    writer.abort(events[50:52])
    writer.publish(events[50:90])
    writer.abort(events[90:120], crash=True)
    writer.publish(events[90:])


@BOTH
def test_each_event_is_given_once_in_the_order_of_positions(writer: Writer, isolation_level: str) -> None:
    eventful(writer)
    found = read(writer, isolation_level=isolation_level)
    assert [(one.position, one.index, one.log, one.line) for one in found] == [
        (one.position, one.index, one.log, one.line) for one in told(150)
    ]


def test_a_consumer_without_the_reader_sees_copies_where_transactions_were_aborted(writer: Writer) -> None:
    """The control: what the reader drops is there."""
    eventful(writer)
    with reader(writer, isolation_level="read_uncommitted") as opened:
        consumer = opened._source._consumer
        seen = 0
        while records := consumer.poll(timeout_ms=2_000):
            seen += sum(map(len, records.values()))
    assert seen == 150 + 30 + 2 + 30


@BOTH
def test_it_goes_on_where_it_was_left(writer: Writer, isolation_level: str) -> None:
    eventful(writer)
    seen: list[int] = []
    kept: Position | None = None
    while len(seen) < 150:
        with reader(writer, position=kept, isolation_level=isolation_level) as opened:
            seen += [event.position for event in islice(opened, 37 if len(seen) < 148 else 2)]
            kept = Position.from_json(opened.position.to_json())
    assert seen == list(range(1, 151))
    assert kept is not None
    assert (kept.ledger, kept.position, kept.chain) == (LEDGER, 150, chained(told(150)).hex())
    assert positions(writer, position=kept) == []


def test_an_iteration_that_is_left_and_taken_up_again_loses_nothing(writer: Writer) -> None:
    writer.publish(told(60))
    with reader(writer, until_complete=True) as opened:
        seen = [event.position for event in islice(opened, 7)]
        seen += [event.position for batch in islice(opened.batches(10), 2) for event in batch]
        assert opened.position.position == 27
        seen += [event.position for event in opened]
    assert seen == list(range(1, 61))


def test_a_complete_prefix_ends_at_the_last_position_record_there_was(writer: Writer) -> None:
    assert positions(writer) == []
    events = told(120)
    writer.publish(events[:100])
    with reader(writer, until_complete=True) as opened:
        assert opened.covered == 100
        writer.publish(events[100:])
        writer.abort(told(5, first=121))
        assert [event.position for event in opened] == list(range(1, 101))
        assert opened.position.chain == chained(events[:100]).hex()
        assert list(opened) == []


@pytest.mark.parametrize("covered", [False, True])
def test_it_follows_what_is_published(writer: Writer, covered: bool) -> None:
    events = told(200)
    writer.publish(events[:20])
    seen: list[int] = []

    def publish() -> None:
        for first in range(20, 200, 20):
            writer.publish(events[first : first + 20])

    with reader(writer, covered=covered) as opened:
        publishing = threading.Thread(target=publish)
        publishing.start()
        for event in opened:
            seen.append(event.position)
            assert not covered or event.position <= (opened.covered or 0)
            if event.position == 200:
                break
        publishing.join()
    assert seen == list(range(1, 201))


def test_what_no_position_record_covers_waits_for_it(writer: Writer) -> None:
    events = told(40)
    writer.publish(events[:30])
    writer.raw(*(writer.record(event) for event in events[30:]))
    with reader(writer, covered=True) as opened:
        batches = opened.batches(idle_seconds=1)
        seen = [event.position for batch in iter(lambda: next(batches), []) for event in batch]
        assert seen == list(range(1, 31))
    with reader(writer) as opened:
        assert [event.position for event in islice(opened, 40)] == list(range(1, 41))


def test_batches_are_as_long_as_wanted_and_empty_only_where_asked_for(writer: Writer) -> None:
    writer.publish(told(25))
    with reader(writer, until_complete=True) as opened:
        assert [len(batch) for batch in opened.batches(10)] == [10, 10, 5]
    with reader(writer) as opened:
        batches = opened.batches(100, idle_seconds=0.1)
        seen: list[int] = []
        while len(seen) < 25:
            seen += [event.position for event in next(batches)]
        assert next(batches) == []


def test_a_partition_that_is_ahead_is_held_back_and_read_on(writer: Writer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(whole, "_MOST_HELD_BYTES", 1)
    writer.publish(told(2000))
    with reader(writer, until_complete=True, max_partition_fetch_bytes=20_000, patience_seconds=10) as opened:
        assert [event.position for event in opened] == list(range(1, 2001))


def test_the_file_keeps_the_position(writer: Writer, tmp_path: Path) -> None:
    writer.publish(told(90))
    keeper = PositionFile(tmp_path / "kept")
    seen: list[int] = []
    for _ in range(3):
        with reader(writer, keeper=keeper) as opened:
            seen += [event.position for event in islice(opened, 30)]
            opened.commit()
    assert seen == list(range(1, 91))
    assert [path.name for path in tmp_path.iterdir()] == ["kept"]


def test_new_topics_are_gone_on_with_from_the_same_position(writer: Writer) -> None:
    events = told(80)
    writer.publish(events[:50])
    with reader(writer, until_complete=True) as opened:
        assert len(list(opened)) == 50
        kept = opened.position
    fresh_topics(writer.bootstrap, version=2, partitions=5)
    with Writer(writer.bootstrap, partitions=5, version=2) as republished:
        republished.publish(events)
        assert positions(republished, position=kept) == list(range(51, 81))


def test_some_partitions_are_read_each_in_its_own_order(writer: Writer) -> None:
    eventful(writer)
    whole = read(writer)
    assert {event.partition for event in whole} == {0, 1, 2}
    for chosen in ([0], [1, 2]):
        kept: Position | None = None
        seen: list[int] = []
        due = [event.position for event in whole if event.partition in chosen]
        while len(seen) < len(due):
            with reader(writer, partitions=chosen, position=kept, isolation_level="read_uncommitted") as opened:
                part = list(islice(opened, min(9, len(due) - len(seen))))
                assert all(
                    [one.position for one in part if one.partition == number]
                    == sorted(one.position for one in part if one.partition == number)
                    for number in chosen
                )
                seen += [event.position for event in part]
                kept = Position.from_json(opened.position.to_json())
        assert sorted(seen) == due


@pytest.mark.parametrize(
    "chosen",
    [
        {"group": "g", "partitions": [0]},
        {"group": "g", "until_complete": True},
        {"partitions": [0], "covered": True},
        {"group": "g", "keeper": PositionFile("kept")},
        {"auto_offset_reset": "latest"},
    ],
)
def test_what_contradicts_itself_is_refused(chosen: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r":"):
        LedgerReader("127.0.0.1:1", **chosen)  # type: ignore[arg-type]


def test_a_position_that_the_job_keeps_is_not_committed(writer: Writer) -> None:
    writer.publish(told(1))
    with reader(writer) as opened, pytest.raises(ValueError, match="itself"):
        opened.commit()
