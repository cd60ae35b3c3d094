"""SQLite keeps what every recorder must; a recorder that stamps before it locks does not."""

from pathlib import Path
from uuid import uuid4

import pytest

from ledger.application import Ledger
from tests.conformance.recorder_kit import (
    CONTRACTS,
    RecorderContract,
    append_from_threads,
    append_stamped_early,
    check_instants,
    check_positions,
    opening,
    registration,
)
from tests.scale import scaled


class TestSQLite(RecorderContract):
    """The embedded default."""

    def url(self, folder: Path) -> str:
        return f"sqlite:///{folder / 'ledger.db'}"


def test_the_control_that_stamps_before_it_locks_fails(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'ledger.db'}"
    with Ledger.create(url, provider="Provider", ledger_id=str(uuid4())) as ledger:
        for contract in CONTRACTS:
            ledger.append([registration(contract), opening(contract)])
        append_from_threads(ledger, append_stamped_early, scaled(500, minimum=100))
        check_positions(ledger)
        with pytest.raises(AssertionError, match="recorded_at went back"):
            check_instants(ledger)
