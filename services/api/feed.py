"""GET /v1/feed: everything that is recorded, in order, from where the reader has come to.

docs/feed.md tells how to use it. Whoever begins to read is written down in the access log; whoever goes on where its
own last reading ended is not.
"""

from collections.abc import Sequence
from contextlib import aclosing
from typing import Annotated, Any, Final

from fastapi import APIRouter, Header, Query, Response
from fastapi.responses import StreamingResponse
from pydantic import AfterValidator, BeforeValidator, Field
from starlette.types import Receive, Scope, Send

from schemas.events import PROVIDER_LOG, TYPES
from schemas.model import Identifier
from services.api.caller import Caller
from services.api.feed_lines import CLOUD_EVENTS, EVENT_STREAM, NDJSON, FeedLines, MediaType
from services.api.feed_pages import Place, Selection, find_place
from services.api.feed_reader import FeedReader, Stay
from services.api.following import Following
from services.api.negotiation import negotiate
from services.api.rights import needs
from services.api.scope import check_contract
from services.api.state import Api, TheApi
from services.api.trails import Trail

__all__ = ["router"]

router = APIRouter()

_OFFERED: Final[tuple[MediaType, ...]] = (NDJSON, EVENT_STREAM, CLOUD_EVENTS)
_DEFAULT_LIMIT: Final = 500
_MOST_EVENTS: Final = 5_000
_MOST_FILTERS: Final = 50
_LONGEST_WAIT_SECONDS: Final = 60
_DEFAULT_WAIT_SECONDS: Final = 3
_HEADERS: Final = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
"""Nobody in between keeps it, or keeps it back."""


def _plain(text: object) -> object:
    """A number in its one spelling: a lenient reader would also take " 1 " and 1_0."""
    if isinstance(text, str) and not (text.isascii() and text.isdigit()):
        raise ValueError("a number has digits alone")
    return text


def _known(name: str) -> str:
    if name not in TYPES:
        raise ValueError("there is no such type of event")
    return name


_Limit = Annotated[int, Field(ge=1, le=_MOST_EVENTS), BeforeValidator(_plain)]
_Wait = Annotated[int, Field(ge=0, le=_LONGEST_WAIT_SECONDS), BeforeValidator(_plain)]
_Type = Annotated[str, AfterValidator(_known), Field(json_schema_extra={"enum": sorted(TYPES)})]

_EVENT: Final = '{"actor":{"id":"e-17","kind":"engineer"},"data":{…},"id":"…","log":"C-001",…}'
_RESPONSES: Final[dict[int | str, dict[str, Any]]] = {
    200: {
        "description": "Events in the order in which they were recorded; a heartbeat where there are none.",
        "content": {
            NDJSON: {
                "schema": {"type": "string"},
                "examples": {
                    "all contracts": {"value": f'{{"position":18,"index":4,"event":{_EVENT}}}\n{{"position":21}}\n'},
                    "limited to contracts": {
                        "value": f'{{"cursor":"wHd1…","index":4,"event":{_EVENT}}}\n{{"cursor":"wHd1…"}}\n'
                    },
                },
            },
            EVENT_STREAM: {
                "schema": {"type": "string"},
                "examples": {
                    "all contracts": {
                        "value": "retry: 2000\n\n"
                        f'id: 18\ndata: {{"position":18,"index":4,"event":{_EVENT}}}\n\n'
                        'event: heartbeat\nid: 21\ndata: {"position":21}\n\n'
                    }
                },
            },
            CLOUD_EVENTS: {"schema": {"type": "string", "description": "A CloudEvent a line, or a heartbeat."}},
        },
    },
}


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
    "/v1/feed", operation_id="follow", summary="Follow the ledger", responses=_RESPONSES, response_class=Response
)
async def follow(
    api: TheApi,
    caller: Annotated[Caller, needs("feed")],
    after: Annotated[
        str | None,
        Query(
            max_length=200,
            description="The position or cursor of the last line that was dealt with; absent, from the first event on.",
        ),
    ] = None,
    limit: Annotated[
        _Limit | None,
        Query(description=f"End after so many events: {_DEFAULT_LIMIT} where absent, never in an event stream."),
    ] = None,
    wait: Annotated[
        _Wait,
        Query(description="For how many seconds to wait for an event where there is none. An event stream waits on."),
    ] = _DEFAULT_WAIT_SECONDS,
    contracts: Annotated[
        Sequence[Identifier],
        Query(
            alias="contract",
            max_length=_MOST_FILTERS,
            description="Events of these logs alone: contracts, or `provider`.",
        ),
    ] = (),
    types: Annotated[
        Sequence[_Type], Query(alias="type", max_length=_MOST_FILTERS, description="Events of these types alone.")
    ] = (),
    accept: Annotated[str | None, Header(include_in_schema=False)] = None,
    last_event_id: Annotated[
        str | None,
        Header(max_length=200, description="In an event stream: the last id that was received; goes before `after`."),
    ] = None,
) -> Response:
    """Everything that was recorded after a position, in order: the events' canonical bytes, without gap or repetition.

    As NDJSON or CloudEvents it ends with the last event recorded, and waits for one where there is none; as an event
    stream it goes on until the server stops. A key that is limited to contracts reads their events and the provider's,
    with a cursor in the place of the position. Lines without an event are heartbeats, which move the position too.
    """
    media_type = negotiate(accept, _OFFERED)
    is_stream = media_type == EVENT_STREAM
    begin = last_event_id if is_stream and last_event_id else after
    selection = _selection(caller, contracts, types)
    place = await api.following.ask_the_store(lambda: _admit(api, caller, selection, contracts, begin))
    lines = FeedLines(media_type, caller.limited, api.ledger.identity.ledger_id)
    stay = Stay(
        limit=limit if is_stream or limit is not None else _DEFAULT_LIMIT,
        wait_seconds=None if is_stream else wait,
        heartbeat_seconds=api.settings.heartbeat_seconds,
    )
    reader = FeedReader(api, selection, lines, stay, place)
    await reader.open()
    return _FeedResponse(api.following, reader, api.following.trails.begin(caller.name, place.position), media_type)


def _selection(caller: Caller, contracts: Sequence[str], types: Sequence[str]) -> Selection:
    scope = frozenset() if caller.contracts is None else caller.contracts | {PROVIDER_LOG}
    logs = sorted(set(contracts)) or (sorted(scope) if caller.limited else None)
    return Selection(None if logs is None else tuple(logs), frozenset(types), caller.limited, scope)


def _admit(api: Api, caller: Caller, selection: Selection, contracts: Sequence[str], begin: str | None) -> Place:
    """The place to read from, once the reading is written down if it has to be.

    Raises UnknownContract, PositionAhead, CursorUnusable; StorageFull and its like where nothing can be written down.
    """
    for contract in sorted(set(contracts) - {PROVIDER_LOG}):
        check_contract(api, caller, contract)
    place = find_place(api.ledger, selection, begin)
    if not api.following.trails.is_live(caller.name, place.position):
        api.ledger.access_log.record(caller.name, caller.role, _reading(selection, place, contracts))
    return place


def _reading(selection: Selection, place: Place, contracts: Sequence[str]) -> str:
    """What the access log says of a reading that begins: from which position, of which logs and types."""
    logs = f" of {', '.join(sorted(set(contracts)))}" if contracts else ""
    types = f", {', '.join(sorted(selection.types))} alone" if selection.types else ""
    return f"the feed after {place.position}{logs}{types}"
