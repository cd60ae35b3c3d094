"""Where the commands that read take their events from, and what each of their answers is headed by.

A ledger (`--database`), or instead a bare file of events (`--file`), checked whole as `evaluate` does.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Annotated

import typer

from schemas.instants import to_micros
from schemas.verdicts import print_micros
from services.answers import Answer
from services.bootstrap import open_ledger
from services.cli.moments import Moments
from services.cli.options import as_instant, as_settled, database_url, opened_events, read_file
from services.cli.page import Line
from services.cli.talk import text, warn
from services.evaluation import by_hash
from services.judging import FileSource, Holdings, LedgerSource, Source

__all__ = [
    "EventFileOption",
    "IncidentArgument",
    "answered_at",
    "caution",
    "instant_of",
    "judged",
    "opened",
]

IncidentArgument = Annotated[str, typer.Argument(metavar="INCIDENT")]
EventFileOption = Annotated[str | None, typer.Option("--file", metavar="FILE|-")]


@contextmanager
def opened(
    database: str | None,
    file: str | None,
    calendars: str | None = None,
    policies: Sequence[Path] | None = None,
    *,
    reveal: bool = False,
) -> Iterator[Source]:
    """The file where one is named, else the ledger, whose events come with their values if they are to be revealed."""
    if file is None:
        with open_ledger(database_url(database)) as ledger:
            yield LedgerSource(ledger, reveal=reveal)
    else:
        texts = by_hash(read_file(path) for path in policies or ())
        with opened_events(file) as events:
            yield FileSource(events, calendars=calendars, policies=texts)


def instant_of(value: str | None, option: str = "--as-of") -> int | None:
    """The instant in microseconds that an option gives, None where it is not given. Raises BadArgument."""
    instant = as_instant(value, option)
    return None if instant is None else to_micros(instant)


def judged(
    incident: str,
    as_of: str | None,
    readings: Sequence[str] | None,
    source: AbstractContextManager[Source],
) -> Answer:
    """Read one incident and judge it; the options are checked before anything is opened."""
    instant, settled = instant_of(as_of), as_settled(readings)
    with source as opened_source:
        dossier = opened_source.dossier(incident)
    return Answer.of(dossier, instant, settled)


def caution(holdings: Holdings, as_of: int, settled: Mapping[str, str]) -> None:
    """Say on stderr that the answer may change, and which questions were settled for this run alone."""
    if holdings.is_provisional(as_of):
        warn("read-provisional", last=print_micros(holdings.last_recorded))
    for question, option in settled.items():
        warn("read-settled", question=question, option=option)


def answered_at(holdings: Holdings, as_of: int, moments: Moments | None = None) -> Line:
    """As of which instant an answer is, and at which position it was read.

    Without `moments` in UTC alone: an answer about many incidents is about contracts that may differ in local time.
    """
    at = print_micros(as_of) if moments is None else moments.both(as_of)
    return Line(text("read-stamp", at=at, position=holdings.position))
