"""GET /v1/compliance and /v1/deadlines: how the contract was kept by month, and what falls due next."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Request
from starlette.responses import Response

from projections.compliance import Key
from projections.store import Selection
from schemas.instants import parse_duration
from schemas.operation_problems import ProjectionBehind
from schemas.verdicts import print_micros
from services.api.caller import Caller
from services.api.reading.asked import BY, CONTRACT, LIMIT, MONTH, WITHIN, page_size
from services.api.reading.examples import COMPLIANCE, DEADLINES
from services.api.reading.parameters import read_query
from services.api.reading.present import present
from services.api.reading.replies import table_reply, wanted
from services.api.reading.routes import CSV, JSON, NDJSON, Form, reads
from services.api.reading.shapes import ComplianceShape, DeadlineShape, DeadlinesShape
from services.api.rights import needs
from services.api.state import Api, TheApi

__all__ = ["router"]

router = APIRouter()

_TABLE: Final = (JSON, NDJSON, CSV)
_ROWS: Final = {"type": "string", "description": "A row a line, as it stands in the list of the JSON answer."}
_CELLS: Final = {"type": "string", "description": "A header and a line a row (RFC 4180); no cell is a formula."}
_BY: Final[tuple[Key, ...]] = ("month", "level", "priority")
_FIRST, _LAST = "0001-01", "9999-12"
_WITHIN: Final = "PT8H"
_FALLING_DUE: Final = (WITHIN, CONTRACT, LIMIT)


@reads(
    router,
    "/v1/compliance",
    Form(JSON, ComplianceShape, COMPLIANCE),
    Form(NDJSON, _ROWS),
    Form(CSV, _CELLS),
    tag="reports",
    refusals=(ProjectionBehind,),
    parameters=(MONTH, BY),
)
def compliance(request: Request, api: TheApi, caller: Annotated[Caller, needs("compliance")]) -> Response:
    """How the contract was kept over the incidents in scope.

    Groups of incidents with their standings, what the disputed ones hang on, and how long responses took.
    """
    query = read_query(request, (MONTH, BY))
    media_type = wanted(request, _TABLE)
    month, by = query.one(MONTH), query.one(BY) or _BY
    now = present(api)
    api.projecting.current(now)
    found = api.views.compliance(caller.contracts, by, first=month or _FIRST, last=month or _LAST)
    document = {"month": month, **found.to_wire(), "as_of": print_micros(now)}
    left_out = {}
    for listed in ("disputed", "not_judged"):
        left_out[listed] = max(0, len(document[listed]) - api.settings.page_limit)
        document[listed] = document[listed][: api.settings.page_limit]
    document["left_out"] = left_out
    if not caller.limited:
        document["position"] = found.position
    return table_reply(media_type, document, [*by, *found.total.to_wire()], document["groups"])


@reads(
    router,
    "/v1/deadlines",
    Form(JSON, DeadlinesShape, DEADLINES),
    Form(NDJSON, _ROWS),
    Form(CSV, _CELLS),
    tag="reports",
    refusals=(ProjectionBehind,),
    parameters=_FALLING_DUE,
)
def deadlines(request: Request, api: TheApi, caller: Annotated[Caller, needs("verdicts")]) -> Response:
    """What falls due next.

    The obligations in scope that are running under some reading, the earliest first; and the open incidents that
    cannot be judged, so that nobody takes silence for safety.
    """
    query = read_query(request, _FALLING_DUE)
    media_type, limit = wanted(request, _TABLE), page_size(api, query)
    within = query.one(WITHIN) or _WITHIN
    now = present(api)
    position = api.projecting.current(now)
    selection = Selection(scope=caller.contracts, contract=query.one(CONTRACT))
    found = api.views.deadlines(selection, after=now, until=now + parse_duration(within), limit=limit + 1)
    rows = [_without_position(one.to_wire(), caller) for one in found[:limit]]
    document = {
        "within": within,
        "deadlines": rows,
        "not_judged": _not_judged(api, selection),
        "more": len(found) > limit,
        "as_of": print_micros(now),
    }
    if not caller.limited:
        document["position"] = position
    columns = list(_without_position(DeadlineShape.__annotations__, caller))
    return table_reply(media_type, document, columns, rows)


def _not_judged(api: Api, selection: Selection) -> list[dict[str, Any]]:
    chosen = Selection(scope=selection.scope, contract=selection.contract, standing="not-judged", is_open=True)
    page = api.views.incidents(chosen, limit=api.settings.page_limit)
    return [{"incident": row.incident, "problem": row.problem} for row in page.rows]


def _without_position(row: dict[str, Any], caller: Caller) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name != "as_of_position" or not caller.limited}
