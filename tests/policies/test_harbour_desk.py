"""Another provider's contract is another file: incidents are judged by it as its own text says."""

from datetime import datetime
from typing import Any

import pytest

from schemas.policy import parse_policy
from tests.policies.harbour import LATER, POLICY, TEXT, Harbour, digest, summer, winter
from tests.scenarios.story import obligation, printed


def response(story: Harbour, as_of: datetime | None = None, /, **reading: str) -> dict[str, Any]:
    return obligation(story.judged(as_of, None, **reading), "response")


def due(story: Harbour, as_of: datetime | None = None, /, **reading: str) -> str:
    found = response(story, as_of, **reading)["literal"]["due"]
    assert isinstance(found, str)
    return found


def opened(level: str, occurred: datetime, priority: int, **terms: Any) -> Harbour:
    story = Harbour(level, **terms)
    story.open(occurred, priority)
    return story


# 2024: 29 March is a Friday, the clock is put forward in the night to Sunday, 31 March, and back on 27 October.


def test_working_hours_are_counted_in_two_windows_a_day_from_tuesday_to_saturday() -> None:
    # Saturday 15-17 gives two hours, Tuesday 8-12 the other four; Sunday and Monday are not served.
    story = opened("bronze", winter("2024-03-30 15:00"), 2)
    assert due(story) == printed(summer("2024-04-02 12:00"))


def test_the_break_at_noon_is_not_served() -> None:
    # Wednesday 11-12 and 13-17 give five hours, Thursday 8-9 the sixth.
    assert due(opened("bronze", summer("2024-04-03 11:00"), 2)) == printed(summer("2024-04-04 09:00"))
    assert due(opened("bronze", summer("2024-04-03 12:30"), 2)) == printed(summer("2024-04-04 10:00"))


def test_a_short_day_ends_an_hour_early_because_the_text_says_so() -> None:
    story = Harbour("bronze")
    story.publish(2024, winter("2015-12-03 08:00"), shortened=["2024-03-30"])
    story.open(winter("2024-03-30 15:00"), 2)
    # One hour on Saturday, four on Tuesday morning, one after the break.
    assert due(story) == printed(summer("2024-04-02 14:00"))
    assert response(story)["depends_on"] == ["clock-start"]


def test_a_worked_monday_and_a_holiday_count_because_the_text_says_so() -> None:
    story = Harbour("bronze")
    lists = {"working_weekends": ["2024-03-31"], "holidays": ["2024-04-02"], "days_off": ["2024-04-03"]}
    story.publish(2024, winter("2015-12-03 08:00"), **lists)
    story.open(winter("2024-03-30 15:00"), 2)
    # Two hours on Saturday, four on the worked Sunday.
    assert due(story) == printed(summer("2024-03-31 12:00"))
    later = Harbour("bronze")
    later.publish(2024, winter("2015-12-03 08:00"), **lists)
    later.open(winter("2024-03-30 15:00"), 3)
    # Two hours on Saturday, eight on Sunday, the last two on Thursday.
    assert due(later) == printed(summer("2024-04-04 10:00"))


def test_hours_run_from_the_next_opening_on() -> None:
    assert due(opened("bronze", summer("2024-03-31 10:00"), 1)) == printed(summer("2024-04-02 16:00"))
    assert due(opened("bronze", summer("2024-04-03 12:30"), 1)) == printed(summer("2024-04-03 21:00"))
    assert due(opened("bronze", summer("2024-04-03 11:30"), 1)) == printed(summer("2024-04-03 19:30"))


def test_hours_are_counted_across_the_night_in_which_the_clock_is_put_forward() -> None:
    # An hour until 22:00, another from 6:00 summer time.
    assert due(opened("silver", winter("2024-03-30 21:00"), 1)) == printed(summer("2024-03-31 07:00"))


def test_hours_are_counted_across_the_night_in_which_the_clock_is_put_back() -> None:
    assert due(opened("silver", summer("2024-10-26 20:00"), 2)) == printed(winter("2024-10-27 10:00"))


def test_minutes_run_through_the_hour_that_the_clock_skips() -> None:
    assert due(opened("gold", winter("2024-03-31 01:45"), 1)) == printed(summer("2024-03-31 03:15"))


