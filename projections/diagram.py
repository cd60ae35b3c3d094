"""Decision diagrams over the contested questions: one evaluation that answers for every reading at once.

A diagram is a shape (projections.shapes: which questions are asked, and which answers come to the same) and the
distinct values that its numbers stand for. Shapes are ordered and reduced. It follows that a value depends on exactly
the questions that its diagram contains, which is how `depends_on` and `decisive` of READINGS.md are read off, never
searched for.

    readings.explore(f)      runs the plain function f(ask) once per distinct path of answers, for what it asks alone
    readings.bind(d, f)      continues each distinct value v of d by exploring f(v): work before it is shared
    readings.graft(d, f)     puts the diagram f(v) in the place of each distinct value v of d: nothing is run again
    readings.map(d, f)       puts f(v) there
"""

from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import Generic, NamedTuple, TypeAlias, TypeVar

from projections.shapes import LEAF, OPTIONS, ORDER, Branch, Pattern, Shape, shapes, survey

T = TypeVar("T", bound=Hashable)
U = TypeVar("U", bound=Hashable)

Ask: TypeAlias = Callable[[str], str]
"""Answers a question with the option that the reading at hand picks."""


class Diagram(NamedTuple, Generic[T]):
    """What every reading finds: a shape, and the distinct values that it leads to, the literal one first."""

    shape: Shape
    values: tuple[T, ...]


class Readings:
    """The readings that the settled questions leave open, and the diagrams over them."""

    __slots__ = ("_shapes", "settled")

    def __init__(self, settled: Mapping[str, str]) -> None:
        self.settled = settled
        self._shapes = shapes()

    def explore(self, judge: Callable[[Ask], T]) -> Diagram[T]:
        """Run `judge` under every combination of answers that it asks for.

        A question asked for the first time is answered literally, then with the rest in turn, the last one first.
        """
        answers = dict(self.settled)
        path: list[str] = []

        def ask(question: str) -> str:
            option = answers.get(question)
            if option is None:
                option = answers[question] = OPTIONS[question][0]
                path.append(question)
            return option

        found = [judge(ask)]
        if not path:
            return Diagram(LEAF, (found[0],))
        asked = [tuple(path)]
        turns = [0] * len(path)
        while path:
            question, options = path[-1], OPTIONS[path[-1]]
            turns[-1] += 1
            if turns[-1] == len(options):
                del answers[question], path[-1], turns[-1]
                continue
            answers[question] = options[turns[-1]]
            known = len(path)
            found.append(judge(ask))
            asked.append(tuple(path[known:]))
            turns += [0] * (len(path) - known)
        places, distinct = _told_apart(found)
        return _diagram(self._shapes.explored(tuple(asked), places), distinct)

    def leaf(self, value: T) -> Diagram[T]:
        """The diagram of a value that depends on no question."""
        return Diagram(LEAF, (value,))

    def bind(self, diagram: Diagram[T], judging: Callable[[T], Callable[[Ask], U]]) -> Diagram[U]:
        """Continue from each distinct value of `diagram`, once, whatever number of readings lead to it.

        What `judging` makes ready from a value serves every reading that comes by it.
        """
        return self.graft(diagram, lambda value: self.explore(judging(value)))

    def graft(self, diagram: Diagram[T], grow: Callable[[T], Diagram[U]]) -> Diagram[U]:
        """Continue each distinct value of `diagram`, once, by the diagram that grows from it."""
        above, values = diagram
        if len(values) == 1:
            return grow(values[0])
        grown = [grow(value) for value in values]
        places, distinct = _told_apart([value for below in grown for value in below.values])
        return _diagram(self._shapes.grafted(above, tuple([below.shape for below in grown]), places), distinct)

    def map(self, diagram: Diagram[T], change: Callable[[T], U]) -> Diagram[U]:
        """The diagram of the changed values, reduced again."""
        shape, values = diagram
        places, distinct = _told_apart([change(value) for value in values])
        if len(distinct) == len(values):
            return Diagram(shape, distinct)
        return _diagram(self._shapes.merged(shape, places), distinct)


def _told_apart(values: Sequence[T]) -> tuple[tuple[int, ...], tuple[T, ...]]:
    """The place of each value among the distinct ones, and these in the order in which they are met."""
    known: dict[T, int] = {}
    places = tuple([known.setdefault(value, len(known)) for value in values])
    return places, tuple(known)


def _diagram(pattern: Pattern, distinct: tuple[T, ...]) -> Diagram[T]:
    shape, places = pattern
    return Diagram(shape, distinct if places is None else tuple([distinct[place] for place in places]))


def values(diagram: Diagram[T]) -> tuple[T, ...]:
    """The distinct values over all readings."""
    return diagram.values


def support(diagram: Diagram[T]) -> tuple[str, ...]:
    """The questions that the value depends on, sorted by name."""
    return survey(diagram.shape).questions


def literal(diagram: Diagram[T]) -> T:
    """The value under the literal reading; settled questions have kept their option already."""
    return diagram.values[0]


def follow(diagram: Diagram[T], answers: Mapping[str, str]) -> T:
    """The value under a reading; a question not answered is read literally."""
    return read(diagram, lambda question: answers.get(question) or OPTIONS[question][0])


def read(diagram: Diagram[T], ask: Ask) -> T:
    """The value under the reading that answers."""
    shape, values = diagram
    while isinstance(shape, Branch):
        question = shape.question
        shape = shape.branches[OPTIONS[question].index(ask(question))]
    return values[shape.number]


class Census(NamedTuple, Generic[T]):
    """The questions that a diagram depends on, sorted, and how many readings over them give each value."""

    depends_on: tuple[str, ...]
    counts: tuple[tuple[T, int], ...]

    @property
    def readings(self) -> int:
        """How many readings there are over the questions depended on."""
        return sum(count for _, count in self.counts)


def census(diagram: Diagram[T]) -> Census[T]:
    """Count the readings over the combinations of the questions that the diagram depends on (READINGS.md)."""
    questions, readings = survey(diagram.shape)
    values = diagram.values
    return Census(questions, tuple([(values[number], count) for number, count in readings]))


__all__ = [
    "OPTIONS",
    "ORDER",
    "Ask",
    "Census",
    "Diagram",
    "Readings",
    "census",
    "follow",
    "literal",
    "read",
    "support",
    "values",
]
