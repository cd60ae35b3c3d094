"""The shapes of decision diagrams: which questions are asked, and which answers come to the same, whatever to.

What two incidents differ in are mostly the values that their readings lead to: instants, outcomes. Which questions part
them, and how, is alike for nearly all. So a shape has numbers where a diagram has values, and is made once: what is
looked up is which questions were asked on each path, and which of the values found are equal.

A shape is either a `Leaf` (a number that no open question changes any more) or a `Branch` (a question, and below it one
shape per option). Shapes are ordered and reduced: questions appear in one fixed order, and a branch whose options all
lead to the same shape is that shape. Numbers count up from 0 in the order in which they are met, literal answers first.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import islice
from math import prod
from operator import attrgetter
from typing import Final, NamedTuple, TypeAlias

from schemas.questions import QUESTIONS

__all__ = ["LEAF", "OPTIONS", "ORDER", "Branch", "Leaf", "Pattern", "Shape", "Shapes", "Survey", "shapes", "survey"]

OPTIONS: Final[Mapping[str, tuple[str, ...]]] = {name: question.options for name, question in QUESTIONS.items()}

# The order in which diagrams ask. What shapes the history comes before what is computed from it, so that a graft
# mostly appends below the leaves and little has to be reordered.
ORDER: Final = (
    "corrections",
    "late-entries",
    "priority-authority",
    "unsupported-channel",
    "reopened-clock",
    "clock-start",
    "response-kind",
    "reprioritized-clock",
    "premium-hours",
    "basic-p1-hours",
    "calendar-changes",
    "working-saturdays",
    "decreed-days",
    "premium-holidays",
    "short-days",
    "licence-lapse",
    "continuous-work-start",
    "continuous-work-hours",
    "unreachable-proof",
)
_RANK: Final = {name: rank for rank, name in enumerate(ORDER)}
_LAST: Final = len(ORDER)

_MOST_WEIGHT: Final = 500_000
"""How much is remembered, in places and branches of shapes, before it is made anew: some tens of megabytes."""


class Leaf:
    """A number that holds whatever the questions not yet asked are answered with."""

    __slots__ = ("number",)
    rank: Final = _LAST

    def __init__(self, number: int) -> None:
        self.number = number


class Branch:
    """A question, and for each of its options, literal first, what follows."""

    __slots__ = ("_survey", "branches", "question", "rank")

    def __init__(self, question: str, branches: "tuple[Shape, ...]") -> None:
        self.question = question
        self.rank = _RANK[question]
        self.branches = branches
        self._survey: Survey | None = None

    @property
    def survey(self) -> "Survey":
        """What there is to know of the shape, found out when it is first asked for."""
        if self._survey is None:
            self._survey = _surveyed(self)
        return self._survey


Shape: TypeAlias = Leaf | Branch
LEAF: Final = Leaf(0)
"""The shape of what depends on no question."""


class Survey(NamedTuple):
    """The questions that a shape asks, sorted by name, and how many readings over them lead to each number.

    The numbers are in the order of their distance from the top, which is that in which a verdict is printed.
    """

    questions: tuple[str, ...]
    readings: tuple[tuple[int, int], ...]


_LEAF_SURVEY: Final = Survey((), ((0, 1),))


def survey(shape: Shape) -> Survey:
    """What there is to know of a whole shape."""
    return shape.survey if isinstance(shape, Branch) else _LEAF_SURVEY


class Pattern(NamedTuple):
    """A shape, and which of the distinct values each of its numbers stands for; None where they are in that order."""

    shape: Shape
    places: tuple[int, ...] | None


class Shapes:
    """The shapes made so far, equal ones one object, and what was made of which. Threads may share it."""

    def __init__(self) -> None:
        self._leaves: dict[int, Leaf] = {0: LEAF}
        self._branches: dict[tuple[object, ...], Branch] = {}
        self._patterns: dict[tuple[object, ...], Pattern] = {}
        self._weight = 0

    @property
    def is_full(self) -> bool:
        """Whether so much is remembered that it is better made anew."""
        return self._weight + len(self._branches) > _MOST_WEIGHT

    def explored(self, asked: tuple[tuple[str, ...], ...], values: tuple[int, ...]) -> Pattern:
        """The shape of runs, each with the questions that it came to first, in the order of `Readings.explore`.

        `values` tells the runs' values apart: equal ones have the same number, which counts up as they are met.
        """
        key = (asked, values)
        known = self._patterns.get(key)
        return known or self._keep(key, self._tree(zip(asked, values, strict=True)), values)

    def grafted(self, above: Shape, below: tuple[Shape, ...], values: tuple[int, ...]) -> Pattern:
        """The shape in which a shape takes the place of each number; `values` tells apart those of all of them."""
        key = (above, below, values)
        known = self._patterns.get(key)
        if known is not None:
            return known
        rest = iter(values)
        parts = []
        for shape in below:
            own = islice(rest, len(survey(shape).readings))
            parts.append(self._replaced(shape, [self._leaf(number) for number in own]))
        return self._keep(key, self._replaced(above, parts), values)

    def merged(self, shape: Shape, values: tuple[int, ...]) -> Pattern:
        """The shape in which some numbers stand for equal values."""
        key = (shape, values)
        known = self._patterns.get(key)
        if known is not None:
            return known
        return self._keep(key, self._replaced(shape, [self._leaf(number) for number in values]), values)

    def _keep(self, key: tuple[object, ...], shape: Shape, values: tuple[int, ...]) -> Pattern:
        """Number the shape anew, as its numbers are met, and remember it.

        A value is not met where no reading leads to it: what was asked again below is answered as above.
        """
        met = tuple(_numbers(shape))
        count = 1 + max(values)
        pattern = Pattern(shape, None)
        if met != tuple(range(count)):
            place_of = {number: place for place, number in enumerate(met)}
            renumbered = [self._leaf(place_of.get(number, 0)) for number in range(count)]
            pattern = Pattern(self._replaced(shape, renumbered), met)
        self._weight += len(values)
        return self._patterns.setdefault(key, pattern)

    def _tree(self, runs: Iterator[tuple[tuple[str, ...], int]]) -> Shape:
        """The shape of the next run, and of those that answer otherwise what it was the first to ask."""
        asked, number = next(runs)
        shape: Shape = self._leaf(number)
        for question in reversed(asked):
            others = [self._tree(runs) for _ in OPTIONS[question][1:]]
            shape = self._select(question, [shape, *others])
        return shape

    def _replaced(self, shape: Shape, by: Sequence[Shape]) -> Shape:
        """The shape with another one in the place of each number."""
        return self._replace(shape, by, {})

    def _replace(self, shape: Shape, by: Sequence[Shape], done: dict[Shape, Shape]) -> Shape:
        if isinstance(shape, Leaf):
            return by[shape.number]
        found = done.get(shape)
        if found is None:
            below = [self._replace(branch, by, done) for branch in shape.branches]
            found = done[shape] = self._select(shape.question, below)
        return found

    def _leaf(self, number: int) -> Leaf:
        return self._leaves.get(number) or self._leaves.setdefault(number, Leaf(number))

    def _branch(self, question: str, branches: Sequence[Shape]) -> Shape:
        first = branches[0]
        if all(branch is first for branch in branches):
            return first
        key = (question, *branches)
        return self._branches.get(key) or self._branches.setdefault(key, Branch(question, tuple(branches)))

    def _select(self, question: str, branches: Sequence[Shape]) -> Shape:
        """The shape that is `branches[i]` under option i of the question, in the fixed order of questions."""
        rank = _RANK[question]
        top = min([branch.rank for branch in branches])
        if rank < top:
            return self._branch(question, branches)
        if rank == top:
            return self._branch(question, [_under(branch, rank, i) for i, branch in enumerate(branches)])
        above = ORDER[top]
        return self._branch(
            above,
            [
                self._select(question, [_under(branch, top, i) for branch in branches])
                for i in range(len(OPTIONS[above]))
            ],
        )


def shapes() -> Shapes:
    """The shapes that this process remembers."""
    if _remembered().is_full:
        _remembered.cache_clear()
    return _remembered()


@lru_cache(maxsize=1)
def _remembered() -> Shapes:
    return Shapes()


def _under(shape: Shape, rank: int, option: int) -> Shape:
    if isinstance(shape, Branch) and shape.rank == rank:
        return shape.branches[option]
    return shape


def _numbers(shape: Shape) -> Iterator[int]:
    """Each number once, as it is met on the way down, literal answers first."""
    waiting, seen = [shape], set[Shape]()
    while waiting:
        one = waiting.pop()
        if one in seen:
            continue
        seen.add(one)
        if isinstance(one, Branch):
            waiting.extend(reversed(one.branches))
        else:
            yield one.number


_rank = attrgetter("rank")


def _surveyed(shape: Branch) -> Survey:
    below: list[Shape] = list(dict.fromkeys(shape.branches))
    seen = set(below)
    for part in below:  # which grows as it is walked
        if isinstance(part, Branch):
            for one in part.branches:
                if one not in seen:
                    seen.add(one)
                    below.append(one)
    parts = sorted([shape, *below], key=_rank)
    questions = {part.question for part in parts if isinstance(part, Branch)}
    # Each branch hands an equal share of the readings that come through it to each option; in the order of
    # questions every share is whole, because a path asks each question at most once.
    through: dict[Shape, int] = dict.fromkeys(parts, 0)
    through[shape] = prod([len(OPTIONS[question]) for question in questions])
    readings: list[tuple[int, int]] = []
    for part in parts:
        if isinstance(part, Branch):
            share = through[part] // len(part.branches)
            for one in part.branches:
                through[one] += share
        else:
            readings.append((part.number, through[part]))
    return Survey(tuple(sorted(questions)), tuple(readings))
