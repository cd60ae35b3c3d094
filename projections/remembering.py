"""What is counted between two instants under any reading, each count made once however many readings come by.

A count is remembered as the questions it turned out to ask: a fork per question, a value where none is left. Readings
that answer those questions alike share the count; the two hundredth priority change costs a look-up.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Generic, NamedTuple, TypeVar

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


class _UnansweredError(Exception):
    def __init__(self, question: str) -> None:
        super().__init__(question)
        self.question = question


class Remembering(Generic[T]):
    """A count of two numbers and a reading; what it raises is raised again each time."""

    __slots__ = ("_count", "_known")

    def __init__(self, count: Callable[[int, int, Ask], T]) -> None:
        self._count = count
        self._known: dict[tuple[int, int], Value[T] | Fork[T]] = {}

    def __call__(self, one: int, other: int, ask: Ask) -> T:
        """The count under a reading."""
        found = self._known.get((one, other))
        if found is None:
            found = self._known[one, other] = self._counted(one, other, {})
        answers: dict[str, str] = {}
        while isinstance(found, Fork):
            question, below = found
            option = answers[question] = ask(question)
            found = below.get(option)
            if found is None:
                found = below[option] = self._counted(one, other, answers)
        value: T = found.value
        return value

    def counts(self) -> Iterator[T]:
        """All that was counted so far."""
        found = list(self._known.values())
        for one in found:  # which grows as it is walked
            if isinstance(one, Fork):
                found += one.below.values()
            else:
                yield one.value

    def _counted(self, one: int, other: int, answers: Mapping[str, str]) -> "Value[T] | Fork[T]":
        def answer(question: str) -> str:
            option = answers.get(question)
            if option is None:
                raise _UnansweredError(question)
            return option

        try:
            return Value(self._count(one, other, answer))
        except _UnansweredError as unanswered:
            return Fork(unanswered.question, {})