def test_a_holiday_leaves_open_only_what_the_text_leaves_open() -> None:
    story = Harbour("silver")
    story.publish(2024, winter("2015-12-03 08:00"), holidays=["2024-03-31"])
    story.open(winter("2024-03-30 21:00"), 1)
    found = response(story)
    assert found["depends_on"] == ["clock-start", "premium-holidays"]
    assert due(story) == printed(summer("2024-03-31 07:00"))
    assert due(story, None, premium_holidays="not-served") == printed(summer("2024-04-01 07:00"))


def test_what_the_text_does_not_leave_open_is_read_literally() -> None:
    story = opened("gold", winter("2024-02-06 10:00"), 1)
    story.incident("status-reported", winter("2024-02-06 10:10"), {"summary": "we look"}, actor="engineer")
    story.incident("confirmed", winter("2024-02-06 10:20"), {"to": "ivanova@example.org"})
    answered = winter("2024-02-06 10:25")
    data = {"engineer": "e-1", "channel": "portal"}
    story.incident("responded", answered, data, actor="engineer", recorded=winter("2024-02-06 18:00"))
    found = response(story)
    assert found["depends_on"] == ["clock-start"]
    assert found["literal"] == {"verdict": "met", "due": printed(winter("2024-02-06 10:30")), "at": printed(answered)}


def test_a_question_that_the_text_closes_can_still_be_agreed_or_asked_for() -> None:
    story = opened("gold", winter("2024-02-06 10:00"), 1)
    story.incident("status-reported", winter("2024-02-06 10:10"), {"summary": "we look"}, actor="engineer")
    assert response(story)["literal"]["verdict"] == "running"
    assert response(story, None, response_kind="any-reply")["literal"]["verdict"] == "met"


def test_a_change_of_priority_is_counted_by_the_targets_of_this_policy() -> None:
    story = opened("gold", winter("2024-02-06 10:00"), 4)
    data = {"priority": 1, "requested_by": "customer"}
    story.incident("reprioritized", winter("2024-02-06 10:10"), data, actor="customer")
    expected = {"from-opening": "10:30", "from-change": "10:40", "tightest": "10:30"}
    for option, clock in expected.items():
        found = due(story, winter("2024-02-06 10:15"), reprioritized_clock=option)
        assert found == printed(winter(f"2024-02-06 {clock}"))


@pytest.mark.parametrize(
    ("level", "edition", "channel", "verdict"),
    [
        ("bronze", "enterprise", "portal", "running"),
        ("bronze", "public", "portal", "running"),
        ("bronze", "commercial", "portal", "not-covered"),
        ("bronze", "enterprise", "chat", "not-covered"),
        ("silver", "enterprise", "chat", "running"),
        ("silver", "enterprise", "email", "not-covered"),
        ("gold", "enterprise", "pager", "running"),
    ],
)
def test_editions_and_channels_are_those_of_this_policy(level: str, edition: str, channel: str, verdict: str) -> None:
    story = Harbour(level, edition=edition)
    story.open(winter("2024-02-06 10:00"), 4, channel)
    assert response(story)["literal"]["verdict"] == verdict


def test_the_licence_goes_by_the_local_date_of_this_policy() -> None:
    licence = {"from": "2024-01-01", "until": "2024-06-30"}
    in_time = opened("gold", summer("2024-06-30 23:59"), 4, licence=licence)
    assert response(in_time)["literal"]["verdict"] == "running"
    too_late = opened("gold", summer("2024-07-01 00:00"), 4, licence=licence)
    assert response(too_late)["literal"]["verdict"] == "not-covered"


def test_continuous_work_is_owed_at_the_priority_of_this_policy() -> None:
    story = opened("gold", winter("2024-02-06 10:00"), 2)
    story.respond(winter("2024-02-06 10:05"))
    found = obligation(story.judged(winter("2024-02-06 11:00")), "continuous-work")
    assert (found["clause"], found["literal"]["verdict"]) == ("NO-PAUSE", "breached")
    assert found["literal"]["at"] == printed(winter("2024-02-06 10:05"))
    graver = opened("gold", winter("2024-02-06 10:00"), 1)
    assert obligation(graver.judged(), "continuous-work")["literal"]["verdict"] == "not-applicable"


