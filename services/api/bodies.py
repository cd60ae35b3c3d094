"""The body of a request: of a media type that the path takes, whole, and never kept beyond the limit."""

import re
from collections.abc import Sequence
from typing import Final

from starlette.requests import Request

from schemas.cloudevents import BATCH_MEDIA_TYPE, MEDIA_TYPE
from schemas.http_problems import BodyTooLong, UnsupportedMediaType
from services.api.headers import single

__all__ = ["CLOUD_EVENT", "CLOUD_EVENTS", "JSON", "read_body", "read_media_type"]

JSON: Final = "application/json"
CLOUD_EVENT: Final = MEDIA_TYPE
CLOUD_EVENTS: Final = BATCH_MEDIA_TYPE

_media_type = re.compile(
    r"([a-z0-9!#$&^_.+-]+/[a-z0-9!#$&^_.+-]+)(?:[ \t]*;[ \t]*charset=(?:utf-8|\"utf-8\"))?[ \t]*"
).fullmatch


def read_media_type(request: Request, taken: Sequence[str]) -> str:
    """The media type of the body, one of those taken.

    Raises UnsupportedMediaType for another one, another charset than UTF-8, a body that is encoded, and a CloudEvent in
    binary mode, whose attributes would be lost.
    """
    given = _media_type((single(request, "content-type") or "").lower())
    encoding = single(request, "content-encoding")
    is_binary = "ce-specversion" in request.headers
    if given is None or given[1] not in taken or encoding not in {None, "identity"} or is_binary:
        raise UnsupportedMediaType(allowed=", ".join(taken))
    return given[1]


async def read_body(request: Request, limit: int) -> bytes:
    """The whole body. Raises BodyTooLong as soon as it is known to be longer than `limit` bytes."""
    told = request.headers.get("content-length", "")
    if told.isdecimal() and int(told) > limit:
        raise BodyTooLong(limit=limit)
    chunks: list[bytes] = []
    length = 0
    async for chunk in request.stream():
        length += len(chunk)
        if length > limit:
            raise BodyTooLong(limit=limit)
        chunks.append(chunk)
    return b"".join(chunks)
