"""GET …/verdict, …/explanation, …/timeline: what the contract says of an incident, as the command line answers it."""

from collections.abc import Callable
from typing import Annotated, Any, Final

from fastapi import APIRouter, Request
from starlette.responses import Response

from schemas.http_problems import Forbidden, HistoryTooLong, InstantAhead, PositionAhead
from schemas.problems import CalendarMissing, LevelMissing, PolicyTextMissing, UnknownIncident
from services.answers import Answer
from services.api.caller import Caller
from services.api.reading.asked import AS_OF, AT_POSITION, READING
from services.api.reading.examples import EXPLANATION_EXAMPLE, TIMELINE_EXAMPLE, VERDICT_EXAMPLE
from services.api.reading.parameters import Query, read_query, unusable
from services.api.reading.present import instant_judged
from services.api.reading.replies import json_reply
from services.api.reading.routes import JSON, Form, reads
from services.api.reading.verdict_shapes import EXPLANATION, TIMELINE, VERDICT
from services.api.rights import needs
from services.api.scope import incident_log
from services.api.state import Api, TheApi

__all__ = ["router"]

router = APIRouter()

_ASKED: Final = (AS_OF, AT_POSITION, READING)
_REFUSALS: Final = (
    UnknownIncident,
    Forbidden,
    HistoryTooLong,
    InstantAhead,
    PositionAhead,
    CalendarMissing,
    LevelMissing,
    PolicyTextMissing,
)


def _judges(kind: str, form: Form) -> Callable[[Callable[..., Response]], Callable[..., Response]]:
    path = f"/v1/incidents/{{incident}}/{kind}"
    return reads(router, path, form, tag="incidents", parameters=_ASKED, refusals=_REFUSALS)


@_judges("verdict", Form(JSON, VERDICT, VERDICT_EXAMPLE))
def incident_verdict(
    request: Request, incident: str, api: TheApi, caller: Annotated[Caller, needs("verdicts")]
) -> Response:
    """The verdict on an incident.

    Every obligation with the literal outcome, how the readings of the contract divide, and what they hang on.
    """
    return _judged(request, api, caller, incident, Answer.verdict_wire)


@_judges("explanation", Form(JSON, EXPLANATION, EXPLANATION_EXAMPLE))
def incident_explanation(
    request: Request, incident: str, api: TheApi, caller: Annotated[Caller, needs("verdicts")]
) -> Response:
    """The verdict with its arithmetic.

    How every minute was counted, and what each decisive question would change.
    """
    return _judged(request, api, caller, incident, Answer.explanation_wire)


@_judges("timeline", Form(JSON, TIMELINE, TIMELINE_EXAMPLE))
def incident_timeline(
    request: Request, incident: str, api: TheApi, caller: Annotated[Caller, needs("verdicts")]
) -> Response:
    """An incident on one axis.

    Its events, its priorities, and the clocks of its obligations, read literally.
    """
    return _judged(request, api, caller, incident, Answer.timeline_wire)


def _judged(
    request: Request, api: Api, caller: Caller, incident: str, told: Callable[[Answer], dict[str, Any]]
) -> Response:
    head = incident_log(api, caller, incident)
    query = read_query(request, _ASKED)
    at_position = query.one(AT_POSITION)
    if at_position is not None and caller.limited:
        raise Forbidden(role=caller.role, reason="positions are not told to a credential limited to contracts")
    settled = _settled(query)
    if head.version > api.settings.history_limit:
        raise HistoryTooLong(limit=api.settings.history_limit, what="events")
    dossier = api.source.dossier(incident, at_position=at_position, alone=caller.limited)
    as_of = instant_judged(api, dossier, query.one(AS_OF), at_head=at_position is None)
    wire = told(Answer.of(dossier, as_of, settled))
    if caller.limited:
        del wire["position"]
        for asserted in wire["asserted"]:
            del asserted["position"]
    return json_reply(wire)


def _settled(query: Query) -> dict[str, str]:
    settled = dict(query.all(READING))
    if len(settled) < len(query.all(READING)):
        raise unusable(READING.name, f"{READING.allowed}, once a question")
    return settled
