"""A small ledger to project: one contract, a few incidents, and a clock that the test sets."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from ledger.application import Ledger
from projections.calendars import shipped_calendars
from projections.policies import shipped_policy
from schemas.events import Proposal
from schemas.instants import to_micros
from services.bootstrap import shipped_adoption
from tests.unit.ledger.desk import CUSTOMER, ENGINEER, opened, registered, says

LEDGER_ID = "0197f0c2-0000-7000-8000-000000000000"
MONDAY = datetime(2024, 4, 22, 7, 0, tzinfo=UTC)


def micros(hours: float) -> int:
    """That many hours after Monday, 10:00 in Moscow."""
    return to_micros(MONDAY + timedelta(hours=hours))


def recorded(proposal: Proposal, hours: float) -> Proposal:
    """The proposal as recorded that many hours after Monday, when it also occurred."""
    at = MONDAY + timedelta(hours=hours)
    return proposal.model_copy(update={"occurred_at": at, "recorded_at": at})


def ledger_with(folder: Path, *proposals: Proposal) -> Ledger:
    """A ledger with the shipped policy and calendars, a premium contract, and these."""
    ledger = Ledger.create(f"sqlite:///{folder}/ledger.db", provider="Provider", ledger_id=LEDGER_ID)
    ledger.import_shipped([shipped_adoption(), *shipped_calendars("RU")], policy_texts=[shipped_policy()])
    put(ledger, recorded(registered(), -24), *proposals)
    return ledger


def put(ledger: Ledger, *proposals: Proposal) -> None:
    """Record these as their source claims."""
    for _ in ledger.import_(proposals):
        pass


def opening(number: int, hours: float, **changes: Any) -> Proposal:
    """An incident is opened."""
    return recorded(opened(subject=f"I-{number}", **changes), hours)


def response(number: int, hours: float) -> Proposal:
    """It is answered."""
    data = {"engineer": "e-17", "channel": "email", "summary": "We are on it, Ivanova"}
    return recorded(says(ENGINEER, "incident.responded", data, subject=f"I-{number}"), hours)


def resolution(number: int, hours: float) -> Proposal:
    """It is resolved."""
    return recorded(says(ENGINEER, "incident.resolved", {"summary": "Fixed"}, subject=f"I-{number}"), hours)


def reopening(number: int, hours: float) -> Proposal:
    """The customer comes back with it."""
    return recorded(says(CUSTOMER, "incident.reopened", {"reason": "Again"}, subject=f"I-{number}"), hours)
