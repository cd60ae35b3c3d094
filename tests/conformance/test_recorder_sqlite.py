"""SQLite keeps what every recorder must; a recorder that stamps before it locks does not."""

from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest

from ledger.application import Ledger
from ledger.entry import seal_event
from ledger.recorder import Filing
from schemas.events import Event
from tests.conformance.recorder_kit import (
    CONTRACTS,
    RecorderContract,
    append_from_threads,
    check_instants,
    check_positions,
    opening,
    registration,
    reply,
)
from tests.scale import scaled


class TestSQLite(RecorderContract):
    """The embedded default."""

    def url(self, folder: Path) -> str:
        return f"sqlite:///{folder / 'ledger.db'}"


def append_stamped_early(ledger: Ledger, contract: str) -> None:
    """The library's own order: the event is stamped and encoded first, the database is locked afterwards."""
    proposal = reply(contract)
    entry = seal_event(
        Event(
            id=str(uuid4()),
            subject=str(uuid4()),
            occurred_at=proposal.occurred_at,
            recorded_at=datetime.now(UTC),
            actor=proposal.actor,
            data=proposal.data,
            log=contract,
            version=1,
        ),
        lambda _pointer: bytes(32),
    )
    filing = Filing(entry.event.id, contract, entry.event.recorded_at, entry.disclosures)
    ledger.save(entry, filings=[filing])


def test_the_control_that_stamps_before_it_locks_fails(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'ledger.db'}"
    with Ledger.create(url, provider="Provider", ledger_id=str(uuid4())) as ledger:
        for contract in CONTRACTS:
            ledger.append([registration(contract), opening(contract)])
        append_from_threads(ledger, append_stamped_early, scaled(500, minimum=100))
        check_positions(ledger)
        with pytest.raises(AssertionError, match="recorded_at went back"):
            check_instants(ledger)
