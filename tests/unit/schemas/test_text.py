"""The language speaks Unicode 14.0, whatever version Python has."""

import unicodedata

import pytest

from schemas.text import admissible, fault_of, is_admissible, shown
from schemas.unassigned import UNASSIGNED


def spans() -> list[tuple[int, int]]:
    found = (entry.partition("-") for entry in UNASSIGNED.split())
    return [(int(first, 16), int(last or first, 16)) for first, _, last in found]


@pytest.mark.skipif(unicodedata.unidata_version != "14.0.0", reason="this Python has another Unicode than 14.0")
def test_the_table_is_what_unicode_14_does_not_assign() -> None:
    unassigned = {point for first, last in spans() for point in range(first, last + 1)}
    assert unassigned == {point for point in range(0x110000) if unicodedata.category(chr(point)) == "Cn"}


def test_every_code_point_of_the_table_is_refused_and_its_neighbours_are_not() -> None:
    for first, last in spans():
        for point in {first, last}:
            assert fault_of(chr(point)) == ("unassigned-character", f"U+{point:04X}")
        if first - 1 > 0 and not 0xD800 <= first - 1 <= 0xDFFF:
            assert fault_of(chr(first - 1)) is None


@pytest.mark.parametrize("text", ["", "Сервер", "\ue000", "\U0010fffd", "\U0001f600", "\x01", "字"])
def test_what_is_assigned_is_admitted(text: str) -> None:
    assert is_admissible(text)
    assert admissible(text) == text


@pytest.mark.parametrize("text", ["\ufdd0", "\uffff", "\U0010ffff", "\u2fe0", "\x00", "\udfff"])
def test_what_is_not_assigned_is_refused(text: str) -> None:
    assert not is_admissible(text)
    with pytest.raises(ValueError, match="U\\+"):
        admissible(text)


def test_a_character_assigned_after_unicode_14_stays_refused() -> None:
    assert fault_of("\U0001fae8") is not None, "assigned in Unicode 15.0"


def test_a_foreign_text_is_quoted_printable_and_short() -> None:
    assert shown("\x1b[2J") == "\\x1b[2J"
    assert len(shown("x" * 1000)) == 81
