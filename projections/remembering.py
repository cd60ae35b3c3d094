"""What is counted between two instants under any reading, each count made once however many readings come by.

A count is remembered as the questions it turned out to ask: a fork per question, a value where none is left. Readings
that answer those questions alike share the count; the two hundredth priority change costs a look-up.
"""

from collections.abc import Callable, Iterator
from typing import Any, Generic, NamedTuple, TypeVar

from projections.diagram import Ask

__all__ = ["Remembering"]

T = TypeVar("T")


class Value(NamedTuple, Generic[T]):
    """A count that no further question changes."""

    value: T


class Fork(NamedTuple, Generic[T]):
    """A question that a count came to, and what followed under the options answered so far."""

    question: str
    below: "dict[str, Value[T] | Fork[T]]"


class Remembering(Generic[T]):
    """A count of two numbers and a reading; what it raises is raised again each time."""

    __slots__ = ("_count", "_known")

    def __init__(self, count: Callable[[int, int, Ask], T]) -> None:
        self._count = count
        self._known: dict[tuple[int, int], Value[T] | Fork[T]] = {}

    def __call__(self, one: int, other: int, ask: Ask) -> T:
        """The count under a reading."""
        found = self._known.get((one, other))
        while isinstance(found, Fork):
            found = found.below.get(ask(found.question))
        return self._counted(one, other, ask) if found is None else found.value

    def counts(self) -> Iterator[T]:
        """All that was counted so far."""
        found = list(self._known.values())
        for one in found:  # which grows as it is walked
            if isinstance(one, Fork):
                found += one.below.values()
            else:
                yield one.value

    def _counted(self, one: int, other: int, ask: Ask) -> T:
        """Count under a reading, and remember the count below the questions that it came to."""
        asked: list[tuple[str, str]] = []

        def asking(question: str) -> str:
            option = ask(question)
            asked.append((question, option))
            return option

        value = self._count(one, other, asking)
        place: dict[Any, Value[T] | Fork[T]] = self._known
        key: object = (one, other)
        for question, option in asked:
            fork = place.get(key)
            if fork is None:
                fork = place[key] = Fork(question, {})
            assert isinstance(fork, Fork), "the same answers lead to the same questions"
            place, key = fork.below, option
        place[key] = Value(value)
        return value
