"""The 400 incidents of the shared vectors, taken whole: read as a file, imported, read back from the store."""

from pathlib import Path
from uuid import uuid4

import pytest

from ledger.application import Ledger
from ledger.stamping import Bare
from ledger.unit_of_work import UnitOfWork
from schemas.decode import decode_event, decode_proposal
from schemas.events import Event, Proposal
from tests.checkout import ROOT
from tests.conformance.recorder_kit import check_everything

EVENTS = ROOT.parent / "shared" / "vectors" / "verdicts" / "events.jsonl"


@pytest.fixture(scope="module")
def proposals() -> list[Proposal]:
    if not EVENTS.exists():
        pytest.skip(f"{EVENTS} is not there")
    return [decode_proposal(line) for line in EVENTS.read_bytes().splitlines()]


def test_every_line_may_be_recorded(proposals: list[Proposal]) -> None:
    unit = UnitOfWork(Bare())
    assert all(isinstance(unit.take(proposal), Event) for proposal in proposals)


def test_the_store_brings_back_the_states_that_were_left(proposals: list[Proposal], tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'ledger.db'}"
    unit = UnitOfWork(Bare())
    for proposal in proposals:
        unit.take(proposal)
    with Ledger.create(url, provider="Provider", ledger_id=str(uuid4())) as ledger:
        (*_, told) = ledger.import_(proposals)
        assert (told.added, told.present) == (len(proposals), 0)
        check_everything(ledger)
        assert {subject: ledger.record.state(subject) for subject in unit.states} == unit.states
        (*_, again) = ledger.import_(proposals)
        assert (again.added, again.present) == (0, len(proposals))


def test_what_was_imported_can_be_judged_from_its_canonical_form_too(proposals: list[Proposal], tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'ledger.db'}"
    with Ledger.create(url, provider="Provider", ledger_id=str(uuid4())) as ledger:
        list(ledger.import_(proposals))
        unit = UnitOfWork(Bare())
        for row in ledger.rows():
            event = decode_event(row.state)
            assert unit.take_recorded(event) == event
