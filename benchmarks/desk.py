"""A ledger for benchmarks of the write path: contracts with open incidents, and requests to append to them."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Final

from ledger.application import Ledger
from ledger.submission import Element, Submission
from schemas.contract_events import ContractRegistered
from schemas.events import Actor, Proposal
from schemas.incident_events import IncidentOpened, StatusReported

__all__ = ["CONTRACT", "founded", "furnish", "incident", "report", "request"]

CONTRACT: Final = "C-001"

_NOW: Final = datetime(2024, 4, 27, 9, 0, tzinfo=UTC)
_TERMS: Final = {
    "customer": "Romashka",
    "level": "premium",
    "edition": "commercial",
    "licence": {"from": "2024-01-01", "until": "2026-12-31"},
    "contacts": [],
    "jurisdiction": "RU",
}
_OPENED: Final = {
    "contract": CONTRACT,
    "channel": "email",
    "reporter": {"name": "Ivanova", "organisation": "Romashka"},
    "priority": 2,
    "title": "The server does not answer",
}
_keys: Final = count()


def founded(path: Path, incidents: int = 1) -> Ledger:
    """A new ledger with a contract and so many open incidents."""
    ledger = Ledger.create(f"sqlite:///{path}", provider="Provider", ledger_id="3b1c1f0e-0000-4000-8000-000000000001")
    furnish(ledger, incidents)
    return ledger


def furnish(ledger: Ledger, incidents: int) -> None:
    """Register the contract in a ledger, and open so many incidents."""
    crm, user = Actor(kind="system", id="crm"), Actor(kind="customer", id="ivanova@example.org")
    contract = ContractRegistered.model_validate(_TERMS)
    ledger.append([Proposal(subject=CONTRACT, occurred_at=_NOW, actor=crm, data=contract)])
    opened = IncidentOpened.model_validate(_OPENED)
    ledger.append(
        [Proposal(subject=incident(number), occurred_at=_NOW, actor=user, data=opened) for number in range(incidents)]
    )


def incident(number: int) -> str:
    """The name of an open incident."""
    return f"INC-2024-{number + 1:06}"


def report(subject: str) -> Proposal:
    """Something an incident takes any number of times."""
    return Proposal(
        subject=subject,
        occurred_at=_NOW,
        actor=Actor(kind="engineer", id="e-17"),
        data=StatusReported(summary="The cause is found; the repair is being tested"),
    )


def request(subject: str) -> Submission:
    """A request to append that, under a key of its own; its content is as long as over HTTP."""
    key = f"key-{next(_keys)}"
    return Submission((Element(report(subject)),), "slk_bench", key, key.encode() + bytes(300), "slk_bench")
