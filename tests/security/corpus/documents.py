"""Bodies that are no JSON document, or one that JSON libraries disagree about."""

from collections.abc import Iterator
from typing import Final

from tests.security.corpus.case import MARK, OPENING, Case, instead, post

__all__ = ["cases"]

_M: Final = MARK.encode()
_PRIORITY: Final = b'"priority":2'


def _priority(text: bytes) -> bytes:
    return instead(_PRIORITY, b'"priority":' + text)


_DOCUMENTS: Final = (
    ("document: empty", b"", "422 invalid-input empty-body"),
    ("document: blanks", b" \t\r\n", "422 invalid-input empty-body"),
    ("document: a word", _M, "422 invalid-input not-json"),
    ("document: a string", b'"%b"' % _M, "422 invalid-input not-an-object"),
    ("document: a number", b"17", "422 invalid-input not-an-object"),
    ("document: true", b"true", "422 invalid-input not-an-object"),
    ("document: null", b"null", "422 invalid-input null"),
    ("document: an empty object", b"{}", "422 invalid-input missing-field"),
    ("document: an empty array", b"[]", "422 invalid-input not-an-object"),
    ("document: an array of one", b"[%b]" % OPENING, "422 invalid-input not-an-object"),
    ("document: cut off", OPENING[:-1], "422 invalid-input not-json"),
    ("document: cut off in a string", OPENING[:100], "422 invalid-input not-json"),
    ("document: one brace more", OPENING + b"}", "422 invalid-input not-json"),
    ("document: trailing text", OPENING + _M, "422 invalid-input not-json"),
    ("document: trailing NUL", OPENING + b"\0", "422 invalid-input"),
    ("document: leading NUL", b"\0" + OPENING, "422 invalid-input"),
    ("document: two", OPENING + OPENING, "422 invalid-input not-json"),
    ("document: two lines", OPENING + b"\n" + OPENING, "422 invalid-input not-json"),
    ("document: a trailing comma", instead(b'2,"title"', b'2,,"title"'), "422 invalid-input not-json"),
    ("document: a comma before the end", OPENING[:-1] + b",}", "422 invalid-input not-json"),
    ("document: a comment", b"/* x */" + OPENING, "422 invalid-input not-json"),
    ("document: a line comment", OPENING + b"// %b" % _M, "422 invalid-input not-json"),
    ("document: single quotes", OPENING.replace(b'"', b"'"), "422 invalid-input not-json"),
    ("document: keys without quotes", OPENING.replace(b'"type"', b"type"), "422 invalid-input not-json"),
    ("document: a raw line feed in a string", instead(_M, _M + b"\n"), "422 invalid-input not-json"),
    ("document: a raw tab in a string", instead(_M, _M + b"\t"), "422 invalid-input not-json"),
    ("document: an unknown escape", instead(_M, _M + b"\\x41"), "422 invalid-input not-json"),
    ("document: a short escape", instead(_M, _M + b"\\u12"), "422 invalid-input not-json"),
    ("document: form data", b"type=incident.opened.v1&title=%b" % _M, "422 invalid-input not-json"),
    ("document: XML", b"<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]><a>&b;%b</a>" % _M,
     "422 invalid-input not-json"),
    ("document: YAML", b"type: incident.opened.v1\ntitle: !!python/object/apply:os.system [%b]\n" % _M,
     "422 invalid-input not-json"),
    ("document: a pickle", b"\x80\x04\x95" + _M, "422 invalid-input bad-encoding"),
    ("document: gzip", b"\x1f\x8b\x08\x00" + _M, "422 invalid-input bad-encoding"),
)  # fmt: skip

_ENCODINGS: Final = (
    ("encoding: a byte order mark", b"\xef\xbb\xbf" + OPENING, "422 invalid-input byte-order-mark"),
    ("encoding: UTF-16 with its mark", OPENING.decode().encode("utf-16"), "422 invalid-input bad-encoding"),
    ("encoding: UTF-16LE", OPENING.decode().encode("utf-16-le"), "422 invalid-input"),
    ("encoding: UTF-16BE", OPENING.decode().encode("utf-16-be"), "422 invalid-input"),
    ("encoding: UTF-32", OPENING.decode().encode("utf-32"), "422 invalid-input bad-encoding"),
    ("encoding: UTF-7", b"+AHs-" + OPENING[1:], "422 invalid-input not-json"),
    ("encoding: Latin-1", instead(_M, _M + b"\xe1"), "422 invalid-input bad-encoding"),
    ("encoding: Windows-1251", instead(_M, _M + "Привет".encode("cp1251")), "422 invalid-input bad-encoding"),
    ("encoding: overlong slash", instead(_M, _M + b"\xc0\xaf"), "422 invalid-input bad-encoding"),
    ("encoding: overlong NUL", instead(_M, _M + b"\xc0\x80"), "422 invalid-input bad-encoding"),
    ("encoding: half a surrogate in UTF-8", instead(_M, _M + b"\xed\xa0\x80"), "422 invalid-input bad-encoding"),
    ("encoding: a pair of surrogates in UTF-8", instead(_M, _M + b"\xed\xa0\xbd\xed\xb8\x80"),
     "422 invalid-input bad-encoding"),
    ("encoding: beyond Unicode", instead(_M, _M + b"\xf4\x90\x80\x80"), "422 invalid-input bad-encoding"),
    ("encoding: cut off in a character", instead(_M, _M + b"\xd0"), "422 invalid-input bad-encoding"),
    ("encoding: a continuation alone", instead(_M, _M + b"\x80"), "422 invalid-input bad-encoding"),
)  # fmt: skip

