"""One event, one byte string: canonical bytes are RFC 8785 where the profile allows the value."""

import json
import unicodedata
from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from schemas.canonical import LONGEST_BYTES, canonical_bytes, value_bytes
from schemas.problems import InvalidInput
from tests.unit.schemas.strategies import objects, texts, values


@given(objects)
def test_the_bytes_are_those_of_an_independent_rfc_8785(wire: dict[str, Any]) -> None:
    assert canonical_bytes(wire) == rfc8785.dumps(wire)


@given(values)
def test_any_json_library_reads_the_value_back(value: object) -> None:
    assert json.loads(value_bytes(value)) == value


@given(objects)
def test_the_order_in_which_keys_were_given_has_no_influence(wire: dict[str, object]) -> None:
    backwards = dict(reversed(wire.items()))
    assert canonical_bytes(backwards) == canonical_bytes(wire)


@given(st.text(max_size=20))
def test_a_text_is_written_as_it_is_or_refused(text: str) -> None:
    try:
        written = value_bytes(text)
    except InvalidInput:
        admitted = "\x00" not in text and unicodedata.is_normalized("NFC", text)
        assert not (text.isascii() and admitted)
        return
    assert json.loads(written) == text


@given(texts)
def test_a_composed_text_of_assigned_characters_is_written(text: str) -> None:
    assert value_bytes(text) == rfc8785.dumps(text)


REFUSED = {
    "null": ({"a": {"b": None}}, "/a/b", "null"),
    "a float": ({"a": [1, 2.0]}, "/a/1", "not-an-integer"),
    "NaN": ({"a": float("nan")}, "/a", "not-an-integer"),
    "2^53": ({"a": 2**53}, "/a", "integer-out-of-range"),
    "minus 2^53": ({"a": -(2**53)}, "/a", "integer-out-of-range"),
    "a capital key": ({"A": 1}, "", "bad-key"),
    "an empty key": ({"a": {"": 1}}, "/a", "bad-key"),
    "a key with a line feed": ({"a\n": 1}, "", "bad-key"),
    "a decomposed text": ({"a": "и\u0306"}, "/a", "not-normalised"),
    "an unassigned code point": ({"a": "\u0378"}, "/a", "unassigned-character"),
    "NUL": ({"a": "\x00"}, "/a", "nul-character"),
    "a half surrogate": ({"a": "\ud800"}, "/a", "lone-surrogate"),
    "bytes": ({"a": b"x"}, "/a", "not-a-value"),
    "65 levels": (json.loads('{"a":' * 65 + "1" + "}" * 65), "/a" * 64, "too-deep"),
}


@pytest.mark.parametrize(("wire", "pointer", "reason"), REFUSED.values(), ids=REFUSED.keys())
def test_what_the_profile_leaves_out_is_refused(wire: dict[str, object], pointer: str, reason: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        canonical_bytes(wire)
    assert (refused.value.reason, refused.value.pointer) == (reason, pointer)


def test_64_kib_are_written_and_one_byte_more_is_not() -> None:
    room = LONGEST_BYTES - len('{"a":""}')
    assert len(canonical_bytes({"a": "x" * room})) == LONGEST_BYTES
    with pytest.raises(InvalidInput, match="64 KiB"):
        canonical_bytes({"a": "x" * (room + 1)})


def test_control_characters_are_escaped_as_rfc_8785_escapes_them() -> None:
    assert value_bytes('\b\t\n\f\r"\\/\x1f\x7f') == b'"\\b\\t\\n\\f\\r\\"\\\\/\\u001f\x7f"'


@pytest.mark.parametrize("whole", [[], "text", 1])
def test_an_event_is_an_object(whole: object) -> None:
    with pytest.raises(InvalidInput, match="not an object"):
        canonical_bytes(whole)  # type: ignore[arg-type]
