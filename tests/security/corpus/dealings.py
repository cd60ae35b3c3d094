"""Well-formed requests for what must not be: by the life of an incident, by who says it, and texts that hope to run."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

import orjson

from tests.security.corpus.case import INCIDENT, MARK, OPENING, Case, Expected, instead, lines, post

__all__ = ["cases"]

_M: Final = MARK.encode()
_I: Final = INCIDENT.encode()
_EVENTS: Final = b"/v1/incidents/%b/events" % _I
_UNKNOWN_ID: Final = "0197f0c2-0000-7000-8000-00000000dead"
_JSON: Final = lines()


def _event(kind: str, data: Mapping[str, Any], actor: str | None = "engineer", **other: Any) -> bytes:
    who = {} if actor is None else {"actor": {"kind": actor, "id": MARK}}
    return orjson.dumps(
        {"type": f"{kind}.v1", "occurred_at": "2024-04-26T17:30:00+03:00", **who, "data": data, **other}
    )


def _incident(kind: str, data: Mapping[str, Any], actor: str | None = "engineer", **other: Any) -> bytes:
    return _event(f"incident.{kind}", data, actor, **other)


_SUMMARY: Final = {"summary": MARK}
_CORRECTION: Final = {"event": _UNKNOWN_ID, "field": "priority", "was": 2, "now": 1, "reason": MARK,
                      "agreed_by_other_party": False}  # fmt: skip
_ATTACHED: Final = {"name": MARK, "media_type": "text/plain", "size": 1, "sha256": "0" * 64}
_ERASED: Final = {"events": [_UNKNOWN_ID], "fields": ["/data/title"], "basis": "request"}
_CALENDAR: Final = {"jurisdiction": "RU", "year": 2031, "holidays": [], "days_off": [], "working_weekends": [],
                    "shortened": [], "non_working_days": [], "source": MARK}  # fmt: skip
_TERMS: Final = {"customer": MARK, "level": "premium", "edition": "commercial", "jurisdiction": "RU", "contacts": [],
                 "licence": {"from": "2020-01-01", "until": "2039-12-31"}}  # fmt: skip

_LIFE: Final = (
    ("opened again", _incident("opened", orjson.loads(OPENING)["data"], "customer"), "409|422"),
    ("work that never began ends", _incident("work-stopped", {"engineer": "e-404"}), "409 rule-broken no-open-session"),
    ("an auditor resolves", _incident("resolved", _SUMMARY, "auditor"), "403 forbidden"),
    ("a customer resolves", _incident("resolved", _SUMMARY, "customer"), "409 rule-broken actor-may-not"),
    ("a customer responds", _incident("responded", {"engineer": "e-1", "channel": "email"}, "customer"),
     "409 rule-broken actor-may-not"),
    ("an engineer confirms", _incident("confirmed", {"to": MARK}), "409 rule-broken actor-may-not"),
    ("an engineer provides information", _incident("information-provided", _SUMMARY), "409 rule-broken actor-may-not"),
    ("nobody acts", _incident("status-reported", _SUMMARY, None), "422 invalid-input missing-field"),
    ("an actor of another kind", _incident("status-reported", _SUMMARY, "root"), "422 invalid-input"),
    ("an erasure among events", _incident("values-erased", _ERASED, "system"), "422 invalid-input wrong-path"),
    ("a contract's event",
     _event("contract.level-changed", {"level": "basic", "effective_from": "2024-01-01"}, "system"),
     "422 invalid-input wrong-path"),
    ("the other side's word without evidence",
     _incident("reprioritized", {"priority": 1, "requested_by": "provider", "agreed": True}),
     "409 rule-broken evidence-needed"),
    ("a request of the other side without evidence",
     _incident("reprioritized", {"priority": 1, "requested_by": "customer"}), "409 rule-broken evidence-needed"),
    ("evidence that is not there",
     _incident("reprioritized", {"priority": 1, "requested_by": "customer", "evidence": _UNKNOWN_ID}),
     "409 rule-broken unknown-evidence"),
    ("a priority of 0", _incident("reprioritized", {"priority": 0, "requested_by": "provider"}), "422 invalid-input"),
    ("a dispute about nothing known", _incident("disputed", {"obligation": MARK, "claim": MARK}), "422 invalid-input"),
    ("an instant before the year 1", _incident("status-reported", {**_SUMMARY, "expected_resolution_at":
     "0000-12-31T00:00:00Z"}), "422 invalid-input"),
    ("an event's id for a text", _incident("status-reported", {"summary": {"$oid": MARK}}), "422 invalid-input"),
    ("2,000 contacts", _incident("resolved", {**_SUMMARY, "notification": [{"channel": "email", "to": MARK}] * 2_000}),
     "422 invalid-input"),
)  # fmt: skip
_WITH_VERSION: Final = (
    ("a correction of nothing", _incident("corrected", _CORRECTION), "409 rule-broken unknown-event"),
    ("a correction of the contract", _incident("corrected", {**_CORRECTION, "field": "contract"}),
     "422 invalid-input not-correctable"),
    ("a correction of its own field", _incident("corrected", {**_CORRECTION, "field": "__class__"}),
     "422 invalid-input not-correctable"),
    ("a correction by a pointer", _incident("corrected", {**_CORRECTION, "field": "/actor/kind"}),
     "422 invalid-input not-correctable"),
    ("a correction to a null", _incident("corrected", {**_CORRECTION, "now": None}), "422 invalid-input null"),
    ("an agreement to nothing", _incident("reprioritization-agreed", {"request": _UNKNOWN_ID, "by": "provider"}),
     "409 rule-broken unknown-request"),
    ("an agreement to no correction", _incident("correction-agreed", {"request": _UNKNOWN_ID, "by": "provider"}),
     "409 rule-broken unknown-correction"),
    ("a ruling by an engineer", _incident("dispute-ruled", {"obligation": "response", "ruling": MARK}),
     "409 rule-broken actor-may-not"),
)  # fmt: skip
_FORGED: Final = (
    ("a customer as an engineer", "customer", _incident("status-reported", _SUMMARY), "403 forbidden"),
    ("a customer as the system", "customer", _incident("confirmed", {"to": MARK}, "system"), "403 forbidden"),
    ("an engineer as the customer", "engineer", _incident("customer-replied", {"channel": "email"}, "customer"),
     "403 forbidden"),
    ("an engineer as an auditor", "engineer", _incident("evidence-attached", _ATTACHED, "auditor"), "403 forbidden"),
    ("an auditor as the system", "auditor", _incident("evidence-attached", _ATTACHED, "system"), "403 forbidden"),
    ("an auditor who resolves", "auditor", _incident("resolved", _SUMMARY, "auditor"), "409 rule-broken actor-may-not"),
    ("a reporter", "reporter", _incident("evidence-attached", _ATTACHED, None), "403 forbidden"),
    ("a service as an auditor", "service", _incident("evidence-attached", _ATTACHED, "auditor"), "403 forbidden"),
    ("a service as several", "service", _incident("evidence-attached", _ATTACHED, None),
     "422 invalid-input missing-field"),
    ("an admin as nobody", "admin", _incident("evidence-attached", _ATTACHED, None), "422 invalid-input missing-field"),
    ("another customer", "other", _incident("evidence-attached", _ATTACHED, "customer"), "404 unknown-incident"),
)  # fmt: skip
_BATCHED: Final = (
    ("calendar by a service", "service", _event("calendar.published", _CALENDAR, "system", subject="RU-2031"),
     "403 forbidden"),
    ("calendar by an auditor", "auditor", _event("calendar.published", _CALENDAR, "auditor", subject="RU-2031"),
     "403 forbidden"),
    ("calendar by an engineer", "engineer", _event("calendar.published", _CALENDAR, "engineer", subject="RU-2031"),
     "403 forbidden"),
    ("calendar under another name", "admin", _event("calendar.published", _CALENDAR, "system", subject="RU-2032"),
     "409 rule-broken calendar-misnamed"),
    ("policy by a service", "service", _event("policy.adopted", {"version": "2", "sha256": "0" * 64}, "system",
     subject="tron-asoc", file=MARK), "403 forbidden"),
    ("policy that is none", "admin", _event("policy.adopted", {"version": "2", "sha256": "0" * 64}, "system",
     subject="tron-asoc", file=MARK), "422 policy-unusable"),
    ("policy without its file", "admin", _event("policy.adopted", {"version": "2", "sha256": "0" * 64}, "system",
     subject="tron-asoc"), "409 rule-broken policy-text-missing"),
    ("release by an engineer", "engineer", _event("release.stage-passed", {"stage": "beta"}, "engineer", subject="R-1"),
     "403 forbidden"),
    ("contract by a customer", "customer", _event("contract.registered", _TERMS, "customer", subject="C-001"),
     "403 forbidden"),
    ("contract by an engineer", "engineer", _event("contract.registered", _TERMS, "engineer", subject="C-001"),
     "403 forbidden"),
    ("contract again", "service", _event("contract.registered", _TERMS, "system", subject="C-001"),
     "409 rule-broken already-registered"),
    ("contract by the name of an incident", "service", _event("contract.registered", _TERMS, "system",
     subject="INC-2031-000001"), "409|422"),
    ("contract by a reserved name", "service", _event("contract.registered", _TERMS, "system", subject="provider"),
     "409|422"),
    ("contract of a level that is none", "service", _event("contract.registered", {**_TERMS, "level": MARK}, "system",
     subject="C-777"), "409|422"),
    ("contract by a path", "service", _event("contract.registered", _TERMS, "system", subject="../C-777"),
     "422 invalid-input bad-value"),
)  # fmt: skip
_CHOSEN: Final = (
    ("number of a limited key", "customer", instead(b'{"type"', b'{"subject":"MY-1","type"'), "403 forbidden"),
    ("number of a limited key, of the ledger's form", "customer",
     instead(b'{"type"', b'{"subject":"INC-2024-000017","type"'), "403 forbidden"),
    ("number of the ledger's form", "service", instead(b'{"type"', b'{"subject":"INC-2024-000017","type"'),
     "422 invalid-input reserved-id"),
    ("number that is taken by the ledger", "service", instead(b'{"type"', b'{"subject":"@incident@","type"'),
     "422 invalid-input reserved-id"),
    ("number that is a contract's", "service", instead(b'{"type"', b'{"subject":"C-001","type"'), "409 rule-broken"),
    ("number that is the provider's", "service", instead(b'{"type"', b'{"subject":"provider","type"'), "409|422"),
    ("number in another contract's scope", "customer", instead(b"C-001", b"C-900"), "404 unknown-contract"),
)  # fmt: skip
_ERASING: Final = (
    ("erasure by a customer", "customer", "incidents/@incident@", "403 forbidden"),
    ("erasure by a service", "service", "incidents/@incident@", "403 forbidden"),
    ("erasure by an auditor", "auditor", "incidents/@incident@", "403 forbidden"),
    ("erasure of what is not there", "admin", "incidents/@incident@", "409 rule-broken"),
    ("erasure of a contract's by an incident's type", "admin", "contracts/C-001", "422 invalid-input wrong-path"),
    ("erasure at another path", "admin", "incidents/C-001", "404 unknown-incident"),
)
_TEXTS: Final = (
    "'; DROP TABLE stored_events; --", "' OR '1'='1", "1; ATTACH DATABASE '/tmp/x' AS x", "\\'); SELECT 1 --",
    "<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "javascript:alert(1)", "]]><!--",
    "a\r\nSet-Cookie: x=1", "a\r\n\r\nHTTP/1.1 200 OK", "%s%s%n%x", "{0.__class__.__mro__}", "${jndi:ldap://127.0.0.1/}",
    "{{7*7}}", "$(id)`id`|id", "=HYPERLINK(\"http://127.0.0.1\")", "@SUM(1+1)", "+1+cmd|' /C calc'!A0",
    "../../etc/passwd",
    "\u202egnp.exe", "\u200b\ufeff", "Z\u0351\u036b\u0343\u036a\u0302" * 20, "\u0001\u001b[31m", "\U0001f600",
)  # fmt: skip
"""Texts that are taken, for they are somebody's words, and must do nothing anywhere."""