_DUPLICATES: Final = (
    ("duplicate: type", instead(b'{"type"', b'{"type":"incident.resolved.v1","type"'),
     "422 invalid-input duplicate-key"),
    ("duplicate: the same value", instead(b'{"type"', b'{"type":"incident.opened.v1","type"'),
     "422 invalid-input duplicate-key"),
    ("duplicate: by an escape", instead(b'{"type"', b'{"\\u0074ype":"incident.opened.v1","type"'),
     "422 invalid-input duplicate-key"),
    ("duplicate: data", OPENING[:-1] + b',"data":{}}', "422 invalid-input duplicate-key"),
    ("duplicate: in data", instead(_PRIORITY, _PRIORITY + b',"priority":1'), "422 invalid-input duplicate-key"),
    ("duplicate: in the actor", instead(b'"kind":"customer"', b'"kind":"customer","kind":"system"'),
     "422 invalid-input duplicate-key"),
    ("duplicate: in the reporter", instead(b'"organisation"', b'"name":"x","organisation"'),
     "422 invalid-input duplicate-key"),
    ("duplicate: of an unknown field", instead(b'{"type"', b'{"%b":1,"%b":2,"type"' % (_M, _M)),
     "422 invalid-input duplicate-key"),
)  # fmt: skip

_NUMBERS: Final = (
    ("number: NaN", _priority(b"NaN"), "422 invalid-input not-an-integer"),
    ("number: Infinity", _priority(b"Infinity"), "422 invalid-input not-an-integer"),
    ("number: -Infinity", _priority(b"-Infinity"), "422 invalid-input not-an-integer"),
    ("number: 1e400", _priority(b"1e400"), "422 invalid-input not-an-integer"),
    ("number: -1e400", _priority(b"-1e400"), "422 invalid-input not-an-integer"),
    ("number: 1e2", _priority(b"1e2"), "422 invalid-input not-an-integer"),
    ("number: a huge exponent", _priority(b"1e" + b"9" * 5_000), "422 invalid-input not-an-integer"),
    ("number: a tiny exponent", _priority(b"1e-" + b"9" * 5_000), "422 invalid-input not-an-integer"),
    ("number: 2.0", _priority(b"2.0"), "422 invalid-input not-an-integer"),
    ("number: -0", _priority(b"-0"), "422 invalid-input"),
    ("number: -0.0", _priority(b"-0.0"), "422 invalid-input not-an-integer"),
    ("number: 0", _priority(b"0"), "422 invalid-input bad-value"),
    ("number: -1", _priority(b"-1"), "422 invalid-input bad-value"),
    ("number: 5", _priority(b"5"), "422 invalid-input bad-value"),
    ("number: 02", _priority(b"02"), "422 invalid-input not-json"),
    ("number: +2", _priority(b"+2"), "422 invalid-input not-json"),
    ("number: 0x2", _priority(b"0x2"), "422 invalid-input not-json"),
    ("number: 2_0", _priority(b"2_0"), "422 invalid-input not-json"),
    ("number: .2", _priority(b".2"), "422 invalid-input not-json"),
    ("number: 2.", _priority(b"2."), "422 invalid-input not-json"),
    ("number: 2^53-1", _priority(b"9007199254740991"), "422 invalid-input bad-value"),
    ("number: 2^53", _priority(b"9007199254740992"), "422 invalid-input integer-out-of-range"),
    ("number: 2^63", _priority(b"9223372036854775808"), "422 invalid-input integer-out-of-range"),
    ("number: -2^63-1", _priority(b"-9223372036854775809"), "422 invalid-input integer-out-of-range"),
    ("number: 2^64", _priority(b"18446744073709551616"), "422 invalid-input integer-out-of-range"),
    ("number: 5,000 digits", _priority(b"9" * 5_000), "422 invalid-input integer-out-of-range"),
    ("number: 50,000 digits", _priority(b"9" * 50_000), "422 invalid-input integer-out-of-range"),
    ("number: digits of another script", _priority("٢".encode()), "422 invalid-input not-json"),
)

_SIZES: Final = (
    ("size: deep arrays", b"[" * 100_000, "422 invalid-input too-deep"),
    ("size: deep arrays, closed", b"[" * 5_000 + b"]" * 5_000, "422 invalid-input too-deep"),
    ("size: deep objects", b'{"a":' * 50_000 + b"1" + b"}" * 50_000, "422 invalid-input too-deep"),
    ("size: deep inside", instead(b'"title":"%b"' % _M, b'"title":' + b"[" * 200 + b"]" * 200),
     "422 invalid-input too-deep"),
    ("size: an event of 64 KiB", instead(b'"title":"', b'"title":"' + b"x" * 65_536), "422 invalid-input too-long"),
    ("size: a text that grows when escaped", instead(b'"title":"', b'"title":"' + b"\\u0001" * 20_000),
     "422 invalid-input too-long"),
    ("size: many unknown fields",
     instead(b'{"type"', b"{" + b"".join(b'"k%d":1,' % n for n in range(20_000)) + b'"type"'),
     "422 invalid-input"),
    ("size: a long key", instead(b'{"type"', b'{"%b":1,"type"' % (b"k" * 100_000)), "422 invalid-input"),
    ("size: blanks before, which mean nothing", b" " * 200_000 + OPENING, "201"),
    ("size: 10 MB", instead(_M, _M * 1_000_000), "413 body-too-long"),
)  # fmt: skip


def cases() -> Iterator[Case]:
    """All of them."""
    yield from post(_DOCUMENTS + _ENCODINGS + _DUPLICATES + _NUMBERS + _SIZES)
