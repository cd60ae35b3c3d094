"""The response: what starts its clock, what stops it, which deadline binds (READINGS.md, Response)."""

from collections.abc import Callable

import pytest

from projections.priorities import Segment, effective_changes
from projections.response import NOT_COVERED, Race, Walk, race
from schemas.verdicts import Outcome
from tests.unit.judgement.telling import FOREVER, Telling, never, reading

TARGETS = {1: 10, 2: 100, 3: 200, 4: 300}
AS_OF = 10_000


def due(start: int, priority: int, ask: Callable[[str], str]) -> int:
    assert ask is never or ask("premium-hours") == "clock"
    return start + TARGETS[priority]


def walk(run: Race, as_of: int = AS_OF, lapses_at: int = FOREVER, **options: str) -> Outcome:
    return Walk(due, as_of, lapses_at).outcome(run, reading(**options))


def clock(response: int | None, *changes: tuple[int, int], start: int = 0, first: int = 2) -> Race:
    return Race(start, (Segment(start, first), *(Segment(*change) for change in changes)), response)


def raced(told: Telling, episode: int = 1, as_of: int = FOREVER, **options: str) -> Race:
    counted = told.counted(as_of, **options)
    ask = reading(**options)
    return race(counted, episode, effective_changes(counted, ask), ask)


def test_a_response_before_the_deadline_met_it() -> None:
    assert walk(clock(99)) == Outcome("met", 100, 99)


def test_a_response_exactly_at_the_deadline_met_it() -> None:
    assert walk(clock(100)) == Outcome("met", 100, 100)


def test_a_response_after_the_deadline_came_after_a_breach_at_the_deadline() -> None:
    assert walk(clock(101)) == Outcome("breached", 100, 100)


def test_without_a_response_it_runs_until_the_deadline_and_is_breached_at_it() -> None:
    assert walk(clock(None), as_of=99) == Outcome("running", 100)
    assert walk(clock(None), as_of=100) == Outcome("breached", 100, 100)


def test_one_priority_asks_no_question_about_changes() -> None:
    assert Walk(due, AS_OF, FOREVER).outcome(clock(50), never) == Outcome("met", 100, 50)


def test_a_response_before_the_start_met_the_first_deadline() -> None:
    assert walk(clock(5, (60, 1), start=50)) == Outcome("met", 150, 5)


@pytest.mark.parametrize(("option", "deadline"), [("from-opening", 210), ("from-change", 250), ("tightest", 110)])
def test_after_a_change_the_deadline_is_counted_as_read(option: str, deadline: int) -> None:
    run = clock(None, (50, 3), start=10)
    assert walk(run, as_of=60, reprioritized_clock=option) == Outcome("running", deadline)


def test_the_tightest_deadline_is_that_of_any_priority_so_far() -> None:
    run = clock(None, (5, 1), (8, 4))
    assert walk(run, as_of=9, reprioritized_clock="tightest") == Outcome("running", 10)
    assert walk(clock(None, (5, 4), (8, 3)), as_of=9, reprioritized_clock="tightest") == Outcome("running", 100)


def test_a_change_that_would_have_been_due_before_it_was_made_is_due_at_once() -> None:
    assert walk(clock(50, (50, 1))) == Outcome("met", 50, 50)
    assert walk(clock(51, (50, 1))) == Outcome("breached", 50, 50)


def test_a_breach_stays_although_the_priority_was_lowered_later() -> None:
    assert walk(clock(150, (101, 3))) == Outcome("breached", 100, 100)


def test_a_deadline_replaced_at_the_very_instant_it_fell_due_binds_no_more() -> None:
    assert walk(clock(150, (100, 3))) == Outcome("met", 200, 150)


def test_a_response_at_the_very_instant_of_a_change_meets_the_deadline_after_it() -> None:
    assert walk(clock(50, (50, 3))) == Outcome("met", 200, 50)


def test_a_response_before_a_change_meets_the_deadline_before_it() -> None:
    assert walk(clock(49, (50, 3))) == Outcome("met", 100, 49)


def test_each_segments_deadline_is_looked_at_in_turn() -> None:
    assert walk(clock(400, (50, 3), (150, 4))) == Outcome("breached", 300, 300)
    assert walk(clock(400, (50, 3), (201, 4))) == Outcome("breached", 200, 200)


