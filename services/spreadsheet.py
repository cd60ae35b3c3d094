"""Tables for spreadsheets: CSV of RFC 4180, in which no cell can be taken for a formula.

Text of events is hostile: a spreadsheet runs what begins with one of `= + - @`, or with a tab or a carriage return
before it. Such a cell gets an apostrophe in front, which spreadsheets show as text. A cell that is a number of ours is
left alone.
"""

import csv
from collections.abc import Iterable, Sequence
from io import StringIO
from typing import Any, Final

__all__ = ["as_cell", "csv_text", "harmless_cell"]

Cell = str | int | None

_DANGEROUS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def csv_text(header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> str:
    """The table with its header, lines ended by CR LF, cells quoted where they must be."""
    written = StringIO(newline="")
    writer = csv.writer(written, lineterminator="\r\n")
    writer.writerow([harmless_cell(name) for name in header])
    for row in rows:
        writer.writerow([harmless_cell(cell) for cell in row])
    return written.getvalue()


def as_cell(value: Any) -> Cell:
    """A JSON value as a cell: the elements of a list with commas between them, counts by name as `name:count`."""
    match value:
        case None | int() | str():
            return value
        case list():
            return ",".join(map(str, value))
        case dict():
            return " ".join(f"{name}:{count}" for name, count in value.items())
        case _:
            return str(value)


def harmless_cell(cell: Cell) -> Cell:
    """The cell, with an apostrophe before a text that a spreadsheet would run, whatever spaces it begins with."""
    if isinstance(cell, str) and (cell.startswith(_DANGEROUS) or cell.lstrip().startswith(_DANGEROUS)):
        return f"'{cell}"
    return cell
