"""The checker of histories takes what a list could answer, refuses each planted fault and agrees with brute force."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.server.linearizability import (
    EMPTY,
    Accepted,
    Append,
    Broken,
    Call,
    Differs,
    Kind,
    Listed,
    Operation,
    Outcome,
    ReadEvents,
    ReadVersion,
    Seen,
    is_linearizable,
    linearize,
    step,
)

CLIENTS = 8
_STRETCH = 100.0


class Incident:
    """A list that answers one call after another, written without the checker's model."""

    def __init__(self) -> None:
        self.marks: list[str] = []
        self.closed = False

    def answer(self, operation: Operation) -> Outcome:
        if isinstance(operation, ReadVersion):
            return Seen(len(self.marks))
        if isinstance(operation, ReadEvents):
            return Listed(tuple(self.marks))
        if operation.if_match not in {None, len(self.marks)}:
            return Differs()
        if self.closed and operation.kind != "reopen":
            return Broken()
        self.closed = operation.kind == "close"
        self.marks.append(operation.mark)
        return Accepted(len(self.marks))


KINDS: st.SearchStrategy[Kind] = st.sampled_from(["note", "note", "note", "close", "reopen"])
APPENDS = st.builds(Append, st.just("?"), KINDS, st.one_of(st.none(), st.integers(0, 8)))
OPERATIONS: st.SearchStrategy[Operation] = st.one_of(APPENDS, st.just(ReadVersion()), st.just(ReadEvents()))
INSTANTS = st.floats(0, _STRETCH, allow_nan=False)


@st.composite
def true_histories(draw: st.DrawFn, losing: bool = False) -> list[Call]:
    """What clients see of a list whose calls happen at 100, 200, 300 …, each somewhere between call and return."""
    incident = Incident()
    history: list[Call] = []
    free_from = dict.fromkeys(range(CLIENTS), 0.0)
    operations = draw(st.lists(st.tuples(st.integers(0, CLIENTS - 1), OPERATIONS), max_size=24))
    happen_at = {client: [] for client in range(CLIENTS)}  # type: dict[int, list[float]]
    for number, (client, _) in enumerate(operations, start=1):
        happen_at[client].append(number * _STRETCH)
    for number, (client, asked) in enumerate(operations, start=1):
        happens_at = number * _STRETCH
        operation = replace(asked, mark=f"m{number}") if isinstance(asked, Append) else asked
        outcome = incident.answer(operation)
        later = [instant for instant in happen_at[client] if instant > happens_at]
        latest = later[0] - _STRETCH / 2 if later else happens_at + 5 * _STRETCH
        called_at = happens_at - draw(INSTANTS) / _STRETCH * (happens_at - free_from[client]) * 0.99
        returned_at = happens_at + draw(INSTANTS) / _STRETCH * (latest - happens_at)
        free_from[client] = returned_at
        lost = losing and draw(st.booleans())
        history.append(Call(operation, None if lost else outcome, called_at, returned_at))
    return draw(st.permutations(history))


@given(true_histories())
def test_what_a_list_answers_is_taken(history: list[Call]) -> None:
    found = linearize(history)
    assert found is not None
    assert sorted(found, key=repr) == sorted(history, key=repr)


@given(true_histories(losing=True))
def test_lost_answers_are_taken(history: list[Call]) -> None:
    assert is_linearizable(history)


@given(true_histories(losing=True))
def test_the_order_found_explains_the_outcomes(history: list[Call]) -> None:
    found = linearize(history)
    assert found is not None
    incident = Incident()
    for number, call in enumerate(found):
        assert incident.answer(call.operation) == (call.outcome or incident_outcome(found[:number], call.operation))
        assert not any(later.returned_at < call.called_at for later in found[number + 1 :] if later.outcome)


def incident_outcome(before: Sequence[Call], operation: Operation) -> Outcome:
    """What a list answers after these calls."""
    incident = Incident()
    for call in before:
        incident.answer(call.operation)
    return incident.answer(operation)


Fault = Callable[[list[Call], float], list[Call]]


def after(history: list[Call], end: float, operation: Operation, outcome: Outcome) -> list[Call]:
    """The history with one more call when all others are over."""
    return [*history, Call(operation, outcome, end + 1, end + 2)]


def final(history: list[Call]) -> Incident:
    """The list as the true history left it; its calls happen in the order of their marks' numbers."""
    found = linearize(history)
    assert found is not None
    incident = Incident()
    for call in found:
        incident.answer(call.operation)
    return incident


def lost_update(history: list[Call], end: float) -> list[Call]:
    incident = final(history)
    return after(history, end, ReadEvents(), Listed(tuple(incident.marks[:-1])))


def overwritten(history: list[Call], end: float) -> list[Call]:
    incident = final(history)
    return after(history, end, ReadEvents(), Listed((*incident.marks[:-1], "another")))


def listed_in_another_order(history: list[Call], end: float) -> list[Call]:
    incident = final(history)
    return after(history, end, ReadEvents(), Listed((incident.marks[-1], *incident.marks[:-1])))


def listed_twice(history: list[Call], end: float) -> list[Call]:
    incident = final(history)
    return after(history, end, ReadEvents(), Listed((*incident.marks, incident.marks[-1])))


