"""What every route works with: one ledger, the way into it, its views, and who follows it."""

from asyncio import Future
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, TypeAlias

from fastapi import Depends, Request

from ledger.application import Ledger
from ledger.group_commit import GroupCommit, Outcome
from ledger.submission import Answer
from projections.store import ReadModel
from services.api.caller import Caller
from services.judging import LedgerSource
from services.logging import Log
from services.metrics import Metrics
from services.settings import Settings

if TYPE_CHECKING:
    from services.api.following import Following
    from services.api.oidc import OidcVerifier
    from services.projecting import Projecting

__all__ = ["Api", "Decided", "TheApi", "the_api"]

Decided: TypeAlias = "deque[tuple[Future[Answer], Outcome]]"
"""Outcomes of requests, on their way from the committing thread to whoever awaits them."""


def _one_thread() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(1, thread_name_prefix="writer")


@dataclass(slots=True)
class Api:
    """The parts of one server. `stopping` is set when it takes nothing new and finishes what it has begun.

    `writer` is the one thread that commits: requests are put among those that wait on the event loop, and leave their
    commit to it, once for as many as wait; by `decided` their outcomes come back. `found` are logs of incidents, by who
    found which, `holders` those whose keys were looked up in this turn of the event loop. `projecting` brings the views
    up to date, `source` is what verdicts are given of, without values.
    """

    ledger: Ledger
    commits: GroupCommit
    views: ReadModel
    projecting: "Projecting"
    settings: Settings
    following: "Following"
    metrics: Metrics
    log: Log
    oidc: "OidcVerifier | None" = None
    stopping: bool = False
    writer: ThreadPoolExecutor = field(default_factory=_one_thread)
    is_drain_due: bool = False
    decided: Decided = field(default_factory=deque)
    found: dict[tuple[str, str], str] = field(default_factory=dict)
    holders: dict[str, Caller] = field(default_factory=dict)
    source: LedgerSource = field(init=False)

    def __post_init__(self) -> None:
        self.source = LedgerSource(self.ledger)


async def the_api(request: Request) -> Api:
    """The parts of the server that a request came to."""
    api = request.app.state.api
    assert isinstance(api, Api)
    return api


TheApi = Annotated[Api, Depends(the_api)]
