"""The feed as Server-Sent Events: it goes on for ever, says that it is alive, and ends when the server does."""

import socket
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from services.api.impatience import ImpatientProtocol
from tests.integration.api.feed.desk import CONTRACTS, OWN, Desk, running
from tests.integration.api.feed.streams import listening
from tests.server.wire import encode


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    folder: Path = tmp_path_factory.mktemp("streams")
    with running(folder, heartbeat_seconds=0.5) as desk:
        for contract in CONTRACTS:
            desk.open(f"I-{contract}", contract)
        yield desk


def until(holds: Callable[[], bool], seconds: float = 10.0) -> None:
    """Wait until something holds."""
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "it does not come to that"
        time.sleep(0.01)


def test_a_stream_has_everything_and_goes_on_with_what_is_recorded(desk: Desk) -> None:
    with listening(desk, desk.key()) as stream:
        head = desk.head
        assert [stream.data()["position"] for _ in range(head)] == list(range(1, head + 1))
        desk.note("I-C-001", 2)
        assert [stream.data()["position"] for _ in range(2)] == [head + 1, head + 2]


def test_a_message_says_the_very_line_of_the_other_form(desk: Desk) -> None:
    key = desk.key()
    with desk.wire(key) as wire, listening(desk, key, "?limit=3") as stream:
        for line in wire.get("/v1/feed?limit=3").body.splitlines():
            message = stream.message()
            assert message is not None
            assert message["data"].encode() == line
        assert stream.message() is None


def test_the_last_id_goes_before_the_position_asked_for(desk: Desk) -> None:
    with listening(desk, desk.key(), "?after=1", Last_Event_ID="3") as stream:
        assert stream.data()["position"] == 4


def test_an_empty_last_id_is_none(desk: Desk) -> None:
    with listening(desk, desk.key(), "?after=1", Last_Event_ID="") as stream:
        assert stream.data()["position"] == 2


def test_outside_of_a_stream_the_last_id_says_nothing(desk: Desk) -> None:
    with desk.wire(desk.key()) as wire:
        assert wire.get("/v1/feed?after=1&limit=1", Last_Event_ID="3").json()["position"] == 2


def test_a_last_id_that_is_none_is_refused(desk: Desk) -> None:
    with desk.wire(desk.key()) as wire:
        reply = wire.get("/v1/feed", Accept="text/event-stream", Last_Event_ID="x")
        assert (reply.status, reply.problem) == (422, "cursor-unusable")


def test_silence_is_broken_by_heartbeats_that_say_where_the_reader_is(desk: Desk) -> None:
    begun = time.monotonic()
    with listening(desk, desk.key(), f"?after={desk.head}") as stream:
        assert [stream.data() for _ in range(3)] == [{"position": desk.head}] * 3
    assert 1.4 < time.monotonic() - begun < 10


def test_a_filtered_stream_hears_how_far_it_was_led(desk: Desk) -> None:
    with listening(desk, desk.key(), "?type=release.stage-passed.v1") as stream:
        assert stream.data() == {"position": desk.head}
        desk.note("I-C-001")
        until(lambda: stream.data() == {"position": desk.head})


def test_a_busy_ledger_does_not_flood_those_whom_it_does_not_concern(desk: Desk) -> None:
    with listening(desk, desk.key(), "?type=release.stage-passed.v1") as stream:
        begun, heartbeats = time.monotonic(), 0
        while time.monotonic() < begun + 1.0:
            desk.note("I-C-001")
        while stream.data() != {"position": desk.head}:
            heartbeats += 1
        assert heartbeats <= 3


def test_a_limited_stream_names_no_position_and_resumes_by_its_cursor(desk: Desk) -> None:
    key = desk.key("customer", CONTRACTS[:2])
    own = len(desk.rows(OWN))
    with listening(desk, key) as stream:
        cursors = [stream.data()["cursor"] for _ in range(own)]
    with listening(desk, key, Last_Event_ID=cursors[-2]) as stream:
        assert stream.data()["cursor"] == cursors[-1]
        desk.note("I-C-900")
        assert stream.data() == {"cursor": cursors[-1]}


def test_readers_are_counted_until_they_have_gone(desk: Desk) -> None:
    until(lambda: desk.api.following.readers == 0)
    with ExitStack() as streams:
        for _ in range(5):
            streams.enter_context(listening(desk, desk.key()))
        until(lambda: desk.api.following.readers == 5)
    until(lambda: desk.api.following.readers == 0)


def test_a_key_that_is_revoked_ends_its_stream_before_the_next_event(desk: Desk) -> None:
    made = desk.api.ledger.keyring.create(role="auditor")
    with listening(desk, made.text, f"?after={desk.head}") as stream:
        desk.note("I-C-001")
        assert stream.data()["position"] == desk.head
        desk.api.ledger.keyring.revoke(made.credential.prefix)
        desk.note("I-C-001")
        assert stream.message() is None


def test_a_key_that_expires_ends_its_stream_though_nothing_is_recorded(desk: Desk) -> None:
    made = desk.api.ledger.keyring.create(role="auditor", expires_at=datetime.now(UTC) + timedelta(seconds=0.7))
    with listening(desk, made.text, f"?after={desk.head}") as stream:
        assert stream.data() == {"position": desk.head}
        assert stream.message() is None


def test_a_long_poll_whose_key_is_revoked_goes_past_nothing_that_it_was_not_given(desk: Desk) -> None:
    made, head = desk.api.ledger.keyring.create(role="auditor"), desk.head
    with ThreadPoolExecutor() as threads, desk.wire(made.text) as wire:
        reply = threads.submit(wire.get, f"/v1/feed?after={head}&wait=20")
        until(lambda: desk.api.following.readers == 1)
        desk.api.ledger.keyring.revoke(made.credential.prefix)
        desk.note("I-C-001")
        assert reply.result().json() == {"position": head}


def test_a_server_that_stops_ends_its_streams_and_waits_for_none(tmp_path: Path) -> None:
    with running(tmp_path) as desk, listening(desk, desk.key(), f"?after={desk.head}") as stream:
        begun = time.monotonic()
        desk.stop()
        assert stream.message() is None
        assert time.monotonic() - begun < 5


def test_who_takes_nothing_is_cut_off_and_holds_up_nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ImpatientProtocol, "patience_seconds", 1.0)
    with running(tmp_path) as desk:
        key = desk.key()
        desk.open("I-1", "C-001")
        for _ in range(3):
            desk.note("I-1", 400)
        desk.listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4_096)
        with closing(socket.socket()) as stalled:
            stalled.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
            stalled.connect(("127.0.0.1", desk.port))
            stalled.sendall(encode("GET", "/v1/feed", key=key, headers={"Accept": "text/event-stream"}))
            until(lambda: desk.api.following.readers == 1)
            with listening(desk, key, f"?after={desk.head}") as stream:
                head = desk.head
                desk.note("I-1")
                assert stream.data()["position"] == head + 1
                until(lambda: desk.api.following.readers == 1)
