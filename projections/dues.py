"""The due instants of one incident, each counted once however many readings come by.

A due instant is remembered as the questions it turned out to ask: a fork per question, an instant where none is left.
Readings that answer those questions alike share the count; the two hundredth priority change costs a look-up.
"""

from collections.abc import Mapping
from typing import NamedTuple, TypeAlias

from projections.diagram import Ask
from projections.service import Service


class Fork(NamedTuple):
    """A question that a count came to, and what followed under the options answered so far."""

    question: str
    below: "dict[str, Remembered]"


Remembered: TypeAlias = int | Fork


class _UnansweredError(Exception):
    def __init__(self, question: str) -> None:
        super().__init__(question)
        self.question = question


class Dues:
    """When the target of a priority falls due that runs from an instant (microseconds), under any reading."""

    __slots__ = ("_known", "_service")

    def __init__(self, service: Service) -> None:
        self._service = service
        self._known: dict[tuple[int, int], Remembered] = {}

    def __call__(self, start: int, priority: int, ask: Ask) -> int:
        """The due instant; raises YearUnpublishedError where the count needs a year that nobody published."""
        found = self._known.get((start, priority))
        if found is None:
            found = self._known[start, priority] = self._count(start, priority, {})
        if isinstance(found, int):
            return found
        answers: dict[str, str] = {}
        while isinstance(found, Fork):
            question, below = found
            option = answers[question] = ask(question)
            found = below.get(option)
            if found is None:
                found = below[option] = self._count(start, priority, answers)
        return found

    def reach(self) -> tuple[int, int] | None:
        """The earliest start and the latest due instant of all that was counted; None where nothing was."""
        if not self._known:
            return None
        found, last = list(self._known.values()), min(self._known)[0]
        earliest = last
        for one in found:  # which grows as it is walked
            if isinstance(one, int):
                last = max(last, one)
            else:
                found += one.below.values()
        return earliest, last

    def _count(self, start: int, priority: int, answers: Mapping[str, str]) -> Remembered:
        def answer(question: str) -> str:
            option = answers.get(question)
            if option is None:
                raise _UnansweredError(question)
            return option

        try:
            return self._service.due(start, priority, answer)
        except _UnansweredError as unanswered:
            return Fork(unanswered.question, {})


__all__ = ["Dues"]
