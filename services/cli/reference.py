"""The reference of the command line, made from the commands themselves: docs/cli.md.

`python -m services.cli.reference` writes it, with `--check` it exits with 1 where the file is stale.
"""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from typer.core import TyperCommand, TyperGroup
from typer.main import get_command

from schemas.problem import ExitCode
from services.cli import app
from services.cli.failures import INTERRUPTED, PIPE_CLOSED
from services.cli.help import PROGRAM, Page, Row, help_page
from services.cli.messages import catalogue
from services.settings import VARIABLES

__all__ = ["FILE", "commands", "reference"]

FILE: Final = Path(__file__).resolve().parents[2] / "docs" / "cli.md"

_EXIT_CODES: Final = (
    (ExitCode.FINE, "fine"),
    (ExitCode.ANSWER_IS_NO, "the answer to the question asked is no (`--fail-on`, `calendar check`, `doctor`)"),
    (ExitCode.BAD_INPUT, "usage or bad input; nothing was written"),
    (ExitCode.NOT_JUDGED, "an incident could not be judged"),
    (ExitCode.LEDGER_STATE, "the ledger or its storage stands in the way"),
    (ExitCode.INTERNAL, "a fault of the program"),
    (INTERRUPTED, "interrupted (Ctrl-C)"),
    (PIPE_CLOSED, "the reader of the output went away"),
)


def commands() -> Iterator[tuple[str, TyperCommand | TyperGroup]]:
    """Every command with the path it is called by, groups before what is in them."""
    root = get_command(app)
    assert isinstance(root, TyperGroup)
    yield from _walk(PROGRAM, root)


def reference() -> str:
    """The whole page, in English."""
    return "\n".join(_lines()) + "\n"


def _walk(path: str, command: TyperCommand | TyperGroup) -> Iterator[tuple[str, TyperCommand | TyperGroup]]:
    yield path, command
    if isinstance(command, TyperGroup):
        for name, inner in command.commands.items():
            assert isinstance(inner, TyperCommand | TyperGroup)
            yield from _walk(f"{path} {name}", inner)


def _lines() -> Iterator[str]:
    yield "# The command line"
    yield ""
    yield "Generated from the commands by `python -m services.cli.reference`. `sla-ledger COMMAND --help` says the"
    yield "same, and says it in Russian with `--lang ru`. Data goes to standard output, talk (progress, warnings,"
    yield "errors) to standard error; with `--json` an error is one JSON object there, in the manner of RFC 9457."
    yield "Every error and what to do about it: [problems](problems.md)."
    for path, command in commands():
        yield from _section(path, help_page(command, path, catalogue("en")))
    yield from _codes()
    yield from _variables()


def _section(path: str, page: Page) -> Iterator[str]:
    yield from ("", f"## {path}", "", page.meaning, "", "```", page.usage, "```")
    for heading, rows in (("Command", page.commands), ("Argument", page.arguments), ("Option", page.options)):
        if rows:
            yield from ("", f"| {heading} | |", "|---|---|", *map(_row, rows))
    if page.examples:
        yield from ("", "Examples:", "", "```sh", page.examples, "```")


def _row(row: Row) -> str:
    return f"| `{_cell(row.name)}` | {_cell(' '.join(row.meaning.split()))} |"


def _cell(shown: str) -> str:
    return shown.replace("|", "\\|")


def _codes() -> Iterator[str]:
    yield from ("", "## Exit codes", "", "| Code | What it says |", "|---|---|")
    for code, meaning in _EXIT_CODES:
        yield f"| {int(code)} | {meaning} |"


def _variables() -> Iterator[str]:
    yield from ("", "## Environment", "", "| Variable | Where it is not set |", "|---|---|")
    for name, default in VARIABLES.items():
        yield f"| `{name}` | {f'`{default}`' if default else '—'} |"


def main() -> int:
    """Write the page, or with `--check` say whether it is current."""
    page = reference()
    if "--check" not in sys.argv[1:]:
        FILE.write_text(page, encoding="utf-8")
        return 0
    current = FILE.exists() and FILE.read_text(encoding="utf-8") == page
    if not current:
        sys.stderr.write(f"{FILE} is stale: run python -m services.cli.reference\n")
    return 0 if current else 1


if __name__ == "__main__":
    sys.exit(main())
