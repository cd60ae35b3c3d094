"""GET /v1/incidents, /v1/incidents/{incident} and …/obligations: the rows of the read model, the record of one."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Request
from starlette.responses import Response

from projections.rows import IncidentRow, ObligationRow
from projections.store import Cursor, Selection
from schemas.http_problems import CursorUnusable, HistoryTooLong
from schemas.instants import MICROS_PER_SECOND
from schemas.operation_problems import ProjectionBehind
from schemas.problems import UnknownIncident
from schemas.verdicts import print_micros
from services.api.caller import Caller
from services.api.headers import entity_tag
from services.api.reading.asked import AT_RISK, CONTRACT, CURSOR, DECISIVE, LIMIT, OPEN, STANDING, page_size
from services.api.reading.examples import INCIDENT, INCIDENTS, OBLIGATIONS
from services.api.reading.paging import link_to, parse_page_cursor, print_page_cursor
from services.api.reading.parameters import Query, read_query
from services.api.reading.present import present
from services.api.reading.record import History, incident_record
from services.api.reading.replies import is_known, json_reply, not_modified, table_reply, wanted
from services.api.reading.routes import CSV, JSON, NDJSON, Form, reads
from services.api.reading.shapes import (
    IncidentRowShape,
    IncidentShape,
    IncidentsShape,
    ObligationRowShape,
    ObligationsShape,
)
from services.api.rights import needs
from services.api.scope import incident_log
from services.api.state import TheApi

__all__ = ["columns", "flat", "router"]

router = APIRouter()

_SELECTED: Final = (CONTRACT, STANDING, DECISIVE, OPEN, AT_RISK)
_LISTED: Final = (*_SELECTED, LIMIT, CURSOR)
_TABLE: Final = (JSON, NDJSON, CSV)
_ROWS: Final = {"type": "string", "description": "One row a line, as in the JSON document."}
_CELLS: Final = {"type": "string", "description": "A header and a line a row (RFC 4180); no cell is a formula."}


@reads(
    router,
    "/v1/incidents",
    Form(JSON, IncidentsShape, INCIDENTS),
    Form(NDJSON, _ROWS),
    Form(CSV, _CELLS),
    tag="incidents",
    parameters=_LISTED,
    refusals=(CursorUnusable, ProjectionBehind),
)
def incidents(request: Request, api: TheApi, caller: Annotated[Caller, needs("verdicts")]) -> Response:
    """The incidents in scope, as they stand now.

    In the order opened, page by page; `next` and the header Link lead to the next page. Each row says which position
    and instant it is as of.
    """
    query = read_query(request, _LISTED)
    media_type, limit = wanted(request, _TABLE), page_size(api, query)
    given = _given(query)
    list_ = {"ledger": api.ledger.identity.ledger_id, "list": "incidents", **given}
    after = None if (cursor := query.one(CURSOR)) is None else _place(parse_page_cursor(list_, cursor))
    now = present(api)
    api.projecting.current(now)
    page = api.views.incidents(_selection(caller, query, now), after=after, limit=limit)
    rows = [flat(row, caller) for row in page.rows]
    following = None
    if page.next is not None:
        following = print_page_cursor(list_, [page.next.opened_at, page.next.incident])
    document: dict[str, Any] = {"incidents": rows, "next": following, "as_of": print_micros(now)}
    if not caller.limited:
        document["position"] = page.position
    link = link_to(following, {**given, "limit": str(limit)})
    return table_reply(media_type, document, columns(IncidentRowShape, caller), rows, link=link)


@reads(
    router,
    "/v1/incidents/{incident}",
    Form(JSON, IncidentShape, INCIDENT),
    tag="incidents",
    refusals=(UnknownIncident, HistoryTooLong),
    versioned=True,
)
def incident(request: Request, incident: str, api: TheApi, caller: Annotated[Caller, needs("records")]) -> Response:
    """The record of an incident.

    What its events say in the clear, without a verdict: it changes only where an event is recorded, so that its ETag
    may be sent as If-Match.
    """
    head = incident_log(api, caller, incident)
    read_query(request)
    etag = entity_tag(head.version)
    if is_known(request, etag):
        return not_modified(etag)
    if head.version > api.settings.history_limit:
        raise HistoryTooLong(limit=api.settings.history_limit, what="events")
    history = History.of(api.ledger.subject_rows(incident, limit=head.version))
    return json_reply(incident_record(history, limited=caller.limited), etag=etag)


@reads(
    router,
    "/v1/incidents/{incident}/obligations",
    Form(JSON, ObligationsShape, OBLIGATIONS),
    Form(NDJSON, _ROWS),
    Form(CSV, _CELLS),
    tag="incidents",
    refusals=(UnknownIncident, ProjectionBehind),
)
def incident_obligations(
    request: Request, incident: str, api: TheApi, caller: Annotated[Caller, needs("verdicts")]
) -> Response:
    """The obligations of an incident, as they stand now, in flat rows."""
    incident_log(api, caller, incident)
    read_query(request)
    media_type, now = wanted(request, _TABLE), present(api)
    position = api.projecting.current(now)
    rows = [flat(row, caller) for row in api.views.obligations(incident)]
    document: dict[str, Any] = {"incident": incident, "obligations": rows, "as_of": print_micros(now)}
    if not caller.limited:
        document["position"] = position
    return table_reply(media_type, document, columns(ObligationRowShape, caller), rows)


def flat(row: IncidentRow | ObligationRow, caller: Caller) -> dict[str, Any]:
    """A row as JSON values; without its position for a limited caller."""
    wire = row.to_wire()
    if caller.limited:
        del wire["as_of_position"]
    return wire


def columns(shape: Any, caller: Caller) -> list[str]:
    """The columns of a table of such rows."""
    return [name for name in shape.__annotations__ if name != "as_of_position" or not caller.limited]


def _given(query: Query) -> dict[str, str]:
    """The selection as it was asked for, by which one list is told from another."""
    asked: dict[str, Any] = {one.name: query.one(one) for one in _SELECTED}
    if asked["open"] is not None:
        asked["open"] = "true" if asked["open"] else "false"
    if asked["at_risk"] is not None:
        asked["at_risk"] = f"PT{asked['at_risk'] // MICROS_PER_SECOND}S"
    return {name: value for name, value in asked.items() if value is not None}


def _selection(caller: Caller, query: Query, now: int) -> Selection:
    ahead = query.one(AT_RISK)
    return Selection(
        scope=caller.contracts,
        contract=query.one(CONTRACT),
        standing=query.one(STANDING),
        decisive=query.one(DECISIVE),
        is_open=query.one(OPEN),
        due_by=None if ahead is None else now + ahead,
    )


def _place(told: list[int | str]) -> Cursor:
    match told:
        case [int() as opened_at, str() as incident]:
            return Cursor(opened_at, incident)
        case _:
            raise CursorUnusable
