"""The verdict of all readings together, on each obligation (READINGS.md, head; EVENTS.md, Verdict)."""

import gc
from typing import Any

import pytest

from projections.case import Docket
from projections.diagram import OPTIONS, Ask, Readings
from projections.verdict import Judgement, judge, obligation
from schemas.instants import to_micros
from schemas.verdicts import IncidentVerdict, NotJudged, Outcome
from tests.scenarios.story import CONTRACT, INCIDENT, Story, at
from tests.unit.judgement.cases import case, histories

MET, LATE = Outcome("met", 100, 90), Outcome("breached", 80, 80)
TWO, THREE = "response-kind", "reprioritized-clock"


def said(judged: Any, **settled: str) -> Any:
    readings = Readings({name.replace("_", "-"): option for name, option in settled.items()})
    return obligation("response", "RESPONSE", readings.explore(judged), readings)


def unless(question: str, option: int, outcome: Outcome, otherwise: Outcome) -> Any:
    return lambda ask: outcome if ask(question) != OPTIONS[question][option] else otherwise


def test_what_no_reading_breaks_is_kept() -> None:
    found = said(lambda _ask: MET)
    assert (found.standing, found.literal, found.readings, found.verdicts) == ("kept", MET, 1, {"met": 1})
    assert (found.depends_on, found.decisive, found.earliest_due, found.latest_due) == ((), (), 100, 100)
    assert (found.obligation, found.clause) == ("response", "RESPONSE")


def test_what_every_reading_breaks_is_broken_although_they_differ() -> None:
    found = said(unless(TWO, 0, LATE, Outcome("breached", 70, 70)))
    assert (found.standing, found.depends_on, found.decisive) == ("broken", (TWO,), ())
    assert (found.earliest_due, found.latest_due, found.verdicts) == (70, 80, {"breached": 2})


def test_what_some_readings_break_is_disputed() -> None:
    found = said(unless(THREE, 0, LATE, MET))
    assert (found.standing, found.decisive, found.literal) == ("disputed", (THREE,), MET)
    assert (found.verdicts, found.readings) == ({"met": 1, "breached": 2}, 3)


def test_verdicts_that_differ_without_a_breach_are_kept() -> None:
    found = said(unless(TWO, 0, Outcome("running", 120), MET))
    assert (found.standing, found.depends_on, found.decisive) == ("kept", (TWO,), ())
    assert (found.earliest_due, found.latest_due) == (100, 120)


def test_a_question_may_matter_without_being_decisive() -> None:
    def judged(ask: Ask) -> Outcome:
        if ask(TWO) == OPTIONS[TWO][0]:
            return LATE
        return MET if ask(THREE) == OPTIONS[THREE][0] else Outcome("met", 110, 90)

    found = said(judged)
    assert (found.depends_on, found.decisive) == ((THREE, TWO), (TWO,))
    assert (found.verdicts, found.readings) == ({"breached": 3, "met": 3}, 6)


def test_readings_without_a_due_instant_take_no_part_in_the_earliest_and_the_latest() -> None:
    found = said(unless(TWO, 0, Outcome("not-covered"), MET))
    assert (found.earliest_due, found.latest_due) == (100, 100)
    assert (said(lambda _ask: Outcome("not-covered")).earliest_due, found.readings) == (None, 2)


def test_a_settled_question_keeps_its_option_in_the_literal_verdict_too() -> None:
    found = said(unless(TWO, 0, LATE, MET), response_kind=OPTIONS[TWO][1])
    assert (found.literal, found.standing, found.depends_on) == (LATE, "broken", ())


def told(
    level: str = "basic", priority: int = 2, opened: tuple[str, str] = ("2024-04-26", "17:00"), **terms: Any
) -> Story:
    story = Story()
    story.contract(level, **terms)
    reporter = {"name": "Ivanova", "organisation": "Romashka"}
    data = {"contract": CONTRACT, "channel": "email", "reporter": reporter, "priority": priority, "title": "down"}
    story.incident("opened", at(*opened), data, actor="customer")
    return story


def test_the_line_names_incident_instant_level_and_policy() -> None:
    story = told("premium")
    docket = Docket(histories(story))
    as_of = to_micros(at("2024-04-26", "17:00"))
    verdict = judge(docket, INCIDENT, as_of, {})
    assert isinstance(verdict, IncidentVerdict)
    assert (verdict.incident, verdict.as_of, verdict.level) == (INCIDENT, as_of, "premium")
    policy = case(story).policy
    assert (verdict.policy.id, verdict.policy.version, verdict.policy.sha256) == (
        "tron-asoc",
        policy.version,
        policy.sha256,
    )
    assert [(one.obligation, one.clause) for one in verdict.obligations] == [
        ("response", "RESPONSE"),
        ("continuous-work", "P1-CONTINUOUS"),
    ]
    assert judge(docket, INCIDENT, as_of - 1, {}) is None


def test_a_reading_asked_for_is_judged_by() -> None:
    docket = Docket(histories(told("premium")))
    as_of = to_micros(at("2024-04-26", "18:00"))
    asked = judge(docket, INCIDENT, as_of, {"premium-hours": "service", "clock-start": "received"})
    assert isinstance(asked, IncidentVerdict)
    assert asked.obligations[0].literal == Outcome("running", to_micros(at("2024-04-28", "11:00")))


@pytest.mark.parametrize("level", ["basic", "premium"])
def test_a_year_that_any_reading_needs_and_nobody_published_leaves_no_verdict(level: str) -> None:
    story = told(level)
    story.calendars = None
    found = Judgement(case(story)).verdict()
    assert found == NotJudged(INCIDENT, to_micros(at("2024-04-26", "17:00")), "RU", 2024)


