"""The rows that the projector keeps are those of brute force, whenever and however often it was asked for them."""

from collections.abc import Iterable
from pathlib import Path
from random import Random
from uuid import UUID

import orjson
import pytest

from benchmarks.histories import history as made
from projections.case import Docket
from projections.history import Histories
from projections.projector import Projector
from projections.rows import View
from projections.sighting import Life, Mark, sight
from projections.store.sqlite import SqliteReadModel
from schemas.decode import decode_proposal
from schemas.instants import MICROS_PER_DAY, MICROS_PER_HOUR, parse_instant, to_micros
from schemas.verdicts import print_micros
from services.bootstrap import found_ledger
from tests.properties.judging import Wire, recorded
from tests.properties.read_model import brute_force, columns, marks, placed, recorded_in
from tests.scale import scaled
from tests.strategies.histories import history, interleave

SEEDS = range(scaled(40))
MADE = range(scaled(10))
MADE_INCIDENTS = 40
HORIZON = 20 * MICROS_PER_DAY
EXACT = (100, 3)
"""How many events of an incident leave a row that they do not change as it was: as shipped, and few."""


def lines_of(seed: int) -> list[Wire]:
    """A history as it was recorded, or, every other one, with its logs taken in as files in any order."""
    lines = recorded(history(seed).lines)
    return interleave(lines, Random(seed)) if seed % 2 else lines


@pytest.mark.parametrize("most_exact", EXACT)
@pytest.mark.parametrize("seed", SEEDS)
def test_rows_and_what_they_are_as_of_are_those_of_brute_force(seed: int, most_exact: int, tmp_path: Path) -> None:
    ledger = recorded_in(tmp_path, lines_of(seed))
    events = placed(ledger)
    horizon = max(to_micros(event.recorded_at) for _, event in events) + HORIZON
    views = SqliteReadModel(tmp_path / "views.db", create=True)
    projector = Projector(views, ledger, {}, most_exact=most_exact)
    for _ in projector.follow(ledger.rows()):
        pass
    projector.advance(horizon)
    for name in views.names(after="", limit=100):
        view = views.view(name)
        assert view is not None
        rows, marked = brute_force(events, name, horizon, most_exact)
        assert columns(view) == rows, name
        assert marks(view) == marked, name
    views.close()
    ledger.close()


def assert_lots_make_the_same_rows(folder: Path, lines: Iterable[Wire], random: Random) -> dict[str, View]:
    """The rows of lines that a ledger takes in: event by event as by lots of any size."""
    folder.mkdir()
    ledger = found_ledger(f"sqlite:///{folder}/ledger.db")  # with the calendars, or nothing is looked back on
    for _ in ledger.import_(decode_proposal(orjson.dumps(line)) for line in lines):
        pass
    rows = list(ledger.rows())
    singly = SqliteReadModel(folder / "singly.db", create=True)
    projector = Projector(singly, ledger, {})
    for row in rows:
        for _ in projector.follow([row]):
            pass
    by_lots = SqliteReadModel(folder / "lots.db", create=True)
    projector = Projector(by_lots, ledger, {})
    while projector.position < len(rows):
        page = rows[projector.position : projector.position + random.choice((2, 3, 5, 8))]
        for _ in projector.follow(page):
            pass
    found = {}
    for name in singly.names(after="", limit=MADE_INCIDENTS):
        view = singly.view(name)
        assert view is not None
        assert by_lots.view(name) == view, name
        found[name] = view
    by_lots.close()
    singly.close()
    ledger.close()
    return found


@pytest.mark.parametrize("seed", MADE)
def test_lives_taken_in_by_lots_of_any_size_have_the_rows_of_those_taken_in_event_by_event(
    seed: int, tmp_path: Path
) -> None:
    """Lives as a provider has them: mostly noted at once, the gravest worked on, cut anywhere."""
    assert_lots_make_the_same_rows(tmp_path / "made", made(MADE_INCIDENTS, seed), Random(seed))


def _both(at: int) -> Wire:
    """That something occurred, and was recorded, at an instant."""
    return {"occurred_at": print_micros(at), "recorded_at": print_micros(at)}


