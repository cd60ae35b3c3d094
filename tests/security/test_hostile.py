"""Hundreds of hostile requests, each answered as it should be: no fault, no echo, nothing recorded silently."""

from collections import Counter
from pathlib import Path

import pytest

from tests.security.corpus import corpus
from tests.security.hostile import Hostile, head
from tests.security.servers import careless, verified
from tests.server.bodies import opening
from tests.server.support import Founded

LEAST = 300


def test_no_two_cases_have_one_name() -> None:
    names = Counter(case.name for case in corpus())
    assert [name for name, count in names.items() if count > 1] == []
    assert len(names) >= LEAST


def test_every_hostile_request_is_answered_as_it_should_be(attacked: Hostile) -> None:
    assert attacked.complaints() == []
    statuses = Counter(reply.status for outcome in attacked.outcomes for reply in outcome.replies)
    unanswered = sum(not outcome.replies for outcome in attacked.outcomes)
    faults = sum(count for status, count in statuses.items() if status >= 500)
    print(f"\n{len(attacked.outcomes)} hostile requests: {faults} answers of 5xx, 0 silently accepted;", end=" ")
    print(f"{dict(sorted(statuses.items()))}, {unanswered} not answered because they were not whole")


def test_what_may_be_recorded_was(attacked: Hostile) -> None:
    taken = [one for one in attacked.outcomes if one.case.expected.statuses == {201}]
    assert len(taken) > 20
    assert [one.case.name for one in taken if one.recorded != 1] == ["key reused: again"]


def test_afterwards_it_still_serves_and_the_ledger_verifies(attacked: Hostile, tmp_path: Path) -> None:
    desk = attacked.desk
    with desk.wire() as wire:
        assert wire.get("/readyz").status == 200
        reply = wire.post("/v1/incidents", opening("C-001"))
        assert reply.status == 201
        assert wire.get(f"/v1/incidents/{reply.event['subject']}/verdict").status == 200
        count = head(wire)
    assert verified(desk.server.url, tmp_path) == count


@pytest.mark.parametrize(
    ("fault", "found"),
    [("echo", "an echo"), ("take-the-last", "recorded silently"), ("believe-actors", "answered [201], not [403]")],
)
def test_a_careless_server_is_found_out(founded: Founded, tmp_path: Path, fault: str, found: str) -> None:
    with careless(founded, tmp_path / "desk", fault) as desk:
        hostile = Hostile(desk)
        hostile.send(case for case in corpus() if case.name.startswith(("duplicate", "actor", "kind", "id of")))
        complaints = hostile.complaints()
    assert any(found in complaint for complaint in complaints), complaints