def test_the_walk_ends_with_the_segment_that_decides() -> None:
    steps = list(Walk(due, AS_OF, FOREVER).steps(clock(150, (50, 3), (160, 4)), reading()))
    assert [(step.segment.at, step.due, step.effective, step.outcome) for step in steps] == [
        (0, 100, 100, None),
        (50, 200, 200, Outcome("met", 200, 150)),
    ]


def test_a_step_tells_its_own_deadline_and_the_one_that_bound() -> None:
    steps = list(Walk(due, 55, FOREVER).steps(clock(None, (50, 1)), reading()))
    assert [(step.due, step.effective) for step in steps] == [(100, 100), (10, 50)]


def test_without_the_confirmation_that_starts_it_the_clock_runs_or_was_met_without_a_due_instant() -> None:
    assert walk(Race(None, (), None), lapses_at=0, licence_lapse="in-term-throughout") == Outcome("running")
    assert walk(Race(None, (), 7)) == Outcome("met", None, 7)


@pytest.mark.parametrize(
    ("lapses_at", "as_of", "verdict"),
    [
        (100, 100, "not-covered"),
        (101, AS_OF, "breached"),
        (99, 98, "running"),
        (99, 99, "not-covered"),
        (100, 99, "running"),
    ],
)
def test_nothing_falls_due_from_the_licences_end_on_if_it_must_last_throughout(
    lapses_at: int, as_of: int, verdict: str
) -> None:
    found = walk(clock(None), as_of, lapses_at, licence_lapse="in-term-throughout")
    assert found.verdict == verdict
    assert (found == NOT_COVERED) == (verdict == "not-covered")


def test_a_lapse_leaves_what_was_met_and_every_other_reading_alone() -> None:
    assert walk(clock(90), lapses_at=50, licence_lapse="in-term-throughout") == Outcome("met", 100, 90)
    assert walk(clock(None), lapses_at=50) == Outcome("breached", 100, 100)
    assert walk(clock(None), as_of=60, lapses_at=50) == Outcome("running", 100)


def test_a_deadline_before_the_lapse_leaves_the_question_unasked() -> None:
    assert Walk(due, AS_OF, 101).outcome(clock(None), never) == Outcome("breached", 100, 100)
    assert Walk(due, 99, 100).outcome(clock(None), never) == Outcome("running", 100)


def test_a_lapse_looks_at_the_deadline_in_force_and_not_at_the_segments_own() -> None:
    run = clock(None, (50, 1))
    assert walk(run, lapses_at=50, licence_lapse="in-term-throughout") == NOT_COVERED
    assert walk(run, lapses_at=51, licence_lapse="in-term-throughout") == Outcome("breached", 50, 50)


def test_the_clock_starts_with_the_opening_or_with_the_first_confirmation() -> None:
    told = Telling(opened=5)
    told.by_provider("confirmed", 9)
    told.by_provider("confirmed", 8)
    assert raced(told).start == 5
    assert raced(told, clock_start="confirmed").start == 8
    assert raced(told, clock_start="confirmed").segments == (Segment(8, 2),)


def test_while_nobody_confirmed_the_confirmed_clock_has_no_start() -> None:
    told = Telling(opened=5)
    told.by_provider("responded", 7)
    assert raced(told, clock_start="confirmed") == Race(None, (), 7)


def test_a_confirmation_at_the_very_instant_of_the_opening_leaves_the_question_unasked() -> None:
    told = Telling(opened=5)
    told.by_provider("confirmed", 5)
    assert race(told.counted(), 1, (), reading(clock_start="confirmed")) == race(told.counted(), 1, (), reading())


def test_a_confirmation_in_a_later_episode_starts_the_first_clock_too() -> None:
    told = Telling()
    told.by_customer("reopened", 10)
    told.by_provider("confirmed", 20)
    assert raced(told, clock_start="confirmed").start == 20


def test_changes_after_the_reopening_cut_the_first_episode_too() -> None:
    told = Telling()
    told.by_customer("reopened", 10)
    told.change(20, 1)
    assert raced(told).segments == (Segment(0, 2), Segment(20, 1))


def test_the_first_response_or_closing_answers() -> None:
    told = Telling()
    told.by_provider("responded", 20)
    told.by_provider("responded", 15)
    assert raced(told).response == 15
    told.close("resolved", 17)
    assert raced(told).response == 15
    told.close("customer-unreachable", 12)
    assert raced(told).response == 12


def test_without_either_nothing_answered() -> None:
    assert raced(Telling()).response is None


