"""Tables for spreadsheets: by RFC 4180, and no cell is a formula."""

import csv
from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.spreadsheet import csv_text, harmless_cell


@pytest.mark.parametrize(
    "cell",
    ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "  =1", "＝1", '=HYPERLINK("http://x")'],
)
def test_a_cell_that_a_spreadsheet_would_run_becomes_text(cell: str) -> None:
    assert harmless_cell(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["premium+", "2024-04", "a=b", "", " x", 5, 0, None])
def test_what_no_spreadsheet_runs_stays_as_it_is(cell: str | int | None) -> None:
    assert harmless_cell(cell) == cell


def test_lines_end_with_cr_lf_and_quotation_marks_are_doubled() -> None:
    assert csv_text(["a", "b"], [['say "no"', "x,y"], ["two\nlines", None]]) == (
        'a,b\r\n"say ""no""","x,y"\r\n"two\nlines",\r\n'
    )


@given(st.lists(st.lists(st.text(st.characters(exclude_characters="\0", codec="utf-8")), min_size=2, max_size=2)))
def test_a_reader_finds_every_cell_again_and_none_begins_a_formula(rows: list[list[str]]) -> None:
    read = list(csv.reader(StringIO(csv_text(["x", "y"], rows), newline=""), strict=True))[1:]
    assert [
        [cell.removeprefix("'") if harmless_cell(told) != told else cell for cell, told in zip(row, was, strict=True)]
        for row, was in zip(read, rows, strict=True)
    ] == rows
    assert not any(cell.lstrip().startswith(("=", "+", "-", "@")) for row in read for cell in row)
