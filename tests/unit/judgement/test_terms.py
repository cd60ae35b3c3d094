"""Which terms, policy and facts an incident is judged by (READINGS.md, step 1; EVENTS.md, Which policy judges)."""

from datetime import datetime
from typing import Any

import pytest

from projections.case import Docket
from projections.history import Adoption, adopted
from schemas.instants import to_micros
from schemas.problems import PolicyTextMissing
from tests.scenarios.story import CONTRACT, INCIDENT, Story, at
from tests.unit.judgement.cases import case, histories

OPENED = at("2024-04-26", "12:00")


def incident(story: Story, occurred: datetime = OPENED, recorded: datetime | None = None, **data: Any) -> None:
    reporter = {"name": "Ivanova", "organisation": "Romashka"}
    opening = {"contract": CONTRACT, "channel": "email", "reporter": reporter, "priority": 2, "title": "down", **data}
    story.incident("opened", occurred, opening, actor="customer", recorded=recorded)


def contract(level: str = "basic", **terms: Any) -> Story:
    story = Story()
    story.contract(level, **terms)
    return story


def level_changed(story: Story, level: str, effective: str, recorded: str = "2024-01-01") -> None:
    data = {"level": level, "effective_from": effective}
    story.tell("contract.level-changed.v1", CONTRACT, at(recorded, "09:00"), data)


def agreed(
    story: Story, option: str, effective: str, recorded: str = "2024-01-01", question: str = "short-days"
) -> None:
    data = {"question": question, "option": option, "effective_from": effective}
    story.tell("contract.reading-agreed.v1", CONTRACT, at(recorded, "09:00"), data)


@pytest.mark.parametrize(("effective", "level"), [("2024-04-26", "premium"), ("2024-04-27", "basic")])
def test_a_level_holds_from_its_date_on_that_date_included(effective: str, level: str) -> None:
    story = contract()
    level_changed(story, "premium", effective)
    incident(story)
    assert case(story).level_name == level


def test_the_latest_level_not_after_the_opening_holds_and_among_equals_the_last_recorded() -> None:
    story = contract()
    level_changed(story, "premium", "2024-04-01")
    level_changed(story, "premium+", "2024-03-01")
    incident(story)
    assert case(story).level_name == "premium"
    story = contract()
    level_changed(story, "premium", "2024-04-01")
    level_changed(story, "premium+", "2024-04-01")
    incident(story)
    assert case(story).level_name == "premium+"


def test_a_level_recorded_after_the_as_of_instant_does_not_hold_yet() -> None:
    story = contract()
    incident(story)
    level_changed(story, "premium", "2024-04-01", recorded="2024-05-01")
    assert case(story, at("2024-05-01", "08:59")).level_name == "basic"
    assert case(story, at("2024-05-01", "09:00")).level_name == "premium"


def test_the_level_goes_by_the_date_of_the_opening_as_first_recorded() -> None:
    story = contract()
    level_changed(story, "premium", "2024-04-26")
    incident(story)
    data = {
        "event": story.last("opened")["id"],
        "field": "occurred_at",
        "was": OPENED.isoformat(),
        "now": at("2024-04-25", "12:00").isoformat(),
        "reason": "noted late",
        "agreed_by_other_party": True,
    }
    story.incident("corrected", at("2024-04-26", "13:00"), data, actor="customer")
    assert case(story).level_name == "premium"


def test_a_settled_question_holds_from_its_date_on_and_the_last_agreement_counts() -> None:
    story = contract()
    agreed(story, "shortened", "2024-04-26")
    incident(story)
    assert case(story).settled == {"short-days": "shortened"}
    story = contract()
    agreed(story, "shortened", "2024-04-27")
    incident(story)
    assert case(story).settled == {}
    story = contract()
    agreed(story, "shortened", "2024-04-01")
    agreed(story, "full", "2024-04-01")
    agreed(story, "shortened", "2024-03-01")
    agreed(story, "served", "2024-03-01", question="working-saturdays")
    incident(story)
    assert case(story).settled == {"short-days": "full", "working-saturdays": "served"}


def test_a_reading_asked_for_overrides_what_was_agreed_and_both_are_told() -> None:
    story = contract()
    agreed(story, "shortened", "2024-04-01")
    incident(story)
    found = case(story, None, None, **{"short-days": "full"})
    assert (found.settled, found.agreed) == ({"short-days": "full"}, {"short-days": "shortened"})


def test_an_agreement_recorded_after_the_as_of_instant_settles_nothing_yet() -> None:
    story = contract()
    incident(story)
    agreed(story, "shortened", "2024-04-01", recorded="2024-05-01")
    assert case(story, at("2024-05-01", "08:59")).settled == {}
    assert case(story, at("2024-05-01", "09:00")).settled == {"short-days": "shortened"}


