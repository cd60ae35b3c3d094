"""Paths, methods and query strings that lead nowhere, or try to lead somewhere else."""

from collections.abc import Iterator
from typing import Final

from tests.security.corpus.case import INCIDENT, MARK, Case, Expected

__all__ = ["cases"]

_M: Final = MARK.encode()
_I: Final = INCIDENT.encode()
_NOWHERE: Final = "404 unknown-resource"
_NO_INCIDENT: Final = "404 unknown-incident"
_PATHS: Final = (
    ("nothing", b"/%b" % _M, _NOWHERE),
    ("the root", b"/", _NOWHERE),
    ("a trailing slash", b"/v1/incidents/", _NOWHERE),
    ("a trailing slash after a thing", b"/v1/incidents/%b/" % _I, _NOWHERE),
    ("two slashes", b"//v1/incidents", _NOWHERE),
    ("two slashes inside", b"/v1//incidents", _NOWHERE),
    ("capital letters", b"/V1/Incidents", _NOWHERE),
    ("another version", b"/v2/incidents", _NOWHERE),
    ("dot segments", b"/v1/contracts/../../metrics", _NOWHERE),
    ("encoded dot segments", b"/v1/contracts/%2e%2e/%2e%2e/metrics", _NOWHERE),
    ("a dot", b"/v1/./incidents", _NOWHERE),
    ("an encoded slash", b"/v1%2fincidents", "200"),
    ("an encoded slash in a number", b"/v1/incidents/%b%%2Fvalues%%2F%b" % (_I, _M), _NOWHERE),
    ("a slash encoded twice", b"/v1/incidents/%252e%252e%252f" + _M, _NO_INCIDENT),
    ("a backslash", b"/v1/incidents/..\\..\\%b" % _M, _NO_INCIDENT),
    ("an encoded backslash", b"/v1/incidents/..%5c" + _M, _NO_INCIDENT),
    ("an encoded NUL", b"/v1/incidents/%b%%00" % _I, _NO_INCIDENT),
    ("a NUL before a suffix", b"/v1/contracts/C-001%00.json", "404 unknown-contract"),
    ("an encoded line feed", b"/v1/incidents/%b%%0a" % _I, _NO_INCIDENT),
    ("CRLF for a header", b"/v1/incidents/%%0d%%0aSet-Cookie:%%20%b=1" % _M, _NO_INCIDENT),
    ("an encoded blank", b"/v1/incidents/%b%%20" % _I, _NO_INCIDENT),
    ("a semicolon", b"/v1/incidents/%b;admin=true" % _I, _NO_INCIDENT),
    ("overlong UTF-8", b"/v1/incidents/%c0%ae%c0%ae/" + _M, _NOWHERE),
    ("half a surrogate", b"/v1/incidents/%ed%a0%80" + _M, _NO_INCIDENT),
    ("half an escape", b"/v1/incidents/%2", "400|404"),
    ("an escape that is none", b"/v1/incidents/%zz" + _M, "400|404"),
    ("another script", b"/v1/incidents/%D0%98%D0%9D%D0%A6" + _M, _NO_INCIDENT),
    ("full width", b"/v1/incidents/%EF%BC%A9NC" + _M, _NO_INCIDENT),
    ("small letters", b"/v1/contracts/c-001", "404 unknown-contract"),
    ("a number of 5,000 characters", b"/v1/incidents/" + b"I" * 5_000, _NO_INCIDENT),
    ("a path of 60,000 characters", b"/v1/" + b"a/" * 30_000, "400|404"),
    ("the provider's log for a contract", b"/v1/contracts/provider", "404 unknown-contract"),
    ("the provider's log for an incident", b"/v1/incidents/provider/events", _NO_INCIDENT),
    ("a contract for an incident", b"/v1/incidents/C-001", _NO_INCIDENT),
    ("a contract for an incident's values", b"/v1/incidents/C-001/values", _NO_INCIDENT),
    ("an incident for a contract", b"/v1/contracts/%b" % _I, "404 unknown-contract"),
    ("an incident for a contract's events", b"/v1/contracts/%b/events" % _I, "404 unknown-contract"),
    ("SQL", b"/v1/incidents/'%%20OR%%20'1'%%3D'1'--%b" % _M, _NO_INCIDENT),
    ("SQL with a wildcard", b"/v1/incidents/INC-%", "400|404"),
    ("SQL with an encoded wildcard", b"/v1/incidents/INC-%25", _NO_INCIDENT),
    ("a format string", b"/v1/incidents/{0.__class__}%25s%25n" + _M, _NO_INCIDENT),
    ("markup", b"/v1/incidents/%3Cscript%3E" + _M, _NO_INCIDENT),
    ("markup for a problem", b"/problems/%3Cscript%3E" + _M, _NOWHERE),
    ("a file for a problem", b"/problems/..%2f..%2fetc%2fpasswd", _NOWHERE),
    ("an event that is none", b"/v1/events/%b" % _M, "404 unknown-event"),
    ("an event in capital letters", b"/v1/events/0197F0C2-0000-7000-8000-00000000000A", "404 unknown-event"),
    ("a calendar that is none", b"/v1/calendars/%b" % _M, _NOWHERE),
    ("a policy that is none", b"/v1/policies/%b" % _M, _NOWHERE),
    ("a policy of a hash that is none", b"/v1/policies/tron-asoc/versions/%b" % _M, _NOWHERE),
    ("documents of the framework", b"/docs", _NOWHERE),
    ("another document of the framework", b"/openapi.json", _NOWHERE),
    ("an environment", b"/.env", _NOWHERE),
    ("a debugger", b"/debug/pprof/" + _M, _NOWHERE),
)  # fmt: skip
_METHODS: Final = (b"PUT", b"DELETE", b"PATCH", b"TRACE", b"OPTIONS", b"LINK", b"PROPFIND", b"SEARCH")
_METHODS_OF: Final = (b"/v1/incidents/%b" % _I, b"/v1/incidents", b"/metrics")

