"""Bytes that are hardly HTTP: where a request ends, what its first line says, what two servers could read as two.

A proxy and a server that disagree about where a request ends let an attacker put one of his own before somebody
else's. So a request is answered once, and what is left is never taken for another one.
"""

from collections.abc import Iterator
from typing import Final

from tests.security.corpus.case import MARK, OPENING, Case, Expected

__all__ = ["cases"]

_M: Final = MARK.encode()
_LENGTH: Final = len(OPENING)


def _head(first: bytes = b"POST /v1/incidents HTTP/1.1", key: bytes = b"", *, host: bytes = b"Host: h\r\n") -> bytes:
    return (
        first + b"\r\n" + host + b"Authorization: Bearer @key@\r\nContent-Type: application/json\r\n"
        b"Idempotency-Key: framing-%b\r\n" % key
    )


def _sent(number: int, given: bytes, body: bytes = OPENING) -> bytes:
    return _head(key=b"%d" % number) + given + b"\r\n" + body


_SMUGGLED: Final = (
    b"GET /v1/feed?after=0&wait=0 HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer @key@\r\nX: %b\r\n\r\n" % _M
)
_CHUNKED: Final = b"%x\r\n%b\r\n0\r\n\r\n" % (_LENGTH, OPENING)
_CUT: Final = (
    ("no body where a length is told", _sent(1, b"Content-Length: %d\r\n" % _LENGTH, b""), "unanswered"),
    ("a length that is too long", _sent(2, b"Content-Length: %d\r\n" % (_LENGTH + 1)), "unanswered"),
    ("no end of the chunks", _sent(3, b"Transfer-Encoding: chunked\r\n", b"%x\r\n%b\r\n" % (_LENGTH, OPENING)),
     "unanswered"),
    ("no end of the head", _head(key=b"4"), "unanswered"),
    ("nothing", b"\r\n", "unanswered"),
    ("a body that is waited for", _sent(5, b"Expect: 100-continue\r\nContent-Length: %d\r\n" % _LENGTH, b""),
     "unanswered"),
)  # fmt: skip
_LENGTHS: Final = (
    ("a length that is too short", _sent(10, b"Content-Length: %d\r\n" % (_LENGTH - 1)), "422|400"),
    ("a length of 0", _sent(11, b"Content-Length: 0\r\n", b""), "422 invalid-input empty-body"),
    ("no length", _sent(12, b"", b""), "422 invalid-input empty-body"),
    ("a negative length", _sent(13, b"Content-Length: -1\r\n"), "400"),
    ("a length with a sign", _sent(14, b"Content-Length: +%d\r\n" % _LENGTH), "400"),
    ("a length in hex", _sent(15, b"Content-Length: 0x10\r\n"), "400"),
    ("a length of 2^64", _sent(16, b"Content-Length: 18446744073709551616\r\n"), "400"),
    ("a length of 10 MB, told only", _sent(17, b"Content-Length: 10485760\r\n", b""), "413 body-too-long"),
    ("two lengths", _sent(18, b"Content-Length: %d\r\nContent-Length: 5\r\n" % _LENGTH), "400"),
    ("a list of lengths", _sent(19, b"Content-Length: %d, 5\r\n" % _LENGTH), "400"),
    ("a length and chunks", _sent(20, b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", _CHUNKED), "400"),
    ("chunks and a length", _sent(21, b"Transfer-Encoding: chunked\r\nContent-Length: 5\r\n", _CHUNKED), "400"),
    ("a blank before the colon", _sent(22, b"Content-Length : %d\r\n" % _LENGTH), "400"),
    ("a blank before chunked", _sent(23, b"Transfer-Encoding : chunked\r\n", _CHUNKED), "400"),
    ("chunked, misspelt", _sent(24, b"Transfer-Encoding: xchunked\r\n", _CHUNKED), "400|422|501"),
    ("chunked, then identity", _sent(25, b"Transfer-Encoding: chunked, identity\r\n", _CHUNKED), "400"),
    ("chunked twice", _sent(26, b"Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n", _CHUNKED), "400"),
    ("a chunk of a size that is none", _sent(27, b"Transfer-Encoding: chunked\r\n", b"zz\r\n" + _CHUNKED), "400"),
    ("a chunk of a negative size", _sent(28, b"Transfer-Encoding: chunked\r\n", b"-5\r\n" + _CHUNKED), "400"),
    ("a chunk of 2^64", _sent(29, b"Transfer-Encoding: chunked\r\n", b"fffffffffffffffff\r\n" + _CHUNKED), "400"),
    ("chunks", _sent(30, b"Transfer-Encoding: chunked\r\n", _CHUNKED), "201"),
)  # fmt: skip
_LINES: Final = (
    ("no HTTP", b"%b\r\n\r\n" % _M),
    ("TLS", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + _M),
    ("HTTP/2", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
    ("HTTP/9.9", b"GET /healthz HTTP/9.9\r\nHost: h\r\n\r\n"),
    ("a method that is none", b"%b /healthz HTTP/1.1\r\nHost: h\r\n\r\n" % _M),
    ("a method in small letters", b"get /healthz HTTP/1.1\r\nHost: h\r\n\r\n"),
    ("a blank in the path", b"GET /health z HTTP/1.1\r\nHost: h\r\n\r\n"),
    ("NUL in the path", b"GET /healthz\0 HTTP/1.1\r\nHost: h\r\n\r\n"),
    ("NUL in a header", b"GET /healthz HTTP/1.1\r\nHost: h\r\nX: a\0%b\r\n\r\n" % _M),
    ("a carriage return in a header", b"GET /healthz HTTP/1.1\r\nHost: h\r\nX: a\rb: %b\r\n\r\n" % _M),
    ("a header without a name", b"GET /healthz HTTP/1.1\r\nHost: h\r\n: %b\r\n\r\n" % _M),
    ("a header without a colon", b"GET /healthz HTTP/1.1\r\nHost: h\r\n%b\r\n\r\n" % _M),
    ("a blank in the name of a header", b"GET /healthz HTTP/1.1\r\nHost: h\r\nX %b: 1\r\n\r\n" % _M),
    ("a folded header", b"GET /healthz HTTP/1.1\r\nHost: h\r\nX: a\r\n %b\r\n\r\n" % _M),
)
_ODD: Final = (
    ("a request behind the body", _sent(40, b"Content-Length: 0\r\nConnection: close\r\n", _SMUGGLED), "400|422"),
    ("a request in the chunks' trailer",
     _sent(41, b"Transfer-Encoding: chunked\r\nConnection: close\r\n", _CHUNKED[:-2] + b"X: 1\r\n\r\n" + _SMUGGLED),
     "201"),
    ("no host", _head(b"GET /v1/contracts HTTP/1.1", host=b"") + b"\r\n", "200|400"),
    ("two hosts", _head(b"GET /v1/contracts HTTP/1.1", host=b"Host: h\r\nHost: %b\r\n" % _M) + b"\r\n", "200|400"),
    ("an absolute target", _head(b"GET http://%b/v1/nothing HTTP/1.1" % _M) + b"\r\n", "400|404"),
    ("a star for a target", _head(b"OPTIONS * HTTP/1.1") + b"\r\n", "400|404"),
    ("a tunnel", _head(b"CONNECT %b:443 HTTP/1.1" % _M) + b"\r\n", "400|404|405"),
    ("a header of 70,000 bytes",
     _head(b"GET /v1/contracts HTTP/1.1") + b"X: %b\r\n\r\n" % (b"a" * 70_000), "200|400|431"),
    ("2,000 headers", _head(b"GET /v1/contracts HTTP/1.1") + b"X: a\r\n" * 2_000 + b"\r\n", "200|400|431"),
    ("HTTP/0.9", b"GET /healthz\r\n\r\n", "200|400"),
    ("HTTP/1.0", _head(b"GET /v1/contracts HTTP/1.0") + b"\r\n", "200"),
    ("bare line feeds", b"GET /healthz HTTP/1.1\nHost: h\n\n", "200|400"),
)  # fmt: skip


def cases() -> Iterator[Case]:
    """All of them."""
    for name, sent, expected in (*_CUT, *_LENGTHS, *_ODD):
        yield Case(f"framing: {name}", Expected.read(expected), sent.split()[0] if sent.split() else b"", b"",
                   body=sent, raw=True)  # fmt: skip
    for name, sent in _LINES:
        yield Case(f"first lines: {name}", Expected.read("400"), b"GET", b"", "", body=sent, raw=True)
