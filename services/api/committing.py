"""The way of a request into the record: it waits on the event loop while one thread commits group after group."""

import asyncio

from ledger.submission import Answer, Submission
from services.api.state import Api

__all__ = ["commit"]


async def commit(api: Api, submission: Submission) -> Answer:
    """The answer to a request, after its commit. Raises what it is refused by.

    The commit begins once the event loop has looked after the requests that had come with this one, so that they go
    into it together; nobody waits for more to come. A client that goes away does not call the commit off: it may find
    the answer under its key.
    """
    future = api.commits.enqueue(submission)
    if not api.is_drain_due:
        api.is_drain_due = True
        asyncio.get_running_loop().call_soon(api.writer.submit, _drain, api)
    return await asyncio.shield(asyncio.wrap_future(future))


def _drain(api: Api) -> None:
    api.is_drain_due = False
    api.commits.drain()
