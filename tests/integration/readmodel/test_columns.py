"""The rows that are kept are rows of the published topics: their columns in order, each of its type."""

from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest
from jsonschema import Draft202012Validator, ValidationError

from ledger.application import Ledger
from projections.projector import Projector
from projections.rows import View
from projections.store.sqlite import SqliteReadModel
from schemas.instants import MICROS_PER_DAY, to_micros
from schemas.topic_records import IncidentRecord, ObligationRecord
from schemas.topic_schemas import topic_schemas
from tests.integration.readmodel.desk import LEDGER_ID, opening, put, resolution
from tests.integration.readmodel.desk import recorded as recorded_at
from tests.properties.judging import recorded
from tests.properties.read_model import placed, recorded_in
from tests.strategies.histories import history, interleave
from tests.unit.ledger.desk import registered

HISTORIES = 25
TOPICS = topic_schemas()


def views_of(seed: int, folder: Path) -> Iterator[View]:
    """The rows of a random history: once when it has been told, and once a while later."""
    ledger = recorded_in(folder, interleave(recorded(history(seed).lines), Random(seed)))
    events = placed(ledger)
    model = SqliteReadModel(folder / "views.db", create=True)
    projector = Projector(model, ledger, {})
    for _ in projector.follow(ledger.rows()):
        pass
    told = max(to_micros(event.recorded_at) for _, event in events)
    for days in (0, 20):
        projector.advance(told + days * MICROS_PER_DAY)
        yield from (view for name in model.names(after="", limit=100) if (view := model.view(name)))
    model.close()
    ledger.close()


def check(view: View) -> None:
    """Fail where a row of these is none of its topic."""
    check_row("incidents.v1", IncidentRecord, view.incident.to_wire())
    for row in view.obligations:
        check_row("obligations.v1", ObligationRecord, row.to_wire())


def check_row(topic: str, shape: Any, wire: dict[str, Any]) -> None:
    assert list(wire) == list(shape.__annotations__)
    Draft202012Validator(TOPICS[topic]).validate(wire)
    assert not any(isinstance(value, dict | list) for value in wire.values())


def test_rows_of_random_histories_are_rows_of_their_topics(tmp_path: Path) -> None:
    seen: dict[str, set[Any]] = {"state": set(), "standing": set(), "verdict": set(), "problem": set()}
    for seed in range(HISTORIES):
        folder = tmp_path / str(seed)
        folder.mkdir()
        for view in views_of(seed, folder):
            check(view)
            for wire in (view.incident.to_wire(), *(row.to_wire() for row in view.obligations)):
                for name, values in seen.items():
                    values.add(wire.get(name))
    assert {"open", "resolved"} <= seen["state"]
    assert {"kept", "broken", "disputed"} <= seen["standing"]
    assert {"met", "breached", "running"} <= seen["verdict"]


def test_rows_that_cannot_be_judged_are_rows_too_and_one_that_lacks_a_column_is_found(tmp_path: Path) -> None:
    with Ledger.create(f"sqlite:///{tmp_path}/ledger.db", provider="P", ledger_id=LEDGER_ID) as ledger:
        put(ledger, recorded_at(registered(level="basic"), -24), opening(1, 0), resolution(1, 30))
        model = SqliteReadModel(tmp_path / "views.db", create=True)
        projector = Projector(model, ledger, {})
        for _ in projector.follow(ledger.rows()):
            pass
        view = model.view("I-1")
        assert view is not None
        assert view.incident.problem == "calendar-missing:RU:2024"
        check(view)
        wire = view.incident.to_wire()
        del wire["problem"]
        with pytest.raises(ValidationError, match="'problem' is a required property"):
            Draft202012Validator(TOPICS["incidents.v1"]).validate(wire)
        model.close()
