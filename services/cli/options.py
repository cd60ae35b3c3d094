"""Arguments and options that several commands share, and how their values are read.

A value that cannot be used is a problem of the catalogue like any other: it names the option and says what to do.
"""

import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Annotated, Final

import typer

from schemas.instants import parse_instant
from schemas.problems import BadArgument, FileUnreadable, UnknownOption, UnknownQuestion
from schemas.questions import QUESTIONS
from services.event_file import EventFile, open_events, spool
from services.settings import Settings

__all__ = [
    "STDIN",
    "AsJson",
    "AsOf",
    "Calendars",
    "Database",
    "Policies",
    "Readings",
    "as_instant",
    "as_settled",
    "database_url",
    "opened_events",
    "read_file",
]

STDIN: Final = "-"

Database = Annotated[
    str | None,
    typer.Option("--database", metavar="URL", envvar="SLA_LEDGER_DATABASE_URL"),
]
AsJson = Annotated[bool, typer.Option("--json")]
AsOf = Annotated[str | None, typer.Option("--as-of", metavar="INSTANT")]
Readings = Annotated[list[str] | None, typer.Option("--reading", metavar="QUESTION=OPTION")]
Calendars = Annotated[str | None, typer.Option("--calendars", metavar="RU")]
Policies = Annotated[list[Path] | None, typer.Option("--policy", metavar="FILE")]


def as_instant(value: str | None, option: str = "--as-of") -> datetime | None:
    """The instant that an option gives, None where it is not given. Raises BadArgument with the reason."""
    if value is None:
        return None
    try:
        return parse_instant(value)
    except ValueError as error:
        raise BadArgument(argument=option, reason=f"{value}: {error}") from None


def as_settled(values: Sequence[str] | None) -> Mapping[str, str]:
    """The questions settled for this run, from `QUESTION=OPTION` each.

    Raises BadArgument, UnknownQuestion, UnknownOption.
    """
    settled: dict[str, str] = {}
    for value in values or ():
        question, equals, option = value.partition("=")
        if not equals:
            raise BadArgument(argument="--reading", reason=f"{value} (QUESTION=OPTION)")
        if question not in QUESTIONS:
            raise UnknownQuestion(question=question, known=", ".join(QUESTIONS))
        if option not in QUESTIONS[question].options:
            known = ", ".join(QUESTIONS[question].options)
            raise UnknownOption(question=question, option=option, known=known)
        if settled.setdefault(question, option) != option:
            raise BadArgument(
                argument="--reading", reason=f"{question} is settled twice: {settled[question]}, {option}"
            )
    return settled


def database_url(option: str | None) -> str:
    """The database that the option names (or SLA_LEDGER_DATABASE_URL), else the default one."""
    return option or Settings.read().database_url


@contextmanager
def opened_events(file: str) -> Iterator[EventFile]:
    """The file of events that an argument names; `-` is standard input. Raises FileUnreadable."""
    opened = spool(sys.stdin.buffer) if file == STDIN else open_events(Path(file))
    with opened as events:
        yield events


def read_file(path: Path) -> bytes:
    """The bytes of a file that an argument names. Raises FileUnreadable with the reason."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise FileUnreadable(path=str(path), reason=error.strerror or str(error)) from None
