"""Whatever a follower has kept of an obligation at any time, anyone can compute it again from the row's own marks."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from ledger.application import Ledger
from projections.projector import Projector
from projections.store.sqlite import SqliteReadModel
from schemas.decode import decode_event
from schemas.instants import MICROS_PER_DAY, to_micros
from tests.properties.again import Row, assert_is_what_evaluate_prints, evaluated
from tests.properties.read_model import recorded_in
from tests.properties.test_read_model import lines_of
from tests.scale import scaled

LATE = 500 * MICROS_PER_DAY
"""So long after the last event that there may be no calendar for what is still owed."""

LOTS = (1, 4, 2_000)
"""How many events are taken in at once."""

FOUND = (11, 119, 145, 151, 153, 208, 227, 293)
"""Histories in which an event that changes no row yet changes what time does to it later."""

LAPSED = (2_147,)
"""In which an answer comes after the licence has lapsed: what runs hangs on that, what is met does not."""

SEEDS = (*FOUND, *LAPSED, *range(300, 300 + scaled(30, minimum=2)))


def rows_of(ledger: Ledger, folder: Path, lot: int) -> Iterator[Row]:
    """Every row of an obligation that a follower keeps who takes in so many events at once, and then lets time pass."""
    views = SqliteReadModel(folder / f"{lot}.db", create=True)
    projector = Projector(views, ledger, {})
    rows = list(ledger.rows())
    seen = set()
    while True:
        for name in views.names(after="", limit=100):
            for row in views.obligations(name):
                if row not in seen:
                    seen.add(row)
                    yield row.to_wire()
        if projector.position == len(rows):
            break
        for _ in projector.follow(rows[projector.position : projector.position + lot]):
            pass
        if projector.position == len(rows):
            projector.advance(max(to_micros(decode_event(row.state).recorded_at) for row in rows) + LATE)
    views.close()


@pytest.mark.parametrize("lot", LOTS)
@pytest.mark.parametrize("seed", SEEDS)
def test_every_row_is_what_evaluate_prints_over_its_events_as_of_its_instant(
    seed: int, lot: int, tmp_path: Path
) -> None:
    ledger = recorded_in(tmp_path, lines_of(seed))
    count = 0
    for row in rows_of(ledger, tmp_path, lot):
        assert_is_what_evaluate_prints(row, evaluated(ledger, row))
        count += 1
    assert count
    ledger.close()


def test_a_row_as_of_an_event_too_early_is_found(tmp_path: Path) -> None:
    """The control: no calendar lacks over the events that this row was as of before time changed it."""
    ledger = recorded_in(tmp_path, lines_of(119))
    (row,) = (
        row
        for row in rows_of(ledger, tmp_path, 2_000)
        if (row["incident"], row["obligation"]) == ("I-1", "response") and row["problem"] is not None
    )
    assert row["as_of_position"] > 20
    early = {**row, "as_of_position": 20}
    with pytest.raises(AssertionError):
        assert_is_what_evaluate_prints(early, evaluated(ledger, early))
    ledger.close()
