"""Who begins to read the history is written down; who goes on with his own reading is not."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from schemas.problems import StorageFull
from tests.integration.api.feed.desk import CONTRACTS, Desk, running
from tests.integration.api.feed.streams import listening
from tests.server.wire import Wire


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with running(tmp_path) as desk:
        desk.open("I-1", "C-001")
        desk.note("I-1", 5)
        yield desk


@pytest.fixture
def wire(desk: Desk) -> Iterator[Wire]:
    with desk.wire(desk.key()) as wire:
        yield wire


def marks(wire: Wire, query: str) -> list[str]:
    reply = wire.get(f"/v1/feed?{query}")
    assert reply.status == 200, reply.body
    told = [json.loads(line) for line in reply.body.splitlines()]
    return [str(line.get("position", line.get("cursor"))) for line in told]


def what(desk: Desk) -> list[str]:
    return [said for _, said in desk.accesses()]


def test_a_whole_history_is_one_reading_however_many_pages_it_takes(desk: Desk, wire: Wire) -> None:
    last = marks(wire, "limit=3")[-1]
    while int(last) < desk.head:
        last = marks(wire, f"limit=3&wait=0&after={last}")[-1]
    marks(wire, f"wait=0&after={last}")
    desk.note("I-1")
    marks(wire, f"wait=0&after={last}")
    assert what(desk) == ["the feed after 0"]
    assert desk.accesses()[0][0] == (wire.key or "").split("_")[1]


def test_each_new_beginning_is_written_down(desk: Desk, wire: Wire) -> None:
    marks(wire, "limit=3")
    marks(wire, "after=1&limit=3")
    marks(wire, "")
    assert what(desk) == ["the feed after 0", "the feed after 1", "the feed after 0"]


def test_a_filter_is_written_down(desk: Desk, wire: Wire) -> None:
    marks(wire, "contract=C-002&contract=C-001&type=incident.opened.v1&wait=0")
    assert what(desk) == ["the feed after 0 of C-001, C-002, only incident.opened.v1"]


def test_another_caller_cannot_go_on_where_this_one_ended(desk: Desk, wire: Wire) -> None:
    last = marks(wire, "limit=3")[-1]
    with desk.wire(desk.key()) as other:
        marks(other, f"after={last}")
    assert what(desk) == ["the feed after 0", f"the feed after {last}"]


def test_a_stream_that_was_cut_off_is_the_same_reading_still(desk: Desk) -> None:
    key = desk.key()
    with listening(desk, key) as stream:
        heard = [stream.data()["position"] for _ in range(3)]
    with listening(desk, key, Last_Event_ID=str(heard[-1])) as stream:
        assert stream.data()["position"] == heard[-1] + 1
    assert what(desk) == ["the feed after 0"]


def test_a_limited_reader_is_written_down_alike(desk: Desk) -> None:
    with desk.wire(desk.key("customer", CONTRACTS[:1])) as limited:
        last = marks(limited, "limit=3")[-1]
        marks(limited, f"after={last}")
        desk.note("I-1")
        marks(limited, "")
    assert what(desk) == ["the feed after 0"] * 2


def test_where_it_cannot_be_written_down_only_the_reading_that_goes_on_is_answered(
    desk: Desk, wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    last = marks(wire, "limit=3")[-1]

    def full(*_: object) -> None:
        raise StorageFull(database="ledger.db", reason="database or disk is full")

    monkeypatch.setattr(desk.api.ledger.access_log, "record", full)
    refused = wire.get("/v1/feed")
    assert (refused.status, refused.problem) == (507, "access-unrecorded")
    assert marks(wire, f"after={last}&limit=1") == [str(int(last) + 1)]
    monkeypatch.undo()
    assert marks(wire, "limit=1") == ["1"]


def test_what_is_refused_is_not_written_down(desk: Desk, wire: Wire) -> None:
    for query in ("after=x", f"after={desk.head + 1}", "contract=C-901", "limit=0"):
        assert wire.get(f"/v1/feed?{query}").status in {404, 422}
    assert what(desk) == []