def test_it_is_judged_where_no_reading_needs_the_year() -> None:
    story = told("premium+")
    story.calendars = None
    assert isinstance(Judgement(case(story)).verdict(), IncidentVerdict)
    settled = {"premium-hours": "clock", "continuous-work-hours": "round-the-clock"}
    premium = told("premium")
    premium.calendars = None
    assert isinstance(Judgement(case(premium, None, None, **settled)).verdict(), IncidentVerdict)


def test_what_is_not_covered_needs_no_year() -> None:
    story = told("basic", edition="community")
    story.calendars = None
    assert isinstance(Judgement(case(story)).verdict(), IncidentVerdict)


def test_continuous_work_may_need_a_year_that_the_response_does_not() -> None:
    story = told("basic", 1)
    story.calendars = None
    settled = {"basic-p1-hours": "clock"}
    assert isinstance(Judgement(case(story, None, None, **settled)).verdict(), IncidentVerdict)
    data = {"engineer": "e-1", "channel": "email"}
    story.incident("responded", at("2024-04-26", "17:10"), data, actor="engineer")
    found = Judgement(case(story, at("2024-04-26", "17:20"), None, **settled)).verdict()
    assert isinstance(found, NotJudged)
    hours = {**settled, "continuous-work-hours": "round-the-clock"}
    assert isinstance(Judgement(case(story, at("2024-04-26", "17:20"), None, **hours)).verdict(), IncidentVerdict)


def test_the_earliest_missing_year_is_named() -> None:
    story = told("basic", 4, ("2028-12-29", "09:00"), licence={"from": "2016-01-01", "until": "2030-12-31"})
    found = Judgement(case(story)).verdict()
    assert isinstance(found, NotJudged)
    assert (found.jurisdiction, found.year) == ("RU", 2028)


def reopened() -> Story:
    story = told("premium+")
    story.incident("resolved", at("2024-04-26", "18:00"), {"summary": "done"}, actor="engineer")
    story.incident("reopened", at("2024-04-27", "10:00"), {"reason": "again"}, actor="customer")
    return story


def test_a_reopening_has_an_obligation_of_its_own_if_its_clock_restarts() -> None:
    verdict = Judgement(case(reopened())).verdict()
    assert isinstance(verdict, IncidentVerdict)
    again = verdict.obligations[1]
    assert (again.obligation, again.literal, again.depends_on) == (
        "response-2",
        Outcome("not-applicable"),
        ("reopened-clock",),
    )
    assert again.verdicts == {"not-applicable": 1, "running": 1}
    assert again.latest_due == to_micros(at("2024-04-27", "22:00"))


def test_a_reopening_of_what_is_not_covered_is_not_covered() -> None:
    story = reopened()
    story.lines[0]["data"]["edition"] = "community"
    verdict = Judgement(case(story)).verdict()
    assert isinstance(verdict, IncidentVerdict)
    assert [one.literal.verdict for one in verdict.obligations] == ["not-covered"] * 3


def test_a_reopening_that_only_some_readings_count_yet_is_not_applicable_under_the_others() -> None:
    story = reopened()
    event = story.last("reopened")
    correction = {
        "event": event["id"],
        "field": "occurred_at",
        "was": event["occurred_at"],
        "now": at("2024-04-27", "10:04").isoformat(),
        "reason": "noted wrongly",
        "agreed_by_other_party": False,
    }
    story.incident("corrected", at("2024-04-27", "10:01"), correction, actor="customer")
    verdict = Judgement(case(story, at("2024-04-27", "10:02"), None, **{"reopened-clock": "restarts"})).verdict()
    assert isinstance(verdict, IncidentVerdict)
    again = verdict.obligations[1]
    assert (again.depends_on, again.verdicts) == (("corrections",), {"running": 1, "not-applicable": 1})


def test_a_stage_passed_by_the_as_of_instant_counts_for_the_release_that_resolves() -> None:
    story = told("premium+")
    for stage in ("preliminary", "alpha", "beta", "release-test"):
        story.tell("release.stage-passed.v1", "2.1", at("2024-04-26", "17:30"), {"stage": stage})
    data = {"summary": "done", "release": "2.1"}
    story.incident("resolved", at("2024-04-26", "18:00"), data, actor="engineer")
    verdict = Judgement(case(story)).verdict()
    assert isinstance(verdict, IncidentVerdict)
    assert {duty.duty: duty.verdict for duty in verdict.duties}["release-stages"] == "met"


def test_duties_are_those_of_the_literal_reading_with_what_was_settled() -> None:
    story = told("premium+")
    story.incident("contact-attempted", at("2024-04-26", "18:00"), {"channel": "email", "to": "x"}, actor="engineer")
    story.incident("customer-unreachable", at("2024-04-26", "19:00"), {}, actor="engineer")

    def proof(**settled: str) -> str:
        verdict = Judgement(case(story, None, None, **settled)).verdict()
        assert isinstance(verdict, IncidentVerdict)
        return next(duty.verdict for duty in verdict.duties if duty.duty == "unreachable-proof")

    assert proof() == "missing"
    assert proof(**{"unreachable-proof": "one-attempt"}) == "met"


def test_what_judging_makes_is_freed_without_the_cyclic_collector() -> None:
    judgement = Judgement(case(reopened()))
    judgement.verdict()
    gc.collect()
    gc.disable()
    try:
        del judgement
        assert gc.collect() == 0
    finally:
        gc.enable()
