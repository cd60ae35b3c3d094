"""A page of plain lines for a person: no line is broken or cut, so it reads the same on a terminal and in a pipe.

Pages are made as lines first and printed last. Style only underlines what the words say already. Text from events is
hostile: `one_line` takes from it everything that a terminal would obey, line feeds included.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final, NamedTuple

from rich.cells import cell_len

from services.cli.talk import harmless, output_console

__all__ = ["HEADING", "STANDING_STYLES", "Line", "aligned", "one_line", "show"]

HEADING: Final = "bold"
STANDING_STYLES: Final = {"kept": "green", "broken": "bold red", "disputed": "bold yellow"}
_BREAKS: Final = frozenset("\n\t\u2028\u2029")


class Line(NamedTuple):
    """One line of a page, and how it is set off where the terminal can."""

    text: str
    style: str = ""


def one_line(foreign: str) -> str:
    """Foreign text as part of one line: line feeds and tabs too become visible escapes."""
    return "".join(
        character.encode("unicode_escape").decode("ascii") if character in _BREAKS else character
        for character in harmless(foreign)
    )


def aligned(rows: Iterable[Sequence[str]], indent: int = 0) -> Iterator[Line]:
    """Rows of cells as lines with their columns under each other, two spaces apart."""
    kept = [tuple(row) for row in rows]
    widths: list[int] = []
    for row in kept:
        widths += [0] * (len(row) - len(widths))
        for place, cell in enumerate(row):
            widths[place] = max(widths[place], cell_len(cell))
    for row in kept:
        cells = (cell + " " * (widths[place] - cell_len(cell)) for place, cell in enumerate(row))
        yield Line((" " * indent + "  ".join(cells)).rstrip())


def show(lines: Iterable[Line]) -> None:
    """Print the page."""
    console = output_console()
    for line in lines:
        console.print(line.text, style=line.style or None, soft_wrap=True)
