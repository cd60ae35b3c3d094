"""One incident with more events than a row keeps its own marks for: most of them change nothing, a few do."""

from collections.abc import Iterator
from pathlib import Path

from ledger.application import Ledger
from projections.projector import MOST_EXACT
from schemas.events import Proposal
from tests.integration.readmodel.desk import ledger_with, opening, recorded, reopening, resolution, response
from tests.unit.ledger.desk import ENGINEER, says

INCIDENT = "I-1"
EVENTS = MOST_EXACT + 60
RESOLVED = MOST_EXACT + 20


def events() -> Iterator[Proposal]:
    """An answer early on, a resolution and a reopening late, and status reports throughout."""
    yield opening(1, 0)
    for number in range(1, EVENTS):
        hours = number / 20
        if number == 5:
            yield response(1, hours)
        elif number == RESOLVED:
            yield resolution(1, hours)
        elif number == RESOLVED + 1:
            yield reopening(1, hours)
        else:
            yield report(hours)


def report(hours: float) -> Proposal:
    """It is told how things stand."""
    return recorded(says(ENGINEER, "incident.status-reported", {"summary": "Still on it"}, subject=INCIDENT), hours)


def long_history(folder: Path) -> Ledger:
    """A ledger that holds the incident."""
    return ledger_with(folder, *events())


__all__ = ["EVENTS", "INCIDENT", "RESOLVED", "long_history", "report"]
