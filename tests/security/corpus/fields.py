"""Fields that are wrong in a well-formed document: types, instants, characters, what is not the caller's to say."""

from collections.abc import Iterator
from typing import Final

from tests.security.corpus.case import INCIDENT, MARK, OPENING, Case, instead, post

__all__ = ["cases"]

_M: Final = MARK.encode()
_AT: Final = b'"2024-04-26T17:30:00+03:00"'
_TITLE: Final = b'"title":"%b"' % _M
_FIELDS: Final = (b"type", b"occurred_at", b"actor", b"data")
_IN_DATA: Final = (b"contract", b"channel", b"reporter", b"priority", b"title")
_WRONG: Final = (b"true", b"17", b'" %b "' % _M, b"[]", b"{}", b'["%b"]' % _M, b'{"%b":1}' % _M)
_SET_BY_THE_LEDGER: Final = (
    (b"recorded_at", b'"2024-04-26T14:30:00.000000Z"'),
    (b"version", b"1"),
    (b"log", b'"C-001"'),
    (b"imported_at", b'"2024-04-26T14:30:00.000000Z"'),
    (b"via", b'"%b"' % _M),
    (b"position", b"1"),
    (b"index", b"0"),
    (b"sha256", b'"%b"' % (b"0" * 64)),
    (b"if_match", b'"v1"'),
    (b"salts", b"{}"),
    (b"subject ", b'"%b"' % _M),
    (b"Type", b'"incident.opened.v1"'),
    (b"__proto__", b'{"role":"admin"}'),
    (b"constructor", b'{"%b":1}' % _M),
    (b"__class__", b'"%b"' % _M),
    (b"$ref", b'"file:///etc/passwd#%b"' % _M),
    (b"role", b'"admin"'),
    (b"", b"1"),
)
_INSTANTS: Final = (
    b"5", b"1714142400", b"1714142400.5", b"true", b'"1714142400"', b'"2024-04-26"', b'"2024-04-26T17:30:00"',
    b'"2024-04-26 17:30:00+03:00"', b'"2024-04-26T17:30+03:00"', b'"2024-04-26T17:30:00.1234567+03:00"',
    b'"2024-04-26T17:30:00.123456789Z"', b'"2024-04-26T23:59:60Z"', b'"2024-04-26T24:00:00Z"',
    b'"2024-02-30T00:00:00Z"', b'"2023-02-29T00:00:00Z"', b'"2024-13-01T00:00:00Z"', b'"2024-00-10T00:00:00Z"',
    b'"0000-01-01T00:00:00Z"', b'"10000-01-01T00:00:00Z"', b'"-2024-01-01T00:00:00Z"', b'"2024-04-26T17:30:00+24:00"',
    b'"2024-04-26T17:30:00+03:60"', b'"2024-04-26T17:30:00+0300"', b'"2024-04-26T17:30:00+3"',
    b'"2024-04-26T17:30:00-00:00:00"', b'"2024-04-26T17:30:00,5Z"', b'"2024-04-26T17:30:00.Z"',
    b'"2024-W17-5T17:30:00Z"', b'"2024-117T17:30:00Z"', b'"20240426T173000Z"', b'" 2024-04-26T17:30:00Z "',
    b'"2024-04-26T17:30:00Z\\u0000"', b'"2024-04-26T17:30:00Z%b"' % _M, b'"now"', b'""',
    '"２０２４-04-26T17:30:00Z"'.encode(), b'"2024-04-26T17:30:00[Europe/Moscow]"',
)  # fmt: skip
_AHEAD: Final = (b'"9999-12-31T23:59:59.999999Z"', b'"2999-01-01T00:00:00Z"')
_TEXTS: Final = (
    ("text: half a surrogate, high", b"\\ud800", "lone-surrogate"),
    ("text: half a surrogate, low", b"\\udc00", "lone-surrogate"),
    ("text: a pair the wrong way round", b"\\udc00\\ud800", "lone-surrogate"),
    ("text: half a surrogate before a letter", b"\\ud83dx", "lone-surrogate"),
    ("text: NUL", b"\\u0000", "nul-character"),
    ("text: not assigned", "\u0378".encode(), "unassigned-character"),
    ("text: a noncharacter", b"\\uffff", "unassigned-character"),
)
_ELSEWHERE: Final = (
    ("kind of incident: no such channel", instead(b'"email"', b'"E-mail %b"' % _M), "422 invalid-input bad-value"),
    ("kind of incident: an empty channel", instead(b'"email"', b'""'), "422 invalid-input bad-value"),
    ("kind of incident: a path for a contract", instead(b"C-001", b"../C-001"), "422 invalid-input bad-value"),
    ("kind of incident: a blank in a contract", instead(b"C-001", b"C 001"), "422 invalid-input bad-value"),
    ("kind of incident: a contract of 65 characters", instead(b"C-001", b"C" * 65), "422 invalid-input bad-value"),
    ("kind of incident: a line feed after a contract", instead(b"C-001", b"C-001\\n"), "422 invalid-input bad-value"),
    ("kind of incident: an unknown contract", instead(b"C-001", _M), "409 rule-broken unknown-contract"),
    ("kind of incident: the provider's log", instead(b"C-001", b"provider"), "409|422"),
    ("kind of incident: a type that is none", instead(b"opened", _M), "422 invalid-input unknown-type"),
    ("kind of incident: a type of another path", instead(b"incident.opened", b"contract.registered"),
     "422 invalid-input wrong-path"),
    ("kind of incident: a version that is none", instead(b"opened.v1", b"opened.v2"), "422 invalid-input unknown-type"),
    ("kind of actor: nobody's", instead(b'"customer"', b'"%b"' % _M), "422 invalid-input"),
    ("kind of actor: capital letters", instead(b'"customer"', b'"CUSTOMER"'), "422 invalid-input"),
    ("kind of actor: none", instead(b'"kind":"customer",', b""), "422 invalid-input missing-field"),
    ("id of an actor: empty", instead(b'"%b@example.org"' % _M, b'""'), "422 invalid-input"),
    ("id of an event: capital letters", instead(b'{"type"', b'{"id":"0197F0C2-0000-7000-8000-00000000000A","type"'),
     "422 invalid-input bad-value"),
    ("id of an event: braces", instead(b'{"type"', b'{"id":"{0197f0c2-0000-7000-8000-00000000000a}","type"'),
     "422 invalid-input bad-value"),
    ("id of an event: without hyphens", instead(b'{"type"', b'{"id":"0197f0c2000070008000000000000000","type"'),
     "422 invalid-input bad-value"),
    ("id of an event: a word", instead(b'{"type"', b'{"id":"%b","type"' % _M), "422 invalid-input bad-value"),
    ("commitment: for a title", instead(b'"%b"}}' % _M, b'{"hmac_sha256":"%b"}}}' % (b"0" * 64)),
     "422 invalid-input commitment"),
    ("commitment: for a reporter",
     instead(b'{"name":"%b","organisation":"Romashka"}' % _M, b'{"hmac_sha256":"%b"}' % (b"a" * 64)),
     "422 invalid-input commitment"),
    ("commitment: for an actor", instead(b'"%b@example.org"' % _M, b'{"hmac_sha256":"%b"}' % (b"a" * 64)),
     "422 invalid-input commitment"),
)  # fmt: skip

