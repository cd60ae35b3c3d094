"""The feed's reader: whole lines alone count, nothing is missed or told twice wherever a connection is cut."""

import json
import random
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any

import pytest

from sla_ledger_client import FeedItem, Retries, errors
from sla_ledger_client.feed import FeedReader, Wanted
from tests.client.bench import LOST, Stage
from tests.client.bench import event as told_event
from tests.scale import scaled

EVENTS = 60


def canonical(number: int) -> bytes:
    told = {**told_event(number), "log": f"C-{number % 3}", "data": {"note": f'"event":{{}} № {number}'}, "actor": {}}
    return json.dumps(told, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


def line(number: int, limited: bool = False) -> bytes:
    place = b'"cursor":"c%d"' % number if limited else b'"position":%d' % number
    return b'{%b,"index":%d,"event":%b}' % (place, number // 3, canonical(number))


def heartbeat(number: int, limited: bool = False) -> bytes:
    return b'{"cursor":"c%d"}' % number if limited else b'{"position":%d}' % number


def ndjson(after: int, limited: bool = False) -> bytes:
    lines = [line(number, limited) for number in range(after + 1, EVENTS + 1)]
    return b"".join(one + b"\n" for one in [*lines, heartbeat(EVENTS, limited)])


def sse(after: int, limited: bool = False) -> bytes:
    told = (
        b"id: %b\ndata: %b\n\n" % (cursor_of(number, limited).encode(), line(number, limited))
        for number in range(after + 1, EVENTS + 1)
    )
    return b"retry: 100\n\n: still here\r\n\r\n" + b"".join(told)


def cursor_of(number: int, limited: bool) -> str:
    return f"c{number}" if limited else str(number)


def number_of(reader: FeedReader) -> int:
    return int((reader.cursor or "0").removeprefix("c"))


def pieces(text: bytes, chance: random.Random) -> Iterator[bytes]:
    while text:
        size = chance.randint(1, 400)
        yield text[:size]
        text = text[size:]


@pytest.mark.parametrize("limited", [False, True], ids=["all", "limited"])
@pytest.mark.parametrize(("answer", "wanted"), [(ndjson, Wanted()), (sse, Wanted(sse=True))], ids=["ndjson", "sse"])
def test_no_gap_and_no_duplicate_wherever_it_is_cut(
    answer: Callable[[int, bool], bytes], wanted: Wanted, limited: bool
) -> None:
    chance = random.Random(20_240_427)
    for _ in range(scaled(100)):
        reader = FeedReader(wanted, None, Stage([], Retries(attempts=10_000)).conduct)
        heard: list[FeedItem] = []
        while len(heard) < EVENTS:
            reader.begin(200, {})
            text = answer(number_of(reader), limited)
            for piece in pieces(text[: chance.randint(0, len(text))], chance):
                heard += reader.hear(piece)
            reader.end(chance.choice([LOST, None]))
        assert [item.event.line for item in heard] == [canonical(number) for number in range(1, EVENTS + 1)]
        assert [item.cursor for item in heard] == [cursor_of(number, limited) for number in range(1, EVENTS + 1)]
        assert [item.position for item in heard] == [None if limited else n for n in range(1, EVENTS + 1)]


def test_the_control_that_counts_lines_that_are_not_whole_fails() -> None:
    """A reader that believed a cut-off line would go on after an event it never had."""
    reader = FeedReader(Wanted(), None, Stage([]).conduct)
    reader.begin(200, {})
    cut = ndjson(0)[: len(line(1)) + 20]
    assert [item.position for item in reader.hear(cut)] == [1]
    assert reader.cursor == "1"
    with pytest.raises(ValueError, match=r"."):
        list(reader.hear(b"\n"))
    assert reader.cursor == "1"


def test_a_line_that_comes_twice_is_told_once() -> None:
    reader = FeedReader(Wanted(), None, Stage([]).conduct)
    reader.begin(200, {})
    text = b"".join(line(number) + b"\n" for number in (1, 2, 2, 1, 3))
    assert [item.position for item in reader.hear(text)] == [1, 2, 3]


def test_an_item_that_was_not_taken_is_behind_the_cursor() -> None:
    reader = FeedReader(Wanted(), None, Stage([]).conduct)
    reader.begin(200, {})
    assert [item.position for item in islice(reader.hear(ndjson(0)), 5)] == [1, 2, 3, 4, 5]
    assert reader.cursor == "5"


def test_a_heartbeat_moves_the_cursor() -> None:
    reader = FeedReader(Wanted(contracts=("C-1",), types=("a", "b"), limit=7), 3, Stage([]).conduct)
    asked = reader.request()
    assert (asked.path, asked.patience_seconds) == ("/v1/feed", 3)
    assert sorted(asked.query) == sorted(
        [("after", "3"), ("contract", "C-1"), ("type", "a"), ("type", "b"), ("limit", "7"), ("wait", "3")]
    )
    reader.begin(200, {})
    assert list(reader.hear(b'{"position":9}\n')) == []
    assert dict(reader.request().query)["after"] == "9"
    sse_reader = FeedReader(Wanted(sse=True), None, Stage([]).conduct)
    sse_reader.begin(200, {})
    assert list(sse_reader.hear(b"id: 4\n\n")) == []
    assert sse_reader.cursor == "4"
    assert sse_reader.request().headers["Accept"] == "text/event-stream"


def test_without_following_it_ends_where_nothing_is_new() -> None:
    reader = FeedReader(Wanted(follow=False), None, Stage([]).conduct)
    for text in (ndjson(0), heartbeat(EVENTS) + b"\n"):
        assert not reader.is_over
        assert dict(reader.request().query)["wait"] == "0"
        reader.begin(200, {})
        list(reader.hear(text))
        assert reader.end() == 0.0
    assert reader.is_over
    with pytest.raises(ValueError, match="no end"):
        Wanted(follow=False, sse=True)


def test_a_server_that_answers_at_once_with_nothing_is_not_asked_without_a_pause() -> None:
    reader = FeedReader(Wanted(), None, Stage([]).conduct)
    reader.begin(200, {})
    assert reader.end() == 0.5


@pytest.mark.parametrize(
    "wrong",
    [b"<html>\n", b"[]\n", b"{}\n", b'{"position":1,"index":0,"event":{}}\n', b'{"position":1,"event":5,"index":0}\n'],
)
def test_a_line_that_is_not_of_the_feed_moves_nothing(wrong: bytes) -> None:
    reader = FeedReader(Wanted(), None, Stage([]).conduct)
    reader.begin(200, {})
    with pytest.raises(ValueError, match=r"."):
        list(reader.hear(wrong))
    assert reader.cursor is None


def test_silence_ends_it_when_the_budget_is_spent_and_an_event_fills_it_again() -> None:
    reader = FeedReader(Wanted(), None, Stage([], Retries(attempts=3)).conduct)

    def fail() -> float:
        reader.begin(503, {})
        return reader.end(LOST)

    assert [fail(), fail()] == [0.05, 0.1]
    reader.begin(200, {})
    assert len(list(reader.hear(line(1) + b"\n"))) == 1
    assert [fail(), fail()] == [0.05, 0.1]
    with pytest.raises(errors.Unreachable):
        fail()


@pytest.mark.parametrize(
    ("status", "told", "kind"),
    [
        (401, {"type": "/problems/unauthenticated"}, errors.Unauthenticated),
        (422, {"type": "/problems/cursor-unusable"}, errors.CursorUnusable),
    ],
)
def test_a_refusal_ends_it(status: int, told: dict[str, Any], kind: type[Exception]) -> None:
    reader = FeedReader(Wanted(), None, Stage([]).conduct)
    reader.begin(status, {})
    assert list(reader.hear(json.dumps(told).encode())) == []
    with pytest.raises(kind):
        reader.end()


def test_an_overload_is_waited_for() -> None:
    reader = FeedReader(Wanted(), None, Stage([]).conduct)
    reader.begin(503, {"retry-after": "4"})
    list(reader.hear(b'{"type": "/problems/overloaded"}'))
    assert 4 <= reader.end() < 5
