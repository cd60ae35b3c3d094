"""Headers that are missing, stand twice, lie, or ask for what is not done here."""

from collections.abc import Iterator
from typing import Final

from tests.security.corpus.case import INCIDENT, MARK, OPENING, Case, Expected, instead, lines

__all__ = ["cases"]

_M: Final = MARK.encode()
_AT_INCIDENT: Final = b"/v1/incidents/%b/events" % INCIDENT.encode()
_NOTE: Final = (
    b'{"type":"incident.status-reported.v1","occurred_at":"2024-04-26T17:30:00+03:00","actor":{"kind":"engineer",'
    b'"id":"e-17"},"data":{"summary":"%b"}}' % _M
)
_KEYS: Final[tuple[tuple[str, tuple[bytes, ...], str], ...]] = (
    ("none", (), "400 idempotency-key-missing"),
    ("empty", (b"Idempotency-Key:",), "400 idempotency-key-missing"),
    ("blanks", (b"Idempotency-Key:   ",), "400 idempotency-key-missing"),
    ("two", (b"Idempotency-Key: %b1" % _M, b"Idempotency-Key: %b2" % _M), "422 invalid-input bad-header"),
    ("the same twice", (b"Idempotency-Key: %b1" % _M, b"idempotency-key: %b1" % _M), "422 invalid-input bad-header"),
    ("256 characters", (b"Idempotency-Key: " + b"k" * 256,), "400 idempotency-key-missing"),
    ("Latin-1", (b"Idempotency-Key: \xe1%b" % _M,), "400 idempotency-key-missing"),
    ("UTF-8", (b"Idempotency-Key: \xd0\x96%b" % _M,), "400 idempotency-key-missing"),
    ("a tab", (b"Idempotency-Key: %b\tx" % _M,), "400 idempotency-key-missing"),
)
_CONDITIONS: Final[tuple[tuple[str, tuple[bytes, ...], str], ...]] = (
    ("no quotes", (b"If-Match: v1",), "422 invalid-input bad-header"),
    ("empty", (b"If-Match:",), "422 invalid-input bad-header"),
    ("one quote", (b'If-Match: "v1',), "422 invalid-input bad-header"),
    ("two tags", (b'If-Match: "v1", "v2"',), "422 invalid-input bad-header"),
    ("twice", (b'If-Match: "v1"', b'If-Match: "v2"'), "422 invalid-input bad-header"),
    ("a star and a tag", (b'If-Match: *, "v1"',), "422 invalid-input bad-header"),
    ("weak", (b'If-Match: W/"v1"',), "412 version-differs"),
    ("a number", (b'If-Match: "1"',), "412 version-differs"),
    ("version 0", (b'If-Match: "v0"',), "412 version-differs"),
    ("a leading zero", (b'If-Match: "v01"',), "412 version-differs"),
    ("negative", (b'If-Match: "v-1"',), "412 version-differs"),
    ("2^63", (b'If-Match: "v9223372036854775808"',), "412 version-differs"),
    ("2^53", (b'If-Match: "v9007199254740992"',), "412 version-differs"),
    ("a made-up tag", (b'If-Match: "%b"' % _M,), "412 version-differs"),
    ("an empty tag", (b'If-Match: ""',), "412 version-differs"),
    ("If-None-Match", (b"If-None-Match: *",), "422 invalid-input bad-header"),
    ("If-None-Match, empty", (b"If-None-Match:",), "422 invalid-input bad-header"),
    ("If-Unmodified-Since", (b"If-Unmodified-Since: Fri, 26 Apr 2024 14:30:00 GMT",), "422 invalid-input bad-header"),
    ("If-Modified-Since", (b"If-Modified-Since: %b" % _M,), "422 invalid-input bad-header"),
    ("If-Range", (b'If-Range: "v1"',), "422 invalid-input bad-header"),
)
_TYPES: Final[tuple[tuple[str, tuple[bytes, ...]], ...]] = (
    ("none", ()),
    ("empty", (b"Content-Type:",)),
    ("text", (b"Content-Type: text/plain",)),
    ("a form", (b"Content-Type: application/x-www-form-urlencoded",)),
    ("multipart", (b"Content-Type: multipart/form-data; boundary=%b" % _M,)),
    ("another JSON", (b"Content-Type: application/vnd.%b+json" % _M,)),
    ("problem", (b"Content-Type: application/problem+json",)),
    ("a batch where one is taken", (b"Content-Type: application/cloudevents-batch+json",)),
    ("Latin-1", (b"Content-Type: application/json; charset=iso-8859-1",)),
    ("UTF-16", (b"Content-Type: application/json; charset=utf-16",)),
    ("UTF-7", (b"Content-Type: application/json; charset=utf-7",)),
    ("two charsets", (b"Content-Type: application/json; charset=utf-8; charset=utf-16",)),
    ("a parameter", (b"Content-Type: application/json; %b=1" % _M,)),
    ("two types", (b"Content-Type: application/json, text/plain",)),
    ("a wildcard", (b"Content-Type: */*",)),
    ("only the slash", (b"Content-Type: /",)),
    ("not ASCII", (b"Content-Type: application/json\xa0",)),
    ("binary mode", (b"Content-Type: application/json", b"ce-specversion: 1.0", b"ce-id: %b" % _M)),
    ("gzip", (b"Content-Type: application/json", b"Content-Encoding: gzip")),
    ("deflate", (b"Content-Type: application/json", b"Content-Encoding: deflate, gzip")),
    ("an unknown encoding", (b"Content-Type: application/json", b"Content-Encoding: %b" % _M)),
)
_TYPES_TAKEN: Final[tuple[tuple[str, tuple[bytes, ...], str], ...]] = (
    ("twice", (b"Content-Type: application/json", b"Content-Type: text/plain"), "422 invalid-input bad-header"),
    ("identity", lines(b"Content-Encoding: identity"), "201"),
    ("UTF-8 in quotes", (b'Content-Type: application/json; charset="UTF-8"',), "201"),
)
_UNHEEDED: Final[tuple[tuple[str, tuple[bytes, ...]], ...]] = (
    ("method override", lines(b"X-HTTP-Method-Override: DELETE", b"X-Method-Override: PUT")),
    ("another URL", lines(b"X-Original-URL: /metrics?%b" % _M, b"X-Rewrite-URL: /metrics")),
    ("forwarded", lines(b"X-Forwarded-For: %b" % _M, b"Forwarded: for=%b;host=%b" % (_M, _M))),
    ("another host", lines(b"X-Forwarded-Host: %b.example.org" % _M, b"X-Forwarded-Proto: %b" % _M)),
    ("somebody else's name", lines(b"X-User: admin", b"X-Role: admin", b"Remote-User: %b" % _M)),
    ("an origin", lines(b"Origin: https://%b.example.org" % _M, b"Access-Control-Request-Method: POST")),
    ("a cookie", lines(b"Cookie: session=%b; role=admin" % _M)),
    ("a range", lines(b"Range: bytes=0-0", b"Content-Range: bytes 0-9/10")),
    ("a trace", lines(b"traceparent: 00-%b-%b-01" % (_M, _M), b"X-Request-ID: %b" % _M)),
    ("an unknown preference", lines(b"Prefer: respond-async, %b" % _M)),
    ("format strings", lines(b"User-Agent: %s%n%x {0} {self} ${jndi:ldap://127.0.0.1/a} " + _M)),
)  # fmt: skip
_UPGRADES: Final[tuple[tuple[str, tuple[bytes, ...]], ...]] = (
    ("websocket", lines(b"Upgrade: websocket", b"Connection: Upgrade", b"Sec-WebSocket-Key: %b" % _M)),
    ("HTTP/2", lines(b"Upgrade: h2c", b"HTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA", b"Connection: Upgrade")),
)
"""What follows such a head is not HTTP/1.1 any more, so that the request has no body."""

