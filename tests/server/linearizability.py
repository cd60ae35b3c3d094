"""Whether what clients saw of one incident could have been seen had each of their calls happened at one instant.

The search is Wing and Gong's: among the calls not yet placed, any that was called before the first of them returned
may be next; it is placed where the model answers as the server did. As with Lowe, no pair of calls placed and state
reached is tried twice. A call whose answer was lost may have happened at any instant after it, or never.

The model is an append-only list of events. An accepted append puts its event at the end and is told the length as
version; `if_match` is compared with the length before anything else; a closed incident takes nothing but a reopening.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import inf
from typing import Final, Literal

__all__ = [
    "EMPTY",
    "Accepted",
    "Append",
    "Broken",
    "Call",
    "Differs",
    "Kind",
    "Listed",
    "ReadEvents",
    "ReadVersion",
    "Seen",
    "State",
    "is_linearizable",
    "linearize",
    "step",
]

Kind = Literal["note", "close", "reopen"]


@dataclass(frozen=True, slots=True)
class Append:
    """A request to append an event, told from all others by its mark."""

    mark: str
    kind: Kind = "note"
    if_match: int | None = None


@dataclass(frozen=True, slots=True)
class ReadVersion:
    """A request for the incident, whose ETag is its version."""


@dataclass(frozen=True, slots=True)
class ReadEvents:
    """A request for all events of the incident."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """The event was recorded as this version."""

    version: int


@dataclass(frozen=True, slots=True)
class Differs:
    """The incident was not at the version of If-Match."""


@dataclass(frozen=True, slots=True)
class Broken:
    """The incident was closed and does not take the event."""


@dataclass(frozen=True, slots=True)
class Seen:
    """The incident was at this version."""

    version: int


@dataclass(frozen=True, slots=True)
class Listed:
    """These were the marks of its events."""

    marks: tuple[str, ...]


Operation = Append | ReadVersion | ReadEvents
Outcome = Accepted | Differs | Broken | Seen | Listed


@dataclass(frozen=True, slots=True)
class Call:
    """What one client asked and was told, and when by a clock that all clients share; no outcome: it was lost."""

    operation: Operation
    outcome: Outcome | None
    called_at: float
    returned_at: float


@dataclass(frozen=True, slots=True)
class State:
    """The incident: the marks of its events, and whether it takes more."""

    marks: tuple[str, ...] = ()
    is_open: bool = True


EMPTY: Final = State()


def step(state: State, operation: Operation) -> tuple[State, Outcome]:
    """What the operation makes of the incident, and what it is answered."""
    match operation:
        case ReadVersion():
            return state, Seen(len(state.marks))
        case ReadEvents():
            return state, Listed(state.marks)
        case Append(if_match=if_match) if if_match is not None and if_match != len(state.marks):
            return state, Differs()
        case Append(kind=kind) if not state.is_open and kind != "reopen":
            return state, Broken()
        case Append(mark, kind):
            return State((*state.marks, mark), kind != "close"), Accepted(len(state.marks) + 1)


def is_linearizable(history: Sequence[Call], initial: State = EMPTY) -> bool:
    """Whether there is an order of the calls that explains all of their outcomes."""
    return linearize(history, initial) is not None


def linearize(history: Sequence[Call], initial: State = EMPTY) -> list[Call] | None:
    """An order of the calls that explains all of their outcomes, lost ones left out where they need not have been.

    None where there is no such order.
    """
    calls = sorted(history, key=lambda call: call.called_at)
    answered = sum(1 << number for number, call in enumerate(calls) if call.outcome is not None)
    tried: set[tuple[int, State]] = set()
    path: list[tuple[int, State, list[int]]] = [(0, initial, _next_ones(calls, 0))]
    while path:
        placed, state, candidates = path[-1]
        if placed & answered == answered:
            return _order(calls, path)
        if not candidates:
            path.pop()
            continue
        number = candidates.pop()
        call = calls[number]
        then, outcome = step(state, call.operation)
        reached = (placed | 1 << number, then)
        if call.outcome not in {None, outcome} or reached in tried:
            continue
        tried.add(reached)
        path.append((*reached, _next_ones(calls, reached[0])))
    return None


def _next_ones(calls: Sequence[Call], placed: int) -> list[int]:
    """The calls that may happen next, the ones that may be left out first and so tried last."""
    waiting = [(number, call) for number, call in enumerate(calls) if not placed >> number & 1]
    first_return = min((call.returned_at for _, call in waiting if call.outcome is not None), default=inf)
    found = [(call.outcome is not None, number) for number, call in waiting if call.called_at <= first_return]
    return [number for _, number in sorted(found)]


def _order(calls: Sequence[Call], path: Sequence[tuple[int, State, list[int]]]) -> list[Call]:
    return [calls[(after[0] ^ before[0]).bit_length() - 1] for before, after in pairwise(path)]
