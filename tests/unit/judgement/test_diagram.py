"""Decision diagrams over the contested questions: the algebra behind `depends_on`, `decisive` and `readings`."""

from collections import Counter
from functools import partial

import pytest

from projections.diagram import (
    OPTIONS,
    ORDER,
    Ask,
    Diagram,
    Readings,
    census,
    follow,
    literal,
    support,
    values,
)
from projections.shapes import LEAF, Branch
from schemas.questions import QUESTIONS

FIRST, SECOND, THIRD = ORDER[0], ORDER[1], ORDER[7]
assert len(OPTIONS[THIRD]) == 3


def free() -> Readings:
    return Readings({})


def test_every_question_has_its_place_in_the_order() -> None:
    assert sorted(ORDER) == sorted(QUESTIONS)
    assert {name: question.options for name, question in QUESTIONS.items()} == OPTIONS


def test_what_asks_nothing_is_one_leaf() -> None:
    found = free().explore(lambda _ask: 7)
    assert found == free().leaf(7) == Diagram(LEAF, (7,))
    assert (support(found), literal(found), values(found)) == ((), 7, (7,))
    assert census(found) == ((), ((7, 1),))


def test_what_asks_depends_on_what_it_asked() -> None:
    found = free().explore(lambda ask: (ask(SECOND), ask(FIRST)))
    assert support(found) == tuple(sorted((FIRST, SECOND)))
    assert set(values(found)) == {(two, one) for two in OPTIONS[SECOND] for one in OPTIONS[FIRST]}
    assert literal(found) == (OPTIONS[SECOND][0], OPTIONS[FIRST][0])


def test_what_asks_but_does_not_listen_depends_on_nothing() -> None:
    assert free().explore(lambda ask: len(ask(FIRST)) * 0) == free().leaf(0)


def test_it_runs_once_for_each_path_of_answers_and_no_other() -> None:
    runs: list[tuple[str, ...]] = []

    def judge(ask: Ask) -> int:
        asked = [ask(FIRST)]
        if asked[0] != OPTIONS[FIRST][0]:
            asked.append(ask(THIRD))
        runs.append(tuple(asked))
        return len(runs)

    free().explore(judge)
    assert sorted(runs) == sorted([(OPTIONS[FIRST][0],), *((OPTIONS[FIRST][1], third) for third in OPTIONS[THIRD])])


def test_a_question_asked_twice_is_answered_alike() -> None:
    found = free().explore(lambda ask: ask(FIRST) == ask(FIRST))
    assert values(found) == (True,)


def test_a_settled_question_is_not_varied() -> None:
    settled = Readings({FIRST: OPTIONS[FIRST][1]})
    found = settled.explore(lambda ask: (ask(FIRST), ask(SECOND)))
    assert support(found) == (SECOND,)
    assert literal(found) == (OPTIONS[FIRST][1], OPTIONS[SECOND][0])


def test_questions_stand_in_one_order_whatever_order_they_are_asked_in() -> None:
    readings = free()
    forth = readings.explore(lambda ask: (ask(FIRST), ask(SECOND), ask(THIRD)))
    back = readings.explore(lambda ask: tuple(reversed((ask(THIRD), ask(SECOND), ask(FIRST)))))
    assert forth == back
    assert forth.shape is back.shape
    ranks = []
    shape = forth.shape
    while isinstance(shape, Branch):
        ranks.append((shape.rank, shape.question))
        shape = shape.branches[-1]
    assert ranks == sorted(ranks)
    assert [question for _, question in ranks] == [FIRST, SECOND, THIRD]


def test_equal_diagrams_are_equal_however_they_were_made() -> None:
    readings = free()
    one = readings.explore(lambda ask: ask(FIRST))
    other = readings.map(readings.explore(lambda ask: (ask(FIRST), 1)), lambda value: value[0])
    assert one == other
    assert one != readings.explore(lambda ask: ask(SECOND))


def test_binding_continues_each_distinct_value_once() -> None:
    readings = free()
    parity = readings.explore(lambda ask: OPTIONS[THIRD].index(ask(THIRD)) % 2)
    seen: list[int] = []

    def more(value: int, ask: Ask) -> tuple[int, str]:
        seen.append(value)
        return value, ask(FIRST)

    found = readings.bind(parity, lambda value: partial(more, value))
    assert Counter(seen) == Counter({0: 2, 1: 2})
    assert support(found) == tuple(sorted((FIRST, THIRD)))


