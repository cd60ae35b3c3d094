"""A server that is told to stop: nothing acknowledged is lost, what was taken is answered, followers end whole."""

import signal
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import orjson
import pytest

from ledger.application import Ledger
from tests.server.bodies import status
from tests.server.support import Desk, Founded
from tests.server.wire import UnansweredError, encode, new_key
from tests.tools import family

WRITERS = 8
LAST_CHUNK = b"0\r\n\r\n"


@dataclass
class Met:
    """What the writers met."""

    recorded: list[str] = field(default_factory=list)
    turned_away: list[str] = field(default_factory=list)
    unanswered: int = 0


def write(desk: Desk, met: Met, go_on: threading.Event) -> None:
    """Append until nobody answers any more; ids are those that were told."""
    with desk.wire() as wire:
        while go_on.is_set():
            try:
                reply = wire.post(f"/v1/incidents/{desk.incident}/events", status("Still looking"))
            except UnansweredError:
                met.unanswered += 1
                return
            if reply.status == 201:
                met.recorded.append(reply.event["id"])
            else:
                met.turned_away.append(reply.problem)


def followed(desk: Desk) -> Iterator[bytes]:
    """An event stream as it comes over the socket, until the server ends it."""
    with closing(socket.create_connection(("127.0.0.1", desk.server.port), timeout=60)) as connection:
        connection.sendall(encode("GET", "/v1/feed", key=desk.keys.admin, headers={"Accept": "text/event-stream"}))
        while chunk := connection.recv(65_536):
            yield chunk


@pytest.fixture
def stopped(founded: Founded, tmp_path: Path) -> Iterator[tuple[Desk, Met, bytes, int, float]]:
    """A server that was stopped under load: what writers and a follower met, its exit code, how long it took."""
    with founded.copy(tmp_path / "desk").open() as desk, ThreadPoolExecutor(WRITERS + 1) as pool:
        met, go_on = Met(), threading.Event()
        go_on.set()
        stream = pool.submit(lambda: b"".join(followed(desk)))
        writers = [pool.submit(write, desk, met, go_on) for _ in range(WRITERS)]
        deadline = time.monotonic() + 60
        while len(met.recorded) < 50 and time.monotonic() < deadline:
            time.sleep(0.01)
        begun = time.monotonic()
        code = desk.server.stop()
        seconds = time.monotonic() - begun
        go_on.clear()
        for writer in writers:
            writer.result(60)
        yield desk, met, stream.result(60), code, seconds


def test_stopping_under_load_loses_nothing_and_ends_everything_whole(
    stopped: tuple[Desk, Met, bytes, int, float],
) -> None:
    desk, met, stream, code, seconds = stopped
    assert (code, set(met.turned_away) - {"stopping"}) == (0, set())
    assert seconds < 10
    assert len(met.recorded) >= 50
    with Ledger.open(desk.server.url) as ledger:
        there = {orjson.loads(row.state)["id"] for row in ledger.subject_rows(desk.incident)}
    assert set(met.recorded) <= there
    assert len(there - set(met.recorded)) <= met.unanswered + 1, "the opening is there too, and what nobody was told of"
    assert stream.endswith(LAST_CHUNK)
    assert '"stopped"' in desk.server.said()


def test_the_control_that_is_killed_leaves_its_follower_without_an_end(founded: Founded, tmp_path: Path) -> None:
    with founded.copy(tmp_path / "desk").open() as desk, ThreadPoolExecutor(1) as pool:
        stream = pool.submit(lambda: b"".join(followed(desk)))
        time.sleep(1)
        desk.server.kill()
        assert not stream.result(60).endswith(LAST_CHUNK)


def test_a_request_that_never_comes_whole_does_not_keep_it(founded: Founded, tmp_path: Path) -> None:
    variables = {"SLA_LEDGER_DRAIN_SECONDS": "1"}
    with founded.copy(tmp_path / "desk").open(variables) as desk:
        request = encode(
            "POST", "/v1/incidents", key=desk.keys.service, body={}, headers={"Idempotency-Key": new_key()}
        )
        with closing(socket.create_connection(("127.0.0.1", desk.server.port))) as connection:
            connection.sendall(request.replace(b"Content-Length: 2", b"Content-Length: 2000"))
            time.sleep(0.5)
            begun = time.monotonic()
            assert desk.server.stop() == 0
            assert time.monotonic() - begun < 10


def test_a_second_interruption_does_not_wait(founded: Founded, tmp_path: Path) -> None:
    with founded.copy(tmp_path / "desk").open({"SLA_LEDGER_DRAIN_SECONDS": "600"}) as desk:
        request = encode(
            "POST", "/v1/incidents", key=desk.keys.service, body={}, headers={"Idempotency-Key": new_key()}
        )
        with closing(socket.create_connection(("127.0.0.1", desk.server.port))) as connection:
            connection.sendall(request.replace(b"Content-Length: 2", b"Content-Length: 2000"))
            time.sleep(0.5)
            process = desk.server._process
            assert process is not None
            process.send_signal(signal.SIGINT)
            time.sleep(1)
            process.send_signal(signal.SIGINT)
            assert process.wait(30) == 0


@pytest.mark.parametrize("ending", ["stop", "kill"])
def test_the_process_that_keeps_its_rows_ends_with_it(founded: Founded, tmp_path: Path, ending: str) -> None:
    with founded.copy(tmp_path / "desk").open() as desk:
        (process,) = family(desk.server.pid)[1:]
        getattr(desk.server, ending)()
        late = time.monotonic() + 10
        while _runs(process):
            assert time.monotonic() < late, "it runs on without its server"
            time.sleep(0.01)


def _runs(process: int) -> bool:
    """Whether it runs: one that has ended and that nobody has asked for its exit code has no command any more."""
    try:
        return bool(Path(f"/proc/{process}/cmdline").read_bytes())
    except FileNotFoundError:
        return False
