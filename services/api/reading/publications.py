"""GET /v1/calendars and /v1/policies: what the provider published and every verdict rests on; for everybody."""

import re
from collections.abc import Iterator
from typing import Annotated, Any, Final

from fastapi import APIRouter, Request
from starlette.responses import Response

from projections.publications import LISTS
from schemas.events import Event
from schemas.http_problems import UnknownResource
from schemas.instants import print_instant
from schemas.provider_events import CalendarPublished, PolicyAdopted
from services.api.caller import Caller
from services.api.reading.examples import CALENDAR, CALENDARS, POLICY
from services.api.reading.parameters import read_query
from services.api.reading.replies import is_known, json_reply, not_modified
from services.api.reading.routes import JSON, Form, reads
from services.api.reading.shapes import CalendarShape, CalendarsShape, PoliciesShape, PolicyShape
from services.api.rights import needs
from services.api.state import Api, TheApi

__all__ = ["router"]

router = APIRouter()

TOML: Final = "application/toml"
_Reader = Annotated[Caller, needs("publications")]
_is_sha256 = re.compile(r"[0-9a-f]{64}").fullmatch


@reads(router, "/v1/calendars", Form(JSON, CalendarsShape, CALENDARS), tag="publications")
def calendars(request: Request, api: TheApi, _caller: _Reader) -> Response:
    """Every calendar that was published."""
    read_query(request)
    found: dict[str, dict[str, Any]] = {}
    for event, data in _calendars(api):
        found[event.subject] = {**_name(event, data), "last_recorded_at": print_instant(event.recorded_at)}
    return json_reply({"calendars": [found[name] for name in sorted(found)]})


@reads(
    router,
    "/v1/calendars/{calendar}",
    Form(JSON, CalendarShape, CALENDAR),
    tag="publications",
    refusals=(UnknownResource,),
)
def calendar(request: Request, calendar: str, api: TheApi, _caller: _Reader) -> Response:
    """The calendar of a jurisdiction and year, such as RU-2024, with every publication of it."""
    published = [(event, data) for event, data in _calendars(api) if event.subject == calendar]
    if not published:
        raise UnknownResource
    read_query(request)
    versions = [
        {
            "version": event.version,
            "published_at": print_instant(event.occurred_at),
            "recorded_at": print_instant(event.recorded_at),
            **{name: list(getattr(data, name)) for name in LISTS},
            "source": data.source,
        }
        for event, data in published
    ]
    return json_reply({**_name(*published[-1]), "versions": versions})


@reads(router, "/v1/policies", Form(JSON, PoliciesShape, {"policies": [POLICY]}), tag="publications")
def policies(request: Request, api: TheApi, _caller: _Reader) -> Response:
    """Every policy that was adopted, with its versions."""
    read_query(request)
    return json_reply({"policies": [_policy(name, versions) for name, versions in sorted(_adopted(api).items())]})


@reads(
    router, "/v1/policies/{policy}", Form(JSON, PolicyShape, POLICY), tag="publications", refusals=(UnknownResource,)
)
def policy(request: Request, policy: str, api: TheApi, _caller: _Reader) -> Response:
    """A policy with every version that was adopted."""
    versions = _adopted(api).get(policy)
    if versions is None:
        raise UnknownResource
    read_query(request)
    return json_reply(_policy(policy, versions))


@reads(
    router,
    "/v1/policies/{policy}/versions/{sha256}",
    Form(TOML, {"type": "string", "description": "The policy file, byte for byte."}),
    tag="publications",
    refusals=(UnknownResource,),
    versioned=True,
)
def policy_text(request: Request, policy: str, sha256: str, api: TheApi, _caller: _Reader) -> Response:
    """The text of a policy, byte for byte as it was adopted and as verdicts name it by its SHA-256."""
    adopted = {data.sha256 for _, data in _adopted(api).get(policy, ())}
    text = api.ledger.policy_text(sha256) if _is_sha256(sha256) and sha256 in adopted else None
    if text is None:
        raise UnknownResource
    read_query(request)
    etag = f'"{sha256}"'
    if is_known(request, etag):
        return not_modified(etag)
    return Response(text, media_type=TOML, headers={"ETag": etag, "Cache-Control": "no-cache"})


def _published(api: Api) -> Iterator[Event]:
    for _, event in api.source.published().events:
        yield event


def _calendars(api: Api) -> Iterator[tuple[Event, CalendarPublished]]:
    for event in _published(api):
        if isinstance(event.data, CalendarPublished):
            yield event, event.data


def _adopted(api: Api) -> dict[str, list[tuple[Event, PolicyAdopted]]]:
    found: dict[str, list[tuple[Event, PolicyAdopted]]] = {}
    for event in _published(api):
        if isinstance(event.data, PolicyAdopted):
            found.setdefault(event.subject, []).append((event, event.data))
    return found


def _name(event: Event, data: CalendarPublished) -> dict[str, Any]:
    return {
        "calendar": event.subject,
        "jurisdiction": data.jurisdiction,
        "year": data.year,
        "version": event.version,
    }


def _policy(name: str, versions: list[tuple[Event, PolicyAdopted]]) -> dict[str, Any]:
    told = [
        {
            "version": str(data.version),
            "sha256": data.sha256,
            "adopted_at": print_instant(event.occurred_at),
            "recorded_at": print_instant(event.recorded_at),
            "text": f"/v1/policies/{name}/versions/{data.sha256}",
        }
        for event, data in versions
    ]
    return {"policy": name, "versions": told}
