"""No route answers anything that the OpenAPI document does not say; what it says and was not seen is known, and why."""

from collections import Counter
from typing import Final

import pytest

from tests.security.asking import Asked
from tests.security.fuzzing import Fuzzed
from tests.security.hostile import Hostile
from tests.security.statuses import Status, declared, observed
from tests.security.world import World

UNSEEN: Final = {
    ("GET", 403): "every role may read this: the document says it of every route that asks who it is",
    ("GET", 409): "an incident that cannot be judged: provoked by the tests of the reads",
    ("GET", 413): "a history longer than one answer covers: provoked by the tests of the reads, with a lower limit",
    ("GET", 500): "a fault of the program: there should be none",
    ("POST", 500): "a fault of the program: there should be none",
    ("GET", 503): "overload, a clock or a disk that fails: provoked by the tests of the server and of its operation",
    ("POST", 503): "overload, a clock or a disk that fails: provoked by the tests of the server and of its operation",
    ("GET", 507): "a full disk: provoked by the tests of the server",
    ("POST", 507): "a full disk: provoked by the tests of the server",
}
"""Statuses that none of these runs provokes at every route that declares them."""


@pytest.fixture(scope="module")
def seen(world: World, attacked: Hostile, asked: Asked, fuzzed: list[Fuzzed]) -> set[Status]:
    return observed(world.document, attacked, asked, fuzzed)


def test_every_status_seen_is_declared(world: World, seen: set[Status]) -> None:
    assert sorted(seen - declared(world.document)) == []


def test_every_status_declared_was_seen_or_it_is_known_why_not(world: World, seen: set[Status]) -> None:
    unseen = declared(world.document) - seen
    counts = Counter(status for _, _, status in unseen)
    print(f"\n{len(seen)} pairs of route and status seen, {len(unseen)} not: {dict(sorted(counts.items()))}")
    assert sorted(one for one in unseen if (one[0], one[2]) not in UNSEEN) == []
