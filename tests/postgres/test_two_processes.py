"""Two servers of one ledger are one server: keys, answers, the clock and news hold in both."""

import re
import statistics
import subprocess
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest

from tests.faults.shim import Shim
from tests.integration.cli.processes import COMMAND, environment
from tests.postgres.pair import Furnished, Pair
from tests.scale import scaled
from tests.server.audit import Told, faults, feed, histories, marked_note, marked_opening
from tests.server.bodies import status
from tests.server.support import CONTRACTS, make_key
from tests.server.test_same_key import at_once
from tests.server.wire import encode, new_key
from tests.servers.postgres import PostgresServer
from tests.unit.cli.calls import call

ROUNDS = 100
NEWS = 40
LATEST_NEWS_SECONDS = 1.0


@pytest.fixture(scope="module")
def furnished(postgres: PostgresServer, tmp_path_factory: pytest.TempPathFactory) -> Furnished:
    """A ledger to be copied."""
    return Furnished.make(postgres, tmp_path_factory.mktemp("furnished"))


@pytest.fixture(scope="module")
def pair(furnished: Furnished, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    """Two servers that these tests share."""
    with furnished.pair(tmp_path_factory.mktemp("pair")) as pair:
        yield pair


def test_one_key_sent_to_both_at_once_is_one_event_and_one_answer(pair: Pair) -> None:
    told = []
    with pair.wire(0) as one, pair.wire(1) as other, ThreadPoolExecutor(2) as pool:
        base = len(feed(one))
        for number in range(scaled(ROUNDS)):
            mark = new_key()
            if number % 10:
                path, body = f"/v1/incidents/{pair.incident}/events", marked_note(mark)
            else:
                path, body = "/v1/incidents", marked_opening(CONTRACTS[0], mark)
            request = encode("POST", path, key=pair.keys.service, body=body, headers={"Idempotency-Key": mark})
            first, second = at_once(pool, [one, other], request)
            assert (first.status, second.status) == (201, 201)
            assert first.body == second.body
            assert {first.replayed, second.replayed} == {True, False}
            told.append(Told.of(mark, first.event))
        for wire in (one, other):
            written = feed(wire)
            assert faults(told, written, histories(wire, written), base) == []


def test_what_one_process_records_the_readers_of_the_other_hear_soon(pair: Pair) -> None:
    seconds = []
    with pair.wire(0) as writer, pair.wire(1) as reader, ThreadPoolExecutor(1) as pool:
        head = len(feed(reader))
        for _ in range(scaled(NEWS, minimum=5)):
            waiting = pool.submit(reader.get, f"/v1/feed?after={head}&wait=20")
            time.sleep(0.1)
            assert writer.post(f"/v1/incidents/{pair.incident}/events", status("News")).status == 201
            begun = time.perf_counter()
            assert waiting.result().status == 200
            seconds.append(time.perf_counter() - begun)
            head += 1
    median = statistics.median(seconds)
    print(
        f"heard by the other process {median * 1_000:.0f} ms after the acknowledgement at the median, "
        f"{max(seconds) * 1_000:.0f} ms at most"
    )
    assert median < LATEST_NEWS_SECONDS


def test_what_one_process_records_is_in_the_next_answer_of_the_other(pair: Pair) -> None:
    path = f"/v1/incidents/{pair.incident}"
    with pair.wire(0) as one, pair.wire(1) as other:
        for writer, reader in ((one, other), (other, one)):
            written = writer.post(f"{path}/events", status("At once"))
            assert reader.get(path).headers["etag"] == written.headers["etag"]
            assert reader.get(f"{path}/events").body.count(b"\n") == written.event["version"]


def test_a_revoked_key_opens_neither_from_the_next_request_on(pair: Pair) -> None:
    key = make_key(pair.url, "reporter")
    for number in range(2):
        with pair.wire(number, key) as wire:
            assert wire.get("/v1/incidents").status == 200
    prefix = key.removeprefix("slk_")[:10]
    assert call("keys", "revoke", prefix, "--database", pair.url).code == 0
    for number in range(2):
        with pair.wire(number, key) as wire:
            assert wire.get("/v1/incidents").status == 401


def test_no_writer_is_locked_out_and_the_command_line_records_beside_them(pair: Pair, tmp_path: Path) -> None:
    with pair.wire(0) as wire:
        before = len(feed(wire))
    assert call("calendar", "list").code == 0
    told = call("export", tmp_path / "export.jsonl", "--database", pair.url)
    assert told.code == 0
    assert re.search(rf"\b{before}\b", told.talk)


def test_a_clock_that_is_confirmed_once_is_believed_by_both(
    furnished: Furnished, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    shim = Shim.build(tmp_path_factory.mktemp("shim"))
    shim.set_clock(timedelta())
    body = status("Late", occurred_at="2024-04-27T09:00:00Z")
    with furnished.pair(tmp_path, variables=shim.variables) as pair, pair.wire(0) as one, pair.wire(1) as other:
        path = f"/v1/incidents/{pair.incident}/events"
        shim.set_clock(timedelta(hours=2))
        for wire in (one, other):
            doubted = wire.post(path, body)
            assert (doubted.status, doubted.problem) == (503, "clock-suspect")
        command = [*COMMAND, "clock", "confirm", "--database", pair.url]
        assert subprocess.run(command, env=environment(shim.variables), check=False).returncode == 0
        for wire in (one, other):
            assert wire.post(path, body).status == 201


def test_both_say_that_the_database_is_gone_and_serve_again_once_it_is_back(
    furnished: Furnished, tmp_path: Path
) -> None:
    with furnished.pair(tmp_path) as pair, pair.wire(0) as one, pair.wire(1) as other:
        furnished.postgres.stop()
        try:
            for wire in (one, other):
                ready = wire.get("/readyz")
                assert ready.status == 503
                assert "storage-failed" in ready.json()["problems"]
                assert wire.get("/healthz").status == 200
                refused = wire.post(f"/v1/incidents/{pair.incident}/events", status("Nobody hears"))
                assert (refused.status, refused.problem) == (503, "storage-failed")
                assert "127.0.0.1" not in refused.json()["detail"]
        finally:
            furnished.postgres.start()
        for server in pair.servers:
            server.wait()
        for wire in (one, other):
            assert wire.post(f"/v1/incidents/{pair.incident}/events", status("Again")).status == 201
