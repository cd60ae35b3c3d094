"""Why a verdict is what it is, and what would change it."""

from datetime import datetime
from typing import Any

import pytest

from projections.diagram import OPTIONS, Ask, Diagram, Readings, support
from projections.explain import ObligationExplained, ResponseAccount, WorkAccount, _contrast
from projections.verdict import Found, Judgement
from schemas.instants import to_micros
from schemas.verdicts import Outcome, print_micros
from tests.scenarios.story import CONTRACT, INCIDENT, Story, at, printed
from tests.unit.judgement.cases import case, explained


def told(
    level: str = "basic", priority: int = 2, channel: str = "email", opened: datetime | None = None, **terms: Any
) -> Story:
    story = Story()
    story.contract(level, **terms)
    data = {"contract": CONTRACT, "channel": channel, "priority": priority, "title": "down"}
    reporter = {"name": "Ivanova", "organisation": "Romashka"}
    story.incident("opened", opened or at("2024-04-26", "17:00"), {**data, "reporter": reporter}, actor="customer")
    return story


def respond(story: Story, day: str, clock: str) -> None:
    story.incident("responded", at(day, clock), {"engineer": "e-1", "channel": "email"}, actor="engineer")


def resolve(story: Story, day: str, clock: str) -> None:
    story.incident("resolved", at(day, clock), {"summary": "done"}, actor="engineer")


def report(story: Story, day: str, clock: str) -> None:
    story.incident("status-reported", at(day, clock), {"summary": "we look"}, actor="engineer")


def change(story: Story, day: str, clock: str, priority: int) -> None:
    data = {"priority": priority, "requested_by": "customer"}
    story.incident("reprioritized", at(day, clock), data, actor="customer")


def obligation(
    story: Story, name: str = "response", as_of: datetime | None = None, /, **settled: str
) -> ObligationExplained:
    found = explained(story, as_of, **settled).obligations
    return next(one for one in found if one.verdict.obligation == name)


def response(story: Story, as_of: datetime | None = None, /, **settled: str) -> ResponseAccount:
    account = obligation(story, "response", as_of, **settled).account
    assert isinstance(account, ResponseAccount)
    return account


def work(story: Story, as_of: datetime | None = None, /, **settled: str) -> WorkAccount:
    account = obligation(story, "continuous-work", as_of, **settled).account
    assert isinstance(account, WorkAccount)
    return account


def test_a_response_is_told_from_its_start_over_its_days_to_what_answered() -> None:
    story = told()
    respond(story, "2024-05-02", "10:00")
    account = response(story)
    assert (account.not_covered, account.started_by, account.answered_by) == (None, "opened", "responded")
    assert account.start == to_micros(at("2024-04-26", "17:00"))
    (part,) = account.parts
    assert (part.priority, part.effective, part.outcome) == (2, part.account.due, account.outcome)
    assert len(part.account.days) == 8
    start, answered, due = at("2024-04-26", "17:00"), at("2024-05-02", "10:00"), at("2024-05-03", "11:00")
    assert account.to_wire() == {
        "not_covered": None,
        "started_by": "opened",
        "start": printed(start),
        "segments": [
            {
                "from": printed(start),
                "priority": 2,
                "count": part.account.to_wire(),
                "due": printed(due),
                "decides": True,
            }
        ],
        "answered_by": "responded",
        "answered_at": printed(answered),
        "verdict": "met",
        "due": printed(due),
        "at": printed(answered),
    }


