"""SQLite keeps and gives back what the conformance suite asks."""

from pathlib import Path

from tests.conformance.reading_kit import ReadingContract


class TestReadingFromSQLite(ReadingContract):
    def url(self, folder: Path) -> str:
        return f"sqlite:///{folder / 'ledger.db'}"
