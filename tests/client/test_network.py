"""Both clients against sockets that cut, reset, dawdle, split and talk nonsense."""

import asyncio
import json
import socket
from contextlib import closing
from typing import Any

import httpx
import pytest

from sla_ledger_client import AsyncLedgerClient, LedgerClient, MemoryKeyStore, Retries, errors
from tests.client.bench import event
from tests.client.peer import API_KEY, KINDS, Act, Peer, answer, driver
from tests.client.test_feed import EVENTS, canonical, heartbeat, line, ndjson, sse

QUICK = Retries(attempts=8, seconds=20, first_pause_seconds=0.001, longest_pause_seconds=0.01)
GOOD = answer(201, {"events": [event()]})
CHUNKED = b"HTTP/1.1 201 X\r\ntransfer-encoding: chunked\r\n\r\n"
UNSIZED = b"HTTP/1.1 201 X\r\nconnection: close\r\n\r\n"
BODY = json.dumps({"events": [event()]}).encode()

BAD = {
    "closed": Act(),
    "reset": Act(reset=True),
    "reset in the middle": Act(GOOD[:40], reset=True),
    "cut in the head": Act(GOOD[:20]),
    "cut in the body": Act(GOOD[:-10]),
    "cut in a body without a length": Act(UNSIZED + BODY[:-10]),
    "cut in a chunk": Act(CHUNKED + b"%x\r\n" % len(BODY) + BODY[:30]),
    "cut between chunks": Act(CHUNKED + b"%x\r\n" % len(BODY) + BODY + b"\r\n"),
    "not HTTP": Act(b"\x16\x03\x01\x00\xa5\x01\x00\x00"),
    "another protocol": Act(b"220 mail.example ESMTP\r\n"),
    "another answer": Act(answer(200, b"<html>Welcome to the guest network</html>")),
    "a body that is not text": Act(answer(201, b"\xff\xfe\x00")),
    "a body that is not gzip": Act(answer(201, BODY, content_encoding="gzip")),
    "an endless header": Act(b"HTTP/1.1 201 X\r\nx: " + b"y" * 200_000),
    "nothing in time": Act(GOOD, wait_seconds=0.4),
    "overloaded": Act(answer(503, {"type": "/problems/overloaded"}, retry_after="0")),
    "a proxy": Act(answer(502, b"<html>Bad gateway</html>")),
    "two lengths": Act(b"HTTP/1.1 201 X\r\ncontent-length: 5\r\ncontent-length: 7\r\n\r\n" + BODY),
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("bad", BAD)
def test_what_is_no_answer_is_asked_for_again_under_the_same_key(kind: str, bad: str) -> None:
    keys = MemoryKeyStore()
    with (
        Peer([BAD[bad], BAD[bad], Act(GOOD)]) as peer,
        driver(kind, peer.url, keys=keys, timeout=0.2, retries=QUICK) as client,
    ):
        told = client.call("open_incident", {"contract": "C-1"})
    assert told.subject == "INC-2024-000001"
    first, *others = peer.seen
    assert len(others) == 2
    assert [(one.body, one.headers["idempotency-key"]) for one in others] == [
        (first.body, first.headers["idempotency-key"])
    ] * 2
    assert first.line == "POST /v1/incidents HTTP/1.1"
    assert first.headers["authorization"] == f"Bearer {API_KEY}"
    assert keys.pending() == ()


@pytest.mark.parametrize("kind", KINDS)
def test_an_answer_that_dribbles_in_is_whole(kind: str) -> None:
    chunks = b"".join(b"1\r\n%c\r\n" % byte for byte in BODY) + b"0\r\n\r\n"
    with Peer([Act(CHUNKED + chunks, piece_bytes=50)]) as peer, driver(kind, peer.url, retries=QUICK) as client:
        assert client.call("open_incident", {}).version == 1
    assert len(peer.seen) == 1


@pytest.mark.parametrize("kind", KINDS)
def test_nobody_there_leaves_no_doubt(kind: str) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as listening:
        url = f"http://127.0.0.1:{listening.getsockname()[1]}"
    with driver(kind, url, retries=QUICK) as client, pytest.raises(errors.Unreachable) as caught:
        client.call("open_incident", {})
    assert not caught.value.in_doubt
    assert API_KEY not in repr(client.client) + str(caught.value)


@pytest.mark.parametrize("kind", KINDS)
def test_a_lost_answer_leaves_doubt_and_the_key(kind: str) -> None:
    keys = MemoryKeyStore()
    with Peer([Act(GOOD[:-1])]) as peer, driver(kind, peer.url, keys=keys, retries=QUICK) as client:
        with pytest.raises(errors.Unreachable) as caught:
            client.call("append", "INC-1", "incident.reopened.v1", {"reason": "It fails again"})
        assert caught.value.in_doubt
        assert [kept.key for kept in keys.pending()] == [caught.value.key]
        peer.acts = [Act(GOOD)]
        (resumed,) = client.call("resume")
    assert resumed.recorded[0].id == event()["id"]
    assert len({(one.line, one.body, one.headers["idempotency-key"]) for one in peer.seen}) == 1
    assert len(peer.seen) == QUICK.attempts + 1


@pytest.mark.parametrize("kind", KINDS)
def test_a_redirect_is_not_followed_with_the_key(kind: str) -> None:
    with Peer([Act(GOOD)]) as elsewhere:
        moved = answer(307, b"", location=elsewhere.url)
        with (
            Peer([Act(moved)]) as peer,
            driver(kind, peer.url, retries=QUICK) as client,
            pytest.raises(errors.LedgerProblem),
        ):
            client.call("open_incident", {})
        assert elsewhere.seen == []


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("text", "sse"), [(ndjson, False), (sse, True)], ids=["ndjson", "sse"])
def test_the_feed_goes_on_where_it_was_cut(kind: str, text: Any, sse: bool) -> None:
    def part(after: int, end: int | None) -> Act:
        return Act(b"HTTP/1.1 200 X\r\nconnection: close\r\n\r\n" + text(after)[:end], piece_bytes=700)

    half = len(text(0)) // 2
    heard = text(0)[:half].count(b'"actor"')
    cut = Act(b"HTTP/1.1 200 X\r\ncontent-length: 99999999\r\n\r\n" + text(0)[:half])
    acts = [BAD["closed"], cut, BAD["overloaded"], BAD["not HTTP"], part(heard, None), part(EVENTS, None)]
    with Peer(acts) as peer, driver(kind, peer.url, retries=QUICK) as client:
        items = client.take(EVENTS, sse=sse)
    assert len(items) == EVENTS
    assert len({item.position for item in items}) == EVENTS