@pytest.mark.parametrize(
    ("settled", "starts", "dues", "bound"),
    [
        ({}, ["26 17:00", "26 17:00"], ["03 11:00", "27 17:00"], ["12 working hours", "24 hours"]),
        ({"reprioritized_clock": "from-change"}, ["26 17:00", "26 18:00"], ["03 11:00", "27 18:00"], None),
        ({"reprioritized_clock": "tightest"}, ["26 17:00", "26 17:00"], ["03 11:00", "27 17:00"], None),
    ],
)
def test_each_priority_segment_is_told_with_the_count_that_bound_it(
    settled: dict[str, str], starts: list[str], dues: list[str], bound: list[str] | None
) -> None:
    story = told()
    change(story, "2024-04-26", "18:00", 1)
    account = response(story, at("2024-04-26", "19:00"), **settled)
    assert [part.account.start for part in account.parts] == [to_micros(at("2024-04-26", text[3:])) for text in starts]
    expected = [to_micros(at(f"2024-{'05' if text[:2] == '03' else '04'}-{text[:2]}", text[3:])) for text in dues]
    assert [part.account.due for part in account.parts] == expected
    assert [part.priority for part in account.parts] == [2, 1]
    if bound is not None:
        assert [part.account.amount for part in account.parts] == bound


def test_the_tightest_deadline_is_told_with_the_count_it_came_from() -> None:
    story = told(priority=1)
    change(story, "2024-04-26", "18:00", 4)
    account = response(story, at("2024-04-26", "19:00"), reprioritized_clock="tightest")
    assert [part.account.amount for part in account.parts] == ["24 hours", "24 hours"]
    assert [part.priority for part in account.parts] == [1, 4]
    literal = response(story, at("2024-04-26", "19:00"))
    assert [part.account.amount for part in literal.parts] == ["24 hours", "24 working hours"]


def test_a_deadline_that_was_past_when_the_priority_changed_binds_from_the_change() -> None:
    story = told("premium", priority=4)
    change(story, "2024-04-27", "12:00", 1)
    account = response(story, at("2024-04-27", "12:00"))
    last = account.parts[-1]
    assert (last.account.due, last.effective) == (
        to_micros(at("2024-04-26", "23:00")),
        to_micros(at("2024-04-27", "12:00")),
    )
    assert last.to_wire()["due"] == printed(at("2024-04-27", "12:00"))


def test_a_closing_that_answered_is_named() -> None:
    story = told()
    resolve(story, "2024-04-26", "17:30")
    assert response(story).answered_by == "incident.resolved.v1"


def test_a_reply_is_named_only_where_any_reply_answers() -> None:
    story = told()
    report(story, "2024-04-26", "17:30")
    resolve(story, "2024-04-26", "17:30")
    assert response(story).answered_by == "incident.resolved.v1"
    assert response(story, response_kind="any-reply").answered_by == "status-reported"


def test_a_confirmation_that_answered_is_named() -> None:
    story = told()
    story.incident("confirmed", at("2024-04-26", "17:10"), {"to": "ivanova@example.org"})
    account = response(story, response_kind="any-reply")
    assert (account.answered_by, account.answered_at) == ("confirmed", to_micros(at("2024-04-26", "17:10")))


def test_a_clock_not_answered_names_nothing() -> None:
    account = response(told())
    assert (account.answered_by, account.answered_at) == (None, None)


def test_the_confirmed_clock_is_told_with_its_start_or_without_one() -> None:
    story = told()
    account = response(story, clock_start="confirmed")
    assert (account.started_by, account.start, account.parts) == ("confirmed", None, ())
    story.incident("confirmed", at("2024-04-26", "17:10"), {"to": "ivanova@example.org"})
    assert response(story, clock_start="confirmed").start == to_micros(at("2024-04-26", "17:10"))


def test_a_later_episode_is_told_only_where_its_clock_runs() -> None:
    story = told()
    resolve(story, "2024-04-26", "17:30")
    story.incident("reopened", at("2024-04-27", "10:00"), {"reason": "again"}, actor="customer")
    not_applicable = obligation(story, "response-2").account
    assert isinstance(not_applicable, ResponseAccount)
    assert (not_applicable.started_by, not_applicable.parts) == (None, ())
    assert not_applicable.outcome.verdict == "not-applicable"
    account = obligation(story, "response-2", reopened_clock="restarts").account
    assert isinstance(account, ResponseAccount)
    assert (account.started_by, account.start) == ("reopened", to_micros(at("2024-04-27", "10:00")))


