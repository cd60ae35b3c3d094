"""A support desk on paper: events in few words, decided by a unit of work with nothing stored behind it."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any
from uuid import UUID

import pytest

from ledger.stamping import Imported, Live, Stamping
from ledger.unit_of_work import Duplicate, UnitOfWork
from schemas.events import TYPES, Actor, Event, Proposal
from schemas.problems import RuleBroken

NOW = datetime(2024, 4, 27, 9, 0, tzinfo=UTC)
CONTRACT = "C-001"
INCIDENT = "INC-2024-000017"

CUSTOMER = Actor(kind="customer", id="ivanova@example.org")
ENGINEER = Actor(kind="engineer", id="e-17")
SYSTEM = Actor(kind="system", id="crm")
AUDITOR = Actor(kind="auditor", id="auditor-1")

REGISTERED: Mapping[str, Any] = {
    "customer": "Romashka",
    "level": "premium",
    "edition": "commercial",
    "licence": {"from": "2024-01-01", "until": "2026-12-31"},
    "contacts": [{"name": "Ivanova"}],
    "jurisdiction": "RU",
}
OPENED: Mapping[str, Any] = {
    "contract": CONTRACT,
    "channel": "email",
    "reporter": {"name": "Ivanova", "organisation": "Romashka"},
    "priority": 2,
    "title": "The server does not answer",
}

_numbers = count(1)


def event_id() -> str:
    """An id that no other event of the test run has."""
    return str(UUID(int=next(_numbers)))


def says(
    actor: Actor,
    type_: str,
    data: Mapping[str, Any] | None = None,
    *,
    subject: str = INCIDENT,
    at: datetime = NOW,
    id_: str | None = None,
    recorded_at: datetime | None = None,
) -> Proposal:
    """What an actor puts forward: `type_` without its version."""
    return Proposal(
        id=id_ or event_id(),
        subject=subject,
        occurred_at=at,
        actor=actor,
        data=TYPES[f"{type_}.v1"].model_validate(dict(data or {})),
        recorded_at=recorded_at,
    )


def registered(**changes: Any) -> Proposal:
    """The registration of the contract."""
    subject = changes.pop("subject", CONTRACT)
    return says(SYSTEM, "contract.registered", {**REGISTERED, **changes}, subject=subject)


def opened(**changes: Any) -> Proposal:
    """The opening of the incident."""
    subject = changes.pop("subject", INCIDENT)
    return says(CUSTOMER, "incident.opened", {**OPENED, **changes}, subject=subject)


class Desk:
    """A ledger of one contract, that takes proposals and shows what it refuses."""

    def __init__(self, stamping: Stamping | None = None, **about: Any) -> None:
        self.unit = UnitOfWork(stamping or Imported(NOW), **about)

    def take(self, *proposals: Proposal) -> Event:
        """Take them all; the event of the last."""
        taken: Event | Duplicate | None = None
        for proposal in proposals:
            taken = self.unit.take(proposal)
        assert isinstance(taken, Event)
        return taken

    def refuses(self, proposal: Proposal, rule: str) -> RuleBroken:
        """The refusal of the proposal, which must be by this rule and leave nothing behind."""
        before = dict(self.unit.states)
        with pytest.raises(RuleBroken) as refusal:
            self.unit.take(proposal)
        assert refusal.value.rule == rule
        assert str(refusal.value)
        assert refusal.value.remedy
        assert self.unit.states == before
        return refusal.value


def open_desk(stamping: Stamping | None = None, **about: Any) -> Desk:
    """A desk with the contract registered and the incident open."""
    desk = Desk(stamping, **about)
    desk.take(registered(), opened())
    return desk


def live(now: datetime = NOW) -> Live:
    """The ledger's clock, standing at `now`."""
    return Live(now)


def minutes(number: float) -> timedelta:
    """So many minutes."""
    return timedelta(minutes=number)