_BEARERS: Final[tuple[tuple[str, tuple[bytes, ...]], ...]] = (
    ("none", ()),
    ("empty", (b"Authorization:",)),
    ("another scheme", (b"Authorization: Basic %b" % _M,)),
    ("no key", (b"Authorization: Bearer",)),
    ("two words", (b"Authorization: Bearer %b %b" % (_M, _M),)),
    ("a made-up key", (b"Authorization: Bearer %b" % _M,)),
    ("a made-up prefix", (b"Authorization: Bearer slk_aaaaaaaaaa_" + b"0" * 64,)),
    ("SQL", (b"Authorization: Bearer slk_'or'1'='1_" + b"0" * 64,)),
    ("8,193 characters", (b"Authorization: Bearer " + b"a" * 8_193,)),
    ("not ASCII", (b"Authorization: Bearer \xff\xfe%b" % _M,)),
    ("a token without a signature", (b"Authorization: Bearer eyJhbGciOiJub25lIn0.e30.",)),
    ("in a cookie", (b"Cookie: Authorization=Bearer",)),
    ("of a proxy", (b"Proxy-Authorization: Bearer %b" % _M,)),
)
_ACCEPTS: Final = (
    ("nothing", b"application/%b" % _M, "406 not-acceptable"),
    ("weight 0", b"*/*;q=0", "406 not-acceptable"),
    ("a weight that is none", b"application/x-ndjson;q=NaN", "406 not-acceptable"),
    ("a weight of 1e400", b"application/x-ndjson;q=1e400", "406 not-acceptable"),
    ("10,000 ranges", b",".join(b"a/%d" % n for n in range(8_000)), "406 not-acceptable"),
    ("commas", b"," * 5_000, "200|406"),
    ("semicolons", b";" * 5_000, "406 not-acceptable"),
    ("not ASCII", b"\xff/\xfe", "406 not-acceptable"),
)