@pytest.mark.parametrize(
    ("terms", "reason"),
    [
        ({"edition": "community"}, "edition"),
        ({"licence": {"from": "2024-01-01", "until": "2024-04-25"}}, "licence"),
        ({"licence": {"from": "2024-04-27", "until": "2024-12-31"}}, "licence"),
        ({"channel": "phone"}, "channel"),
    ],
)
def test_what_is_not_covered_is_told_with_its_reason(terms: dict[str, Any], reason: str) -> None:
    story = told(**terms)
    for account in (response(story), work(story)):
        assert account.not_covered == reason
        assert account.outcome.verdict == "not-covered"
        assert account.to_wire()["not_covered"] == reason


@pytest.mark.parametrize("licence", [("2024-04-26", "2024-12-31"), ("2024-01-01", "2024-04-26")])
def test_a_channel_is_the_reason_on_the_first_and_on_the_last_day_of_the_licence(licence: tuple[str, str]) -> None:
    story = told(channel="phone", licence={"from": licence[0], "until": licence[1]})
    assert response(story).not_covered == "channel"


def test_what_lapses_with_the_licence_is_told_with_the_days_that_led_there() -> None:
    story = told(licence={"from": "2024-01-01", "until": "2024-04-26"})
    account = response(story, at("2024-05-03", "09:00"), licence_lapse="in-term-throughout")
    assert (account.not_covered, account.outcome.verdict, len(account.parts)) == ("licence", "not-covered", 1)


def test_continuous_work_is_told_with_what_was_owed_worked_and_left() -> None:
    story = told("premium+", priority=1, work_gap_tolerance="PT30M")
    respond(story, "2024-04-26", "18:00")
    story.incident("work-started", at("2024-04-26", "18:30"), {"engineer": "e-1"}, actor="engineer")
    story.incident("work-stopped", at("2024-04-26", "19:00"), {"engineer": "e-1"}, actor="engineer")
    account = work(story, at("2024-04-26", "20:00"))
    spans = [to_micros(at("2024-04-26", clock)) for clock in ("18:00", "18:30", "19:00", "20:00")]
    assert (account.owed, account.worked, account.hours) == (
        ((spans[0], spans[3]),),
        ((spans[1], spans[2]),),
        "service",
    )
    opens, starts, stops, ends = [print_micros(span) for span in spans]
    wire = account.to_wire()
    assert wire == {
        "not_covered": None,
        "hours": "service",
        "owed": [[opens, ends]],
        "worked": [[starts, stops]],
        "tolerance_seconds": 1800,
        "verdict": "breached",
        "due": None,
        "at": stops,
        "uncovered": [[opens, starts], [stops, ends]],
    }
    assert isinstance(wire["tolerance_seconds"], int)


def test_continuous_work_that_does_not_apply_is_told_without_hours() -> None:
    account = work(told())
    assert (account.hours, account.owed, account.worked, account.outcome.verdict) == (None, (), (), "not-applicable")


def disputed() -> Story:
    """Due on Friday, with the worked Saturday on Thursday already; answered in between."""
    story = told()
    respond(story, "2024-05-02", "12:00")
    return story


def test_each_decisive_question_is_contrasted_by_readings_that_differ_in_the_breach() -> None:
    found = obligation(disputed())
    assert [contrast.question for contrast in found.contrasts] == list(found.verdict.decisive)
    for contrast in found.contrasts:
        assert len({side.outcome.breached for side in contrast.sides}) == 2
    saturdays = next(contrast for contrast in found.contrasts if contrast.question == "working-saturdays")
    assert saturdays.to_wire() == {
        "question": "working-saturdays",
        "clause": "PROG-BASIC",
        "given": {},
        "options": [
            {
                "option": "not-served",
                "verdict": "met",
                "due": printed(at("2024-05-03", "11:00")),
                "at": printed(at("2024-05-02", "12:00")),
            },
            {
                "option": "served",
                "verdict": "breached",
                "due": printed(at("2024-05-02", "11:00")),
                "at": printed(at("2024-05-02", "11:00")),
            },
        ],
    }