def stale_read(history: list[Call], end: float) -> list[Call]:
    return after(history, end, ReadVersion(), Seen(len(final(history).marks) - 1))


def read_from_the_future(history: list[Call], end: float) -> list[Call]:
    return after(history, end, ReadVersion(), Seen(len(final(history).marks) + 1))


def version_given_twice(history: list[Call], end: float) -> list[Call]:
    incident = final(history)
    return after(history, end, _fitting(incident), Accepted(len(incident.marks)))


def version_left_out(history: list[Call], end: float) -> list[Call]:
    incident = final(history)
    return after(history, end, _fitting(incident), Accepted(len(incident.marks) + 2))


def blind_overwrite(history: list[Call], end: float) -> list[Call]:
    incident = final(history)
    asked = replace(_fitting(incident), if_match=len(incident.marks) - 1)
    return after(history, end, asked, Accepted(len(incident.marks) + 1))


def differs_from_what_is_so(history: list[Call], end: float) -> list[Call]:
    incident = final(history)
    return after(history, end, replace(_fitting(incident), if_match=len(incident.marks)), Differs())


def taken_against_the_rules(history: list[Call], end: float) -> list[Call]:
    incident = final(history)
    if not incident.closed:
        history = after(history, end, Append("last", "close"), incident.answer(Append("last", "close")))
    return after(history, end + 2, Append("late"), Accepted(len(incident.marks) + 1))


def refused_against_the_rules(history: list[Call], end: float) -> list[Call]:
    return after(history, end, _fitting(final(history)), Broken())


def acknowledged_in_another_order(history: list[Call], end: float) -> list[Call]:
    incident = final(history)
    version = len(incident.marks)
    first = Call(_fitting(incident), Accepted(version + 2), end + 1, end + 2)
    second = Call(replace(_fitting(incident), mark="later"), Accepted(version + 1), end + 3, end + 4)
    return [*history, first, second]


def two_updates_of_one_version(history: list[Call], end: float) -> list[Call]:
    incident = final(history)
    version = len(incident.marks)
    both = [
        Call(replace(_fitting(incident), mark=mark, if_match=version), Accepted(version + 1), end + 1, end + 4)
        for mark in ("one", "two")
    ]
    return [*history, *both]


def _fitting(incident: Incident) -> Append:
    return Append("late", "reopen" if incident.closed else "note")


FAULTS: tuple[Fault, ...] = (
    acknowledged_in_another_order,
    blind_overwrite,
    differs_from_what_is_so,
    listed_in_another_order,
    listed_twice,
    lost_update,
    overwritten,
    read_from_the_future,
    refused_against_the_rules,
    stale_read,
    taken_against_the_rules,
    two_updates_of_one_version,
    version_given_twice,
    version_left_out,
)


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.__name__)
@given(history=true_histories())
def test_a_planted_fault_is_refused(fault: Fault, history: list[Call]) -> None:
    opened = [Call(Append("a"), Accepted(1), -4, -3), Call(Append("b"), Accepted(2), -2, -1)]
    shifted = _after_two(history)
    whole = [*opened, *shifted]
    end = max(call.returned_at for call in whole)
    assert is_linearizable(whole)
    assert not is_linearizable(fault(whole, end))


def _after_two(history: list[Call]) -> list[Call]:
    """The same calls in the order they happened in, answered by a list that had two events before."""
    found = linearize(history)
    assert found is not None
    incident = Incident()
    incident.marks += ["a", "b"]
    return [replace(call, outcome=incident.answer(call.operation)) for call in found]


def by_brute_force(history: Sequence[Call]) -> bool:
    """Whether any order at all of the calls explains them."""
    for order in permutations(history):
        state = EMPTY
        for number, call in enumerate(order):
            if any(later.returned_at < call.called_at for later in order[number + 1 :]):
                break
            state, outcome = step(state, call.operation)
            if outcome != call.outcome:
                break
        else:
            return True
    return False


@st.composite
def any_histories(draw: st.DrawFn) -> list[Call]:
    """At most five calls with outcomes that may or may not be true."""
    history = []
    for number in range(draw(st.integers(1, 5))):
        kind: Kind = draw(KINDS)
        versions = st.integers(0, 3)
        lists = st.lists(st.sampled_from([f"m{one}" for one in range(5)]), max_size=3, unique=True)
        operation, outcome = draw(
            st.one_of(
                st.tuples(
                    st.builds(Append, st.just(f"m{number}"), st.just(kind), st.one_of(st.none(), versions)),
                    st.one_of(st.builds(Accepted, versions), st.just(Differs()), st.just(Broken())),
                ),
                st.tuples(st.just(ReadVersion()), st.builds(Seen, versions)),
                st.tuples(st.just(ReadEvents()), st.builds(Listed, lists.map(tuple))),
            )
        )
        called_at = draw(st.integers(0, 6))
        history.append(Call(operation, outcome, called_at, called_at + draw(st.integers(0, 6))))
    return history


@given(any_histories())
def test_it_finds_what_brute_force_finds(history: list[Call]) -> None:
    assert is_linearizable(history) == by_brute_force(history)
