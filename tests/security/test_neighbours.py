"""Two tenants on one server, each trying to see the other: every way in, and each answered as if nothing were there."""

import statistics
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import orjson
import pytest

from tests.integration.api.reading.office import CONTRACT, DISPUTE, INCIDENT, founded, opened, others
from tests.integration.api.reading.statements import Statements
from tests.security.asking import routes
from tests.security.matrix import RULES
from tests.security.world import World
from tests.server.bodies import CUSTOMER, SYSTEM, body, opening
from tests.server.support import OTHERS
from tests.server.wire import Reply, Wire, new_key

ABSENT: Final = "INC-2020-000001"
UNSEEN_ID: Final = "0197f0c2-0000-7000-8000-00000000dead"
CONDITIONS: Final[tuple[Mapping[str, str], ...]] = (
    {}, {"If-Match": '"v1"'}, {"If-Match": "*"}, {"If-None-Match": '"v1"'}, {"If-None-Match": "*"},
    {"Accept": "application/strange"}, {"Last-Event-ID": "1"},
)  # fmt: skip
TIMED: Final = 100


def bare(reply: Reply) -> tuple[int, dict[str, str], bytes]:
    """An answer without what is of its own moment."""
    kept = {name: value for name, value in reply.headers.items() if name not in {"date", "x-request-id"}}
    return reply.status, kept, reply.body


def scoped(world: World) -> list[tuple[str, str]]:
    return [one for one in routes(world) if RULES[one].is_scoped and "{" in one[1]]


@pytest.mark.parametrize("role", ["customer", "engineer", "service", "reporter", "auditor", "admin"])
def test_anothers_thing_is_answered_as_a_missing_one_by_every_route(world: World, role: Any) -> None:
    bearer, count = world.keys[role, "another"], 0
    for method, path in scoped(world):
        theirs = world.target(path)
        missing = world.target(path, ABSENT, "C-404").replace(world.event, UNSEEN_ID)
        for headers in CONDITIONS:
            key = {"Idempotency-Key": new_key()} if method == "POST" else {}
            content = world.body(path, role) if method == "POST" else None
            answers = [
                bare(world.send(method, target, bearer, content, {**headers, **key})) for target in (theirs, missing)
            ]
            assert answers[0] == answers[1], f"{method} {path} {headers}"
            assert answers[0][0] in {403, 404}
            count += 1
        if method == "GET":
            heads = [bare(world.send("HEAD", target, bearer, None, {})) for target in (theirs, missing)]
            assert heads[0] == heads[1], path
    print(f"\n{count} pairs of answers to a {role}: none told another tenant's thing from a missing one")


@pytest.fixture
def stranger(world: World) -> Wire:
    """Who is limited to the other contract, and may record."""
    return world.desk.server.wire(world.keys["service", "another"])


def noted(incident: str, **other: Any) -> dict[str, Any]:
    data = {"name": "log.txt", "media_type": "text/plain", "size": 1, "sha256": "0" * 64}
    return body("incident.evidence-attached", data, SYSTEM, subject=incident, **other)


def test_nor_by_an_element_of_a_batch(world: World, stranger: Wire) -> None:
    before = world.head
    own = {**opening(OTHERS, CUSTOMER)}
    for other in ({}, {"if_match": 1}, {"if_match": '"v9"'}):
        told = [bare(stranger.post("/v1/events", [own, noted(one, **other)])) for one in (world.desk.incident, ABSENT)]
        assert told[0] == told[1]
        assert told[0][0] == 404
    assert world.head == before, "and the event before it is not recorded either"


def test_nor_by_registering_or_opening_what_is_theirs(world: World, stranger: Wire) -> None:
    for contract in ("C-001", "C-404"):
        reply = stranger.post("/v1/incidents", opening(contract, CUSTOMER))
        assert (reply.status, reply.problem) == (404, "unknown-contract")
    chosen = [{**opening(OTHERS, CUSTOMER), "subject": one} for one in (world.desk.incident, ABSENT, "C-001", "FREE-1")]
    told = [bare(stranger.post("/v1/incidents", one)) for one in chosen]
    assert {one[0] for one in told} == {403}
    assert len({one[2] for one in told}) == 1, "a number that is taken is refused as one that is not"


