"""GET /v1/feed: everything that is recorded, in order, from where the reader has come to.

docs/feed.md tells how to use it. Whoever begins to read is written down in the access log; whoever goes on where its
own last reading ended is not.
"""

from contextlib import aclosing
from typing import Annotated, Final

from fastapi import APIRouter, Request, Response
from fastapi.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from schemas.events import PROVIDER_LOG
from services.api.authentication import authenticate
from services.api.caller import Caller
from services.api.feed_lines import CLOUD_EVENTS, EVENT_STREAM, NDJSON, FeedLines, MediaType
from services.api.feed_pages import Place, Selection, find_place
from services.api.feed_query import (
    AFTER,
    CONTRACT,
    DEFAULT_LIMIT,
    DEFAULT_WAIT_SECONDS,
    LIMIT,
    OPENAPI,
    PARAMETERS,
    RESPONSES,
    TYPE,
    WAIT,
)
from services.api.feed_reader import FeedReader, Stay
from services.api.following import Following
from services.api.headers import single
from services.api.negotiation import negotiate
from services.api.reading.access import write_down
from services.api.reading.parameters import Query, read_query
from services.api.rights import needs
from services.api.scope import check_contract
from services.api.state import Api, TheApi
from services.api.trails import Trail

__all__ = ["router"]

router = APIRouter(tags=["feed"])

_OFFERED: Final[tuple[MediaType, ...]] = (NDJSON, EVENT_STREAM, CLOUD_EVENTS)
_HEADERS: Final = {"Cache-Control": "no-store", "Vary": "Accept", "X-Accel-Buffering": "no"}
"""Nobody in between keeps it, or keeps it back."""


class _FeedResponse(StreamingResponse):
    """What a reader is sent; counted among the readers until it ends or the client has gone."""

    def __init__(self, following: Following, reader: FeedReader, trail: Trail, media_type: MediaType) -> None:
        self._chunks = reader.chunks(trail)
        self._following = following
        super().__init__(self._chunks, media_type=media_type, headers=_HEADERS)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it."""
        async with aclosing(self._chunks):
            with self._following.reading():
                await super().__call__(scope, receive, send)


@router.get(
    "/v1/feed",
    operation_id="follow",
    summary="Follow the ledger",
    responses=RESPONSES,
    openapi_extra=OPENAPI,
    response_class=Response,
)
async def follow(request: Request, api: TheApi, caller: Annotated[Caller, needs("feed")]) -> Response:
    """Everything that was recorded after a position, in order: the events' canonical bytes, without gap or repetition.

    As NDJSON or CloudEvents it ends with the last event recorded, and waits for one where there is none; as an event
    stream it goes on until the server stops. A key that is limited to contracts reads their events and the provider's,
    with a cursor in the place of the position. Lines without an event are heartbeats, which move the position too.
    """
    query = read_query(request, PARAMETERS)
    media_type = negotiate(", ".join(request.headers.getlist("accept")), _OFFERED)
    last_id = single(request, "last-event-id") if media_type == EVENT_STREAM else None
    selection = _selection(caller, query)
    begin = last_id or query.one(AFTER)
    place = await api.following.ask_the_store(lambda: _admit(api, caller, selection, begin))
    lines = FeedLines(media_type, caller.limited, api.ledger.identity.ledger_id)
    stay = _stay(api, query, media_type)
    reader = FeedReader(api, selection, lines, stay, place, lambda: authenticate(api, request))
    await reader.open()
    return _FeedResponse(api.following, reader, api.following.trails.begin(caller.name, place.position), media_type)


def _selection(caller: Caller, query: Query) -> Selection:
    asked = frozenset(query.all(CONTRACT))
    scope = None if caller.contracts is None else caller.contracts | {PROVIDER_LOG}
    return Selection(scope, asked, frozenset(query.all(TYPE)))


def _stay(api: Api, query: Query, media_type: MediaType) -> Stay:
    limit, wait = query.one(LIMIT), query.one(WAIT)
    if media_type == EVENT_STREAM:
        return Stay(limit, None, api.settings.heartbeat_seconds)
    return Stay(limit or DEFAULT_LIMIT, DEFAULT_WAIT_SECONDS if wait is None else wait, api.settings.heartbeat_seconds)


def _admit(api: Api, caller: Caller, selection: Selection, begin: str | None) -> Place:
    """The place to read from, once the reading is written down if it has to be.

    Raises UnknownContract, PositionAhead, CursorUnusable, AccessUnrecorded.
    """
    for contract in sorted(selection.asked - {PROVIDER_LOG}):
        check_contract(api, caller, contract)
    place = find_place(api.ledger, selection, begin)
    if not api.following.trails.is_live(caller.name, place.position):
        write_down(api, caller, _reading(selection, place))
    return place


def _reading(selection: Selection, place: Place) -> str:
    """What the access log says of a reading that begins: from which position, of which logs and types."""
    return f"the feed after {place.position}{_named(' of ', selection.asked)}{_named(', only ', selection.types)}"


def _named(before: str, names: frozenset[str]) -> str:
    return before + ", ".join(sorted(names)) if names else ""
