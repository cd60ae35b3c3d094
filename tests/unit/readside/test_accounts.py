"""The arithmetic in words: each way of counting shows what was counted, from when, and what decided."""

from typing import Any

import pytest

from tests.integration.cli.histories import Line, contract, write
from tests.unit.cli.calls import call
from tests.unit.readside.told import INCIDENT, later, opened


def explained(tmp_path_factory: pytest.TempPathFactory, lines: list[Line], *arguments: str) -> list[str]:
    first = [] if lines[0]["type"].startswith("contract.") else [contract()]
    path = write(tmp_path_factory.mktemp("told") / "told.jsonl", [*first, *lines])
    answer = call("explain", INCIDENT, "--file", path, "--calendars", "RU", *arguments)
    assert answer.code == 0, answer.talk
    return [" ".join(line.split()) for line in answer.text.splitlines()]


# Friday evening, after closing. Saturday 27 April 2024 was a working day, Monday to Wednesday days off and a holiday.
GRAVE = opened("2024-04-26T20:00:00+03:00", priority=1)
EVENING = "Fri 2024-04-26 20:00 = 2024-04-26T17:00:00Z"
UNTIL = ("--as-of", "2024-05-02T08:00:00+03:00")


@pytest.mark.parametrize(
    ("option", "told"),
    [
        (
            "clock",
            [
                f"24 hours by the clock, day and night, from {EVENING}",
                "Due Sat 2024-04-27 20:00 = 2024-04-27T17:00:00Z",
            ],
        ),
        (
            "roll-to-opening",
            [
                f"24 hours by the clock from {EVENING}; outside service hours it moves to the next opening:",
                "Sat 2024-04-27 — working weekend day, not served",
                "Sun 2024-04-28 — no service on this weekday",
                "Mon 2024-04-29 – Tue 2024-04-30 — day off by decree",
                "Wed 2024-05-01 — public holiday",
                "Due Thu 2024-05-02 09:00 = 2024-05-02T06:00:00Z",
            ],
        ),
        (
            "from-opening-of-service",
            [
                f"24 hours by the clock, from the first moment of service at or after {EVENING}:",
                "Fri 2024-04-26 — outside service hours",
                "Due Fri 2024-05-03 09:00 = 2024-05-03T06:00:00Z",
            ],
        ),
        (
            "service",
            [
                f"24 hours, counted in service hours from {EVENING}:",
                "Thu 2024-05-02 09:00–18:00 9 h Σ 9 h",
                "Fri 2024-05-03 09:00–18:00 9 h Σ 18 h",
                "Sat 2024-05-04 – Sun 2024-05-05 — no service on this weekday",
                "Mon 2024-05-06 09:00–15:00 6 h Σ 24 h",
                "Due Mon 2024-05-06 15:00 = 2024-05-06T12:00:00Z",
            ],
        ),
    ],
)
def test_each_reading_of_the_hours_shows_what_it_counts(
    tmp_path_factory: pytest.TempPathFactory, option: str, told: list[str]
) -> None:
    lines = explained(tmp_path_factory, [GRAVE], *UNTIL, "--reading", f"basic-p1-hours={option}")
    assert [line for line in told if line not in lines] == []


def test_a_served_working_weekend_and_a_shortened_day_say_so(tmp_path_factory: pytest.TempPathFactory) -> None:
    lines = explained(
        tmp_path_factory,
        [opened("2024-04-26T17:00:00+03:00", priority=2)],
        *("--reading", "working-saturdays=served", "--reading", "short-days=shortened"),
    )
    assert any(line.startswith("Sat 2024-04-27") and line.endswith("working weekend day, served") for line in lines)
    lines = explained(
        tmp_path_factory, [opened("2024-05-08T10:00:00+03:00", priority=2)], "--reading", "short-days=shortened"
    )
    assert any(line.startswith("Wed 2024-05-08 10:00–17:00") and "closes an hour early" in line for line in lines)


def test_a_day_made_non_working_by_decree_says_so(tmp_path_factory: pytest.TempPathFactory) -> None:
    old = contract() | {"occurred_at": "2020-01-09T09:00:00+03:00"}
    april = opened("2020-04-06T10:00:00+03:00", priority=2)
    lines = explained(tmp_path_factory, [old, april], "--reading", "decreed-days=not-served")
    assert any("made non-working by decree" in line for line in lines)


