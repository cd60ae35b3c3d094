"""Deciding in turn: instants of recording, numbers, logs, and the same event twice."""

from datetime import timedelta
from typing import Any

import pytest

from ledger.journal import FileJournal
from ledger.stamping import Bare, Imported
from ledger.unit_of_work import Duplicate
from schemas.events import Proposal
from schemas.problems import RuleBroken
from tests.unit.ledger.desk import (
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

REPLY = ("incident.customer-replied", {"channel": "email", "summary": "thanks"})


def test_live_an_event_is_recorded_now_whatever_it_claims_to_have_occurred() -> None:
    event = open_desk(live()).take(says(CUSTOMER, *REPLY, at=NOW - minutes(90)))
    assert event.recorded_at == NOW
    assert event.occurred_at == NOW - minutes(90)
    assert event.imported_at is None


def test_an_import_keeps_the_sources_instant_and_says_that_it_is_a_claim() -> None:
    desk = Desk(Imported(NOW))
    earlier = NOW - minutes(60)
    proposal = registered().model_copy(update={"recorded_at": earlier, "occurred_at": earlier})
    event = desk.take(proposal)
    assert (event.recorded_at, event.imported_at) == (earlier, NOW)


def test_what_claims_no_instant_was_recorded_when_it_occurred() -> None:
    desk = Desk(Bare())
    first = desk.take(registered().model_copy(update={"occurred_at": NOW - minutes(60)}))
    assert first.recorded_at == NOW - minutes(60)
    assert desk.take(opened()).recorded_at == NOW


def test_or_with_the_line_before_it_in_its_log_if_that_was_later() -> None:
    desk = open_desk(Bare())
    assert desk.take(says(CUSTOMER, *REPLY, at=NOW - minutes(60))).recorded_at == NOW


def test_a_claim_behind_its_log_is_refused_and_one_behind_another_log_is_not() -> None:
    desk = open_desk(Bare())
    earlier = NOW - minutes(1)
    late = says(CUSTOMER, *REPLY, at=earlier, recorded_at=earlier)
    assert desk.refuses(late, "recorded-out-of-order").params["log"] == "C-001"
    elsewhere = registered(subject="C-002")
    desk.take(elsewhere.model_copy(update={"occurred_at": earlier, "recorded_at": earlier}))


def test_a_claim_ahead_of_the_ledgers_clock_is_refused() -> None:
    desk = open_desk(Imported(NOW))
    ahead = NOW + timedelta(microseconds=1)
    desk.refuses(says(CUSTOMER, *REPLY, at=NOW, recorded_at=ahead), "recorded-in-the-future")
    desk.refuses(says(CUSTOMER, *REPLY, at=ahead), "recorded-in-the-future")
    open_desk(Bare()).take(says(CUSTOMER, *REPLY, at=NOW, recorded_at=ahead))


def test_a_subjects_events_are_numbered_from_1_and_a_refused_one_takes_no_number() -> None:
    desk = open_desk()
    desk.refuses(opened(), "already-open")
    versions = [desk.take(says(CUSTOMER, *REPLY)).version for _ in range(3)]
    assert versions == [2, 3, 4]


def test_the_same_event_again_is_one_event() -> None:
    desk = open_desk()
    proposal = says(CUSTOMER, *REPLY)
    desk.take(proposal)
    in_other_words = Proposal.model_validate(
        {**dict(proposal), "occurred_at": "2024-04-27T12:00:00+03:00", "recorded_at": NOW}
    )
    assert desk.unit.take(in_other_words) == Duplicate(proposal.id or "")
    assert desk.take(says(CUSTOMER, *REPLY)).version == 3


@pytest.mark.parametrize(
    "changes",
    [
        {"subject": "INC-2024-000018"},
        {"occurred_at": NOW - minutes(1)},
        {"recorded_at": NOW - minutes(1)},
        {"actor": CUSTOMER.model_copy(update={"id": "petrov@example.org"})},
        {"actor": SYSTEM},
        {"data": says(CUSTOMER, REPLY[0], {"channel": "phone", "summary": "thanks"}).data},
        {"data": says(CUSTOMER, REPLY[0], {"channel": "email"}).data},
        {"data": says(CUSTOMER, "incident.information-provided", {"summary": "thanks"}).data},
    ],
)
def test_other_content_under_the_same_id_is_refused(changes: dict[str, Any]) -> None:
    desk = open_desk()
    proposal = says(CUSTOMER, *REPLY)
    desk.take(proposal)
    refusal = desk.refuses(proposal.model_copy(update=changes), "id-reused")
    assert refusal.params["id"] == proposal.id


def test_a_value_known_by_its_commitment_alone_takes_no_part_in_the_comparison() -> None:
    desk = open_desk()
    id_ = event_id()
    committed = {"channel": "email", "summary": {"hmac_sha256": "0" * 64}}
    desk.take(says(CUSTOMER, REPLY[0], committed, id_=id_))
    assert isinstance(desk.unit.take(says(CUSTOMER, *REPLY, id_=id_)), Duplicate)


def test_an_event_in_canonical_form_must_have_the_log_and_number_it_would_be_given() -> None:
    source = open_desk(live())
    event = source.take(says(CUSTOMER, *REPLY))
    for changes, rule in (
        ({}, None),
        ({"log": "C-002"}, "wrong-log"),
        ({"version": 3}, "sequence-broken"),
    ):
        desk = open_desk(Bare())
        claimed = event.model_copy(update=changes)
        if rule is None:
            assert desk.unit.take_recorded(claimed) == claimed
            assert isinstance(desk.unit.take_recorded(claimed), Duplicate)
        else:
            with pytest.raises(RuleBroken) as refusal:
                desk.unit.take_recorded(claimed)
            assert refusal.value.rule == rule


def test_a_long_file_is_read_again_where_an_earlier_event_is_asked_for() -> None:
    lines = [
        registered(),
        opened(),
        says(ENGINEER, "incident.responded", {"engineer": "e-17", "channel": "email"}),
    ]
    correction = {
        "event": lines[2].id,
        "field": "engineer",
        "was": "e-17",
        "now": "e-18",
        "reason": "noted wrongly",
        "agreed_by_other_party": False,
    }
    lines.append(says(ENGINEER, "incident.corrected", correction))
    lines.append(lines[1])
    read: list[int] = []

    def reread(place: int) -> Proposal:
        read.append(place)
        return lines[place]

    desk = Desk(Bare(), journal=FileJournal(reread))
    taken = [desk.unit.take(line, place) for place, line in enumerate(lines)]
    assert isinstance(taken[-1], Duplicate)
    assert read == [2, 1]
    with pytest.raises(RuleBroken, match="was-differs"):
        desk.unit.take(says(ENGINEER, "incident.corrected", {**correction, "was": "e-99"}), len(lines))


def test_what_is_decided_is_a_whole_event() -> None:
    event = open_desk(Imported(NOW)).take(says(CUSTOMER, *REPLY))
    assert type(event).model_validate(dict(event)) == event
    assert event.model_fields_set == set(type(event).model_fields) - {"via"}
    assert event.subject == INCIDENT
