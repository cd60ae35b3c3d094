"""A request to write, from its bytes to its answer: read, checked, handed to the ledger, told.

What is checked, in this order: who asks, whether his role writes here, whether the thing is in his scope, the key, the
version that has to match; the rules are the ledger's and come last. The body is read before the scope where it says
what it is of, but what is wrong with its form is told only to those who sent a key.
"""

import asyncio
from collections.abc import Iterator, Sequence
from typing import Final

import orjson
from starlette.requests import Request
from starlette.responses import Response

from ledger.submission import Answer, Element, Submission
from schemas.decode import decode_requested, is_incident_number, parse_request
from schemas.events import TYPES, Proposal
from schemas.http_problems import Forbidden, VersionDiffers
from schemas.incident_events import IncidentOpened
from schemas.policy import parse_policy
from schemas.problems import InvalidInput, PolicyUnusable
from schemas.provider_events import PolicyAdopted
from services.api.bodies import CLOUD_EVENT, CLOUD_EVENTS, JSON, read_body, read_media_type
from services.api.caller import Caller
from services.api.committing import commit
from services.api.doors import Door, home
from services.api.headers import (
    check_no_other_condition,
    entity_tag,
    idempotency_key,
    matched_version,
    single,
)
from services.api.intake import Asked, cloud_event, elements, merge, plain
from services.api.reading.parameters import read_query
from services.api.recording import Placing, check_may_record, fill_actor, is_blind
from services.api.state import Api

__all__ = ["record"]

_UNNUMBERED: Final = "to-be-numbered"
"""Stands for the number of an incident until the ledger gives it one."""

_IN_A_THREAD_BYTES: Final = 65_536
"""A body from this length on is read in a thread, so that other requests need not wait for it."""


async def record(api: Api, caller: Caller, request: Request, door: Door) -> Response:
    """The answer to a request of a caller at a door, after its commit. Raises what it is refused by."""
    read_query(request)
    media_type = read_media_type(request, door.taken)
    body = await read_body(request, api.settings.body_limit_bytes)
    try:
        if len(body) < _IN_A_THREAD_BYTES:
            admitted = _admitted(api, caller, door, media_type, body)
        else:
            admitted = await asyncio.to_thread(_admitted, api, caller, door, media_type, body)
    except InvalidInput:
        idempotency_key(request)
        raise
    key = idempotency_key(request)
    version = _header_version(request, door)
    submission = Submission(
        elements=tuple(_elements(admitted, version)),
        caller=caller.name,
        key=key,
        request=_fingerprinted(request, media_type, body),
        via=caller.name,
        positions=not caller.limited,
        policy_texts=tuple(asked.file for asked, _, _ in admitted if asked.file is not None),
    )
    return _answer(await commit(api, submission), door)


_Admitted = tuple[Asked, Proposal, bool]
"""What was asked for, the proposal it makes, whether the ledger is to number it."""


def _admitted(api: Api, caller: Caller, door: Door, media_type: str, body: bytes) -> list[_Admitted]:
    """The proposals of a request that the caller may make. Raises what it is refused by."""
    asked = list(_asked(door, media_type, parse_request(body), api.settings.batch_limit))
    numbered = [_complete(caller, door, one) for one in asked]
    proposals = _decoded(asked, body)
    placing = Placing(api, caller)
    if door.subject is not None:
        placing.know(door.subject)
    admitted = list(zip(asked, proposals, numbered, strict=True))
    for one, proposal, is_numbered in admitted:
        check_may_record(caller, proposal, one)
        placing.check(proposal, one)
        _check_file(proposal, one)
        if isinstance(proposal.data, IncidentOpened) and not is_numbered and door.subject is None:
            _check_number(caller, proposal, one)
    return admitted


def _decoded(asked: Sequence[Asked], body: bytes) -> Sequence[Proposal]:
    """The proposals that the bodies make. Raises InvalidInput, pointing to where the field stands in the request."""
    try:
        return decode_requested([(one.base, one.wire) for one in asked], body)
    except InvalidInput as error:
        places = {place: there for one in asked for place, there in one.moved.items()}
        if error.pointer not in places:
            raise
        raise InvalidInput(**error.params, pointer=places[error.pointer]) from None


