"""Corrections: what they may name, and that they say truly what stands there."""

import pytest

from schemas.events import Proposal
from schemas.incident_events import IncidentResolved
from schemas.model import Commitment, Notification
from tests.unit.ledger.desk import (
    CUSTOMER,
    ENGINEER,
    INCIDENT,
    NOW,
    Desk,
    event_id,
    minutes,
    open_desk,
    opened,
    says,
)


def correction(event: str, field: str, was: object, now: object, *, by_customer: bool = False) -> Proposal:
    data = {
        "event": event,
        "field": field,
        "was": was,
        "now": now,
        "reason": "noted wrongly",
        "agreed_by_other_party": False,
    }
    return says(CUSTOMER if by_customer else ENGINEER, "incident.corrected", data)


def responded(desk: Desk) -> str:
    data = {"engineer": "e-17", "channel": "email", "summary": "looking into it"}
    return desk.take(says(ENGINEER, "incident.responded", data, at=NOW - minutes(20))).id


@pytest.mark.parametrize(
    ("field", "was", "now"),
    [
        ("occurred_at", "2024-04-27T11:40:00+03:00", "2024-04-27T11:30:00+03:00"),
        ("engineer", "e-17", "e-18"),
        ("channel", "email", "phone"),
        ("summary", "looking into it", "asked for a log"),
    ],
)
def test_a_correction_says_what_the_event_itself_says(field: str, was: str, now: str) -> None:
    desk = open_desk()
    event = responded(desk)
    desk.take(correction(event, field, was, now))
    desk.take(correction(event, field, was, now))
    desk.refuses(correction(event, field, now, was), "was-differs")


@pytest.mark.parametrize(
    ("field", "was"),
    [("priority", 2), ("vendor", "Acme"), ("expected_resolution_at", "2024-05-01T00:00:00Z")],
)
def test_a_field_that_the_event_does_not_carry_cannot_be_corrected(field: str, was: object) -> None:
    desk = open_desk()
    desk.refuses(correction(responded(desk), field, was, was), "no-such-field")


def test_an_option_that_was_not_given_cannot_be_corrected() -> None:
    desk = open_desk()
    resolved = desk.take(says(ENGINEER, "incident.resolved", {"summary": "repaired"}))
    desk.refuses(correction(resolved.id, "release", "1.2", "1.3"), "no-such-field")


def test_the_code_of_a_case_not_covered_is_no_free_text() -> None:
    desk = open_desk()
    closed = desk.take(says(ENGINEER, "incident.closed-not-covered", {"reason": "other"}))
    desk.refuses(correction(closed.id, "reason", "other", "third-party"), "no-such-field")


def test_who_the_customer_was_can_be_corrected_and_who_the_engineer_was_cannot() -> None:
    desk = open_desk()
    replied = desk.take(says(CUSTOMER, "incident.customer-replied", {"channel": "email"}))
    desk.take(correction(replied.id, "actor.id", "ivanova@example.org", "petrov@example.org"))
    desk.refuses(correction(replied.id, "actor.id", "x@example.org", "y"), "was-differs")
    desk.refuses(correction(responded(desk), "actor.id", "e-17", "e-18"), "no-such-field")


def test_a_notification_is_compared_as_a_whole() -> None:
    desk = open_desk()
    told = {"channel": "email", "to": "ivanova@example.org"}
    resolved = says(ENGINEER, "incident.resolved", {"summary": "repaired", "notification": told})
    event = desk.take(resolved).id
    now = {"channel": "phone", "to": "+7 900 000-00-00"}
    desk.take(correction(event, "notification", told, now))
    desk.refuses(correction(event, "notification", {**told, "to": "x"}, now), "was-differs")
    desk.refuses(correction(event, "notification", {**told, "channel": "sms"}, now), "was-differs")


def test_a_value_known_by_its_commitment_alone_is_not_compared() -> None:
    desk = open_desk()
    told = {"channel": "email", "to": {"hmac_sha256": "0" * 64}}
    resolved = says(ENGINEER, "incident.resolved", {"summary": "repaired", "notification": told})
    event = desk.take(resolved)
    assert isinstance(event.data, IncidentResolved)
    assert isinstance(event.data.notification, Notification)
    assert isinstance(event.data.notification.to, Commitment)
    was = {"channel": "email", "to": "anybody"}
    desk.take(correction(event.id, "notification", was, was))
    desk.refuses(correction(event.id, "notification", {**was, "channel": "sms"}, was), "was-differs")


def test_a_correction_names_an_event_of_its_own_incident() -> None:
    desk = open_desk()
    other = desk.take(opened(subject="INC-2024-000018"))
    desk.refuses(correction(event_id(), "channel", "email", "phone"), "unknown-event")
    desk.refuses(correction(other.id, "channel", "email", "phone"), "unknown-event")


def test_a_correction_is_not_corrected() -> None:
    desk = open_desk()
    corrected = desk.take(correction(responded(desk), "channel", "email", "phone"))
    was = corrected.occurred_at.isoformat()
    desk.refuses(correction(corrected.id, "occurred_at", was, was), "corrects-a-correction")


def test_a_corrected_instant_obeys_the_five_minutes_of_the_corrected_event() -> None:
    desk = open_desk()
    event = responded(desk)
    was = (NOW - minutes(20)).isoformat()
    desk.take(correction(event, "occurred_at", was, (NOW + minutes(5)).isoformat()))
    desk.refuses(
        correction(event, "occurred_at", was, (NOW + minutes(6)).isoformat()),
        "corrected-into-the-future",
    )


def test_agreement_is_to_a_correction_of_the_other_party() -> None:
    desk = open_desk()
    corrected = desk.take(correction(responded(desk), "channel", "email", "phone"))
    agreed = {"request": corrected.id, "by": "customer"}
    desk.take(says(CUSTOMER, "incident.correction-agreed", agreed))
    desk.refuses(says(ENGINEER, "incident.correction-agreed", {**agreed, "by": "provider"}), "own-correction")
    desk.refuses(
        says(CUSTOMER, "incident.correction-agreed", {**agreed, "request": event_id()}),
        "unknown-correction",
    )


def test_a_closed_incident_can_be_corrected() -> None:
    desk = open_desk()
    event = responded(desk)
    desk.take(says(ENGINEER, "incident.resolved", {"summary": "repaired"}))
    corrected = desk.take(correction(event, "channel", "email", "phone", by_customer=True))
    desk.take(says(ENGINEER, "incident.correction-agreed", {"request": corrected.id, "by": "provider"}))
    assert corrected.subject == INCIDENT
