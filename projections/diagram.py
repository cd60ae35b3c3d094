"""Decision diagrams over the contested questions: one evaluation that answers for every reading at once.

A diagram is either a `Leaf` (a value that no open question changes any more) or a `Branch` (a question, and below it
one diagram per option). Diagrams are ordered and reduced: questions appear in one fixed order, and a branch whose
options all lead to the same diagram is that diagram. It follows that a value depends on exactly the questions that
its diagram contains, which is how `depends_on` and `decisive` of READINGS.md are read off, never searched for.

    readings.explore(f)      runs the plain function f(ask) once per distinct path of answers, for what it asks alone
    readings.bind(d, f)      continues each distinct value v of d by exploring f(v): work before it is shared
"""

from collections.abc import Callable, Hashable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from math import prod
from operator import attrgetter
from typing import Any, Generic, NamedTuple, TypeAlias, TypeVar

from schemas.questions import QUESTIONS

T = TypeVar("T", bound=Hashable)
U = TypeVar("U", bound=Hashable)

Ask: TypeAlias = Callable[[str], str]
"""Answers a question with the option that the reading at hand picks."""

OPTIONS: dict[str, tuple[str, ...]] = {name: question.options for name, question in QUESTIONS.items()}

# The order in which diagrams ask. What shapes the history comes before what is computed from it, so that a bind
# mostly appends below the leaves and little has to be reordered.
ORDER = (
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
_RANK = {name: rank for rank, name in enumerate(ORDER)}
_LAST = len(ORDER)


class Leaf(Generic[T]):
    """A value that holds whatever the questions not yet asked are answered with."""

    __slots__ = ("value",)
    rank = _LAST

    def __init__(self, value: T) -> None:
        self.value = value


class Branch(Generic[T]):
    """A question, and for each of its options, literal first, what follows.

    What is below it is listed once, when it is first asked for: without itself, which would keep itself alive then.
    """

    __slots__ = ("_below", "_values", "branches", "question", "rank")

    def __init__(self, question: str, rank: int, branches: "tuple[Diagram[T], ...]") -> None:
        self.question = question
        self.rank = rank
        self.branches = branches
        self._below: list[Diagram[T]] | None = None
        self._values: frozenset[T] | None = None

    @property
    def parts(self) -> "list[Diagram[T]]":
        """Each distinct part, itself first, once."""
        if self._below is None:
            self._below = _below(self)
        return [self, *self._below]

    @property
    def values(self) -> "frozenset[T]":
        """The distinct values over all readings."""
        if self._values is None:
            self._values = frozenset([part.value for part in self.parts if isinstance(part, Leaf)])
        return self._values


Diagram: TypeAlias = Leaf[T] | Branch[T]


class Readings:
    """The readings that the settled questions leave open, and the diagrams over them.

    Equal diagrams made by one `Readings` are one object, so that comparing them is comparing identity.
    """

    __slots__ = ("_branches", "_leaves", "settled")

    def __init__(self, settled: Mapping[str, str]) -> None:
        self.settled = settled
        # By value and by branches, of whatever type: a table finds again what was put in under the same key.
        self._leaves: dict[Hashable, Any] = {}
        self._branches: dict[tuple[Hashable, ...], Any] = {}

    def explore(self, judge: Callable[[Ask], T]) -> Diagram[T]:
        """Run `judge` under every combination of answers that it asks for."""
        return self._grow(judge, self.settled)

    def bind(self, diagram: Diagram[T], judging: Callable[[T], Callable[[Ask], U]]) -> Diagram[U]:
        """Continue from each distinct value of `diagram`, once, whatever number of readings lead to it.

        What `judging` makes ready from a value serves every reading that comes by it.
        """
        return self._replace(diagram, lambda value: self._grow(judging(value), self.settled), {})

    def map(self, diagram: Diagram[T], change: Callable[[T], U]) -> Diagram[U]:
        """The diagram of the changed values, reduced again."""
        return self._replace(diagram, lambda value: self._leaf(change(value)), {})

    def _replace(self, diagram: Diagram[T], grow: Callable[[T], Diagram[U]], done: dict[int, Diagram[U]]) -> Diagram[U]:
        """The diagram with each leaf replaced by what grows from its value; each part is replaced once."""
        if isinstance(diagram, Leaf):
            return grow(diagram.value)
        below = []
        for branch in diagram.branches:
            grown = done.get(id(branch))
            if grown is None:
                grown = done[id(branch)] = self._replace(branch, grow, done)
            below.append(grown)
        return self._select(diagram.question, below)

    def _grow(self, judge: Callable[[Ask], T], given: Mapping[str, str]) -> Diagram[T]:
        """One run per path: a question asked for the first time is answered literally, then with the rest in turn."""
        answers = dict(given)
        asked: list[str] = []

        def ask(question: str) -> str:
            option = answers.get(question)
            if option is None:
                option = answers[question] = OPTIONS[question][0]
                asked.append(question)
            return option

        diagram: Diagram[T] = self._leaf(judge(ask))
        while asked:
            question = asked.pop()
            branches = [diagram]
            for option in OPTIONS[question][1:]:
                answers[question] = option
                branches.append(self._grow(judge, answers))
            del answers[question]
            diagram = self._select(question, branches)
        return diagram

    def _leaf(self, value: T) -> Leaf[T]:
        leaf: Leaf[T] | None = self._leaves.get(value)
        if leaf is None:
            leaf = self._leaves[value] = Leaf(value)
        return leaf

    def _branch(self, question: str, branches: "Sequence[Diagram[T]]") -> Diagram[T]:
        first = branches[0]
        for branch in branches:
            if branch is not first:
                break
        else:
            return first
        key = (question, *map(id, branches))
        known: Branch[T] | None = self._branches.get(key)
        if known is None:
            known = self._branches[key] = Branch(question, _RANK[question], tuple(branches))
        return known

    def _select(self, question: str, branches: "Sequence[Diagram[T]]") -> Diagram[T]:
        """The diagram that is `branches[i]` under option i of the question, in the fixed order of questions."""
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


def _under(diagram: Diagram[T], rank: int, option: int) -> Diagram[T]:
    if isinstance(diagram, Branch) and diagram.rank == rank:
        return diagram.branches[option]
    return diagram


def nodes(diagram: Diagram[T]) -> "Sequence[Diagram[T]]":
    """Each distinct part of the diagram, once."""
    return diagram.parts if isinstance(diagram, Branch) else (diagram,)


def _below(diagram: Branch[T]) -> "list[Diagram[T]]":
    found = list(dict.fromkeys(diagram.branches))
    seen = set(map(id, found))
    for node in found:  # which grows as it is walked
        if isinstance(node, Branch):
            for below in node.branches:
                if id(below) not in seen:
                    seen.add(id(below))
                    found.append(below)
    return found


def values(diagram: Diagram[T]) -> "AbstractSet[T]":
    """The distinct values over all readings."""
    return diagram.values if isinstance(diagram, Branch) else frozenset((diagram.value,))


def support(diagram: Diagram[T]) -> tuple[str, ...]:
    """The questions that the value depends on, sorted by name."""
    return tuple(sorted({node.question for node in nodes(diagram) if isinstance(node, Branch)}))


def literal(diagram: Diagram[T]) -> T:
    """The value under the literal reading; settled questions have kept their option already."""
    while isinstance(diagram, Branch):
        diagram = diagram.branches[0]
    return diagram.value


def follow(diagram: Diagram[T], answers: Mapping[str, str]) -> T:
    """The value under a reading; a question not answered is read literally."""
    while isinstance(diagram, Branch):
        option = answers.get(diagram.question, OPTIONS[diagram.question][0])
        diagram = diagram.branches[OPTIONS[diagram.question].index(option)]
    return diagram.value


class Census(NamedTuple, Generic[T]):
    """The questions that a diagram depends on, sorted, and how many readings over them give each value."""

    depends_on: tuple[str, ...]
    counts: dict[T, int]

    @property
    def readings(self) -> int:
        """How many readings there are over the questions depended on."""
        return sum(self.counts.values())


_rank = attrgetter("rank")


def census(diagram: Diagram[T]) -> Census[T]:
    """Count the readings over the combinations of the questions that the diagram depends on (READINGS.md)."""
    if isinstance(diagram, Leaf):
        return Census((), {diagram.value: 1})
    parts = sorted(diagram.parts, key=_rank)
    questions = {part.question for part in parts if isinstance(part, Branch)}
    # Each branch hands an equal share of the readings that come through it to each option; in the order of
    # questions every share is whole, because a path asks each question at most once.
    through = dict.fromkeys(map(id, parts), 0)
    through[id(diagram)] = prod([len(OPTIONS[question]) for question in questions])
    counts: dict[T, int] = {}
    for part in parts:
        if isinstance(part, Branch):
            share = through[id(part)] // len(part.branches)
            for below in part.branches:
                through[id(below)] += share
        else:
            counts[part.value] = through[id(part)]
    return Census(tuple(sorted(questions)), counts)


__all__ = [
    "OPTIONS",
    "Ask",
    "Branch",
    "Census",
    "Diagram",
    "Leaf",
    "Readings",
    "census",
    "follow",
    "literal",
    "support",
    "values",
]
