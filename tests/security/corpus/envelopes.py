"""CloudEvents that disagree with themselves, and batches that are none, too long or mixed."""

from collections.abc import Iterator
from typing import Final

from tests.security.corpus.case import INCIDENT, MARK, OPENING, Case, instead, post

__all__ = ["cases"]

_M: Final = MARK.encode()
_I: Final = INCIDENT.encode()
_ID: Final = b"0197f0c2-0000-7000-8000-0000000000"
_CLOUD_EVENT: Final = (b"Content-Type: application/cloudevents+json",)
_CLOUD_EVENTS: Final = (b"Content-Type: application/cloudevents-batch+json",)
_BODY: Final = OPENING.replace(b'"type":"incident.opened.v1","occurred_at":"2024-04-26T17:30:00+03:00",', b"")
_CLOUD: Final = (
    b'{"specversion":"1.0","id":"%b01","source":"urn:%b","type":"incident.opened.v1",'
    b'"time":"2024-04-26T17:30:00+03:00","data":%b}' % (_ID, _M, _BODY)
)


def _also(member: bytes, body: bytes = _CLOUD) -> bytes:
    return instead(b'{"specversion"', b'{%b,"specversion"' % member, body)


def _inside(member: bytes) -> bytes:
    return instead(b'"data":{', b'"data":{%b,' % member, _CLOUD)


_DISAGREES: Final = "422 invalid-input disagrees"
_EVENTS: Final = (
    ("cloud event: empty", b"{}", "422 invalid-input missing-field"),
    ("cloud event: a plain body", OPENING, "422 invalid-input"),
    ("cloud event: an array", b"[%b]" % _CLOUD, "422 invalid-input not-an-object"),
    ("cloud event: version 0.3", instead(b'"1.0"', b'"0.3"', _CLOUD), "422 invalid-input bad-value"),
    ("cloud event: version 2.0", instead(b'"1.0"', b'"2.0"', _CLOUD), "422 invalid-input bad-value"),
    ("cloud event: version 1", instead(b'"1.0"', b"1", _CLOUD), "422 invalid-input bad-value"),
    ("cloud event: version 1.0 as a number", instead(b'"1.0"', b"1.0", _CLOUD), "422 invalid-input wrong-type"),
    ("cloud event: no version", instead(b'"specversion":"1.0",', b"", _CLOUD), "422 invalid-input missing-field"),
    ("cloud event: no id", instead(b'"id":"%b01",' % _ID, b"", _CLOUD), "422 invalid-input missing-field"),
    ("cloud event: no source", instead(b'"source":"urn:%b",' % _M, b"", _CLOUD), "422 invalid-input missing-field"),
    ("cloud event: no data",
     b'{"specversion":"1.0","id":"%b01","source":"a"}' % _ID, "422 invalid-input missing-field"),
    ("cloud event: null for data", instead(_BODY, b"null", _CLOUD), "422 invalid-input null"),
    ("cloud event: a string for data", instead(_BODY, b'"%b"' % _M, _CLOUD), "422 invalid-input not-an-object"),
    ("cloud event: data in base64", _also(b'"data_base64":"%b"' % _M), "422 invalid-input unknown-field"),
    ("cloud event: an id in capitals", instead(_ID, _ID.upper(), _CLOUD), "422 invalid-input bad-value"),
    ("cloud event: an id that is none", instead(b"%b01" % _ID, _M, _CLOUD), "422 invalid-input bad-value"),
    ("cloud event: an empty id", instead(b"%b01" % _ID, b"", _CLOUD), "422 invalid-input"),
    ("cloud event: a number for an id", instead(b'"%b01"' % _ID, b"17", _CLOUD), "422 invalid-input wrong-type"),
    ("cloud event: another id inside", _inside(b'"id":"%b02"' % _ID), _DISAGREES),
    ("cloud event: another type inside", _inside(b'"type":"incident.resolved.v1"'), _DISAGREES),
    ("cloud event: a number for a type inside", _inside(b'"type":1'), "422 invalid-input"),
    ("cloud event: another instant inside", _inside(b'"occurred_at":"2024-04-26T17:30:01+03:00"'), _DISAGREES),
    ("cloud event: an instant that is none inside", _inside(b'"occurred_at":"%b"' % _M), "422 invalid-input"),
    ("cloud event: another subject inside", instead(b'"data":{', b'"subject":"X-1","data":{"subject":"X-2",', _CLOUD),
     _DISAGREES),
    ("cloud event: no type anywhere", instead(b'"type":"incident.opened.v1",', b"", _CLOUD),
     "422 invalid-input missing-field"),
    ("cloud event: no time anywhere", instead(b'"time":"2024-04-26T17:30:00+03:00",', b"", _CLOUD),
     "422 invalid-input missing-field"),
    ("cloud event: a time without an offset", instead(b"17:30:00+03:00", b"17:30:00", _CLOUD), "422 invalid-input"),
    ("cloud event: a time of 24:00", instead(b"17:30:00+03:00", b"24:00:00Z", _CLOUD), "422 invalid-input"),
    ("cloud event: an attribute in capitals", _also(b'"%b":"x"' % _M), "422 invalid-input bad-value"),
    ("cloud event: an attribute with a hyphen", _also(b'"x-y":"%b"' % _M), "422 invalid-input bad-value"),
    ("cloud event: an object for an attribute", _also(b'"ext":{"%b":1}' % _M), "422 invalid-input wrong-type"),
    ("cloud event: an array for an attribute", _also(b'"ext":["%b"]' % _M), "422 invalid-input wrong-type"),
    ("cloud event: null for an attribute", _also(b'"ext":null'), "422 invalid-input null"),
    ("cloud event: XML for data", _also(b'"datacontenttype":"application/xml"'), "422 invalid-input bad-value"),
    ("cloud event: a schema for data", _also(b'"dataschema":17'), "201|422"),
    ("cloud event: an attribute twice", _also(b'"source":"a","source":"b"'), "422 invalid-input duplicate-key"),
    ("cloud event: an unknown field inside", _inside(b'"%b":1' % _M), "422 invalid-input"),
    ("cloud event: the sequence inside", _inside(b'"sequence":"1"'), "422 invalid-input"),
)  # fmt: skip

