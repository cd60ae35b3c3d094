"""The priority in force at each instant (READINGS.md, response step 3)."""

from projections.priorities import Segment, effective_changes, segments
from tests.unit.judgement.telling import Telling, never, reading


def effective(told: Telling, **options: str) -> list[tuple[int, int]]:
    return [tuple(change) for change in effective_changes(told.counted(), reading(**options))]  # type: ignore[misc]


def test_the_customers_change_is_effective_at_once_unless_both_must_agree() -> None:
    told = Telling()
    told.change(10, 1, by="customer")
    assert effective(told) == [(10, 1)]
    assert effective(told, priority_authority="mutual") == []


def test_under_mutual_the_customers_change_is_effective_when_the_provider_agrees() -> None:
    told = Telling()
    told.agree(15, told.change(10, 1, by="customer"), by="provider")
    assert effective(told) == [(10, 1)]
    assert effective(told, priority_authority="mutual") == [(15, 1)]


def test_the_providers_change_is_effective_when_the_customer_agrees_however_read() -> None:
    told = Telling()
    told.agree(15, told.change(10, 1, by="provider"))
    assert [tuple(change) for change in effective_changes(told.counted(), never)] == [(15, 1)]


def test_the_providers_change_without_agreement_never_is() -> None:
    told = Telling()
    told.change(10, 1, by="provider")
    assert effective_changes(told.counted(), never) == ()


def test_a_customers_change_agreed_at_once_leaves_nothing_open() -> None:
    told = Telling()
    told.change(10, 1, by="customer", agreed=True)
    assert [tuple(change) for change in effective_changes(told.counted(), never)] == [(10, 1)]


def test_changes_are_taken_in_the_order_in_which_they_became_effective() -> None:
    told = Telling()
    slow = told.change(10, 1, by="provider")
    told.change(12, 3, by="customer")
    told.agree(20, slow)
    assert effective(told) == [(12, 3), (20, 1)]


def test_at_one_instant_the_change_asked_for_last_counts_whatever_the_order_of_agreement() -> None:
    told = Telling()
    first = told.change(10, 1, by="provider")
    second = told.change(11, 3, by="provider")
    told.agree(20, second)
    told.agree(20, first)
    assert effective(told) == [(20, 3)]


def cut(changes: list[tuple[int, int]], opening: int, start: int) -> list[tuple[int, int]]:
    return [tuple(part) for part in segments(tuple(Segment(*change) for change in changes), opening, start)]  # type: ignore[misc]


def test_without_a_change_one_segment_has_the_openings_priority() -> None:
    assert cut([], 2, 100) == [(100, 2)]


def test_a_change_at_or_before_the_start_only_sets_the_first_priority() -> None:
    assert cut([(90, 1), (100, 3)], 2, 100) == [(100, 3)]
    assert cut([(90, 1), (101, 3)], 2, 100) == [(100, 1), (101, 3)]


def test_a_change_to_the_priority_in_force_is_none() -> None:
    assert cut([(110, 2), (120, 1), (130, 1), (140, 2)], 2, 100) == [(100, 2), (120, 1), (140, 2)]


def test_a_change_to_the_priority_that_an_earlier_one_set_before_the_start_is_none() -> None:
    assert cut([(90, 1), (110, 1)], 2, 100) == [(100, 1)]


def test_there_and_back_at_one_instant_is_no_change() -> None:
    told = Telling(opened=0, priority=2)
    told.change(10, 3)
    told.change(10, 2)
    changes = effective_changes(told.counted(), reading())
    assert segments(changes, 2, 0) == (Segment(0, 2),)
