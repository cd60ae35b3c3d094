"""Short ways to read what a test's producer wrote."""

from typing import Any

from sla_ledger_client.kafka import LedgerEvent, LedgerReader, LedgerRows
from tests.kafka.writing import Writer

__all__ = ["positions", "read", "reader", "rows"]


def reader(writer: Writer, **chosen: Any) -> LedgerReader:
    """A reader of the topics that the producer fills."""
    return LedgerReader(writer.bootstrap, version=writer.version, **chosen)


def read(writer: Writer, **chosen: Any) -> list[LedgerEvent]:
    """Everything up to the last position record."""
    with reader(writer, until_complete=True, **chosen) as opened:
        return list(opened)


def positions(writer: Writer, **chosen: Any) -> list[int]:
    """The positions of everything up to the last position record."""
    return [event.position for event in read(writer, **chosen)]


def rows(writer: Writer, name: str, **chosen: Any) -> LedgerRows:
    """A reader of the rows that the producer writes."""
    return LedgerRows(writer.bootstrap, name, version=writer.version, **chosen)
