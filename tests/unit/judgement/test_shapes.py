"""Shapes are made once for all incidents, and are the same whatever values they lead to."""

import pytest

from projections.diagram import OPTIONS, ORDER, Ask, Diagram, Readings, census, literal
from projections.shapes import LEAF, Branch, Leaf, Shape, shapes, survey

FIRST, SECOND, THIRD = ORDER[0], ORDER[1], ORDER[2]
assert all(len(OPTIONS[question]) == 2 for question in (FIRST, SECOND, THIRD))


def told(*values: object, asking: tuple[str, ...] = (FIRST, SECOND)) -> Diagram[object]:
    """What finds these values, one for each combination of the answers to two questions."""

    def judge(ask: Ask) -> object:
        one, other = (OPTIONS[question].index(ask(question)) for question in asking)
        return values[2 * one + other]

    return Readings({}).explore(judge)


def numbers(shape: Shape) -> list[int]:
    """The numbers from the literal answers on, each path by itself."""
    if isinstance(shape, Leaf):
        return [shape.number]
    return [number for branch in shape.branches for number in numbers(branch)]


def test_diagrams_that_part_their_values_alike_have_one_shape() -> None:
    assert told("a", "b", "b", "c").shape is told(1, 7, 7, 2).shape
    assert told("a", "b", "b", "c").shape is not told("a", "b", "c", "c").shape


def test_how_a_diagram_was_made_leaves_no_trace_in_its_shape() -> None:
    readings = Readings({})
    asked = told("a", "b", "b", "c")
    bound = readings.bind(
        readings.explore(lambda ask: ask(SECOND)),
        lambda second: lambda ask: (ask(FIRST) != OPTIONS[FIRST][0]) + (second != OPTIONS[SECOND][0]),
    )
    mapped = readings.map(told(0, 1, 2, 3), lambda number: ("x", "y", "y", "z")[number])  # type: ignore[call-overload]
    turned = told("a", "b", "b", "c", asking=(SECOND, FIRST))
    assert asked.shape is bound.shape is mapped.shape is turned.shape


def test_numbers_count_up_as_they_are_met_and_the_literal_one_is_the_first() -> None:
    assert numbers(told("c", "a", "b", "a").shape) == [0, 1, 2, 1]
    turned = told("c", "a", "b", "a", asking=(SECOND, FIRST))
    assert (turned.values, numbers(turned.shape)) == (("c", "b", "a"), [0, 1, 2])
    assert literal(turned) == "c"


def test_a_value_that_no_reading_leads_to_is_not_kept() -> None:
    readings = Readings({})
    first = readings.explore(lambda ask: ask(FIRST))
    found = readings.bind(first, lambda above: lambda ask: (above, ask(FIRST)))
    assert found.values == tuple((option, option) for option in OPTIONS[FIRST])


def test_a_leaf_asks_nothing_and_is_reached_once() -> None:
    assert survey(LEAF) == ((), ((0, 1),))


def test_readings_are_told_from_the_top_down() -> None:
    shape = told("a", "a", "b", "c").shape
    assert isinstance(shape, Branch)
    assert survey(shape) == (tuple(sorted((FIRST, SECOND))), ((0, 2), (1, 1), (2, 1)))
    deep = told("a", "b", "c", "c").shape
    assert survey(deep).readings == ((2, 2), (0, 1), (1, 1))


def test_once_it_is_too_much_what_is_remembered_is_made_anew_and_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    before = told("a", "b", "b", "c")
    monkeypatch.setattr("projections.shapes._MOST_WEIGHT", 0)
    kept = shapes()
    after = told("a", "b", "b", "c")
    assert shapes() is not kept
    assert after.shape is not before.shape
    assert census(after) == census(before)
    assert numbers(after.shape) == numbers(before.shape)
