"""The feed as NDJSON and CloudEvents: what a reader is given, what it is told instead, and what it never learns."""

import json
import threading
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from time import perf_counter
from typing import Any

import pytest

from ledger.group_commit import GroupCommit
from tests.integration.api.feed.desk import CONTRACTS, OWN, Desk, running
from tests.server.wire import Reply, Wire

FEED = "/v1/feed"
CLOUD_EVENTS = "application/cloudevents+json"


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def desk(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    folder: Path = tmp_path_factory.mktemp("feed")
    url = request.getfixturevalue("postgres").new_database() if request.param == "postgres" else None
    with running(folder, url) as desk:
        for contract in CONTRACTS:
            desk.open(f"I-{contract}", contract)
            desk.note(f"I-{contract}", 3)
        yield desk


@pytest.fixture
def wire(desk: Desk) -> Iterator[Wire]:
    with desk.wire(desk.key()) as wire:
        yield wire


@pytest.fixture
def limited(desk: Desk) -> Iterator[Wire]:
    with desk.wire(desk.key("engineer", CONTRACTS[:2])) as wire:
        yield wire


def lines(reply: Reply) -> list[dict[str, Any]]:
    assert reply.status == 200, reply.body
    assert reply.body.endswith(b"\n")
    return [json.loads(line) for line in reply.body.splitlines()]


def test_every_event_is_given_with_its_position_its_index_and_its_very_bytes(desk: Desk, wire: Wire) -> None:
    reply = wire.get(f"{FEED}?limit=5000")
    assert reply.headers["content-type"] == "application/x-ndjson"
    assert reply.headers["cache-control"] == "no-store"
    assert reply.body == b"".join(
        b'{"position":%d,"index":%d,"event":%b}\n' % (row.position, row.index, row.state)
        for row in desk.api.ledger.rows()
    )


def test_a_limit_ends_the_answer_and_the_next_one_goes_on(wire: Wire) -> None:
    first = lines(wire.get(f"{FEED}?limit=4"))
    second = lines(wire.get(f"{FEED}?limit=4&after={first[-1]['position']}"))
    assert [line["position"] for line in first + second] == list(range(1, 9))


def test_at_the_head_a_heartbeat_says_so(desk: Desk, wire: Wire) -> None:
    assert lines(wire.get(f"{FEED}?after={desk.head}&wait=0")) == [{"position": desk.head}]


def test_an_empty_answer_waits_as_long_as_it_was_asked_to(desk: Desk, wire: Wire) -> None:
    begun = perf_counter()
    assert lines(wire.get(f"{FEED}?after={desk.head}&wait=1")) == [{"position": desk.head}]
    assert 0.9 < perf_counter() - begun < 5


def test_what_is_recorded_while_somebody_waits_is_given_at_once(desk: Desk, wire: Wire) -> None:
    begun = perf_counter()
    head = desk.head
    timer = threading.Timer(0.3, lambda: desk.note("I-C-001"))
    timer.start()
    (line,) = lines(wire.get(f"{FEED}?after={head}&wait=30"))
    assert line["position"] == head + 1
    assert 0.25 < perf_counter() - begun < 5
    timer.join()


def test_another_process_s_events_are_found_too(desk: Desk, wire: Wire) -> None:
    """What is appended past the one that tells the readers, as another process does."""
    head = desk.head
    elsewhere = GroupCommit(desk.api.ledger)
    timer = threading.Timer(0.3, lambda: desk.note("I-C-001", commits=elsewhere))
    timer.start()
    (line,) = lines(wire.get(f"{FEED}?after={head}&wait=30"))
    timer.join()
    assert line["position"] == head + 1


def test_a_contract_s_events_alone_and_how_far_that_was(desk: Desk, wire: Wire) -> None:
    told = lines(wire.get(f"{FEED}?contract=C-001&wait=0"))
    assert {line["event"]["log"] for line in told if "event" in line} == {"C-001"}
    assert [line["index"] for line in told if "event" in line] == list(range(len(desk.rows(["C-001"]))))
    assert told[-1].get("position") == desk.head


def test_several_contracts_and_types_are_given_together(desk: Desk, wire: Wire) -> None:
    query = "contract=C-001&contract=provider&type=incident.opened.v1&type=policy.adopted.v1"
    told = lines(wire.get(f"{FEED}?{query}&wait=0"))
    found = [(line["event"]["log"], line["event"]["type"]) for line in told if "event" in line]
    assert found == [("provider", "policy.adopted.v1"), ("C-001", "incident.opened.v1")]
    assert told[-1] == {"position": desk.head}


def test_where_nothing_fits_one_heartbeat_leads_past_it(desk: Desk, wire: Wire) -> None:
    assert lines(wire.get(f"{FEED}?type=release.stage-passed.v1&wait=0")) == [{"position": desk.head}]


def test_a_limit_counts_the_events_that_fit(wire: Wire) -> None:
    told = lines(wire.get(f"{FEED}?type=incident.opened.v1&limit=2"))
    assert [line["event"]["type"] for line in told] == ["incident.opened.v1"] * 2
    rest = lines(wire.get(f"{FEED}?type=incident.opened.v1&wait=0&after={told[-1]['position']}"))
    assert [line["event"]["subject"] for line in rest if "event" in line] == ["I-C-900"]


def test_a_limited_reader_has_its_contracts_and_the_provider_s_log_and_no_position(desk: Desk, limited: Wire) -> None:
    reply = limited.get(FEED)
    told = lines(reply)
    assert all(set(line) == {"cursor", "index", "event"} for line in told)
    assert [(line["index"], line["event"]["log"]) for line in told] == [
        (row.index, row.log) for row in desk.api.ledger.rows() if row.log in OWN
    ]
    assert b"C-900" not in reply.body
    assert b"position" not in reply.body


def test_a_limited_reader_goes_on_by_its_cursor(limited: Wire) -> None:
    whole, after = lines(limited.get(FEED)), ""
    found: list[dict[str, Any]] = []
    while len(found) < len(whole):
        page = lines(limited.get(f"{FEED}?limit=3{after}"))
        found += page
        after = f"&after={page[-1]['cursor']}"
    assert found == whole


def test_what_others_record_moves_no_cursor_of_a_limited_reader(desk: Desk, limited: Wire) -> None:
    last = lines(limited.get(FEED))[-1]["cursor"]
    before = limited.get(f"{FEED}?after={last}&wait=0")
    desk.note("I-C-900", 3)
    after = limited.get(f"{FEED}?after={last}&wait=0")
    assert lines(after) == [{"cursor": last}]
    assert before.body == after.body


def test_a_limited_reader_is_not_woken_by_what_others_record(desk: Desk, limited: Wire) -> None:
    last = lines(limited.get(FEED))[-1]["cursor"]
    timer = threading.Timer(0.2, lambda: desk.note("I-C-900"))
    timer.start()
    begun = perf_counter()
    assert lines(limited.get(f"{FEED}?after={last}&wait=1")) == [{"cursor": last}]
    assert perf_counter() - begun > 0.9
    timer.join()


def test_cloud_events_come_a_line_each_as_on_kafka(desk: Desk, wire: Wire) -> None:
    reply = wire.get(f"{FEED}?limit=5000", Accept=CLOUD_EVENTS)
    assert reply.headers["content-type"] == CLOUD_EVENTS
    for line, row in zip(reply.body.splitlines(), desk.api.ledger.rows(), strict=True):
        told = json.loads(line)
        assert line.endswith(b'"data":' + row.state + b"}")
        assert (int(told["sequence"]), int(told["logindex"])) == (row.position, row.index)
        assert told["sha256"] == sha256(row.state).hexdigest()
        assert told["source"] == f"urn:sla-ledger:{desk.api.ledger.identity.ledger_id}"


def test_cloud_events_of_a_limited_reader_have_no_sequence_and_end_with_its_cursor(desk: Desk, limited: Wire) -> None:
    reply = limited.get(f"{FEED}?limit=4", Accept=CLOUD_EVENTS)
    *events, heartbeat = lines(reply)
    assert [event["partitionkey"] in OWN and "sequence" not in event for event in events] == [True] * 4
    assert set(heartbeat) == {"cursor"}
    rest = lines(limited.get(f"{FEED}?limit=5000&after={heartbeat['cursor']}"))
    assert len(events) + len(rest) == len(desk.rows(OWN))


@pytest.mark.parametrize(
    "after",
    ["", "-1", "x", "1.0", "01", "%201", "1_0", "9007199254740992", "9223372036854775808", "%00", "9CLpihbeQy0wMDEuMQ"],
)
def test_what_is_no_position_is_refused_and_not_repeated(wire: Wire, after: str) -> None:
    reply = wire.get(f"{FEED}?after={after}")
    assert (reply.status, reply.problem) == (422, "cursor-unusable")
    assert len(after) < 3 or after.encode() not in reply.body


def test_a_position_beyond_the_head_is_refused(desk: Desk, wire: Wire) -> None:
    reply = wire.get(f"{FEED}?after={desk.head + 1}")
    assert (reply.status, reply.problem) == (422, "position-ahead")


def test_a_cursor_of_another_scope_is_refused_as_one_that_never_was(desk: Desk, limited: Wire) -> None:
    with desk.wire(desk.key("engineer", ["C-900"])) as other:
        (opened,) = (line for line in lines(other.get(FEED)) if line["event"]["type"] == "contract.registered.v1")
    foreign = limited.get(f"{FEED}?after={opened['cursor']}")
    made_up = limited.get(f"{FEED}?after={opened['cursor'][:-1]}")
    assert (foreign.status, foreign.problem) == (422, "cursor-unusable")
    assert (foreign.status, foreign.body) == (made_up.status, made_up.body)


def test_a_position_is_no_cursor(limited: Wire) -> None:
    assert limited.get(f"{FEED}?after=3").problem == "cursor-unusable"


@pytest.mark.parametrize(
    "query",
    ["limit=0", "limit=5001", "limit=x", "limit=1&limit=2", "wait=61", "wait=-1", "type=x", "contract=%2f", "x=1"],
)
def test_a_parameter_that_is_none_is_refused(wire: Wire, query: str) -> None:
    reply = wire.get(f"{FEED}?{query}")
    assert (reply.status, reply.problem) == (422, "parameter-unusable")


def test_another_s_contract_is_missing_like_one_that_never_was(wire: Wire, limited: Wire) -> None:
    foreign, missing = (limited.get(f"{FEED}?contract={contract}") for contract in ("C-900", "C-901"))
    assert (foreign.status, foreign.problem, foreign.body) == (404, "unknown-contract", missing.body)
    assert wire.get(f"{FEED}?contract=C-901").status == 404


def test_what_is_not_served_is_not_acceptable(wire: Wire) -> None:
    assert wire.get(FEED, Accept="text/html").status == 406


def test_nobody_reads_without_a_key(desk: Desk) -> None:
    with Wire(desk.port) as stranger:
        assert stranger.get(FEED).status == 401
