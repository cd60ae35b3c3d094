"""Which instants and which corrections count (READINGS.md, Time)."""

import pytest

from projections.counted import Closed, Requested, Session, count
from projections.history import Opening
from tests.unit.judgement.telling import Telling, never


def test_a_history_without_lateness_or_corrections_asks_nothing() -> None:
    told = Telling(opened=5, priority=3, channel="phone")
    told.by_provider("responded", 7)
    counted = count(told.facts, 100, never)
    assert (counted.opened, counted.priority, counted.channel) == (5, 3, "phone")
    assert counted.responded == [(7, 2)]


def test_what_the_provider_entered_late_counts_when_recorded_if_so_read() -> None:
    told = Telling()
    told.by_provider("responded", 10, recorded=50)
    assert told.counted().responded == [(10, 2)]
    assert told.counted(late_entries="as-recorded").responded == [(50, 2)]


def test_what_the_customer_said_late_always_counts_when_it_occurred() -> None:
    told = Telling(opened=10, recorded=50)
    assert told.counted(late_entries="as-recorded").opened == 10


def test_an_opening_taken_by_phone_and_entered_late_counts_when_recorded_if_so_read() -> None:
    told = Telling(opened=10, side="provider", recorded=50)
    assert told.counted(late_entries="as-recorded").opened == 50


def test_an_agreed_correction_counts_and_one_not_agreed_only_if_all_do() -> None:
    told = Telling()
    response = told.by_provider("responded", 10)
    told.correct(response, "occurred_at", 8, agreed=True)
    told.correct(response, "occurred_at", 6)
    assert told.counted().responded == [(8, 2)]
    assert told.counted(corrections="all").responded == [(6, 2)]


def test_the_other_party_may_agree_to_a_correction_later() -> None:
    told = Telling()
    response = told.by_provider("responded", 10)
    corrected = told.correct(response, "occurred_at", 8)
    told.agree_to_correction(corrected, by="customer")
    assert told.counted().responded == [(8, 2)]


def test_the_provider_agrees_to_what_the_customer_corrects() -> None:
    told = Telling()
    response = told.by_provider("responded", 10)
    corrected = told.correct(response, "occurred_at", 12, by="customer")
    assert told.counted().responded == [(10, 2)]
    told.agree_to_correction(corrected, by="provider")
    assert told.counted().responded == [(12, 2)]


def test_nobody_agrees_to_his_own_correction() -> None:
    told = Telling()
    response = told.by_provider("responded", 10)
    corrected = told.correct(response, "occurred_at", 8)
    told.agree_to_correction(corrected, by="provider")
    assert told.counted().responded == [(10, 2)]


def test_the_last_correction_in_the_ledger_wins_whenever_it_was_agreed() -> None:
    told = Telling()
    response = told.by_provider("responded", 10)
    first = told.correct(response, "occurred_at", 8)
    second = told.correct(response, "occurred_at", 7)
    told.agree_to_correction(second)
    told.agree_to_correction(first)
    assert told.counted().responded == [(7, 2)]


def test_a_correction_of_one_field_leaves_the_others() -> None:
    told = Telling(opened=10, priority=2)
    told.correct("e-1", "priority", 1, agreed=True)
    told.correct("e-1", "channel", "fax", agreed=True)
    counted = told.counted()
    assert (counted.opened, counted.priority, counted.channel) == (10, 1, "fax")


def test_under_as_recorded_a_correction_of_a_providers_instant_changes_nothing() -> None:
    told = Telling()
    response = told.by_provider("responded", 10, recorded=20)
    told.correct(response, "occurred_at", 8, agreed=True)
    assert told.counted(late_entries="as-recorded").responded == [(20, 2)]


def test_a_correction_alone_can_make_an_entry_late() -> None:
    told = Telling()
    response = told.by_provider("responded", 10)
    told.correct(response, "occurred_at", 8, agreed=True)
    assert told.counted(late_entries="as-recorded").responded == [(10, 2)]


def test_what_counts_after_the_as_of_instant_is_not_there_yet_but_the_opening_is() -> None:
    told = Telling(opened=10, side="provider", recorded=8)
    told.by_provider("responded", 11, recorded=9)
    told.by_provider("confirmed", 9)
    told.change(12, 1)
    counted = told.counted(as_of=9)
    assert counted.opened == 10
    assert (counted.responded, counted.confirmed, counted.changes) == ([], [(9, 3)], [])


def test_what_counts_at_the_as_of_instant_is_there() -> None:
    told = Telling()
    told.by_provider("responded", 9)
    assert told.counted(as_of=9).responded == [(9, 2)]


def test_a_correction_counts_although_it_occurred_after_the_as_of_instant() -> None:
    told = Telling()
    response = told.by_provider("responded", 10)
    told.correct(response, "occurred_at", 8, agreed=True, occurred=99)
    assert told.counted(as_of=20).responded == [(8, 2)]