@pytest.mark.parametrize("seed", MADE)
def test_and_so_they_have_where_the_answer_comes_just_when_it_falls_due_under_some_reading(
    seed: int, tmp_path: Path
) -> None:
    random = Random(1_000 + seed)
    lines = list(made(MADE_INCIDENTS, seed))
    told = [line for line in lines if line["type"].split(".")[1] in {"registered", "opened", "confirmed"}]
    views = assert_lots_make_the_same_rows(tmp_path / "begun", told, random)
    for line in [line for line in lines if line["type"] == "incident.responded.v1"]:
        (due,) = (due for due in views[line["subject"]].private.due if due.obligation == "response")
        at = random.choice([due.earliest, due.latest]) + random.choice([-1, 0, 0, 1])
        closing = {
            "id": str(UUID(int=random.getrandbits(128))),
            "type": "incident.resolved.v1",
            "data": {"summary": "s"},
        }
        told.append({**line, **_both(at)})
        told.append({**line, **closing, **_both(at + MICROS_PER_HOUR)})
    told.sort(key=lambda line: to_micros(parse_instant(line["recorded_at"])))
    views = assert_lots_make_the_same_rows(tmp_path / "answered", told, random)
    assert {"met", "breached"} <= {view.obligations[0].verdict for view in views.values()}


@pytest.mark.parametrize("most_exact", EXACT)
@pytest.mark.parametrize("seed", SEEDS)
def test_a_follower_that_is_asked_at_any_time_has_the_rows_of_one_that_begins_anew(
    seed: int, most_exact: int, tmp_path: Path
) -> None:
    random = Random(seed)
    ledger = recorded_in(tmp_path, lines_of(seed))
    rows = list(ledger.rows())
    events = placed(ledger)
    horizon = max(to_micros(event.recorded_at) for _, event in events) + HORIZON
    fresh = SqliteReadModel(tmp_path / "fresh.db", create=True)
    projector = Projector(fresh, ledger, {}, most_exact=most_exact)
    for _ in projector.follow(rows):
        pass
    projector.advance(horizon)
    asked = SqliteReadModel(tmp_path / "asked.db", create=True)
    projector = Projector(asked, ledger, {}, most_histories=1, most_exact=most_exact)
    while projector.position < len(rows):
        page = rows[projector.position : projector.position + random.choice((1, 1, 2, 5))]
        for _ in projector.follow(page):
            pass
        ahead = random.choice((0, 0, MICROS_PER_HOUR, 3 * MICROS_PER_DAY))
        projector.advance(to_micros(events[projector.position - 1][1].recorded_at) + ahead)
        if random.random() < 0.2:
            projector = Projector(asked, ledger, {}, most_histories=1, most_exact=most_exact)
    projector.advance(horizon)
    for name in fresh.names(after="", limit=100):
        ours, theirs = asked.view(name), fresh.view(name)
        assert ours is not None
        assert theirs is not None
        assert ours.told() == theirs.told(), name
    fresh.close()
    asked.close()
    ledger.close()


@pytest.mark.parametrize("seed", SEEDS)
def test_nothing_changes_before_the_instant_that_a_row_names(seed: int, tmp_path: Path) -> None:
    random = Random(seed)
    ledger = recorded_in(tmp_path, lines_of(seed))
    histories = Histories()
    docket = Docket(histories)
    for _, event in placed(ledger):
        histories.add(event)
        name = event.subject
        if name not in histories.incidents:
            continue
        at = max(to_micros(event.recorded_at), histories.incidents[name][-1].recorded)
        view = sight(docket, name, Mark(1, at), Life(1, at, 1)).view
        found = columns(view)
        changes_at = view.private.changes_at
        last = at + 400 * MICROS_PER_DAY if changes_at is None else changes_at - 1
        for instant in {last, *(random.randint(at, max(at, last)) for _ in range(6))}:
            later = sight(docket, name, Mark(1, max(at, instant)), Life(1, at, 1)).view
            assert columns(later) == found, (name, at, instant, changes_at)
    ledger.close()