def test_clauses_are_those_of_this_policy() -> None:
    line = opened("gold", winter("2024-02-06 10:00"), 1).judged()
    assert line["policy"] == {"id": POLICY, "version": "2024", "sha256": digest(TEXT)}
    assert [duty["clause"] for duty in line["duties"]] == ["ACK", "TELL", "DONE", "NOT-OURS", "CALL-BACK", "SHIP"]
    assert line["obligations"][0]["clause"] == "REACT"


def test_a_missing_calendar_is_named_with_this_jurisdiction() -> None:
    story = opened("bronze", winter("2026-02-03 10:00"), 2)
    assert story.judged()["error"] == {"problem": "calendar-missing", "jurisdiction": "DE", "year": 2026}
    needs_none = opened("gold", winter("2026-02-03 10:00"), 2)
    assert due(needs_none) == printed(winter("2026-02-03 12:00"))


ADOPTED_AGAIN = winter("2024-02-06 09:00")


def twice_adopted(occurred: datetime) -> Harbour:
    """The policy adopted again while incidents come in; lines in the order in which they were recorded."""
    story = Harbour("gold")
    story.adopt(LATER, ADOPTED_AGAIN)
    story.open(occurred, 1)
    story.lines.sort(key=lambda line: datetime.fromisoformat(line["recorded_at"]))
    return story


@pytest.mark.parametrize(
    ("occurred", "version", "minutes"),
    [("08:59", "2024", 30), ("09:00", "2025", 45), ("09:01", "2025", 45)],
)
def test_the_version_in_force_when_the_opening_was_recorded_judges_for_life(
    occurred: str, version: str, minutes: int
) -> None:
    start = winter(f"2024-02-06 {occurred}")
    line = twice_adopted(start).judged(winter("2024-02-07 10:00"))
    assert line["policy"]["version"] == version
    found = datetime.fromisoformat(obligation(line, "response")["literal"]["due"])
    assert (found - start).total_seconds() == minutes * 60


def test_what_was_opened_before_any_adoption_is_judged_by_the_first() -> None:
    story = Harbour("gold")
    story.open(winter("2016-01-05 10:00"), 1)
    adoption = next(line for line in story.lines if line["type"] == "policy.adopted.v1")
    story.lines.remove(adoption)
    recorded = winter("2016-01-05 10:10").isoformat()
    story.lines.append({**adoption, "occurred_at": recorded, "recorded_at": recorded})
    story.lines[2]["data"]["level"] = "premium"
    lacking = {"problem": "level-missing", "policy": "harbour-desk", "level": "premium", "contract": "C-001"}
    assert story.judged()["error"] == lacking
    assert story.judged(winter("2016-01-05 10:09"))["policy"]["id"] == "tron-asoc"


def test_an_adopted_text_that_is_not_at_hand_is_an_error_that_names_it() -> None:
    story = opened("gold", winter("2024-02-06 10:00"), 1)
    line = story.judged(None, {})
    error = {"problem": "policy-text-missing", "policy": POLICY, "expected": digest(TEXT)}
    assert line["error"] == error
    assert set(line) == {"incident", "as_of", "error"}


def test_a_text_of_another_hash_is_an_error_that_names_both() -> None:
    story = opened("gold", winter("2024-02-06 10:00"), 1)
    line = story.judged(None, {digest(LATER): LATER})
    assert line["error"] == {
        "problem": "policy-mismatch",
        "policy": POLICY,
        "expected": digest(TEXT),
        "found": digest(LATER),
    }


def test_one_changed_byte_is_another_text() -> None:
    story = opened("gold", winter("2024-02-06 10:00"), 1)
    touched = TEXT + b"\n"
    assert story.judged(None, {digest(touched): touched})["error"]["problem"] == "policy-mismatch"


def test_the_text_says_what_it_says() -> None:
    policy = parse_policy(TEXT)
    assert [amount.text for amount in policy.targets("gold")] == ["30 minutes", "2 hours", "4 hours", "8 hours"]
    assert len(policy.closed_questions) == 16