def test_a_confirmation_or_a_status_report_answers_only_if_any_reply_does() -> None:
    told = Telling()
    told.by_provider("confirmed", 12)
    told.by_provider("status-reported", 11, detail=False)
    told.by_provider("responded", 20)
    assert raced(told).response == 20
    assert raced(told, response_kind="any-reply").response == 11


def test_a_reply_that_is_not_earlier_than_the_response_leaves_the_question_unasked() -> None:
    told = Telling()
    told.by_provider("responded", 5)
    told.by_provider("status-reported", 5, detail=False)

    def ask(question: str) -> str:
        assert question != "response-kind"
        return reading()(question)

    assert race(told.counted(), 1, (), ask).response == 5


def test_a_reply_answers_where_nobody_else_does() -> None:
    told = Telling()
    told.by_provider("status-reported", 5, detail=False)
    assert raced(told).response is None
    assert raced(told, response_kind="any-reply").response == 5


def three_episodes() -> Telling:
    told = Telling(opened=0, priority=2)
    told.by_customer("reopened", 100)
    told.by_customer("reopened", 200)
    return told


def test_each_episode_has_its_own_answers() -> None:
    told = three_episodes()
    told.by_provider("responded", 150)
    told.close("resolved", 250)
    assert raced(told, 1).response is None
    assert raced(told, 2) == Race(100, (Segment(100, 2),), 150)
    assert raced(told, 3) == Race(200, (Segment(200, 2),), 250)


def test_what_closed_an_episode_answers_no_later_one_and_no_reply_answers_an_earlier_one() -> None:
    told = three_episodes()
    told.close("resolved", 50)
    told.by_provider("status-reported", 120, detail=True)
    assert raced(told, 2).response is None
    assert raced(told, 2, response_kind="any-reply").response == 120
    earlier = three_episodes()
    earlier.by_provider("confirmed", 120)
    assert raced(earlier, 1, response_kind="any-reply").response is None


def test_a_later_episode_begins_with_the_priority_then_in_force() -> None:
    told = three_episodes()
    told.change(100, 1)
    told.change(150, 3)
    assert raced(told, 2).segments == (Segment(100, 1), Segment(150, 3))
    assert raced(told, 3).segments == (Segment(200, 3),)


def test_the_confirmed_start_does_not_touch_later_episodes() -> None:
    told = three_episodes()
    assert raced(told, 2, clock_start="confirmed").start == 100


def test_at_the_very_instant_of_the_reopening_the_ledgers_order_decides() -> None:
    told = Telling()
    told.close("resolved", 100)
    told.by_customer("reopened", 100)
    told.by_provider("responded", 100)
    assert raced(told, 1).response == 100
    assert raced(told, 2).response == 100
    earlier = Telling()
    earlier.by_customer("reopened", 100)
    earlier.by_provider("responded", 100)
    assert raced(earlier, 1).response is None


def test_a_status_report_at_the_very_instant_of_the_reopening_goes_by_the_ledgers_order_too() -> None:
    told = Telling()
    told.by_provider("status-reported", 100, detail=True)
    told.by_customer("reopened", 100)
    told.by_provider("status-reported", 100, detail=False)
    told.by_customer("reopened", 200)
    assert raced(told, 1, response_kind="any-reply").response == 100
    assert raced(told, 2, response_kind="any-reply").response == 100
    assert raced(told, 3, response_kind="any-reply").response is None


def test_a_correction_can_put_two_reopenings_in_another_order() -> None:
    told = three_episodes()
    told.by_provider("responded", 120)
    told.correct("e-2", "occurred_at", 300, by="customer", agreed=True)
    assert raced(told, 1).response == 120
    assert raced(told, 2) == Race(200, (Segment(200, 2),), None)
    assert raced(told, 3).start == 300


def test_a_closing_that_a_correction_moves_behind_the_reopening_answers_the_later_episode() -> None:
    told = Telling()
    closing = told.close("resolved", 90)
    told.by_customer("reopened", 100)
    told.correct(closing, "occurred_at", 110, agreed=True)
    assert raced(told, 1).response is None
    assert raced(told, 2).response == 110


def test_an_opening_that_counts_after_the_as_of_instant_runs_from_there() -> None:
    told = Telling(opened=50, side="provider", recorded=48)
    told.change(49, 1)
    run = raced(told, as_of=49)
    assert run == Race(50, (Segment(50, 1),), None)
    assert walk(run, as_of=49) == Outcome("running", 60)
