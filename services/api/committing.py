"""The way of a request into the record: it waits on the event loop while one thread commits group after group."""

import asyncio
from functools import partial

from ledger.group_commit import Outcome
from ledger.submission import Answer, Submission
from services.api.state import Api, Decided

__all__ = ["commit"]


async def commit(api: Api, submission: Submission) -> Answer:
    """The answer to a request, after its commit. Raises what it is refused by.

    The commit begins once the event loop has looked after the requests that had come with this one, so that they go
    into it together; nobody waits for more to come. A client that goes away does not call the commit off: it may find
    the answer under its key.
    """
    loop = asyncio.get_running_loop()
    answered: asyncio.Future[Answer] = loop.create_future()
    api.commits.enqueue(submission, partial(_bring_back, api.decided, loop, answered))
    if not api.is_drain_due:
        api.is_drain_due = True
        loop.call_soon(api.writer.submit, _drain, api)
    return await answered


def _drain(api: Api) -> None:
    api.is_drain_due = False
    api.commits.drain()


def _bring_back(
    decided: Decided, loop: asyncio.AbstractEventLoop, answered: asyncio.Future[Answer], outcome: Outcome
) -> None:
    """Leave an outcome to the event loop, in the committing thread: it is woken once for all of a group.

    Whoever finds that his is the only one wakes it; the others are found by whoever is looking through them.
    """
    decided.append((answered, outcome))
    if len(decided) == 1:
        loop.call_soon_threadsafe(_hand_out, decided)


def _hand_out(decided: Decided) -> None:
    while decided:
        answered, outcome = decided.popleft()
        if answered.done():  # whoever waited for it was called off
            continue
        if isinstance(outcome, Answer):
            answered.set_result(outcome)
        else:
            answered.set_exception(outcome)
