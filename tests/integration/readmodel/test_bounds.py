"""What one incident can cost: however many events it has, and whatever they say, the others are not held up by it."""

from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from time import process_time

import pytest

from ledger.application import Ledger
from projections.projector import Projector
from projections.store import Selection
from projections.store.sqlite import SqliteReadModel
from schemas.events import Proposal
from schemas.instants import MICROS_PER_DAY, to_micros
from schemas.operation_problems import ProjectionBehind
from services.projecting import Projecting, differences, open_views
from tests.integration.readmodel.desk import ledger_with, micros, opening, put, recorded, response
from tests.properties.judging import recorded as stamped
from tests.properties.read_model import placed, recorded_in
from tests.strategies.histories import worst_history
from tests.unit.ledger.desk import CUSTOMER, says

MOST_SECONDS = 10.0
"""Of the processor's time."""

BATCH = 500
BATCHES = 10
LATER = micros(24 * 30)


@pytest.fixture
def worst(tmp_path: Path) -> Iterator[Ledger]:
    with recorded_in(tmp_path, stamped(worst_history(1).lines)) as ledger:
        yield ledger


def test_the_worst_history_is_caught_up_with_in_time_and_is_that_of_a_rebuild(worst: Ledger, tmp_path: Path) -> None:
    last = to_micros(placed(worst)[-1][1].recorded_at)
    views = open_views(f"sqlite:///{tmp_path}/ledger.db")
    begun = process_time()
    Projecting(worst, views).current(last + MICROS_PER_DAY)
    assert process_time() - begun < MOST_SECONDS
    assert views.position() == worst.head().count
    followed = SqliteReadModel(tmp_path / "followed.db", create=True)
    projector = Projector(followed, worst, {})
    rows = iter(worst.rows())
    while page := list(islice(rows, 70)):
        for _ in projector.follow(page):
            pass
    projector.advance(last + MICROS_PER_DAY)
    ours, theirs = views.view("I-1"), followed.view("I-1")
    assert ours is not None
    assert theirs is not None
    assert ours.told() == theirs.told()
    followed.close()
    views.close()


def change(hours: float, number: int) -> Proposal:
    """The customer asks for another priority."""
    data = {"priority": 1 + number % 4, "requested_by": "customer", "reason": "It is worse, or better"}
    return recorded(says(CUSTOMER, "incident.reprioritized", data, subject="I-1"), hours)


def test_thousands_of_events_of_one_incident_are_caught_up_with_in_time(tmp_path: Path) -> None:
    with ledger_with(tmp_path, opening(1, 0), opening(2, 0.001)) as ledger:
        views = open_views(f"sqlite:///{tmp_path}/ledger.db")
        projecting = Projecting(ledger, views)
        seconds = 0.0
        for batch in range(BATCHES):
            numbers = range(batch * BATCH, (batch + 1) * BATCH)
            put(ledger, *(change(0.01 + number / 1_000, number) for number in numbers))
            begun = process_time()
            projecting.current(micros(0.01 + numbers[-1] / 1_000))
            seconds += process_time() - begun
        assert seconds < MOST_SECONDS
        view = views.view("I-1")
        assert view is not None
        assert view.incident.events == 1 + BATCH * BATCHES
        assert list(differences(ledger, views, micros(6))) == []
        views.close()


def test_a_reader_without_patience_gets_the_rows_there_are_and_none_that_lack_too_much(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with ledger_with(tmp_path, opening(1, 0)) as ledger:
        views = open_views(f"sqlite:///{tmp_path}/ledger.db")
        Projecting(ledger, views).current(micros(0))
        known = ledger.head().count
        put(ledger, opening(2, 1), opening(3, 2), response(2, 3))
        hasty = Projecting(ledger, views, patience_seconds=0.0)
        with hasty._turn:
            assert hasty.current(micros(3)) == known
            assert [row.incident for row in views.incidents(Selection()).rows] == ["I-1"]
            monkeypatch.setattr("services.projecting.MOST_BEHIND", 2)
            with pytest.raises(ProjectionBehind):
                hasty.current(micros(3))
        Projecting(ledger, views).current(LATER)
        assert list(differences(ledger, views, LATER)) == []
        views.close()