def _texts() -> Iterator[tuple[str, bytes, str]]:
    for number, text in enumerate(_TEXTS):
        title = orjson.dumps(text)
        yield f"words {number}: in a title", instead(b'"title":"%b"' % _M, b'"title":' + title), "201"
        named = instead(b'"C-001"', title)
        yield f"words {number}: for a contract", named, "422 invalid-input"
        field = instead(b'{"type"', b'{%b:1,"type"' % title)
        yield f"words {number}: for a field", field, "422 invalid-input"


def cases() -> Iterator[Case]:
    """All of them."""
    yield from post([(f"life: {name}", body, expected) for name, body, expected in _LIFE], path=_EVENTS)
    versioned = [(f"life: {name}", body, expected) for name, body, expected in _WITH_VERSION]
    yield from post(versioned, path=_EVENTS, lines=lines(b'If-Match: "v1"'))
    blind = [(f"blind: {name}", body, "428|422") for name, body, _ in _WITH_VERSION]
    yield from post(blind, path=_EVENTS, lines=lines(b"If-Match: *"))
    for name, caller, body, expected in _FORGED:
        yield Case(f"actor: {name}", Expected.read(expected), b"POST", _EVENTS, caller, _JSON, body)
    for name, caller, body, expected in _BATCHED:
        yield Case(name, Expected.read(expected), b"POST", b"/v1/events", caller, _JSON, b"[%b]" % body)
    for name, caller, body, expected in _CHOSEN:
        yield Case(name, Expected.read(expected), b"POST", b"/v1/incidents", caller, _JSON, body)
    for name, caller, subject, expected in _ERASING:
        path = f"/v1/{subject}/erasures".encode()
        erasure = _incident("values-erased", _ERASED, "system")
        yield Case(name, Expected.read(expected), b"POST", path, caller, _JSON, erasure)
    yield from post(tuple(_texts()))
    yield from _reused()


def _reused() -> Iterator[Case]:
    """One idempotency key, used again for something else."""
    key = f"{MARK} reused"
    changed = instead(b'"priority":2', b'"priority":3')
    for name, caller, path, body, expected in (
        ("first", "service", b"/v1/incidents", OPENING, "201"),
        ("again", "service", b"/v1/incidents", OPENING, "201"),
        ("another body", "service", b"/v1/incidents", changed, "422 idempotency-key-reused"),
        ("one blank more", "service", b"/v1/incidents", OPENING + b" ", "422 idempotency-key-reused"),
        ("another path", "service", b"/v1/events", b"[%b]" % OPENING, "422 idempotency-key-reused"),
        ("another caller", "admin", b"/v1/incidents", OPENING, "201"),
    ):
        yield Case(f"key reused: {name}", Expected.read(expected), b"POST", path, caller, _JSON, body, key)
    conditional = lines(b'If-Match: "v1"')
    yield Case("key reused: another condition", Expected.read("422 idempotency-key-reused"), b"POST", b"/v1/incidents",
               "service", conditional, OPENING, key)  # fmt: skip
