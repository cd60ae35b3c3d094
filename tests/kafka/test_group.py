"""Readers that share the partitions as a consumer group, whose offsets and notes keep their position."""

import time
from itertools import islice
from threading import Thread
from typing import Any

import pytest
from kafka import KafkaConsumer, OffsetAndMetadata, TopicPartition
from kafka.structs import MemberState

from sla_ledger_client.kafka import GapError, LedgerEvent, LedgerReader, PositionUnusable, keeping
from sla_ledger_client.kafka.keeping import GroupNote
from tests.kafka.reading import reader
from tests.kafka.writing import Writer, told

QUICK = {"session_timeout_ms": 6_000, "heartbeat_interval_ms": 200}


def member(writer: Writer, **chosen: Any) -> LedgerReader:
    return reader(writer, group=f"jobs-{writer.version}", **QUICK, **chosen)


def some(opened: LedgerReader, count: int) -> list[LedgerEvent]:
    return list(islice(opened, count))


def rest(opened: LedgerReader, at_least: int = 0, seconds: float = 2) -> list[LedgerEvent]:
    """What comes until nothing has come for so long; a group may take longer than that to share out its partitions."""
    found: list[LedgerEvent] = []
    deadline = time.monotonic() + 60
    for batch in opened.batches(idle_seconds=seconds):
        found += batch
        if not batch and (len(found) >= at_least or time.monotonic() > deadline):
            return found
    return found


def numbers(events: list[LedgerEvent]) -> list[int]:
    return sorted(event.position for event in events)


@pytest.mark.parametrize("longest_note", [4000, 150])
def test_what_was_committed_is_gone_on_from(writer: Writer, longest_note: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where the indices of the logs do not fit beside an offset, and are found again in the records before it."""
    monkeypatch.setattr(keeping, "_LONGEST_NOTE", longest_note)
    events = told(90)
    writer.publish(events[:40])
    writer.abort(events[40:60])
    writer.publish(events[40:80])
    seen: list[LedgerEvent] = []
    for count in (25, 30):
        with member(writer, isolation_level="read_uncommitted") as opened:
            seen += some(opened, count)
            opened.commit()
    writer.publish(events[80:])
    with member(writer) as opened:
        seen += rest(opened, at_least=90 - len(seen))
    assert numbers(seen) == list(range(1, 91))


def test_what_was_not_committed_is_given_again(writer: Writer) -> None:
    writer.publish(told(30))
    with member(writer) as opened:
        some(opened, 10)
        opened.commit()
        kept = opened.position
        again = some(opened, 10)
    with member(writer) as opened:
        found = rest(opened, at_least=20)
    assert {event.position for event in again} <= {event.position for event in found}
    assert len(found) == 20
    assert len(kept.logs) > 0


def test_two_members_share_the_events_and_one_takes_over(writer: Writer) -> None:
    events = told(120)
    writer.publish(events[:60])
    first = member(writer)
    seen = rest(first, at_least=60)
    first.commit()
    with member(writer) as second:
        shared = {first: list[LedgerEvent](), second: list[LedgerEvent]()}

        def read_in_turns() -> None:
            for one in shared:
                shared[one] += next(one.batches(idle_seconds=0.2))
                one.commit()

        while not second._source._consumer.assignment():
            read_in_turns()
        writer.publish(events[60:])
        while len(set(numbers(seen + shared[first] + shared[second]))) < 120:
            read_in_turns()
        assert shared[first]
        assert shared[second]
        first.close()
        writer.publish(told(30, first=121))
        while len(set(numbers(seen + shared[first] + shared[second]))) < 150:
            shared[second] += next(second.batches(idle_seconds=0.2))
    assert numbers(seen + shared[first] + shared[second]) == list(range(1, 151))


def test_a_commit_waits_while_the_group_shares_out_anew(writer: Writer) -> None:
    """What is still ours then is kept, and nothing is passed over; the library would refuse the commit meanwhile."""
    events = told(120)
    writer.publish(events[:60])
    with member(writer) as first, member(writer) as other, member(writer) as third:
        elsewhere: list[LedgerEvent] = []
        joining = Thread(target=lambda: elsewhere.extend(rest(other, at_least=1, seconds=3)))
        joining.start()
        seen = rest(first, at_least=1, seconds=5)
        joining.join()
        assert elsewhere
        # A third asks to join, for which the group waits for all; the other does not take part until later.
        assert not next(third.batches(idle_seconds=0.2))
        seen += next(first.batches(idle_seconds=0.5))
        assert _is_shared_out_anew(first)
        threads = [Thread(target=lambda one=one: elsewhere.extend(rest(one, seconds=10))) for one in (other, third)]
        for thread in threads:
            thread.start()
        first.commit()
        assert not _is_shared_out_anew(first)
        ours = first._source._consumer.assignment()
        assert len(ours) == 1
        for place in ours:
            read = first.position.offsets.get(place.partition)  # None of a partition that was not its own before
            assert read is None or first._source._consumer.committed(place) == read
        writer.publish(events[60:])
        seen += rest(first, at_least=1, seconds=4)
        for thread in threads:
            thread.join()
    assert len(set(numbers(seen))) == len(seen)
    assert set(numbers(seen + elsewhere)) == set(range(1, 121))


def _is_shared_out_anew(opened: LedgerReader) -> bool:
    return bool(opened._source._consumer.group_metadata().state is MemberState.REBALANCING)


def test_a_gap_behind_the_groups_offset_is_seen(writer: Writer) -> None:
    events = told(60)
    writer.publish(events[:40])
    with member(writer) as opened:
        assert len(rest(opened, at_least=40)) == 40
        opened.commit()
    logs = [event.log for event in events]
    missing = next(one for one in events[40:] if one.log in logs[one.position :] and one.log in logs[:40])
    writer.raw(*(writer.record(event) for event in events[40:] if event is not missing))
    with member(writer) as opened, pytest.raises(GapError, match=f"log {missing.log}"):
        rest(opened, at_least=19)


def test_offsets_that_were_not_kept_by_such_a_reader_are_refused(writer: Writer) -> None:
    writer.publish(told(40))
    places = [TopicPartition(writer.names.events, number) for number in range(3)]
    other = KafkaConsumer(bootstrap_servers=writer.bootstrap, group_id=f"jobs-{writer.version}")
    other.assign(places)
    other.commit({place: OffsetAndMetadata(3, "", -1) for place in places})
    other.close()
    with member(writer) as opened, pytest.raises(PositionUnusable, match="group's offset"):
        rest(opened, at_least=1)


def test_a_group_that_was_set_back_to_the_beginning_gives_everything(writer: Writer) -> None:
    writer.publish(told(40))
    places = [TopicPartition(writer.names.events, number) for number in range(3)]
    other = KafkaConsumer(bootstrap_servers=writer.bootstrap, group_id=f"jobs-{writer.version}")
    other.assign(places)
    other.commit({place: OffsetAndMetadata(0, "", -1) for place in places})
    other.close()
    with member(writer) as opened:
        assert numbers(rest(opened, at_least=40)) == list(range(1, 41))


def test_the_indices_of_many_logs_fit_beside_an_offset() -> None:
    logs = {f"K-2026-{number:05d}": number * 7 for number in range(300)}
    note = GroupNote.of("0198c0de-0000-7000-8000-000000000001", 10**9, logs)
    text = note.to_text()
    assert len(text) < 4096
    assert GroupNote.from_text(text) == note
    many = GroupNote.of("l", 1, {f"K-{number * number}": number for number in range(5_000)})
    assert len(many.to_text()) < 300
    assert GroupNote.from_text(many.to_text()).logs is None
