"""Continuous work on the gravest incidents (READINGS.md, Continuous work)."""

from collections.abc import Callable

import pytest

from projections.calendar import Interval
from projections.continuous import ContinuousWork
from projections.priorities import effective_changes
from schemas.verdicts import Outcome
from tests.unit.judgement.telling import Telling, never, reading

NIGHT_AND_DAY: tuple[Interval, ...] = ((0, 10_000),)


def served(*windows: Interval) -> Callable[[int, int, Callable[[str], str]], list[Interval]]:
    def inside(start: int, end: int, ask: Callable[[str], str]) -> list[Interval]:
        assert ask("short-days") == "full"
        clipped = ((max(start, opens), min(end, closes)) for opens, closes in windows)
        return [(opens, closes) for opens, closes in clipped if opens < closes]

    return inside


def judged(
    told: Telling, as_of: int = 1000, tolerance: int = 0, windows: tuple[Interval, ...] = NIGHT_AND_DAY, **options: str
) -> Outcome:
    counted = told.counted(as_of, **options)
    ask = reading(**options)
    work = ContinuousWork(1, tolerance, served(*windows), as_of)
    return work.working(counted, effective_changes(counted, ask))(ask)


def grave(opened: int = 0, responded: int | None = None) -> Telling:
    told = Telling(opened, priority=1)
    if responded is not None:
        told.by_provider("responded", responded)
    return told


def uncovered(*spans: Interval) -> Outcome:
    return Outcome("breached", None, spans[0][0], spans) if spans else Outcome("met")


def test_it_is_owed_from_the_response_on_and_breached_where_nobody_works() -> None:
    assert judged(grave(responded=10)) == uncovered((10, 1000))


def test_read_from_the_opening_it_is_owed_at_once() -> None:
    assert judged(grave(5), continuous_work_start="opening") == uncovered((5, 1000))


def test_without_a_response_nothing_is_owed_yet() -> None:
    assert judged(grave()) == Outcome("met")


def test_a_response_that_counts_before_the_opening_begins_nothing_before_it() -> None:
    assert judged(grave(opened=20, responded=10)) == uncovered((20, 1000))


def test_the_first_response_counts_whatever_its_place_in_the_ledger() -> None:
    told = grave(responded=50)
    told.by_provider("responded", 40)
    assert judged(told) == uncovered((40, 1000))


def test_at_a_lesser_priority_it_does_not_apply() -> None:
    told = Telling(0, priority=2)
    told.by_provider("responded", 10)
    counted = told.counted()
    assert ContinuousWork(1, 0, served(), 1000).working(counted, ())(never) == Outcome("not-applicable")


def test_another_policy_may_owe_it_at_another_priority() -> None:
    told = Telling(0, priority=2)
    told.by_provider("responded", 10)
    work = ContinuousWork(2, 0, served(*NIGHT_AND_DAY), 1000)
    assert work.working(told.counted(), ())(reading()) == uncovered((10, 1000))


def test_only_the_time_at_the_gravest_priority_is_owed() -> None:
    told = grave(responded=10)
    told.change(100, 2)
    told.change(200, 1)
    assert judged(told) == uncovered((10, 100), (200, 1000))


def test_at_that_priority_for_an_instant_that_left_nothing_owed_it_is_met() -> None:
    told = Telling(0, priority=2)
    told.change(100, 1)
    told.change(200, 2)
    told.by_provider("responded", 300)
    assert judged(told) == Outcome("met")


def test_the_as_of_instant_itself_counts_as_time_at_the_priority() -> None:
    told = Telling(0, priority=2)
    told.change(100, 1)
    assert judged(told, as_of=100) == Outcome("met")
    assert judged(told, as_of=99) == Outcome("not-applicable")


def test_an_incident_that_counts_from_after_the_as_of_instant_was_never_grave() -> None:
    assert judged(Telling(100, priority=1, side="provider", recorded=90), as_of=99) == Outcome("not-applicable")


@pytest.mark.parametrize("ends", ["mitigated", "resolved", "closed-not-covered", "customer-unreachable"])
def test_a_mitigation_or_a_closing_ends_it(ends: str) -> None:
    told = grave(responded=10)
    if ends == "mitigated":
        told.by_provider("mitigated", 100)
    else:
        told.close(ends, 100)
    assert judged(told) == uncovered((10, 100))


@pytest.mark.parametrize("ends", ["mitigated", "resolved"])
def test_an_end_before_the_first_response_leaves_nothing_owed(ends: str) -> None:
    told = grave(responded=100)
    if ends == "mitigated":
        told.by_provider("mitigated", 50)
    else:
        told.close(ends, 50)
    assert judged(told) == Outcome("met")


def test_after_a_mitigation_it_is_owed_again_from_a_change_to_the_gravest_priority() -> None:
    told = grave(responded=10)
    told.by_provider("mitigated", 100)
    told.change(150, 2)
    told.change(200, 1)
    assert judged(told) == uncovered((10, 100), (200, 1000))