def test_binding_may_ask_again_what_was_asked_above() -> None:
    readings = free()
    above = readings.explore(lambda ask: ask(SECOND))
    found = readings.bind(above, lambda value: lambda ask: (value, ask(SECOND), ask(FIRST)))
    assert all(value[0] == value[1] for value in values(found))
    assert len(values(found)) == 4


def test_binding_may_undo_a_dependence() -> None:
    readings = free()
    assert readings.bind(readings.explore(lambda ask: ask(FIRST)), lambda _value: lambda _ask: 1) == readings.leaf(1)


def test_following_a_reading_reads_what_it_does_not_answer_literally() -> None:
    found = free().explore(lambda ask: (ask(FIRST), ask(THIRD)))
    assert follow(found, {THIRD: OPTIONS[THIRD][2]}) == (OPTIONS[FIRST][0], OPTIONS[THIRD][2])
    assert follow(found, {}) == literal(found)


def test_readings_are_counted_over_the_questions_depended_on() -> None:
    def judge(ask: Ask) -> str:
        if ask(FIRST) == OPTIONS[FIRST][1]:
            return "one"
        return "one" if ask(THIRD) == OPTIONS[THIRD][0] else "two"

    counted = census(free().explore(judge))
    assert counted.depends_on == tuple(sorted((FIRST, THIRD)))
    assert counted.counts == (("one", 4), ("two", 2))
    assert counted.readings == 6
    assert {type(times) for _, times in counted.counts} == {int}


def odd(ask: Ask) -> int:
    """Whether an odd number of three questions is read otherwise than literally: much of its diagram is shared."""
    return sum(ask(question) != OPTIONS[question][0] for question in (FIRST, SECOND, ORDER[2])) % 2


def test_a_part_that_several_readings_come_through_hides_no_other_part() -> None:
    found = free().explore(odd)
    assert len(support(found)) == 3
    assert dict(census(found).counts) == {0: 4, 1: 4}


def test_binding_works_once_on_what_several_readings_share() -> None:
    readings = free()
    seen: list[int] = []

    def more(value: int, ask: Ask) -> tuple[int, str]:
        seen.append(value)
        return value, ask(ORDER[3])

    found = readings.bind(readings.explore(odd), lambda value: partial(more, value))
    assert Counter(seen) == {0: 2, 1: 2}
    assert len(values(found)) == 4
    assert readings.map(found, lambda _value: 0) == readings.leaf(0)


def test_a_question_above_one_diagram_and_inside_another_is_told_apart() -> None:
    readings = free()
    above = readings.explore(lambda ask: ask(FIRST) == OPTIONS[FIRST][0])

    def more(value: bool, ask: Ask) -> str:
        return ask(THIRD) if value else "no"

    below = readings.bind(
        readings.explore(lambda ask: ask(THIRD)), lambda value: lambda ask: value if above_holds(ask) else "no"
    )
    assert readings.bind(above, lambda value: partial(more, value)) == below


def test_options_may_lead_to_different_questions_that_stand_above_their_own() -> None:
    def judge(third: str, ask: Ask) -> str:
        asked = {OPTIONS[THIRD][0]: FIRST, OPTIONS[THIRD][1]: SECOND}.get(third)
        return "none" if asked is None else ask(asked)

    readings = free()
    found = readings.bind(readings.explore(lambda ask: ask(THIRD)), lambda third: partial(judge, third))
    for third in OPTIONS[THIRD]:
        for first in OPTIONS[FIRST]:
            for second in OPTIONS[SECOND]:
                reading = {FIRST: first, SECOND: second, THIRD: third}
                assert follow(found, reading) == judge(third, reading.__getitem__)


def above_holds(ask: Ask) -> bool:
    return ask(FIRST) == OPTIONS[FIRST][0]


@pytest.mark.parametrize("question", ORDER)
def test_each_question_can_be_told_apart_by_all_of_its_options(question: str) -> None:
    found = free().explore(lambda ask: ask(question))
    assert [follow(found, {question: option}) for option in OPTIONS[question]] == list(OPTIONS[question])
    assert dict(census(found).counts) == dict.fromkeys(OPTIONS[question], 1)
