"""What judging keeps of each type of event."""

from typing import Any

from projections.history import Agreement, Change, Closing, Correction, Opening, Stage
from schemas.instants import to_micros
from tests.scenarios.story import CONTRACT, NOTICE, Story, at
from tests.unit.judgement.cases import case, histories

DAY = "2024-04-26"


def begun() -> Story:
    story = Story()
    story.contract("basic")
    reporter = {"name": "Ivanova", "organisation": "Romashka"}
    data = {"contract": CONTRACT, "channel": "email", "reporter": reporter, "priority": 2, "title": "down"}
    story.incident("opened", at(DAY, "12:00"), data, actor="customer")
    return story


def kept(*told: tuple[str, str, dict[str, Any]]) -> list[tuple[str, object]]:
    story = begun()
    for kind, actor, data in told:
        story.incident(kind, at(DAY, "12:00"), data, actor=actor)
    return [(fact.kind.split(".")[1], fact.detail) for fact in case(story).facts[1:]]


def test_an_opening_keeps_contract_channel_and_priority_and_both_clocks() -> None:
    story = begun()
    data = {"engineer": "e-1", "channel": "email"}
    story.incident("responded", at(DAY, "12:10"), data, actor="engineer", recorded=at(DAY, "12:20"))
    opening, response = case(story).facts
    assert opening.detail == Opening(CONTRACT, "email", 2)
    assert (opening.side, response.side) == ("customer", "provider")
    assert (response.occurred, response.recorded) == (to_micros(at(DAY, "12:10")), to_micros(at(DAY, "12:20")))
    assert opening.order < response.order
    assert response.id == story.last("responded")["id"]


def test_what_is_worked_and_answered_keeps_its_engineer() -> None:
    session = {"engineer": "e-7"}
    assert kept(
        ("responded", "engineer", {"engineer": "e-1", "channel": "phone"}),
        ("work-started", "engineer", session),
        ("work-stopped", "engineer", session),
        ("mitigated", "engineer", {"how": "standby"}),
        ("confirmed", "system", {"to": "x"}),
        ("contact-attempted", "engineer", NOTICE),
    ) == [
        ("responded", "e-1"),
        ("work-started", "e-7"),
        ("work-stopped", "e-7"),
        ("mitigated", None),
        ("confirmed", None),
        ("contact-attempted", None),
    ]


def test_a_status_report_keeps_whether_it_gives_an_estimate() -> None:
    estimate = {"summary": "soon", "expected_resolution_at": "2024-04-27T12:00:00+03:00"}
    reports = kept(("status-reported", "engineer", estimate), ("status-reported", "engineer", {"summary": "we look"}))
    assert [detail for _, detail in reports] == [True, False]


def test_a_closing_keeps_whether_it_was_notified_and_its_release() -> None:
    reopened = ("reopened", "customer", {"reason": "again"})
    closings = kept(
        ("resolved", "engineer", {"summary": "done", "notification": NOTICE, "release": "2.1"}),
        reopened,
        ("resolved", "engineer", {"summary": "done"}),
        reopened,
        ("closed-not-covered", "engineer", {"reason": "other", "notification": NOTICE}),
        reopened,
        ("closed-not-covered", "engineer", {"reason": "other"}),
        reopened,
        ("customer-unreachable", "engineer", {}),
    )
    assert [detail for _, detail in closings[::2]] == [
        Closing(notified=True, release="2.1"),
        Closing(notified=False, release=None),
        Closing(notified=True, release=None),
        Closing(notified=False, release=None),
        Closing(notified=False, release=None),
    ]


def test_changes_and_corrections_keep_what_was_asked_for_and_who_agreed() -> None:
    story = begun()
    moment = at(DAY, "12:00")
    change = story.incident("reprioritized", moment, {"priority": 1, "requested_by": "provider"}, actor="engineer")
    agreed = {"priority": 3, "requested_by": "provider", "agreed": True}
    story.incident("reprioritized", moment, agreed, actor="engineer")
    story.incident("reprioritization-agreed", moment, {"request": change, "by": "customer"}, actor="customer")
    correction = {"event": change, "reason": "typo", "agreed_by_other_party": False}
    priority = {**correction, "field": "priority", "was": 1, "now": 2}
    corrected = story.incident("corrected", moment, priority, actor="engineer")
    instant = {"field": "occurred_at", "was": moment.isoformat(), "now": at(DAY, "11:00").isoformat()}
    story.incident("corrected", moment, {**correction, **instant, "agreed_by_other_party": True}, actor="engineer")
    story.incident("correction-agreed", moment, {"request": corrected, "by": "customer"}, actor="customer")
    assert [fact.detail for fact in case(story).facts[1:]] == [
        Change(1, "provider", agreed=False),
        Change(3, "provider", agreed=True),
        Agreement(change, "customer"),
        Correction(change, "priority", 2, agreed=False),
        Correction(change, "occurred_at", to_micros(at(DAY, "11:00")), agreed=True),
        Agreement(corrected, "customer"),
    ]


def test_a_release_keeps_its_stages_with_both_clocks() -> None:
    story = begun()
    occurred, recorded = at(DAY, "12:30"), at(DAY, "12:40")
    story.tell("release.stage-passed.v1", "2.1", occurred, {"stage": "alpha"}, recorded=recorded)
    assert case(story).releases == {"2.1": [Stage("alpha", to_micros(occurred), to_micros(recorded))]}


def test_a_contract_keeps_its_terms() -> None:
    story = begun()
    terms = histories(story).contracts[CONTRACT]
    assert (terms.contract, terms.customer, terms.edition, terms.jurisdiction, terms.policy) == (
        CONTRACT,
        "Romashka",
        "commercial",
        "RU",
        "tron-asoc",
    )
    story.lines[0]["data"]["policy"] = "another"
    assert histories(story).contracts[CONTRACT].policy == "another"


def test_of_several_facts_those_recorded_by_the_instant_exist() -> None:
    story = begun()
    for clock in ("12:10", "12:20", "12:30"):
        story.incident("mitigated", at(DAY, clock), {"how": "standby"}, actor="engineer")
    assert [len(case(story, at(DAY, clock)).facts) for clock in ("12:09", "12:10", "12:20", "12:30")] == [1, 2, 3, 4]
