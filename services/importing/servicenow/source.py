"""Reading the audit log: rows of a CSV file as the mapping names their columns, each with its line.

What makes the whole file unreadable (a column that is not there, another encoding, a broken
quotation) is an error. What spoils one row is a reject, and the other rows are read.
"""

import csv
import unicodedata
from collections.abc import Iterator
from difflib import get_close_matches
from pathlib import Path
from typing import NamedTuple, TextIO

import orjson

from schemas.canonical import value_bytes
from schemas.decode import is_identifier
from schemas.events import PROVIDER_LOG
from schemas.problems import FileUnreadable
from schemas.text import fault_of, shown
from services.importing.mapping import Mapping
from services.importing.servicenow.findings import Reason, Reject

__all__ = ["Row", "read_rows"]

# As an event would hold it: what one row gives then stays below an event's own limit of 64 KiB.
LARGEST_VALUE_BYTES = 8 * 1024
_MOST_DIGITS = 9


class Row(NamedTuple):
    """One update of an incident, values as the source spells them; None where it has none."""

    line: int
    number: str
    update_count: int
    state: str | None
    opened_at: str | None
    created_at: str | None
    updated_at: str | None
    resolved_at: str | None
    priority: str | None
    channel: str | None
    caller: str | None
    engineer: str | None
    outcome: str | None
    title: str | None
    resolution: str | None

    def to_sortable(self) -> bytes:
        """The row as a line that sorts by incident, its updates' order, and place in the file."""
        key = f"{self.number} {self.update_count:010d} {self.line:012d} "
        return key.encode() + orjson.dumps(tuple(self))

    @classmethod
    def from_sortable(cls, line: bytes) -> "Row":
        """The row that such a line was made of."""
        return cls(*orjson.loads(line.split(b" ", 3)[3]))


_VALUES = Row._fields[3:]


def read_rows(source: Path, mapping: Mapping) -> Iterator[Row | Reject]:
    """Every row of the file in its order, or why it cannot be used.

    Raises FileUnreadable where the file as a whole cannot be read, MappingUnusable where it cannot
    be read by this mapping.
    """
    try:
        # A line feed inside quotation marks belongs to the value, so line ends are not translated.
        with source.open(encoding=mapping.file.encoding, newline="") as file:
            yield from _read_open_file(file, source, mapping)
    except OSError as error:
        raise FileUnreadable(path=str(source), reason=error.strerror or str(error)) from error


def _read_open_file(file: TextIO, source: Path, mapping: Mapping) -> Iterator[Row | Reject]:
    reader = csv.reader(file, delimiter=mapping.file.delimiter, strict=True)
    try:
        header = [unicodedata.normalize("NFC", name.strip()) for name in next(reader, [])]
        places = _places(header, source, mapping)
        last_line = reader.line_num
        for fields in reader:
            line, last_line = last_line + 1, reader.line_num
            if not fields:
                continue
            if len(fields) != len(header):
                detail = f"{len(fields)} columns, the header has {len(header)}"
                yield Reject(line, None, Reason.BAD_FIELDS, detail)
                continue
            yield from _row(line, fields, places, mapping)
    except UnicodeError as error:
        reason = f"{source} cannot be read with it after line {reader.line_num}: {error}"
        raise mapping.unusable("file.encoding", reason) from error
    except csv.Error as error:
        raise FileUnreadable(path=str(source), reason=f"line {reader.line_num}: {error}") from error


def _places(header: list[str], source: Path, mapping: Mapping) -> dict[str, list[int]]:
    places: dict[str, list[int]] = {}
    for entry, column in mapping.columns.needed():
        found = [place for place, name in enumerate(header) if name == column]
        if len(found) != 1:
            raise mapping.unusable(f"columns.{entry}", _why_no_column(column, header, source))
        places.setdefault(entry, []).extend(found)
    return places


def _why_no_column(column: str, header: list[str], source: Path) -> str:
    if column in header:
        return f"{source} has the column {column!r} twice"
    nearest = get_close_matches(column, header, n=1, cutoff=0.0)
    hint = f"the nearest one is {nearest[0]!r}" if nearest else "it is empty"
    return f"{source} has no column {column!r}; {hint}"


def _row(line: int, fields: list[str], places: dict[str, list[int]], mapping: Mapping) -> Iterator[Row | Reject]:
    number = fields[places["number"][0]].strip()
    if not _may_be_an_id(number, mapping):
        yield Reject(line, None, Reason.BAD_NUMBER, f"{shown(number)} cannot be an incident's id")
        return
    count = fields[places["update_count"][0]].strip()
    if not (count.isascii() and count.isdigit() and len(count) <= _MOST_DIGITS):
        yield Reject(line, number, Reason.BAD_UPDATE_COUNT, f"{shown(count)} is no count of updates")
        return
    values: list[str | None] = []
    for entry in _VALUES:
        texts = [fields[place].strip() for place in places[entry]]
        given = [text for text in texts if text and text not in mapping.file.missing]
        usable = [text for text in map(_usable, given) if text is not None]
        if len(usable) < len(given):
            detail = f"columns.{entry}: too long, or with a character that no event may hold"
            yield Reject(line, number, Reason.BAD_TEXT, f"{detail}; taken as missing")
        values.append(" / ".join(usable) or None)
    yield Row(line, number, int(count), *values)


def _may_be_an_id(number: str, mapping: Mapping) -> bool:
    taken = (PROVIDER_LOG, mapping.contract.id)
    return is_identifier(number) and number not in taken


def _usable(text: str) -> str | None:
    """The text as an event may hold it, None where none may."""
    if len(text) > LARGEST_VALUE_BYTES or fault_of(text) is not None:
        return None
    composed = text if text.isascii() else unicodedata.normalize("NFC", text)
    return composed if len(value_bytes(composed)) <= LARGEST_VALUE_BYTES else None