_VERDICT: Final = b"/v1/incidents/%b/verdict" % _I
_EVENTS: Final = b"/v1/incidents/%b/events" % _I
_UNUSABLE: Final = "422 parameter-unusable"
_QUERIES: Final = (
    (b"/v1/incidents/%b" % _I, (b"x=%b" % _M, b"as_of=2024-04-26T00:00:00Z", b"%b" % _M, b"=%b" % _M, b"%00=1")),
    (b"/v1/incidents", (
        b"limit=0", b"limit=-1", b"limit=NaN", b"limit=Infinity", b"limit=1e3", b"limit=1.5", b"limit=",
        b"limit=%b" % _M,
        b"limit=5001", b"limit=9223372036854775808", b"limit=" + b"9" * 5_000, b"limit=%20" + b"1", b"limit=+1",
        b"limit=0x10", b"limit=01", b"limit=%D9%A1", b"limit=1&limit=1", b"limit[]=1", b"limit[0]=1", b"limit[$gt]=1",
        b"Limit=1", b"limit%00=1", b"standing=%b" % _M, b"standing=KEPT", b"open=1", b"open=True", b"open=",
        b"contract=%b%%27--" % _M, b"contract=../C-001", b"contract=" + b"C" * 65, b"contract=%ff", b"contract=%zz",
        b"decisive=%b" % _M, b"at_risk=P1Y", b"at_risk=-PT1S", b"at_risk=PT" + b"9" * 400 + b"H", b"at_risk=PT1.5H",
        b"cursor=", b"cursor=%3Cscript%3E" + _M, b"cursor=" + b"A" * 201,
        b"&".join(b"contract=C-%d" % number for number in range(101)), b"&".join([b"x"] * 5_000),
    )),
    (_VERDICT, (
        b"at_position=0", b"at_position=-1", b"at_position=9223372036854775807", b"at_position=9223372036854775808",
        b"at_position=1e400", b"at_position=true", b"at_position=1;2", b"as_of=now", b"as_of=2024-04-26",
        b"as_of=2024-04-26T00:00:00", b"as_of=2024-04-26T00:00:00.123456789Z", b"as_of=0000-01-01T00:00:00Z",
        b"as_of=10000-01-01T00:00:00Z", b"as_of=%b" % _M, b"as_of=1714142400", b"reading=%b" % _M,
        b"reading=premium-hours", b"reading=premium-hours%3D" + _M, b"reading=%3D",
        b"as_of=2024-04-26T00:00:00Z&as_of=2024-04-26T00:00:00Z",
    )),
    (_EVENTS, (b"after=-1", b"after=%b" % _M, b"after=9007199254740992", b"limit=0", b"limit=5001",
               b"after=1&after=2")),
    (b"/v1/feed", (
        b"limit=0", b"limit=5001", b"wait=61", b"wait=-1", b"wait=1e1",
        b"wait=%b" % _M, b"type=%b" % _M, b"type=incident.opened.v1%00", b"contract=%b%%20" % _M, b"last-event-id=1",
    )),
    (b"/v1/compliance", (b"month=0000-01", b"month=2024-13", b"month=2024-1", b"by=%b" % _M, b"by=",
                         b"by=month,month")),
    (b"/v1/deadlines", (b"within=%b" % _M, b"within=8H", b"within=PT", b"limit=0", b"contract=")),
    (b"/metrics", (b"name[]=%b" % _M, b"x=1")),
    (b"/healthz", (b"x=%b" % _M,)),
    (b"/readyz", (b"x=%b" % _M,)),
)  # fmt: skip
_FAR: Final = (
    (_VERDICT, b"at_position=9007199254740991", "422 position-ahead"),
    (_VERDICT, b"as_of=9999-12-31T23:59:59.999999Z", "422 instant-ahead"),
    (_VERDICT, b"as_of=2999-01-01T00:00:00Z", "422 instant-ahead"),
    (_VERDICT, b"as_of=0001-01-01T00:00:00Z", "404 unknown-incident"),
    (b"/v1/feed", b"after=9007199254740991&wait=0", "422 position-ahead"),
    (b"/v1/feed", b"after=9007199254740992&wait=0", "422 cursor-unusable"),
    (b"/v1/feed", b"after=-1&wait=0", "422 cursor-unusable"),
    (b"/v1/feed", b"after=%b&wait=0" % _M, "422 cursor-unusable"),
    (b"/v1/feed", b"after=&wait=0", "422 cursor-unusable"),
    (b"/v1/feed", b"after=01&wait=0", "422 cursor-unusable"),
    (b"/v1/feed", b"after=%D9%A1&wait=0", "422 cursor-unusable"),
    (b"/v1/feed", b"contract=%b&wait=0" % _M, "404 unknown-contract"),
    (b"/v1/deadlines", b"within=PT" + b"9" * 15 + b"H", "200|422"),
    (b"/v1/deadlines", b"within=P" + b"9" * 8 + b"D", "200|422"),
    (b"/v1/incidents", b"at_risk=P" + b"9" * 8 + b"D", "200|422"),
    (b"/v1/incidents", b"cursor=%b" % _M, "422 cursor-unusable"),
    (b"/v1/contracts", b"cursor=%b" % _M, "422 cursor-unusable"),
    (b"/v1/contracts", b"cursor=AAAAAAAAAAAAWyJDIl0", "422 cursor-unusable"),
)


def cases() -> Iterator[Case]:
    """All of them."""
    for name, path, expected in _PATHS:
        yield Case(f"path: {name}", Expected.read(expected), b"GET", path, "auditor")
    for method in _METHODS:
        for path in _METHODS_OF:
            told = f"method: {method.decode()} {path.decode()}"
            yield Case(told, Expected.read("405 method-not-allowed"), method, path, "admin")
    yield Case("method: POST where one reads", Expected.read("405 method-not-allowed"), b"POST", _VERDICT, body=b"{}")
    for path, queries in _QUERIES:
        for query in queries:
            told = f"query: {path.decode()}?{query[:60].decode()}"
            yield Case(told, Expected.read(_UNUSABLE), b"GET", b"%b?%b" % (path, query), "admin")
    for path, query, expected in _FAR:
        told = f"query: {path.decode()}?{query[:60].decode()}"
        yield Case(told, Expected.read(expected), b"GET", b"%b?%b" % (path, query), "admin")
    yield Case("query: a position for a limited key", Expected.read("403 forbidden"), b"GET",
               _VERDICT + b"?at_position=1", "customer")  # fmt: skip