def test_events_stand_in_the_order_of_their_counted_instants_then_of_the_ledger() -> None:
    told = Telling()
    for kind in ("confirmed", "responded", "mitigated", "reopened", "contact-attempted"):
        for occurred in (30, 20, 20):
            told.by_provider(kind, occurred)
    told.work("e1", 30)
    told.work("e2", 20)
    told.close("resolved", 30)
    told.close("customer-unreachable", 20)
    told.by_provider("status-reported", 30, detail=True)
    told.by_provider("status-reported", 20, detail=False)
    counted = told.counted()
    assert counted.confirmed == [(20, 3), (20, 4), (30, 2)]
    assert counted.responded == [(20, 6), (20, 7), (30, 5)]
    assert counted.mitigated == [(20, 9), (20, 10), (30, 8)]
    assert counted.reopened == [(20, 12), (20, 13), (30, 11)]
    assert counted.attempts == [(20, 15), (20, 16), (30, 14)]
    assert counted.sessions == [Session(20, 18, "e2", starts=True), Session(30, 17, "e1", starts=True)]
    assert [(closing.at, closing.kind) for closing in counted.closed] == [
        (20, "incident.customer-unreachable.v1"),
        (30, "incident.resolved.v1"),
    ]
    assert counted.reported == [(20, 22, False), (30, 21, True)]


def test_the_customers_words_stand_in_order_a_change_of_priority_first() -> None:
    told = Telling(opened=5)
    told.by_customer("customer-replied", 30)
    told.by_customer("information-provided", 20)
    told.change(30, 1)
    told.by_provider("customer-replied", 40)
    assert told.counted().by_customer == [(5, 1), (20, 3), (30, -1), (30, 2)]


@pytest.mark.parametrize("kind", ["resolved", "closed-not-covered", "customer-unreachable"])
def test_a_closing_keeps_its_notification_and_its_corrected_release(kind: str) -> None:
    told = Telling()
    closing = told.close(kind, 10, notified=True, release="2.1")
    assert told.counted().closed == [Closed(10, 2, f"incident.{kind}.v1", notified=True, release="2.1")]
    told.correct(closing, "release", "2.2", agreed=True)
    assert told.counted().closed[0].release == "2.2"


def test_a_closing_without_release_names_none() -> None:
    told = Telling()
    told.close("resolved", 10)
    assert told.counted().closed == [Closed(10, 2, "incident.resolved.v1", notified=False, release=None)]


def test_a_session_goes_by_the_corrected_engineer() -> None:
    told = Telling()
    told.work("e1", 10, 20)
    told.correct("e-3", "engineer", "e2", agreed=True)
    assert told.counted().sessions == [Session(10, 2, "e1", starts=True), Session(20, 3, "e2", starts=False)]


def test_a_change_is_agreed_at_the_later_of_request_and_agreement() -> None:
    told = Telling()
    change = told.change(20, 1, by="provider")
    told.agree(30, change)
    assert told.counted().changes == [Requested(20, 2, 1, "provider", 30)]


def test_an_agreement_that_counts_before_the_request_takes_effect_with_it() -> None:
    told = Telling()
    change = told.change(20, 1, by="provider")
    told.agree(10, change)
    assert told.counted().changes[0].agreed_at == 20


def test_of_several_agreements_the_first_one_counts() -> None:
    told = Telling()
    change = told.change(20, 1, by="provider")
    told.agree(40, change)
    told.agree(30, change)
    assert told.counted().changes[0].agreed_at == 30


def test_a_change_that_carries_its_agreement_needs_no_other() -> None:
    told = Telling()
    change = told.change(20, 1, by="provider", agreed=True)
    told.agree(30, change)
    assert told.counted().changes[0].agreed_at == 20


def test_ones_own_agreement_and_one_to_another_change_are_none() -> None:
    told = Telling()
    change = told.change(20, 1, by="provider")
    other = told.change(21, 2, by="provider")
    told.agree(30, change, by="provider")
    told.agree(31, other)
    assert [change.agreed_at for change in told.counted().changes] == [None, 31]


def test_an_agreement_after_the_as_of_instant_is_not_there_yet() -> None:
    told = Telling()
    told.agree(30, told.change(20, 1, by="provider"))
    assert told.counted(as_of=29).changes[0].agreed_at is None


def test_a_change_goes_by_its_corrected_instant_and_priority() -> None:
    told = Telling()
    first = told.change(20, 1)
    told.change(15, 3)
    told.correct(first, "occurred_at", 10, agreed=True)
    told.correct(first, "priority", 4, agreed=True)
    assert [(change.at, change.priority) for change in told.counted().changes] == [(10, 4), (15, 3)]


def test_the_opening_is_found_wherever_it_stands() -> None:
    told = Telling(opened=5)
    told.by_provider("confirmed", 6)
    assert count(told.facts[::-1], 100, never).opened == 5
    assert isinstance(told.facts[0].detail, Opening)
