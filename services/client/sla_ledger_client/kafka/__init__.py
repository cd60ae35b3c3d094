"""The topics, for reporting jobs: `LedgerReader` gives every event once, `LedgerRows` the newest row of every key.

It needs kafka-python, which the extra brings: `pip install 'sla-ledger-client[kafka]'`.
"""

from sla_ledger_client.kafka.event import LedgerEvent
from sla_ledger_client.kafka.keeping import PositionFile
from sla_ledger_client.kafka.position import Position
from sla_ledger_client.kafka.problems import (
    GapError,
    PositionUnusable,
    ReadingRefused,
    TamperedError,
    TopicProblem,
    TopicsMissing,
    WrongLedger,
)
from sla_ledger_client.kafka.reader import Keeper, LedgerReader
from sla_ledger_client.kafka.rows import LedgerRows, Row

__all__ = [
    "GapError",
    "Keeper",
    "LedgerEvent",
    "LedgerReader",
    "LedgerRows",
    "Position",
    "PositionFile",
    "PositionUnusable",
    "ReadingRefused",
    "Row",
    "TamperedError",
    "TopicProblem",
    "TopicsMissing",
    "WrongLedger",
]
