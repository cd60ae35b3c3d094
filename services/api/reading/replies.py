"""What a read answers with: JSON, lines, a table or bytes, with the headers that go with each.

Nothing is kept by a cache without asking again, values are kept by none. A condition that holds is answered without a
body.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import orjson
from starlette.requests import Request
from starlette.responses import Response

from services.api.negotiation import negotiate
from services.api.reading.routes import CSV, JSON, NDJSON
from services.spreadsheet import as_cell, csv_text

__all__ = ["POSITION_HEADER", "is_known", "json_reply", "lines_reply", "not_modified", "table_reply", "wanted"]

POSITION_HEADER: Final = "Sla-Ledger-Position"
"""The position that an answer was read at, where its form has no place for it; absent for limited callers."""

_ASK_AGAIN: Final = "no-cache"
_KEEP_NOTHING: Final = "no-store"


def wanted(request: Request, offered: Sequence[str]) -> str:
    """The media type that the request asks for. Raises NotAcceptable."""
    return negotiate(", ".join(request.headers.getlist("accept")) or None, offered)


def json_reply(value: Any, *, etag: str | None = None, confidential: bool = False) -> Response:
    """A JSON document; one that holds values is confidential."""
    headers = {"Cache-Control": _KEEP_NOTHING if confidential else _ASK_AGAIN}
    if etag is not None:
        headers["ETag"] = etag
    return Response(orjson.dumps(value), media_type=JSON, headers=headers)


def lines_reply(lines: Iterable[bytes], media_type: str = NDJSON, *, headers: Mapping[str, str] = {}) -> Response:
    """JSON values, each on a line of its own."""
    body = b"".join(b"%b\n" % line for line in lines)
    return Response(body, media_type=media_type, headers={"Cache-Control": _ASK_AGAIN, **headers})


def table_reply(
    media_type: str,
    document: Mapping[str, Any],
    columns: Sequence[str],
    rows: Sequence[Mapping[str, Any]],
    *,
    link: str | None = None,
) -> Response:
    """A table as the document that it stands in, as lines, or as CSV, which tell the rest by headers."""
    headers = {"Cache-Control": _ASK_AGAIN, "Vary": "Accept"}
    if link is not None:
        headers["Link"] = link
    if media_type == JSON:
        return Response(orjson.dumps(document), media_type=JSON, headers=headers)
    if "position" in document:
        headers[POSITION_HEADER] = str(document["position"])
    if media_type == CSV:
        cells = ([as_cell(row.get(name)) for name in columns] for row in rows)
        body = csv_text(columns, cells)
        return Response(body, media_type=f"{CSV}; charset=utf-8; header=present", headers=headers)
    return lines_reply(map(orjson.dumps, rows), headers=headers)


def is_known(request: Request, etag: str) -> bool:
    """Whether the caller has this version already, as If-None-Match says (RFC 9110, 13.1.2)."""
    given = ",".join(request.headers.getlist("if-none-match"))
    tags = {tag.strip().removeprefix("W/") for tag in given.split(",")}
    return "*" in tags or etag in tags


def not_modified(etag: str) -> Response:
    """The caller has it already."""
    return Response(status_code=304, headers={"ETag": etag, "Cache-Control": _ASK_AGAIN})
