"""The server with its commit replaced, for comparison: `python -m benchmarks.http_peers PEER serve …`.

    canned           each request is authenticated, read, checked and answered with the same bytes; nothing is written
    umadb:ADDRESS    the canonical bytes of its events, with the values beside them, are appended to a server of UmaDB

All before the commit is the product's own. For UmaDB no rule is decided, no version is looked up and no answer is kept
under the request's key; its append returns once its server has synced the events to the disk, and its server commits
together what comes at once.
"""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from hashlib import sha256
from itertools import count
from typing import Final
from unittest.mock import patch
from uuid import UUID, uuid4

import orjson
import umadb

from benchmarks.desk import CONTRACT
from ledger.entry import Entry, seal_event
from ledger.submission import Answer, Submission
from schemas.events import Event
from schemas.instants import canonical_instant
from services.api import accepting
from services.api.state import Api
from services.cli import main

_Commit = Callable[[Api, Submission], Awaitable[Answer]]

_THREADS: Final = 16
"""Of those tried the number that does most for UmaDB: with 64 its route manages two thirds of this."""


def canned() -> _Commit:
    """Answers as if the event had been recorded."""
    answers: dict[str, Answer] = {}

    async def commit(api: Api, submission: Submission) -> Answer:
        del api
        subject = submission.elements[0].proposal.subject
        if subject not in answers:
            answers[subject] = Answer(_body(_entry(submission, 2), 1), replayed=False, created=True)
        return answers[subject]

    return commit


def to_umadb(address: str) -> _Commit:
    """Appends to UmaDB, each request from a thread of its own."""
    client = umadb.Client(f"http://{address}")
    threads = ThreadPoolExecutor(_THREADS)
    versions = count(2)

    def append(submission: Submission) -> Answer:
        entry = _entry(submission, next(versions))
        position = client.append([_stored(entry)])
        return Answer(_body(entry, position), replayed=False, created=True)

    async def commit(api: Api, submission: Submission) -> Answer:
        del api
        return await asyncio.get_running_loop().run_in_executor(threads, append, submission)

    return commit


def _entry(submission: Submission, version: int) -> Entry:
    """The one event of a submission, sealed as the ledger does it."""
    (element,) = submission.elements
    proposal = element.proposal
    event = Event.model_construct(
        id=str(uuid4()),
        subject=proposal.subject,
        occurred_at=proposal.occurred_at,
        recorded_at=datetime.now(UTC),
        actor=proposal.actor,
        data=proposal.data,
        log=CONTRACT,
        version=version,
        via=submission.via,
    )
    return seal_event(event, lambda _pointer: os.urandom(32))


def _stored(entry: Entry) -> umadb.Event:
    values = {one.pointer: f"{one.salt.hex()} {orjson.dumps(one.value).decode()}" for one in entry.disclosures}
    tags = [entry.event.subject, entry.event.log]
    return umadb.Event(entry.event.type, entry.state, tags, UUID(entry.event.id), values)


def _body(entry: Entry, position: int) -> bytes:
    event = entry.event
    told = {
        "id": event.id,
        "subject": event.subject,
        "type": event.type,
        "position": position,
        "version": event.version,
        "recorded_at": canonical_instant(event.recorded_at),
        "sha256": sha256(entry.state).hexdigest(),
    }
    return orjson.dumps({"events": [told]})


if __name__ == "__main__":
    kind, _, place = sys.argv.pop(1).partition(":")
    patch.object(accepting, "commit", canned() if kind == "canned" else to_umadb(place)).start()
    main()
