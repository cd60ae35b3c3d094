"""GET …/events and …/values: every event of an incident or of a contract, and the values that they commit to.

An event is given as the bytes that are stored, hashed and published. Both reads are of a whole history, and written
down in the access log before they are answered.
"""

from collections.abc import Iterator, Sequence
from typing import Annotated, Any, Final

import orjson
from fastapi import APIRouter, Request
from starlette.responses import Response

from ledger.recorder import Row, SubjectHead
from schemas import cloudevents
from schemas.commitments import personal_values
from schemas.events import to_wire
from schemas.http_problems import AccessUnrecorded, HistoryTooLong
from schemas.problems import UnknownContract, UnknownIncident
from services.api.caller import Caller
from services.api.headers import entity_tag
from services.api.reading.access import write_down
from services.api.reading.asked import AFTER_VERSION, LIMIT
from services.api.reading.examples import CLOUD_EVENT, EVENT, VALUES
from services.api.reading.parameters import Query, read_query
from services.api.reading.replies import is_known, json_reply, lines_reply, not_modified, wanted
from services.api.reading.routes import JSON, NDJSON, Form, reads
from services.api.reading.shapes import ValuesShape
from services.api.rights import needs
from services.api.scope import check_contract, incident_log
from services.api.state import Api, TheApi

__all__ = ["EVENT_FORMS", "event_reply", "router"]

router = APIRouter()

_PAGE: Final = (AFTER_VERSION, LIMIT)
_MOST_BYTES: Final = 32 * 1024 * 1024
_LINE: Final = {"type": "string", "description": "One event a line, the canonical bytes."}
EVENT_FORMS: Final = (cloudevents.MEDIA_TYPE, cloudevents.BATCH_MEDIA_TYPE)
_FORMS: Final = (
    Form(NDJSON, _LINE, EVENT + "\n"),
    Form(cloudevents.MEDIA_TYPE, {"type": "string", "description": "One CloudEvent a line."}, CLOUD_EVENT + "\n"),
    Form(cloudevents.BATCH_MEDIA_TYPE, {"type": "array", "items": {"type": "object"}}, [orjson.loads(CLOUD_EVENT)]),
)
_REFUSALS: Final = (HistoryTooLong, AccessUnrecorded)


@reads(
    router,
    "/v1/incidents/{incident}/events",
    *_FORMS,
    tag="incidents",
    parameters=_PAGE,
    refusals=(UnknownIncident, *_REFUSALS),
    versioned=True,
)
def incident_events(
    request: Request, incident: str, api: TheApi, caller: Annotated[Caller, needs("records")]
) -> Response:
    """The events of an incident.

    As NDJSON each line is an event's canonical bytes, which hash to the `sha256` that its append was answered with.
    """
    head = incident_log(api, caller, incident)
    return _events(request, api, caller, incident, head)


@reads(
    router,
    "/v1/contracts/{contract}/events",
    *_FORMS,
    tag="contracts",
    parameters=_PAGE,
    refusals=(UnknownContract, *_REFUSALS),
    versioned=True,
)
def contract_events(
    request: Request, contract: str, api: TheApi, caller: Annotated[Caller, needs("records")]
) -> Response:
    """The events of a contract itself.

    Those of its incidents are read incident by incident, or together from the feed.
    """
    head = check_contract(api, caller, contract)
    return _events(request, api, caller, contract, head)


@reads(
    router,
    "/v1/incidents/{incident}/values",
    Form(JSON, ValuesShape, VALUES),
    tag="incidents",
    parameters=_PAGE,
    refusals=(UnknownIncident, *_REFUSALS),
)
def incident_values(
    request: Request, incident: str, api: TheApi, caller: Annotated[Caller, needs("values")]
) -> Response:
    """The free text and the people of an incident.

    Each value stands with the event that commits to it and its place there; those that were erased are absent.
    """
    head = incident_log(api, caller, incident)
    return _values(request, api, caller, incident, head)


@reads(
    router,
    "/v1/contracts/{contract}/values",
    Form(JSON, ValuesShape, VALUES),
    tag="contracts",
    parameters=_PAGE,
    refusals=(UnknownContract, *_REFUSALS),
)
def contract_values(
    request: Request, contract: str, api: TheApi, caller: Annotated[Caller, needs("values")]
) -> Response:
    """The people that a contract's own events name; those that were erased are absent."""
    head = check_contract(api, caller, contract)
    return _values(request, api, caller, contract, head)


def event_reply(api: Api, caller: Caller, media_type: str, rows: Sequence[Row], headers: dict[str, str]) -> Response:
    """Events in the form asked for; the position of none is told to a limited caller."""
    if media_type == NDJSON:
        return lines_reply((row.state for row in rows), headers=headers)
    events = [
        cloudevents.structured(
            row.state,
            ledger_id=api.ledger.identity.ledger_id,
            position=None if caller.limited else row.position,
            index=row.index,
        )
        for row in rows
    ]
    if media_type == cloudevents.BATCH_MEDIA_TYPE:
        return Response(b"[%b]" % b",".join(events), media_type=media_type, headers=headers)
    return lines_reply(events, media_type, headers=headers)


def _events(request: Request, api: Api, caller: Caller, subject: str, head: SubjectHead) -> Response:
    query = read_query(request, _PAGE)
    media_type = wanted(request, (NDJSON, *EVENT_FORMS))
    etag = entity_tag(head.version)
    if is_known(request, etag):
        return not_modified(etag)
    rows = _page(api, query, subject, head)
    if sum(len(row.state) for row in rows) > _MOST_BYTES:
        raise HistoryTooLong(limit=_MOST_BYTES, what="bytes")
    write_down(api, caller, f"events of {subject}")
    headers = {"ETag": etag, "Vary": "Accept", "Cache-Control": "no-cache"}
    return event_reply(api, caller, media_type, rows, headers)


def _values(request: Request, api: Api, caller: Caller, subject: str, head: SubjectHead) -> Response:
    query = read_query(request, _PAGE)
    rows = _page(api, query, subject, head)
    write_down(api, caller, f"values of {subject}")
    values: list[dict[str, Any]] = []
    size = 0
    for value in _values_of(api, rows):
        size += len(orjson.dumps(value))
        if size > _MOST_BYTES:
            raise HistoryTooLong(limit=_MOST_BYTES, what="bytes")
        values.append(value)
    return json_reply({"subject": subject, "version": head.version, "values": values}, confidential=True)


def _values_of(api: Api, rows: Sequence[Row]) -> Iterator[dict[str, Any]]:
    for row in rows:
        event = api.ledger.record.revealed(row)
        for pointer, value in personal_values(to_wire(event)).items():
            yield {
                "event": event.id,
                "version": event.version,
                "type": event.type,
                "pointer": pointer,
                "value": value,
            }


def _page(api: Api, query: Query, subject: str, head: SubjectHead) -> Sequence[Row]:
    """The events asked for. Raises HistoryTooLong where they are more than one answer may cover."""
    after, limit = query.one(AFTER_VERSION) or 0, query.one(LIMIT)
    most = api.settings.history_limit
    # Not beyond the version that the answer's ETag names, whatever was recorded since.
    asked = max(0, head.version - after)
    if limit is not None:
        asked = min(asked, limit)
    if asked > most:
        raise HistoryTooLong(limit=most, what="events")
    return api.ledger.subject_rows(subject, after=after, limit=asked)