@pytest.mark.parametrize("kind", KINDS)
def test_the_feed_ends_at_the_head_where_it_is_not_followed(kind: str) -> None:
    acts = [Act(answer(200, ndjson(0))), Act(answer(200, heartbeat(EVENTS) + b"\n"))]
    with Peer(acts) as peer, driver(kind, peer.url, retries=QUICK) as client:
        items = client.take(1_000, follow=False)
    assert [item.event.line for item in items] == [canonical(number) for number in range(1, EVENTS + 1)]
    assert [one.line.split()[1] for one in peer.seen] == ["/v1/feed?wait=0", f"/v1/feed?after={EVENTS}&wait=0"]


@pytest.mark.parametrize("kind", KINDS)
def test_a_feed_that_was_left_goes_on_from_the_cursor_that_was_kept(kind: str) -> None:
    acts = [Act(answer(200, ndjson(0))), Act(answer(200, line(8) + b"\n"))]
    with Peer(acts) as peer, driver(kind, peer.url, retries=QUICK) as client:
        kept = client.take(7)[-1].cursor
        assert client.take(1, kept)[0].position == 8
    assert peer.seen[1].line.startswith("GET /v1/feed?after=7&")


@pytest.mark.parametrize("kind", KINDS)
def test_a_list_is_iterated_page_by_page(kind: str) -> None:
    pages: list[dict[str, Any]] = [
        {"incidents": [{"incident": "A"}, {"incident": "B"}], "next": "x y"},
        {"incidents": [{"incident": "C"}]},
    ]
    with Peer([Act(answer(200, page)) for page in pages]) as peer, driver(kind, peer.url, retries=QUICK) as client:
        told = client.listed("incidents", contract="C-1", open=True)
    assert [one["incident"] for one in told] == ["A", "B", "C"]
    assert peer.seen[1].line == "GET /v1/incidents?contract=C-1&open=true&cursor=x+y HTTP/1.1"


@pytest.mark.parametrize("kind", KINDS)
def test_a_long_poll_may_take_as_long_as_it_was_asked_to(kind: str) -> None:
    slow = Act(answer(200, line(1) + b"\n"), wait_seconds=0.5)
    with Peer([slow]) as peer, driver(kind, peer.url, timeout=0.2, retries=Retries(attempts=1)) as client:
        assert client.take(1, wait_seconds=1)[0].position == 1


def test_a_pause_of_the_awaiting_client_lets_others_run() -> None:
    ticks = 0

    async def tick() -> None:
        nonlocal ticks
        while True:
            await asyncio.sleep(0.01)
            ticks += 1

    async def wait_for_the_ledger(url: str) -> None:
        ticking = asyncio.create_task(tick())
        async with AsyncLedgerClient(url, API_KEY) as client:
            await client.open_incident({})
        ticking.cancel()

    waiting = Act(answer(503, {"type": "/problems/overloaded"}, retry_after="1"))
    with Peer([waiting, Act(GOOD)]) as peer:
        asyncio.run(wait_for_the_ledger(peer.url))
    assert ticks >= 10


@pytest.mark.parametrize("kind", [LedgerClient, AsyncLedgerClient])
@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("ledger.example", API_KEY),
        ("ftp://ledger.example", API_KEY),
        ("https://u:p@ledger.example", API_KEY),
        ("https://ledger.example/?a=b", API_KEY),
        ("https://ledger.example", ""),
        ("https://ledger.example", "a key\r\nX: y"),
        ("https://ledger.example", "ключ"),
    ],
)
def test_an_address_or_a_key_that_cannot_be_is_refused_at_once(kind: Any, url: str, key: str) -> None:
    with pytest.raises(ValueError, match=r"base URL|API key") as caught:
        kind(url, key)
    assert not key or key not in str(caught.value)


def test_a_base_url_may_have_a_path() -> None:
    with Peer([Act(GOOD)]) as peer, driver("waiting", peer.url + "/support/") as client:
        client.call("open_incident", {})
    assert peer.seen[0].line == "POST /support/v1/incidents HTTP/1.1"


def test_httpx_of_ones_own_transport_is_used() -> None:
    transport = httpx.MockTransport(lambda _: httpx.Response(200, json={"openapi": "3.1.0"}))
    with LedgerClient("https://ledger.example", API_KEY, transport=transport) as client:
        assert client.openapi()["openapi"] == "3.1.0"