_NOTE: Final = (
    b'{"type":"incident.status-reported.v1","subject":"%b","occurred_at":"2024-04-26T17:30:00+03:00",'
    b'"actor":{"kind":"engineer","id":"e-17"},"data":{"summary":"%b"}}' % (_I, _M)
)
_OTHERS: Final = _NOTE.replace(_I, b"INC-2020-000001")


def _batch(*elements: bytes) -> bytes:
    return b"[%b]" % b",".join(elements)


_BATCHES: Final = (
    ("batch: empty", b"[]", "422 invalid-input bad-value"),
    ("batch: an object", OPENING, "422 invalid-input not-an-array"),
    ("batch: null", b"null", "422 invalid-input null"),
    ("batch: a null inside", _batch(OPENING, b"null"), "422 invalid-input null"),
    ("batch: a string inside", _batch(OPENING, b'"%b"' % _M), "422 invalid-input not-an-object"),
    ("batch: a batch inside", _batch(OPENING, _batch(OPENING)), "422 invalid-input not-an-object"),
    ("batch: events in an object", b'{"events":%b}' % _batch(OPENING), "422 invalid-input not-an-array"),
    ("batch: 501", _batch(*[_NOTE] * 501), "413 batch-too-long"),
    ("batch: 100,000 numbers", _batch(*[b"1"] * 100_000), "413 batch-too-long"),
    ("batch: no subject", _batch(_NOTE.replace(b'"subject":"%b",' % _I, b"")), "422 invalid-input missing-field"),
    ("batch: the last one unknown", _batch(OPENING, _NOTE, _OTHERS), "404 unknown-incident"),
    ("batch: the last one malformed", _batch(OPENING, _NOTE, b"{}"), "422 invalid-input"),
    ("batch: the last one closed twice", _batch(OPENING, *[_NOTE.replace(b"status-reported", b"mitigated")
     .replace(b'"summary"', b'"how"'), _NOTE.replace(b"status-reported", b"work-stopped").replace(
     b'"summary":"%b"' % _M, b'"engineer":"e-99"')]), "409 rule-broken no-open-session"),
    ("batch: an erasure", _batch(_NOTE.replace(b"status-reported", b"values-erased")), "422 invalid-input wrong-path"),
    ("batch: a version that is gone", _batch(_NOTE[:-1] + b',"if_match":"v9007199254740991"}'), "412 version-differs"),
    ("batch: a version that is none", _batch(_NOTE[:-1] + b',"if_match":"%b"}' % _M), "422 invalid-input bad-value"),
    ("batch: a weak version", _batch(_NOTE[:-1] + b',"if_match":"W/\\"v1\\""}'), "422 invalid-input bad-value"),
    ("batch: version 0", _batch(_NOTE[:-1] + b',"if_match":0}'), "422 invalid-input bad-value"),
    ("batch: version -1", _batch(_NOTE[:-1] + b',"if_match":-1}'), "422 invalid-input bad-value"),
    ("batch: true for a version", _batch(_NOTE[:-1] + b',"if_match":true}'), "422 invalid-input bad-value"),
    ("batch: version 2^53", _batch(_NOTE[:-1] + b',"if_match":9007199254740992}'), "422 invalid-input"),
    ("batch: a star for a version", _batch(_NOTE[:-1] + b',"if_match":"*"}'), "422 invalid-input bad-value"),
    ("batch: the second asks for what the first was", _batch(_OTHERS.replace(b"INC-2020-000001", b"X-77"), _NOTE),
     "404 unknown-incident"),
    ("batch: a file where nothing is adopted", _batch(_NOTE[:-1] + b',"file":"%b"}' % _M),
     "422 invalid-input unknown-field"),
    ("batch: a number for a file", _batch(_NOTE[:-1] + b',"file":1}'), "422 invalid-input wrong-type"),
    ("batch: one id twice with other content",
     _batch(instead(b'{"type"', b'{"id":"%b10","type"' % _ID), instead(b'{"type"', b'{"id":"%b10","type"' % _ID,
            OPENING.replace(b'"priority":2', b'"priority":3'))), "409 rule-broken id-reused"),
)  # fmt: skip
_MIXED: Final = (
    ("batch of cloud events: plain bodies", _batch(OPENING), "422 invalid-input"),
    ("batch of cloud events: mixed", _batch(_CLOUD.replace(b"00000001", b"00000020"), OPENING), "422 invalid-input"),
    ("batch of cloud events: one alone", _CLOUD, "422 invalid-input not-an-array"),
    ("batch of cloud events: disagreeing", _batch(_inside(b'"id":"%b02"' % _ID)), _DISAGREES),
)


def cases() -> Iterator[Case]:
    """All of them."""
    yield from post(_EVENTS, lines=_CLOUD_EVENT)
    yield from post(_BATCHES, path=b"/v1/events")
    yield from post(_MIXED, path=b"/v1/events", lines=_CLOUD_EVENTS)
    yield from post(
        (("condition: If-Match beside a batch", _batch(_NOTE), "422 invalid-input bad-header"),),
        path=b"/v1/events",
        lines=(b"Content-Type: application/json", b'If-Match: "v1"'),
    )