def test_nor_by_a_reference_to_their_events(stranger: Wire, world: World) -> None:
    mine = stranger.post("/v1/incidents", opening(OTHERS, CUSTOMER)).event["subject"]
    before = world.head
    for data in (
        {"priority": 1, "requested_by": "customer", "evidence": "@"},
        {"event": "@", "field": "priority", "was": 2, "now": 1, "reason": "x", "agreed_by_other_party": False},
        {"request": "@", "by": "provider"},
    ):
        kind = {"priority": "reprioritized", "event": "corrected", "request": "correction-agreed"}[next(iter(data))]
        told = []
        for event in (world.event, UNSEEN_ID):
            named = orjson.loads(orjson.dumps(data).replace(b"@", event.encode()))
            told.append(
                bare(stranger.post(f"/v1/incidents/{mine}/events", body(f"incident.{kind}", named), If_Match='"v1"'))
            )
        assert told[0] == told[1], kind
        assert told[0][0] == 409
    assert world.head == before


def test_nor_by_the_key_under_which_they_wrote(world: World, stranger: Wire) -> None:
    key, own = new_key(), opening("C-001", CUSTOMER)
    with world.desk.wire() as wire:
        first = wire.post("/v1/incidents", own, key)
        assert first.status == 201
    again = stranger.post("/v1/incidents", own, key)
    assert (again.status, again.replayed) == (404, False)
    mine = stranger.post("/v1/incidents", opening(OTHERS, CUSTOMER), key)
    assert (mine.status, mine.replayed) == (201, False), "the key is each caller's own"
    assert mine.event["subject"] != first.event["subject"]


def test_nor_by_the_feed_its_filters_and_cursors(world: World, stranger: Wire) -> None:
    own = stranger.get("/v1/feed?wait=0&limit=5000")
    lines = [orjson.loads(line) for line in own.body.splitlines()]
    logs = {line["event"]["log"] for line in lines if "event" in line}
    assert logs <= {OTHERS, "provider"}
    assert not any("position" in line for line in lines)
    assert b"C-001" not in own.body
    theirs, missing = (bare(stranger.get(f"/v1/feed?wait=0&contract={one}")) for one in ("C-001", "C-404"))
    assert theirs == missing
    assert theirs[0] == 404
    with world.desk.server.wire(world.keys["service", "its own"]) as wire:
        cursor = orjson.loads(wire.get("/v1/feed?wait=0&limit=5000").body.splitlines()[-1])["cursor"]
    for used in (cursor, cursor[:-1], cursor[::-1], "17"):
        refused = stranger.get(f"/v1/feed?wait=0&after={used}")
        assert (refused.status, refused.problem) == (422, "cursor-unusable"), used


def test_only_the_id_of_an_event_tells_whoever_knows_it_that_it_is_taken(stranger: Wire, world: World) -> None:
    before = world.head
    reply = stranger.post("/v1/incidents", {**opening(OTHERS, CUSTOMER), "id": world.event})
    assert (reply.status, reply.json()["rule"]) == (409, "id-reused")
    for told in (world.event, "C-001", world.desk.incident):
        assert told.encode() not in reply.body
    assert world.head == before


@pytest.mark.parametrize(
    "path", ["/v1/incidents?contract={}", "/v1/deadlines?contract={}", "/v1/contracts", "/v1/incidents"]
)
def test_nor_by_lists(stranger: Wire, path: str) -> None:
    for contract in ("C-001", "C-404"):
        reply = stranger.get(path.format(contract))
        assert reply.status == 200
        assert b"C-001" not in reply.body
        assert b"position" not in reply.body


def test_writes_make_the_same_statements_for_a_missing_thing_and_for_anothers(tmp_path: Path) -> None:
    url = founded(tmp_path, DISPUTE, others(tmp_path))
    templates = [path for method, path in RULES if method == "POST" and "{" in path]
    with Statements.watched() as statements, opened(url) as office:
        for template in templates:
            made = []
            for incident, contract in ((ABSENT, "C-404"), (INCIDENT, CONTRACT)):
                path = template.format(incident=incident, contract=contract)
                statuses = set()
                for _ in range(2):  # the first time its thread may open its connection
                    statements.begin()
                    headers = {"Idempotency-Key": new_key()}
                    statuses.add(office.get(path, "admin", OTHERS, method="POST", headers=headers).status_code)
                made.append((statuses, len(statements.made)))
            assert made[0] == made[1] == ({404}, 2), template


def test_how_long_the_two_refusals_take_is_told(world: World, stranger: Wire) -> None:
    seconds: dict[str, list[float]] = {ABSENT: [], world.desk.incident: []}
    for _ in range(TIMED):
        for incident, taken in seconds.items():
            begun = time.perf_counter()
            stranger.get(f"/v1/incidents/{incident}/verdict")
            taken.append(time.perf_counter() - begun)
    missing, theirs = (statistics.median(taken) * 1e6 for taken in seconds.values())
    print(f"\nrefused in {missing:.0f} us where missing, in {theirs:.0f} us where another's ({theirs - missing:+.0f})")