@pytest.mark.parametrize("first", [1, 2])
def test_a_change_to_the_priority_in_force_does_not_begin_it_again(first: int) -> None:
    told = Telling(0, priority=first)
    if first == 2:
        told.change(5, 1)
    told.by_provider("responded", 10)
    told.by_provider("mitigated", 100)
    told.change(200, 1)
    assert judged(told) == uncovered((10, 100))


def test_after_a_mitigation_before_the_response_a_worsening_lets_it_begin_with_the_response() -> None:
    told = Telling(0, priority=1)
    told.by_provider("mitigated", 20)
    told.change(30, 2)
    told.change(40, 1)
    told.by_provider("responded", 60)
    assert judged(told) == uncovered((60, 1000))


def test_a_change_to_the_gravest_priority_at_the_instant_of_the_mitigation_comes_before_it() -> None:
    told = Telling(0, priority=2)
    told.by_provider("responded", 10)
    told.by_provider("mitigated", 100)
    told.change(100, 1)
    assert judged(told) == Outcome("met")


@pytest.mark.parametrize("ends", ["mitigated", "resolved"])
def test_after_either_it_is_owed_again_from_a_reopening(ends: str) -> None:
    told = grave(responded=10)
    if ends == "mitigated":
        told.by_provider("mitigated", 100)
    else:
        told.close(ends, 100)
    told.by_customer("reopened", 200)
    assert judged(told) == uncovered((10, 100), (200, 1000))


def test_after_a_closing_a_worsening_alone_does_not_begin_it_again() -> None:
    told = grave(responded=10)
    told.close("resolved", 100)
    told.change(150, 2)
    told.change(200, 1)
    assert judged(told) == uncovered((10, 100))


def test_a_mitigation_that_counts_after_the_closing_does_not_open_the_way_for_a_worsening() -> None:
    told = grave(responded=10)
    told.close("resolved", 100)
    told.by_provider("mitigated", 110)
    told.change(150, 2)
    told.change(200, 1)
    assert judged(told) == uncovered((10, 100))


def test_a_closing_after_a_mitigation_waits_for_the_reopening() -> None:
    told = grave(responded=10)
    told.by_provider("mitigated", 100)
    told.close("resolved", 120)
    told.change(150, 2)
    told.change(200, 1)
    assert judged(told) == uncovered((10, 100))


def test_a_reopening_while_it_is_owed_changes_nothing() -> None:
    told = grave(responded=10)
    told.by_customer("reopened", 50)
    assert judged(told) == uncovered((10, 1000))


def test_a_reopening_before_the_first_response_waits_for_it() -> None:
    told = grave(responded=300)
    told.close("resolved", 100)
    told.by_customer("reopened", 200)
    assert judged(told) == uncovered((300, 1000))


def test_a_mitigation_before_an_opening_that_counts_late_is_undone_by_a_worsening_after_it() -> None:
    told = Telling(opened=100, priority=2)
    told.by_provider("mitigated", 50)
    told.change(60, 1)
    told.by_provider("responded", 120)
    assert judged(told) == uncovered((120, 1000))


def test_a_mitigation_before_an_opening_that_counts_late_ends_it_all_the_same() -> None:
    told = Telling(opened=100, priority=1)
    told.by_provider("mitigated", 50)
    told.by_provider("responded", 120)
    assert judged(told) == Outcome("met")


def test_work_of_any_engineer_covers_it() -> None:
    told = grave(responded=0)
    told.work("e1", 0, 100)
    told.work("e2", 80, 300)
    told.work("e1", 400, 1000)
    assert judged(told) == uncovered((300, 400))


def test_an_open_session_covers_until_the_as_of_instant_past_a_closing_too() -> None:
    told = grave(responded=0)
    told.work("e1", 0)
    told.close("resolved", 500)
    told.by_customer("reopened", 600)
    assert judged(told) == Outcome("met")


def test_a_second_start_of_an_open_session_has_no_effect() -> None:
    told = grave(responded=0)
    told.work("e1", 0)
    told.work("e1", 200, 300)
    assert judged(told) == uncovered((300, 1000))


def test_a_stop_that_a_correction_puts_before_the_start_ends_nothing() -> None:
    told = grave(responded=0)
    told.work("e1", 100, 200)
    told.correct("e-4", "occurred_at", 50, agreed=True)
    assert judged(told) == uncovered((0, 100))


def test_only_time_inside_the_window_is_owed_unless_it_is_owed_round_the_clock() -> None:
    told = grave(responded=10)
    windows = ((0, 100), (200, 300))
    assert judged(told, windows=windows) == uncovered((10, 100), (200, 300))
    assert judged(told, windows=windows, continuous_work_hours="round-the-clock") == uncovered((10, 1000))


@pytest.mark.parametrize(
    ("tolerance", "breach"), [(0, 10), (50, 60), (89, 99), (90, 200), (91, 201), (189, 299), (190, None)]
)
def test_it_is_breached_when_the_tolerance_is_used_up(tolerance: int, breach: int | None) -> None:
    found = judged(grave(responded=10), tolerance=tolerance, windows=((0, 100), (200, 300)))
    verdict = "met" if breach is None else "breached"
    assert found == Outcome(verdict, None, breach, ((10, 100), (200, 300)))  # type: ignore[arg-type]
