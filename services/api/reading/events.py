"""GET /v1/events/{id}: one event by its id."""

import re
from typing import Annotated, Final

import orjson
from fastapi import APIRouter, Request
from starlette.responses import Response

from schemas import cloudevents
from schemas.http_problems import UnknownEvent
from services.api.caller import Caller
from services.api.reading.examples import CLOUD_EVENT, EVENT
from services.api.reading.parameters import read_query
from services.api.reading.replies import wanted
from services.api.reading.routes import JSON, Form, reads
from services.api.reading.shapes import EventShape
from services.api.rights import needs
from services.api.state import TheApi

__all__ = ["router"]

router = APIRouter()

_HEADERS: Final = {"Cache-Control": "no-cache", "Vary": "Accept"}
_is_id = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}").fullmatch


@reads(
    router,
    "/v1/events/{id}",
    Form(JSON, EventShape, orjson.loads(EVENT)),
    Form(cloudevents.MEDIA_TYPE, {"type": "object"}, orjson.loads(CLOUD_EVENT)),
    tag="events",
    refusals=(UnknownEvent,),
)
def event(request: Request, id: str, api: TheApi, caller: Annotated[Caller, needs("records")]) -> Response:  # noqa: A002
    """One event, as the bytes that are stored, hashed and published."""
    row = api.ledger.find(id) if _is_id(id) else None
    if row is None or not caller.sees(row.log):
        raise UnknownEvent
    read_query(request)
    if wanted(request, (JSON, cloudevents.MEDIA_TYPE)) == JSON:
        return Response(row.state, media_type=JSON, headers=_HEADERS)
    told = cloudevents.structured(
        row.state,
        ledger_id=api.ledger.identity.ledger_id,
        position=None if caller.limited else row.position,
        index=row.index,
    )
    return Response(told, media_type=cloudevents.MEDIA_TYPE, headers=_HEADERS)
