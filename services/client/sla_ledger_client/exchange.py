"""What is done for one call, step by step, without doing it: the part that both clients share.

A plan is a generator. It yields a step, is sent what came of it, and returns the result or raises:

    Send(request)   the request goes out            -> Reply or NoAnswer
    Pause(seconds)  nothing happens for so long     -> None
    Store(act)      the key store is read, written  -> what `act` returns
"""

from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import Any, TypeVar

from sla_ledger_client.keys import KeyStore, PendingWrite
from sla_ledger_client.problem import LedgerClientError, LedgerProblem, Unreachable, WriteDiffers, problem_of
from sla_ledger_client.request import Call, NoAnswer, Reply
from sla_ledger_client.retries import Budget, Conduct

__all__ = ["Pause", "Plan", "Send", "Step", "Store", "answered", "recorded"]

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Send:
    """The call's request goes out once."""

    call: Call[Any]


@dataclass(frozen=True, slots=True)
class Pause:
    """Nothing is done for so long."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Store:
    """The key store does something, which may wait for a disk."""

    act: Callable[[], Any]


Step = Send | Pause | Store
Plan = Generator[Step, Any, T]


def answered(call: Call[T], conduct: Conduct, *, in_doubt: bool = False) -> Plan[T]:
    """Send until there is an answer that is final, or the budget is spent.

    `in_doubt` says that an earlier attempt may have been recorded; an error raised here says so of all of them.
    """
    budget = Budget(conduct)
    while True:
        outcome = yield Send(call)
        try:
            return _understood(call, outcome)
        except LedgerClientError as error:
            if isinstance(error, LedgerProblem) and error.settles_doubt:
                in_doubt = False
            in_doubt = in_doubt or (error.in_doubt and call.request.is_write)
            error.in_doubt = in_doubt
            pause = _pause(budget, error)
            if pause is None:
                raise
        yield Pause(pause)


def _understood(call: Call[T], outcome: Reply | NoAnswer) -> T:
    if isinstance(outcome, NoAnswer):
        unreachable = Unreachable(outcome.reason)
        unreachable.in_doubt = outcome.sent
        raise unreachable
    if not outcome.is_accepted:
        problem = problem_of(outcome)
        problem.in_doubt = problem.leaves_doubt
        raise problem
    try:
        return call.read(outcome)
    except (KeyError, TypeError, ValueError, RecursionError) as error:
        garbled = Unreachable(f"the answer cannot be understood: {type(error).__name__}: {error}")
        garbled.in_doubt = True
        raise garbled from error


def _pause(budget: Budget, error: LedgerClientError) -> float | None:
    if isinstance(error, LedgerProblem):
        return budget.pause(error.retry_after) if error.may_be_retried else None
    return budget.pause()


def recorded(call: Call[T], key: str, keys: KeyStore, conduct: Conduct) -> Plan[T]:
    """Send a write under its key, kept from before the first attempt until the ledger has told what became of it."""
    write = PendingWrite(key, call.request)
    kept = yield Store(lambda: keys.begin(write))
    if kept is not None and kept.request != write.request:
        differs = WriteDiffers(f"another write was begun under the key {key} and is not settled")
        differs.key = key
        raise differs
    try:
        result = yield from answered(call, conduct, in_doubt=kept is not None)
    except LedgerClientError as error:
        error.key = key
        if not error.in_doubt:
            yield Store(lambda: keys.settle(key))
        else:
            error.add_note(f"It may have been recorded: send it again under the key {key}, or call resume().")
        raise
    yield Store(lambda: keys.settle(key))
    return result
