"""A cursor comes back as it was given, and nothing else comes back as a cursor."""

from string import ascii_letters, digits

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from schemas.problems import http_problems
from services.api.cursor import Mark, parse_cursor, parse_position, print_cursor

LEDGER = "0197f0c2-1111-7222-8333-444455556666"
OTHER = "0197f0c2-1111-7222-8333-444455556667"

identifiers = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}", fullmatch=True)
marks = st.none() | st.builds(Mark, identifiers, st.integers(0, 2**53 - 1))


@given(marks)
@example(None)
@example(Mark("C-1.5", 0))
@example(Mark("5", 2**53 - 1))
def test_a_cursor_comes_back_as_it_was_given(mark: Mark | None) -> None:
    assert parse_cursor(LEDGER, print_cursor(LEDGER, mark)) == mark


@given(st.integers(0, 2**53 - 1))
def test_a_position_comes_back_as_it_was_given(position: int) -> None:
    assert parse_position(str(position)) == position


@given(marks, st.data())
def test_a_cursor_with_another_character_in_it_is_refused(mark: Mark | None, data: st.DataObject) -> None:
    cursor = print_cursor(LEDGER, mark)
    at = data.draw(st.integers(0, len(cursor) - 1))
    other = data.draw(st.sampled_from(f"{ascii_letters}{digits}-_=. \n\0é").filter(lambda one: one != cursor[at]))
    with pytest.raises(http_problems.CursorUnusable):
        parse_cursor(LEDGER, cursor[:at] + other + cursor[at + 1 :])


@given(marks)
def test_a_cursor_of_another_ledger_is_refused(mark: Mark | None) -> None:
    with pytest.raises(http_problems.CursorUnusable):
        parse_cursor(OTHER, print_cursor(LEDGER, mark))


@given(marks)
def test_a_cursor_is_no_position(mark: Mark | None) -> None:
    with pytest.raises(http_problems.CursorUnusable):
        parse_position(print_cursor(LEDGER, mark))


@given(st.text(max_size=300))
@example("")
@example("17")
@example("AAAAAAAA")
@example("A" * 201)
@example("Qy0wMDEuMTI")
def test_what_was_not_given_is_no_cursor(text: str) -> None:
    with pytest.raises(http_problems.CursorUnusable):
        parse_cursor(LEDGER, text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "-1",
        "+1",
        " 1",
        "1 ",
        "01",
        "1_0",
        "1.0",
        "1e3",
        "0x1",
        "x",
        "١",
        "NaN",
        "null",
        "1\n",
        str(2**53),
        str(2**63),
    ],
)
def test_what_is_not_a_plain_number_is_no_position(text: str) -> None:
    with pytest.raises(http_problems.CursorUnusable):
        parse_position(text)


def test_a_cursor_tells_no_position() -> None:
    """Two events of one log differ by their index alone, however much was recorded elsewhere between them."""
    first, second = (print_cursor(LEDGER, Mark("C-1", index)) for index in (0, 1))
    assert (len(first), first[:8] != second[:8]) == (len(second), True)
    assert print_cursor(LEDGER, Mark("C-1", 0)) == first
