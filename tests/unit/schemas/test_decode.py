"""The decoder refuses what two readers could understand differently, naming field and reason."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.canonical import LONGEST_BYTES, canonical_bytes
from schemas.decode import (
    decode_command,
    decode_proposal,
)
from schemas.events import to_wire
from schemas.problems import InvalidInput
from tests.unit.schemas import examples

OPENED = examples.line("incident.opened.v1")


def swapped(old: str, new: str | bytes, name: str = "incident.opened.v1") -> bytes:
    raw = examples.line(name)
    found = old.encode()
    assert raw.count(found) == 1, "the example must hold the text once"
    return raw.replace(found, new if isinstance(new, bytes) else new.encode())


def title(literal: str | bytes) -> bytes:
    return swapped('"Не проводятся платежи"', literal)


def priority(literal: str) -> bytes:
    return swapped('"priority": 1', f'"priority": {literal}')


def occurred(text: str) -> bytes:
    return swapped('"2031-05-05T10:00:00+03:00"', f'"{text}"')


def changed(name: str = "incident.opened.v1", /, **envelope: Any) -> bytes:
    wire = {**examples.wire(name), **envelope}
    return json.dumps({key: value for key, value in wire.items() if value is not ...}).encode()


REFUSED = {
    "duplicate key": (priority('1, "priority": 2'), "/data", "duplicate-key"),
    "duplicate key behind an escape": (
        priority(r'1, "prio\u0072ity": 2'),
        "/data",
        "duplicate-key",
    ),
    "duplicate envelope key": (swapped('{"id"', '{"id": "x", "id"'), "", "duplicate-key"),
    "null": (title("null"), "/data/title", "null"),
    "null where a field may be absent": (swapped('"E-17"', "null"), "/data/error_text", "null"),
    "NaN": (priority("NaN"), "/data/priority", "not-an-integer"),
    "minus infinity": (priority("-Infinity"), "/data/priority", "not-an-integer"),
    "1e400": (priority("1e400"), "/data/priority", "not-an-integer"),
    "an exponent": (priority("1e0"), "/data/priority", "not-an-integer"),
    "a point": (priority("1.0"), "/data/priority", "not-an-integer"),
    "an integer beyond 2^53-1": (
        priority("9007199254740992"),
        "/data/priority",
        "integer-out-of-range",
    ),
    "five thousand digits": (priority("1" * 5000), "/data/priority", "integer-out-of-range"),
    "true for 1": (priority("true"), "/data/priority", "wrong-type"),
    "a number in a string": (priority('"1"'), "/data/priority", "wrong-type"),
    "priority 5": (priority("5"), "/data/priority", "bad-value"),
    "priority 0": (priority("0"), "/data/priority", "bad-value"),
    "a leading zero": (priority("01"), None, "not-json"),
    "a half surrogate": (title(r'"\ud800"'), "/data/title", "lone-surrogate"),
    "the other half": (title(r'"a\udc00b"'), "/data/title", "lone-surrogate"),
    "halves the wrong way round": (title(r'"\udc00\ud800"'), "/data/title", "lone-surrogate"),
    "a half surrogate in UTF-8": (title(b'"\xed\xa0\x80"'), None, "bad-encoding"),
    "an overlong encoding": (title(b'"\xc0\x80"'), None, "bad-encoding"),
    "Latin-1": (title(b'"caf\xe9"'), None, "bad-encoding"),
    "UTF-16": (OPENED.decode().encode("utf-16"), None, "bad-encoding"),
    "a byte order mark": (b"\xef\xbb\xbf" + OPENED, None, "byte-order-mark"),
    "NUL escaped": (title(r'"a\u0000"'), "/data/title", "nul-character"),
    "NUL raw": (title(b'"a\x00"'), "/data/title", "nul-character"),
    "a raw tab": (title(b'"a\t"'), None, "not-json"),
    "an unassigned code point": (title('"\u0378"'), "/data/title", "unassigned-character"),
    "an unassigned code point escaped": (
        title(r'"\u0378"'),
        "/data/title",
        "unassigned-character",
    ),
    "a noncharacter": (title('"\ufffe"'), "/data/title", "unassigned-character"),
    "an unassigned astral code point": (
        title('"\U0001fabc"'),
        "/data/title",
        "unassigned-character",
    ),
    "an unknown field": (priority('1, "severity": 1'), "/data/severity", "unknown-field"),
    "an unknown envelope field": (changed(sequence=1), "/sequence", "unknown-field"),
    "an unknown nested field": (
        swapped('"address": "Тверь"', '"town": "Тверь"'),
        "/data/reporter/town",
        "unknown-field",
    ),
    "a python name for a wire name": (
        swapped('"from": "2031', '"from_": "2031', "contract.registered.v1"),
        "/data/licence/from",
        "missing-field",
    ),
    "a missing field": (changed(occurred_at=...), "/occurred_at", "missing-field"),
    "no id": (changed(id=...), "/id", "missing-field"),
    "no type": (changed(type=...), "/type", "missing-field"),
    "no data": (changed(data=...), "/data", "missing-field"),
    "data that is no object": (changed(data=[]), "/data", "wrong-type"),
    "an actor that is no object": (changed(actor="me"), "/actor", "wrong-type"),
    "an unknown kind of actor": (
        changed(actor={"kind": "robot", "id": "r"}),
        "/actor/kind",
        "bad-value",
    ),
    "an unknown type": (changed(type="incident.opened.v2"), "/type", "unknown-type"),
    "a type that is a number": (changed(type=1), "/type", "wrong-type"),
    "an id in capitals": (changed(id=examples.EVENT.upper()), "/id", "bad-value"),
    "an id with a line feed behind it": (changed(id=examples.EVENT + "\n"), "/id", "bad-value"),
    "a subject with a slash": (changed(subject="INC/1"), "/subject", "bad-value"),
    "a subject of 65 characters": (changed(subject="a" * 65), "/subject", "bad-value"),
    "a subject in Cyrillic": (changed(subject="ИНЦ-1"), "/subject", "bad-value"),
    "an incident's number for a contract": (
        changed("contract.registered.v1", subject="INC-2031-000001"),
        "/subject",
        "reserved-id",
    ),
    "the provider's name for a contract": (
        changed("contract.registered.v1", subject="provider"),
        "/subject",
        "reserved-id",
    ),
    "no offset": (occurred("2031-05-05T10:00:00"), "/occurred_at", "bad-instant"),
    "nanoseconds": (occurred("2031-05-05T10:00:00.1234567Z"), "/occurred_at", "bad-instant"),
    "a leap second": (occurred("2016-12-31T23:59:60Z"), "/occurred_at", "bad-instant"),
    "hour 24": (occurred("2031-05-05T24:00:00Z"), "/occurred_at", "bad-instant"),
    "the 30th of February": (occurred("2031-02-30T10:00:00Z"), "/occurred_at", "bad-instant"),
    "an instant out of range": (
        occurred("0001-01-01T00:00:00+03:00"),
        "/occurred_at",
        "bad-instant",
    ),
    "an instant in seconds": (changed(occurred_at=1935903600), "/occurred_at", "bad-instant"),
    "a commitment": (
        title(json.dumps({"hmac_sha256": examples.SHA256})),
        "/data/title",
        "commitment",
    ),
    "a commitment behind an escape": (
        title(rf'{{"hmac\u005fsha256": "{examples.SHA256}"}}'),
        "/data/title",
        "commitment",
    ),
    "a log": (changed(log="C-1"), "/log", "canonical-form"),
    "nothing": (b"", None, "blank-line"),
    "an array": (b"[]", None, "not-an-object"),
    "half a line": (OPENED[: len(OPENED) // 2], None, "not-json"),
    "two objects": (OPENED + OPENED, None, "not-json"),
    "a trailing comma": (priority("1,"), None, "not-json"),
    "a comment": (b"// a\n" + OPENED, None, "not-json"),
    "a deep nest": (title("[" * 300 + "]" * 300), None, "too-deep"),
    "a very deep nest": (title("[" * 30_000 + "]" * 30_000), None, "too-deep"),
    "a line of more than 64 KiB": (title(json.dumps("x" * LONGEST_BYTES)), None, "too-long"),
    "a field that cannot be corrected": (
        examples.line("incident.corrected.v1", field="contract"),
        "/data/field",
        "not-correctable",
    ),
    "a correction to a float": (
        swapped('"2031-05-05T09:40:00+03:00"', "1e400", "incident.corrected.v1"),
        "/data/now",
        "not-an-integer",
    ),
    "a correction to true": (
        examples.line("incident.corrected.v1", field="priority", was=1, now=True),
        "/data/now",
        "bad-value",
    ),
    "a correction to an instant without offset": (
        examples.line("incident.corrected.v1", now="2031-05-05T09:40:00"),
        "/data/now",
        "bad-value",
    ),
    "a correction to half a notification": (
        examples.line(
            "incident.corrected.v1",
            field="notification",
            was={"channel": "email", "to": "a"},
            now={"channel": "email"},
        ),
        "/data/now",
        "bad-value",
    ),
    "a duration in weeks": (
        examples.line("contract.registered.v1", work_gap_tolerance="P1W"),
        "/data/work_gap_tolerance",
        "bad-duration",
    ),
    "a date that does not exist": (
        examples.line("contract.licence-renewed.v1", until="2031-02-29"),
        "/data/until",
        "bad-date",
    ),
    "a date with a time": (
        examples.line("contract.licence-renewed.v1", until="2031-02-28T00:00:00Z"),
        "/data/until",
        "bad-value",
    ),
    "a date of another year": (
        examples.line("calendar.published.v1", holidays=["2030-01-01"]),
        "/data/holidays",
        "bad-value",
    ),
    "an unknown question": (
        examples.line("contract.reading-agreed.v1", question="tea-break"),
        "/data/question",
        "bad-value",
    ),
    "an option of another question": (
        examples.line("contract.reading-agreed.v1", option="tightest"),
        "/data/option",
        "bad-value",
    ),
    "a second contact without a name": (
        examples.line("contract.registered.v1", contacts=[{"name": "a"}, {"phone": "1"}]),
        "/data/contacts/1/name",
        "missing-field",
    ),
    "contacts that are no array": (
        examples.line("contract.registered.v1", contacts={"name": "a"}),
        "/data/contacts",
        "wrong-type",
    ),
    "a hash in capitals": (
        examples.line("policy.adopted.v1", sha256="AB" * 32),
        "/data/sha256",
        "bad-value",
    ),
    "a place that holds nothing personal": (
        examples.line("incident.values-erased.v1", fields=["/subject"]),
        "/data/fields/0",
        "bad-value",
    ),
    "a negative size": (
        examples.line("incident.evidence-attached.v1", size=-1),
        "/data/size",
        "bad-value",
    ),
}


@pytest.mark.parametrize(("line", "pointer", "reason"), REFUSED.values(), ids=REFUSED.keys())
def test_a_malformed_line_is_refused(line: bytes, pointer: str | None, reason: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        decode_proposal(line)
    assert (refused.value.reason, refused.value.pointer) == (reason, pointer)
    assert str(refused.value).isprintable()
    assert refused.value.remedy


def test_a_text_that_hides_control_characters_is_not_repeated_as_it_is() -> None:
    with pytest.raises(InvalidInput) as refused:
        decode_proposal(priority('1, "\\u001b[2Jred": 1'))
    assert str(refused.value).isprintable()


def test_texts_are_composed_on_the_way_in() -> None:
    plain = decode_proposal(title('"Й"'))
    for spelling in ('"\u0418\u0306"', r'"\u0418\u0306"', r'"\u0419"'):
        assert decode_proposal(title(spelling)) == plain


def test_a_combining_mark_behind_an_escape_is_no_fault() -> None:
    written = to_wire(decode_proposal(title('"\\n\u0303"')))["data"]["title"]
    assert written == "\n\u0303"


def test_private_use_is_assigned() -> None:
    assert to_wire(decode_proposal(title('"\ue000"')))["data"]["title"] == "\ue000"


def test_a_text_may_speak_of_null_and_commitments() -> None:
    spoken = 'null and "hmac_sha256"'
    assert to_wire(decode_proposal(title(json.dumps(spoken))))["data"]["title"] == spoken


@pytest.mark.parametrize("ending", [b"", b"\n", b"\r\n"])
def test_a_line_of_exactly_64_kib_is_read(ending: bytes) -> None:
    room = LONGEST_BYTES - len(title('""'))
    written = to_wire(decode_proposal(title(json.dumps("x" * room)) + ending))
    assert len(written["data"]["title"]) == room
    with pytest.raises(InvalidInput, match="65537 bytes"):
        decode_proposal(title(json.dumps("x" * (room + 1))) + ending)


def test_a_correction_of_an_instant_is_normalised() -> None:
    data = to_wire(decode_proposal(examples.line("incident.corrected.v1")))["data"]
    assert (data["was"], data["now"]) == (
        "2031-05-05T07:00:00.000000Z",
        "2031-05-05T06:40:00.000000Z",
    )


def test_a_command_needs_no_id_and_may_not_claim_when_it_was_recorded() -> None:
    assert decode_command(changed(id=..., recorded_at=...)).id is None
    with pytest.raises(InvalidInput) as refused:
        decode_command(OPENED)
    assert (refused.value.reason, refused.value.pointer) == ("unknown-field", "/recorded_at")


@given(st.binary(max_size=200))
def test_whatever_comes_in_is_read_or_refused(noise: bytes) -> None:
    with pytest.raises(InvalidInput):
        decode_proposal(noise)


@given(st.integers(0, len(OPENED) - 1), st.binary(max_size=3))
def test_a_line_damaged_anywhere_is_read_or_refused(at: int, noise: bytes) -> None:
    damaged = OPENED[:at] + noise + OPENED[at + 1 :]
    try:
        proposal = decode_proposal(damaged)
    except InvalidInput:
        return
    assert decode_proposal(canonical_bytes(to_wire(proposal))) == proposal