def cases() -> Iterator[Case]:
    """All of them."""
    for name, given, expected in _KEYS:
        yield _opening(f"idempotency key: {name}", expected, (*lines(), *given), key="")
    for name, given, expected in _CONDITIONS:
        yield _noting(f"condition: {name}", expected, lines(*given))
    for name, given in _TYPES:
        yield _opening(f"media type: {name}", "415 unsupported-media-type", given)
    for name, given, expected in _TYPES_TAKEN:
        yield _opening(f"media type: {name}", expected, given)
    for name, given in _UNHEEDED:
        yield _opening(f"unheeded: {name}", "201", given)
    for name, given in _UPGRADES:
        yield _opening(f"upgrade: {name}", "422 invalid-input empty-body", given)
    for name, given in _BEARERS:
        yield _opening(f"bearer: {name}", "401 unauthenticated", (*lines(), *given), caller="")
    yield _opening("bearer: twice", "401 unauthenticated", lines(b"Authorization: Bearer %b" % _M))
    yield _opening("condition: a star where nothing can be", "412 version-differs", lines(b"If-Match: *"))
    for number in range(3):
        blind = instead(b"status-reported", (b"corrected", b"dispute-ruled", b"reprioritization-agreed")[number], _NOTE)
        yield _noting(f"condition: none for a blind write {number}", "422|428", lines(), blind)
    for name, accept, expected in _ACCEPTS:
        lined = (b"Accept: " + accept,)
        yield Case(f"accept: {name}", Expected.read(expected), b"GET", _AT_INCIDENT, "auditor", lined)


def _opening(
    name: str, expected: str, given: tuple[bytes, ...], caller: str = "service", key: str | None = None
) -> Case:
    return Case(name, Expected.read(expected), b"POST", b"/v1/incidents", caller, given, OPENING, key)


def _noting(name: str, expected: str, given: tuple[bytes, ...], body: bytes = _NOTE) -> Case:
    return Case(name, Expected.read(expected), b"POST", _AT_INCIDENT, "service", given, body)