_ATTACHED: Final = (
    b'{"type":"incident.evidence-attached.v1","occurred_at":"2024-04-26T17:30:00+03:00","actor":{"kind":"engineer",'
    b'"id":"e-17"},"data":{"name":"%b","media_type":"text/plain","size":1,"sha256":"%b"}}' % (_M, b"0" * 64)
)
_ON_AN_INCIDENT: Final = (
    ("attachment: a negative size", instead(b'"size":1', b'"size":-1', _ATTACHED), "422 invalid-input bad-value"),
    ("attachment: a size of 2^53", instead(b'"size":1', b'"size":9007199254740992', _ATTACHED),
     "422 invalid-input integer-out-of-range"),
    ("attachment: true for a size", instead(b'"size":1', b'"size":true', _ATTACHED), "422 invalid-input wrong-type"),
    ("attachment: a size in quotes", instead(b'"size":1', b'"size":" 1 "', _ATTACHED), "422 invalid-input wrong-type"),
    ("attachment: a short hash", instead(b"0" * 64, b"0" * 63, _ATTACHED), "422 invalid-input bad-value"),
    ("attachment: a hash in capitals", instead(b"0" * 64, b"A" * 64, _ATTACHED), "422 invalid-input bad-value"),
    ("attachment: another subject", instead(b'{"type"', b'{"subject":"%b","type"' % _M, _ATTACHED),
     "422 invalid-input disagrees"),
    ("attachment: a file", instead(b'{"type"', b'{"file":"%b","type"' % _M, _ATTACHED),
     "422 invalid-input unknown-field"),
)  # fmt: skip


def _tables() -> Iterator[tuple[str, bytes, str]]:
    for name in _FIELDS:
        for value in (b"null", *_WRONG):
            yield f"field {name.decode()}: {value.decode()}", _with(name, value), "422 invalid-input"
    for name in _IN_DATA:
        for value in (b"null", *_WRONG):
            if name == b"title" and value.startswith(b'"'):
                continue
            yield f"data {name.decode()}: {value.decode()}", _with(name, value), "422 invalid-input"
    for name, value in _SET_BY_THE_LEDGER:
        body = instead(b'{"type"', b'{"%b":%b,"type"' % (name, value))
        yield f"not the caller's to say: {name.decode()!r}", body, "422 invalid-input"
        within = instead(_TITLE, b'"%b":%b,' % (name, value) + _TITLE)
        yield f"not in the data: {name.decode()!r}", within, "422 invalid-input"
    for instant in _INSTANTS:
        yield f"instant {instant.decode()}", instead(_AT, instant), "422 invalid-input"
    for instant in _AHEAD:
        yield f"instant ahead {instant.decode()}", instead(_AT, instant), "409 rule-broken occurs-in-the-future"
    for what, text, reason in _TEXTS:
        yield f"{what}, in a title", instead(_M + b'"}}', text + b'"}}'), f"422 invalid-input {reason}"
        yield f"{what}, in a key", instead(b'{"type"', b'{"%b":1,"type"' % text), "422 invalid-input"
    yield from _ELSEWHERE


def _with(name: bytes, value: bytes) -> bytes:
    """The opening with another value of a field, wherever it stands."""
    start = OPENING.index(b'"%b":' % name) + len(name) + 3
    end = start + _length(OPENING[start:])
    return OPENING[:start] + value + OPENING[end:]


def _length(text: bytes) -> int:
    """How long the JSON value at the beginning is: strings without escapes, objects and digits."""
    if text[:1] == b'"':
        return text.index(b'"', 1) + 1
    if text[:1] != b"{":
        return len(text) - len(text.lstrip(b"0123456789"))
    depth = 0
    for at, byte in enumerate(text):
        depth += (byte == ord("{")) - (byte == ord("}"))
        if depth == 0:
            return at + 1
    raise AssertionError(text)


def cases() -> Iterator[Case]:
    """All of them."""
    yield from post(tuple(_tables()))
    yield from post(_ON_AN_INCIDENT, path=b"/v1/incidents/%b/events" % INCIDENT.encode())