def test_a_contrast_that_needs_another_reading_names_it_and_stays_as_literal_as_can_be() -> None:
    story = told()
    story.incident("confirmed", at("2024-04-26", "18:00"), {"to": "ivanova@example.org"})
    respond(story, "2024-05-02", "11:30")
    found = obligation(story)
    assert found.verdict.literal.verdict == "met"
    late = next(contrast for contrast in found.contrasts if contrast.question == "clock-start")
    assert late.given == {"working-saturdays": "served"}
    assert [(side.option, side.outcome.breached) for side in late.sides] == [("received", True), ("confirmed", False)]
    saturdays = next(contrast for contrast in found.contrasts if contrast.question == "working-saturdays")
    assert saturdays.given == {}


def test_of_the_readings_that_show_a_contrast_the_one_nearest_to_the_literal_is_taken() -> None:
    far, near, other = "calendar-changes", "corrections", "clock-start"

    def judged(ask: Ask) -> Outcome:
        unusual = {name: ask(name) != OPTIONS[name][0] for name in (far, near, other, "response-kind")}
        shown = unusual[far] or (unusual[near] and unusual[other])
        return Outcome("breached", 1, 1) if shown and unusual["response-kind"] else Outcome("met", 1, 1)

    diagram: Diagram[Found] = Readings({}).explore(judged)
    found = _contrast(case(told()), "response-kind", diagram, support(diagram))
    assert found.given == {far: OPTIONS[far][1]}


def test_what_was_entered_late_is_explained_as_the_reading_counts_it() -> None:
    story = told()
    data = {"engineer": "e-1", "channel": "email"}
    answered, entered = at("2024-04-26", "17:10"), at("2024-04-26", "17:40")
    story.incident("responded", answered, data, actor="engineer", recorded=entered)
    assert response(story).answered_at == to_micros(answered)
    assert response(story, late_entries="as-recorded").answered_at == to_micros(entered)


def test_an_explanation_carries_the_duties_of_its_verdict() -> None:
    found = explained(told())
    assert found.duties == found.verdict.duties != ()


def test_an_explanation_says_what_was_settled_and_by_whom() -> None:
    story = disputed()
    data = {"question": "working-saturdays", "option": "served", "effective_from": "2024-01-01"}
    story.lines.insert(1, {**story.lines[0], "type": "contract.reading-agreed.v1", "id": f"{9:032}", "data": data})
    story.lines[1]["id"] = "00000000-0000-0000-0000-000000000099"
    wire = explained(story, short_days="shortened").to_wire()
    assert wire["agreed"] == {"working-saturdays": "served"}
    assert wire["settled"] == {"working-saturdays": "served", "short-days": "shortened"}
    assert wire["incident"] == INCIDENT
    names = [one["obligation"] for one in wire["obligations"]]
    assert names == ["response", "continuous-work"]
    assert {"account", "contrasts", "readings"} <= wire["obligations"][0].keys()


def test_the_account_gives_the_due_instant_of_the_verdict() -> None:
    story = disputed()
    for settled in ({}, {"working_saturdays": "served"}, {"decreed_days": "not-served"}):
        found = obligation(story, **settled)
        assert isinstance(found.account, ResponseAccount)
        assert found.account.parts[-1].effective == found.verdict.literal.due


def test_a_judgement_names_its_obligations_in_order() -> None:
    story = told()
    resolve(story, "2024-04-26", "17:30")
    story.incident("reopened", at("2024-04-27", "10:00"), {"reason": "again"}, actor="customer")
    judgement = Judgement(case(story))
    assert [(name, clause) for name, clause, _ in judgement.obligations] == [
        ("response", "RESPONSE"),
        ("response-2", "RESPONSE"),
        ("continuous-work", "P1-CONTINUOUS"),
    ]