def _asked(door: Door, media_type: str, parsed: object, limit: int) -> Iterator[Asked]:
    if media_type == CLOUD_EVENT:
        yield cloud_event(parsed, "", batch=door.many)
    elif not door.many:
        yield plain(parsed, "", batch=False)
    else:
        take = cloud_event if media_type == CLOUD_EVENTS else plain
        for pointer, element in elements(parsed, limit):
            yield take(element, pointer, batch=True)


def _complete(caller: Caller, door: Door, asked: Asked) -> bool:
    """Put in the body what the path and the credential say of it; whether the ledger is to number it."""
    if door.only is not None:
        asked.wire.setdefault("type", door.only)
    if door.subject is not None:
        merge(asked, "subject", door.subject, "the path")
    name = asked.wire.get("type")
    if type(name) is str and name in TYPES and name not in door.types:
        raise InvalidInput(reason="wrong-path", pointer=f"{asked.base}/type", type=name, path=home(name))
    fill_actor(caller, asked)
    is_numbered = name == IncidentOpened.TYPE and "subject" not in asked.wire
    if is_numbered:
        asked.wire["subject"] = _UNNUMBERED
    return is_numbered


def _check_file(proposal: Proposal, asked: Asked) -> None:
    """Refuse a file beside an event that adopts none, or one that is no policy. Raises InvalidInput, PolicyUnusable."""
    if asked.file is None:
        return
    pointer = f"{asked.base}/file"
    if not isinstance(proposal.data, PolicyAdopted):
        raise InvalidInput(reason="unknown-field", pointer=pointer)
    try:
        parse_policy(asked.file)
    except PolicyUnusable as error:
        raise PolicyUnusable(**error.params, pointer=pointer) from None


def _check_number(caller: Caller, proposal: Proposal, asked: Asked) -> None:
    """Refuse a number that the caller may not choose. Raises Forbidden, InvalidInput."""
    pointer = f"{asked.base}/subject"
    if caller.limited:
        raise Forbidden(role=caller.role, reason="one that is limited to contracts chooses no numbers", pointer=pointer)
    if is_incident_number(proposal.subject):
        why = "numbers of this form are given by the ledger"
        raise InvalidInput(reason="reserved-id", pointer=pointer, id=proposal.subject, why=why)


def _header_version(request: Request, door: Door) -> int | None:
    """The version that the request's headers ask for. Raises InvalidInput."""
    check_no_other_condition(request)
    version = matched_version(request)
    given = single(request, "if-match")
    if given is not None and door.many:
        why = "has no meaning for a batch: `if_match` stands beside each event"
        raise InvalidInput(reason="bad-header", header="If-Match", why=why)
    if given == "*" and door.subject is None:
        raise VersionDiffers(version=0)
    return version


def _elements(admitted: Sequence[_Admitted], version: int | None) -> Iterator[Element]:
    for asked, proposal, is_numbered in admitted:
        if_match = version if asked.if_match is None else asked.if_match
        yield Element(proposal, if_match, is_numbered, asked.base, is_blind(proposal, if_match))


def _fingerprinted(request: Request, media_type: str, body: bytes) -> bytes:
    """What makes two requests the same; each part after its length, so that none runs into the next."""
    if_match = single(request, "if-match") or ""
    parts = (*(text.encode() for text in (request.method, request.scope["path"], media_type, if_match)), body)
    return b"".join(len(part).to_bytes(8) + part for part in parts)


def _answer(answer: Answer, door: Door) -> Response:
    headers = {"Idempotency-Replayed": "true"} if answer.replayed else {}
    if not door.many:
        (event,) = orjson.loads(answer.body)["events"]
        headers["ETag"] = entity_tag(event["version"])
        kind = event["type"].partition(".")[0]
        headers["Location"] = f"/v1/{kind}s/{event['subject']}{'' if door.subject is None else '/events'}"
    return Response(answer.body, 201 if answer.created else 200, headers=headers, media_type=JSON)
