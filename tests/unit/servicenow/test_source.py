"""What a file must be to be read, and what spoils one of its rows only."""

from pathlib import Path

import pytest

from schemas.problems import FileUnreadable, MappingUnusable
from services.importing.mapping import load_mapping
from services.importing.servicenow import convert
from tests.unit.servicenow.audit_log import HEADER, Converted, ordinary_incident, row, write


def _refusal(path: Path) -> str:
    with pytest.raises((FileUnreadable, MappingUnusable)) as refused:
        convert(path, load_mapping("servicenow"))
    return str(refused.value)


def test_a_column_that_is_not_there_is_named_with_the_nearest_one(tmp_path: Path) -> None:
    header = [name.replace("sys_updated_at", "sys_updated_on") for name in HEADER]
    message = _refusal(write(tmp_path / "audit.csv", [], header))
    assert "columns.updated_at" in message
    assert "no column 'sys_updated_at'; the nearest one is 'sys_updated_on'" in message


def test_a_column_that_is_there_twice_is_refused(tmp_path: Path) -> None:
    message = _refusal(write(tmp_path / "audit.csv", [], [*HEADER, "priority"]))
    assert "the column 'priority' twice" in message


def test_an_empty_file_has_no_columns(tmp_path: Path) -> None:
    (tmp_path / "audit.csv").write_bytes(b"")
    assert "no column 'number'; it is empty" in _refusal(tmp_path / "audit.csv")


def test_a_file_that_is_not_there_is_said_so(tmp_path: Path) -> None:
    assert "No such file" in _refusal(tmp_path / "absent.csv")


def test_another_encoding_is_refused_with_the_entry_to_change(tmp_path: Path) -> None:
    path = write(tmp_path / "audit.csv", [row("INC1", 0, "New", "1/3/2016 09:05")])
    path.write_bytes(path.read_bytes().replace(b"Caller 7", "Вызов".encode("cp1251")))
    assert "file.encoding" in _refusal(path)


def test_a_broken_quotation_is_refused_with_its_line(tmp_path: Path) -> None:
    path = write(tmp_path / "audit.csv", ordinary_incident("INC1"))
    path.write_bytes(path.read_bytes().replace(b"Caller 7", b'"Caller"7', 1))
    assert "line 2" in _refusal(path)


def test_a_byte_order_mark_and_spaces_are_no_part_of_a_value(tmp_path: Path) -> None:
    path = write(tmp_path / "audit.csv", [row(" INC1 ", " 0 ", " New ", " 1/3/2016 09:05 ")])
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    log = Converted(path)
    assert log.events[1]["subject"] == "INC1"
    assert log.rejects == []


def test_rows_are_counted_in_lines_of_the_file_also_after_a_line_feed_in_a_value(
    tmp_path: Path,
) -> None:
    first, second = list(ordinary_incident("INC1"))[:2]
    first["category"] = "two\nlines"
    second["priority"] = "none"
    log = Converted(write(tmp_path / "audit.csv", [first, second]))
    assert log.events[1]["data"]["title"] == "two\nlines / Symptom 8"
    assert log.reasons() == [(4, "unknown-priority")]


def test_a_row_with_a_column_too_few_is_left_out(tmp_path: Path) -> None:
    path = write(tmp_path / "audit.csv", ordinary_incident("INC1"))
    path.write_bytes(path.read_bytes() + b"INC2,New\r\n\r\n")
    log = Converted(path)
    assert log.summary.incidents == 1
    assert log.rejects == [
        {
            "line": 6,
            "incident": None,
            "reason": "bad-fields",
            "count": 1,
            "detail": f"2 columns, the header has {len(HEADER)}",
        }
    ]


@pytest.mark.parametrize("number", ["?", "INC 1", "-1", "ИНЦ1", "N" * 65, "provider", "SERVICENOW-2016"])
def test_a_number_that_cannot_be_an_id_leaves_the_row_out(tmp_path: Path, number: str) -> None:
    log = Converted(write(tmp_path / "audit.csv", [row(number, 0, "New", "1/3/2016 09:05")]))
    assert log.story() == []
    assert log.reasons() == [(2, "bad-number")]


@pytest.mark.parametrize("count", ["?", "-1", "1.5", "١", "1" * 10])
def test_a_count_that_is_none_leaves_the_row_out(tmp_path: Path, count: str) -> None:
    log = Converted(write(tmp_path / "audit.csv", [row("INC1", count, "New", "1/3/2016 09:05")]))
    assert log.story() == []
    assert log.reasons() == [(2, "bad-update-count")]


def test_an_update_that_is_there_twice_counts_once(tmp_path: Path) -> None:
    rows = list(ordinary_incident("INC1"))
    log = Converted(write(tmp_path / "audit.csv", [*rows, rows[1]]))
    assert len(log.story()) == 3
    assert log.reasons() == [(6, "repeated-update")]


@pytest.mark.parametrize("text", ["a\x00b", "a\U000e0080b", "я" * 5000])
def test_a_text_that_no_event_may_hold_counts_as_missing(tmp_path: Path, text: str) -> None:
    cells = row("INC1", 0, "New", "1/3/2016 09:05", category=text, u_symptom="?")
    log = Converted(write(tmp_path / "audit.csv", [cells]))
    assert log.events[1]["data"]["title"] == "INC1"
    assert log.reasons() == [(2, "bad-text")]


def test_texts_are_composed_as_the_event_will_hold_them(tmp_path: Path) -> None:
    cells = row("INC1", 0, "New", "1/3/2016 09:05", caller_id="Андре\u0438\u0306")
    log = Converted(write(tmp_path / "audit.csv", [cells]))
    assert log.events[1]["actor"]["id"] == "Андре\u0439"