def test_the_licence_ends_as_last_renewed_by_the_as_of_instant() -> None:
    story = contract(licence={"from": "2024-01-01", "until": "2024-04-26"})
    incident(story)
    for day, until in (("2024-04-28", "2024-06-30"), ("2024-04-30", "2024-05-31")):
        story.tell("contract.licence-renewed.v1", CONTRACT, at(day, "09:00"), {"until": until})
    assert case(story, at("2024-04-28", "08:59")).cover.lapses_at == to_micros(at("2024-04-27", "00:00"))
    assert case(story, at("2024-04-28", "09:00")).cover.lapses_at == to_micros(at("2024-07-01", "00:00"))
    assert case(story, at("2024-04-30", "09:00")).cover.lapses_at == to_micros(at("2024-06-01", "00:00"))


@pytest.mark.parametrize(("tolerance", "micros"), [({}, 0), ({"work_gap_tolerance": "PT30M"}, 1_800_000_000)])
def test_the_contract_says_which_gap_is_tolerated(tolerance: dict[str, str], micros: int) -> None:
    story = contract(**tolerance)
    incident(story)
    assert case(story).work.tolerance == micros


def test_an_incident_recorded_after_the_as_of_instant_has_no_line() -> None:
    story = contract()
    incident(story, recorded=at("2024-04-26", "12:05"))
    docket = Docket(histories(story))
    assert docket.case(INCIDENT, to_micros(at("2024-04-26", "12:05")) - 1, {}) is None
    assert docket.case(INCIDENT, to_micros(at("2024-04-26", "12:05")), {}) is not None


def test_only_what_was_recorded_by_the_as_of_instant_exists() -> None:
    story = contract()
    incident(story)
    data = {"engineer": "e-1", "channel": "email"}
    story.incident("responded", at("2024-04-26", "12:30"), data, actor="engineer", recorded=at("2024-04-26", "13:00"))
    assert len(case(story, at("2024-04-26", "12:59")).facts) == 1
    assert len(case(story, at("2024-04-26", "13:00")).facts) == 2


def test_what_no_verdict_looks_at_is_not_kept() -> None:
    story = contract()
    incident(story)
    story.incident("information-requested", OPENED, {"summary": "which version?"}, actor="engineer")
    story.incident("customer-replied", OPENED, {"channel": "phone"}, actor="engineer")
    story.incident("customer-replied", OPENED, {"channel": "phone"}, actor="customer")
    correction = {"event": story.last("opened")["id"], "was": "down", "now": "up", "reason": "typo"}
    correction |= {"field": "title", "agreed_by_other_party": True}
    story.incident("corrected", OPENED, correction, actor="engineer")
    story.incident("corrected", OPENED, correction, actor="customer")
    assert [(fact.kind, fact.side) for fact in case(story).facts] == [
        ("incident.opened.v1", "customer"),
        ("incident.customer-replied.v1", "customer"),
        ("incident.corrected.v1", "customer"),
    ]


def test_histories_know_the_last_instant_recorded() -> None:
    story = contract()
    story.calendars = None
    incident(story, recorded=at("2024-04-26", "12:05"))
    assert histories(story).last_recorded == to_micros(at("2024-04-26", "12:05"))


ADOPTIONS = [Adoption(10, "one"), Adoption(20, "two"), Adoption(30, "three")]


@pytest.mark.parametrize(
    ("opened", "as_of", "text"),
    [
        (5, 100, "one"),
        (10, 100, "one"),
        (19, 100, "one"),
        (20, 100, "two"),
        (35, 100, "three"),
        (35, 25, "two"),
        (5, 9, None),
    ],
)
def test_the_policy_is_the_last_version_recorded_by_the_opening_or_the_first_one(
    opened: int, as_of: int, text: str | None
) -> None:
    assert adopted(ADOPTIONS, opened, as_of) == text


def test_a_policy_that_was_never_adopted_is_judged_by_the_shipped_text() -> None:
    story = contract(policy="another")
    incident(story)
    assert case(story).policy.id == "tron-asoc"


def test_an_adopted_text_that_is_not_at_hand_leaves_no_case() -> None:
    story = contract()
    story.tell("policy.adopted.v1", "tron-asoc", at("2023-01-01", "09:00"), {"version": "2", "sha256": "ab" * 32})
    incident(story)
    with pytest.raises(PolicyTextMissing) as raised:
        case(story)
    assert raised.value.params == {"policy": "tron-asoc", "expected": "ab" * 32}
