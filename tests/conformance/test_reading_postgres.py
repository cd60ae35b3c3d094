"""PostgreSQL keeps and gives back what the conformance suite asks, and sorts as SQLite does whatever its locale."""

from pathlib import Path
from uuid import uuid4

from ledger.application import Ledger
from ledger.recorder import LedgerRecorder
from tests.conformance.postgres_databases import OnPostgres
from tests.conformance.reading_kit import ReadingContract
from tests.conformance.recorder_kit import registration


class TestReadingFromPostgres(OnPostgres, ReadingContract):
    pass


def test_ids_sort_as_in_sqlite(postgres_url: str, tmp_path: Path) -> None:
    contracts = ["B-1", "a-1", "A.1", "A-1", "A_1", "Z", "b", "A1", "a"]
    names = []
    for url in (postgres_url, f"sqlite:///{tmp_path / 'ledger.db'}"):
        with Ledger.create(url, provider="Provider", ledger_id=str(uuid4())) as ledger:
            ledger.append([registration(contract) for contract in contracts])
            names.append(list(ledger.log_names()))
            assert isinstance(ledger.recorder, LedgerRecorder)
            assert list(ledger.log_names(after="Z")) == ["a", "a-1", "b"]
    assert names[0] == names[1] == sorted(contracts)