def test_the_bound_deadline_of_the_tightest_reading_is_the_earlier_one(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    lower = later("reprioritized", "2024-04-08T11:00:00+03:00", {"priority": 4, "requested_by": "customer"}, "customer")
    lines = explained(
        tmp_path_factory,
        [opened("2024-04-08T10:00:00+03:00", priority=2), lower],
        *("--reading", "reprioritized-clock=tightest"),
    )
    assert lines.count("Due Tue 2024-04-09 13:00 = 2024-04-09T10:00:00Z") == 2


def test_a_deadline_before_its_priority_binds_when_the_priority_is_in_force(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    higher = later(
        "reprioritized", "2024-04-10T10:00:00+03:00", {"priority": 2, "requested_by": "customer"}, "customer"
    )
    lines = explained(tmp_path_factory, [opened("2024-04-08T10:00:00+03:00", priority=4), higher])
    assert (
        "A deadline does not bind before its priority is in force, so it binds "
        "Wed 2024-04-10 10:00 = 2024-04-10T07:00:00Z" in lines
    )


@pytest.mark.parametrize(
    ("terms", "told"),
    [
        ({"edition": "community"}, "Not covered: the edition is not one that the programme is for."),
        (
            {"licence": {"from": "2020-01-01", "until": "2024-04-07"}},
            "Not covered: the licence was not in force.",
        ),
    ],
)
def test_what_is_not_covered_says_why(
    tmp_path_factory: pytest.TempPathFactory, terms: dict[str, Any], told: str
) -> None:
    lines = explained(tmp_path_factory, [contract(**terms), opened("2024-04-08T10:00:00+03:00")])
    assert lines.count(told) == 2


def test_a_channel_that_the_level_does_not_have_says_so(tmp_path_factory: pytest.TempPathFactory) -> None:
    by_phone = opened("2024-04-08T10:00:00+03:00")
    by_phone["data"]["channel"] = "phone"
    lines = explained(tmp_path_factory, [by_phone])
    assert "Not covered: it came through a channel that the level does not have." in lines


def test_a_clock_that_waits_for_the_confirmation_has_not_started(tmp_path_factory: pytest.TempPathFactory) -> None:
    lines = explained(tmp_path_factory, [opened("2024-04-08T10:00:00+03:00")], "--reading", "clock-start=confirmed")
    assert "The clock has not started: the incident was never confirmed." in lines


def test_the_episode_after_a_reopening_has_a_clock_only_where_it_restarts(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    story = [
        opened("2024-04-08T10:00:00+03:00"),
        later("responded", "2024-04-08T11:00:00+03:00", {"engineer": "e-17", "channel": "email"}),
        later("resolved", "2024-04-08T12:00:00+03:00", {"summary": "It works"}),
        later("reopened", "2024-04-09T10:00:00+03:00", {"reason": "It is back"}, "customer"),
    ]
    assert "No response clock of its own runs after the customer came back." in explained(tmp_path_factory, story)
    restarted = explained(tmp_path_factory, story, "--reading", "reopened-clock=restarts")
    assert (
        "The clock started when the customer came back: Tue 2024-04-09 10:00 = 2024-04-09T07:00:00Z (position 5)"
        in restarted
    )


def test_continuous_work_shows_what_was_owed_worked_and_left_undone(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    story = [
        contract(work_gap_tolerance="PT30M"),
        opened("2024-04-08T10:00:00+03:00", priority=1),
        later("responded", "2024-04-08T10:10:00+03:00", {"engineer": "e-17", "channel": "email"}),
        later("work-started", "2024-04-08T11:00:00+03:00", {"engineer": "e-17"}),
        later("mitigated", "2024-04-08T12:00:00+03:00", {"how": "restarted"}),
    ]
    lines = explained(tmp_path_factory, story)
    assert "While the priority asked for it: 1 h 50 min" in lines
    assert "Worked by all engineers together: 1 h" in lines
    assert "Owed and not worked: 50 min" in lines
    assert "Tolerated by the contract: 30 min" in lines
    assert "Result: breached Mon 2024-04-08 10:40 = 2024-04-08T07:40:00Z, 50 min without work" in lines


def test_what_was_entered_late_or_corrected_names_its_places_in_the_record(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    answer = later(
        "responded",
        "2024-04-08T11:00:00+03:00",
        {"engineer": "e-17", "channel": "email"},
        recorded_at="2024-04-08T12:00:00+03:00",
    )
    correction = later(
        "corrected",
        "2024-04-09T11:00:00+03:00",
        {
            "event": answer["id"],
            "field": "occurred_at",
            "was": answer["occurred_at"],
            "now": "2024-04-08T10:30:00+03:00",
            "reason": "the letter is dated so",
            "agreed_by_other_party": True,
        },
        "customer",
    )
    story = [opened("2024-04-08T10:00:00+03:00"), answer, correction]
    lines = explained(tmp_path_factory, story)
    assert (
        "The clock started when the incident came in: Mon 2024-04-08 10:00 = 2024-04-08T07:00:00Z (position 2)" in lines
    )
    assert (
        "Answer: responded, Mon 2024-04-08 10:30 = 2024-04-08T07:30:00Z "
        "(position 3; corrected at position 4, recorded as Mon 2024-04-08 11:00 = 2024-04-08T08:00:00Z)" in lines
    )
    before = explained(tmp_path_factory, story, "--as-of", "2024-04-08T13:00:00+03:00")
    assert (
        "Answer: responded, Mon 2024-04-08 11:00 = 2024-04-08T08:00:00Z "
        "(position 3; recorded Mon 2024-04-08 12:00 = 2024-04-08T09:00:00Z, 1 h after it happened)" in before
    )
