"""The life of an incident: what it takes when (EVENTS.md, "Life of an incident")."""

from datetime import timedelta
from typing import Any

import pytest

from ledger.incident import Incident
from schemas.events import Actor
from schemas.incident_events import IncidentResolved
from tests.unit.ledger.desk import (
    AUDITOR,
    CUSTOMER,
    ENGINEER,
    INCIDENT,
    NOW,
    SYSTEM,
    Desk,
    event_id,
    live,
    minutes,
    open_desk,
    opened,
    registered,
    says,
)

CLOSINGS = [
    ("incident.resolved", {"summary": "repaired"}),
    ("incident.closed-not-covered", {"reason": "third-party"}),
    ("incident.customer-unreachable", {}),
]
NEEDS_AN_OPEN_ONE = [
    (SYSTEM, "incident.confirmed", {"to": "ivanova@example.org"}),
    (ENGINEER, "incident.responded", {"engineer": "e-17", "channel": "email"}),
    (CUSTOMER, "incident.reprioritized", {"priority": 1, "requested_by": "customer"}),
    (ENGINEER, "incident.information-requested", {"summary": "the log, please"}),
    (CUSTOMER, "incident.information-provided", {"summary": "the log"}),
    (ENGINEER, "incident.work-started", {"engineer": "e-17"}),
    (ENGINEER, "incident.mitigated", {"how": "switched over"}),
    (ENGINEER, "incident.status-reported", {"summary": "found"}),
    (ENGINEER, "incident.contact-attempted", {"channel": "phone", "to": "+7 900 000-00-00"}),
    (CUSTOMER, "incident.customer-replied", {"channel": "email"}),
    (
        ENGINEER,
        "incident.third-party-suspected",
        {"vendor": "Acme", "product": "Antivirus", "request": "disconnect"},
    ),
    *((ENGINEER, type_, data) for type_, data in CLOSINGS),
]
TAKEN_WHEN_CLOSED = [
    (CUSTOMER, "incident.reopened", {"reason": "it happened again"}),
    (CUSTOMER, "incident.disputed", {"obligation": "response", "claim": "it was late"}),
    (AUDITOR, "incident.dispute-ruled", {"obligation": "response", "ruling": "it was late"}),
    (
        ENGINEER,
        "incident.evidence-attached",
        {"name": "call.ogg", "media_type": "audio/ogg", "size": 9, "sha256": "0" * 64},
    ),
]


def closed_desk() -> Desk:
    desk = open_desk()
    desk.take(says(ENGINEER, "incident.resolved", {"summary": "repaired"}))
    return desk


def state_of(desk: Desk) -> Incident:
    state = desk.unit.state(INCIDENT)
    assert isinstance(state, Incident)
    return state


def test_an_incident_is_opened_under_a_registered_contract_and_lies_in_its_log() -> None:
    desk = Desk()
    desk.refuses(opened(), "unknown-contract")
    event = desk.take(registered(), opened())
    assert (event.log, event.version) == ("C-001", 1)


def test_an_incident_is_opened_once() -> None:
    open_desk().refuses(opened(), "already-open")


@pytest.mark.parametrize(("actor", "type_", "data"), NEEDS_AN_OPEN_ONE + TAKEN_WHEN_CLOSED)
def test_an_incident_that_nobody_opened_takes_nothing(actor: Actor, type_: str, data: dict[str, Any]) -> None:
    desk = Desk()
    desk.take(registered())
    desk.refuses(says(actor, type_, data), "unknown-incident")


@pytest.mark.parametrize(("actor", "type_", "data"), NEEDS_AN_OPEN_ONE + TAKEN_WHEN_CLOSED)
def test_an_open_incident_takes_everything(actor: Actor, type_: str, data: dict[str, Any]) -> None:
    event = open_desk().take(says(actor, type_, data))
    assert (event.log, event.version) == ("C-001", 2)


@pytest.mark.parametrize(("actor", "type_", "data"), NEEDS_AN_OPEN_ONE)
def test_a_closed_incident_does_not_take_what_needs_an_open_one(actor: Actor, type_: str, data: dict[str, Any]) -> None:
    refusal = closed_desk().refuses(says(actor, type_, data), "incident-closed")
    assert refusal.params["closed_by"] == IncidentResolved.TYPE


@pytest.mark.parametrize(("actor", "type_", "data"), TAKEN_WHEN_CLOSED)
def test_a_closed_incident_takes_what_does_not(actor: Actor, type_: str, data: dict[str, Any]) -> None:
    assert closed_desk().take(says(actor, type_, data)).version == 3


@pytest.mark.parametrize(("type_", "data"), CLOSINGS)
def test_every_closing_closes_and_reopening_opens_again(type_: str, data: dict[str, Any]) -> None:
    desk = open_desk()
    desk.take(says(ENGINEER, type_, data))
    assert state_of(desk).closed_by == f"{type_}.v1"
    desk.take(says(CUSTOMER, "incident.reopened", {"reason": "it happened again"}))
    assert state_of(desk).closed_by is None


def test_work_is_stopped_by_an_engineer_whose_session_is_open() -> None:
    desk = open_desk()
    desk.take(says(ENGINEER, "incident.work-started", {"engineer": "e-17"}))
    desk.refuses(says(ENGINEER, "incident.work-stopped", {"engineer": "e-18"}), "no-open-session")
    desk.take(says(ENGINEER, "incident.work-stopped", {"engineer": "e-17"}))
    desk.refuses(says(ENGINEER, "incident.work-stopped", {"engineer": "e-17"}), "no-open-session")


def test_a_session_outlives_closing_and_reopening() -> None:
    desk = open_desk()
    desk.take(says(ENGINEER, "incident.work-started", {"engineer": "e-17"}))
    desk.take(says(ENGINEER, "incident.resolved", {"summary": "repaired"}))
    desk.take(says(CUSTOMER, "incident.reopened", {"reason": "it happened again"}))
    desk.take(says(ENGINEER, "incident.work-stopped", {"engineer": "e-17"}))


def test_agreement_is_to_a_request_of_the_other_party() -> None:
    desk = open_desk()
    request = desk.take(says(ENGINEER, "incident.reprioritized", {"priority": 3, "requested_by": "provider"}))
    agreed = {"request": request.id, "by": "customer"}
    desk.refuses(
        says(CUSTOMER, "incident.reprioritization-agreed", {**agreed, "request": event_id()}),
        "unknown-request",
    )
    desk.refuses(
        says(ENGINEER, "incident.reprioritization-agreed", {**agreed, "by": "provider"}),
        "own-request",
    )
    desk.take(says(CUSTOMER, "incident.reprioritization-agreed", agreed))


def test_by_and_not_the_actor_decides_whose_agreement_it_is() -> None:
    desk = open_desk()
    request = desk.take(says(ENGINEER, "incident.reprioritized", {"priority": 3, "requested_by": "customer"}))
    agreed = says(CUSTOMER, "incident.reprioritization-agreed", {"request": request.id, "by": "customer"})
    desk.refuses(agreed, "own-request")


@pytest.mark.parametrize("late", [minutes(5), minutes(4)])
def test_an_event_may_occur_five_minutes_after_it_is_recorded(late: timedelta) -> None:
    desk = open_desk(live())
    desk.take(says(CUSTOMER, "incident.customer-replied", {"channel": "email"}, at=NOW + late))


def test_nothing_occurs_later_than_that() -> None:
    late = NOW + minutes(5) + minutes(1) / 60_000_000
    event = says(CUSTOMER, "incident.customer-replied", {"channel": "email"}, at=late)
    open_desk(live()).refuses(event, "occurs-in-the-future")
