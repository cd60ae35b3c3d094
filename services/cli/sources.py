"""Where the commands that read take their events from, and what each of their answers is headed by.

A ledger (`--database`), or instead a bare file of events (`--file`), checked whole as `evaluate` does.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer

from projections.case import Case
from schemas.instants import to_micros
from schemas.verdicts import print_micros
from services.bootstrap import open_ledger
from services.cli.moments import Moments
from services.cli.options import as_instant, database_url, opened_events, read_file
from services.cli.page import Line
from services.cli.talk import text, warn
from services.evaluation import by_hash
from services.judging import Dossier, FileSource, Holdings, LedgerSource, Source

__all__ = [
    "EventFileOption",
    "IncidentArgument",
    "answered_at",
    "caution",
    "instant_of",
    "opened",
    "stamp",
    "stamp_one",
]

IncidentArgument = Annotated[str, typer.Argument(metavar="INCIDENT")]
EventFileOption = Annotated[str | None, typer.Option("--file", metavar="FILE|-")]


@contextmanager
def opened(
    database: str | None,
    file: str | None,
    calendars: str | None = None,
    policies: Sequence[Path] | None = None,
) -> Iterator[Source]:
    """The file where one is named, else the ledger."""
    if file is None:
        with open_ledger(database_url(database)) as ledger:
            yield LedgerSource(ledger)
    else:
        texts = by_hash(read_file(path) for path in policies or ())
        with opened_events(file) as events:
            yield FileSource(events, calendars=calendars, policies=texts)


def instant_of(value: str | None, option: str = "--as-of") -> int | None:
    """The instant in microseconds that an option gives, None where it is not given. Raises BadArgument."""
    instant = as_instant(value, option)
    return None if instant is None else to_micros(instant)


def stamp(holdings: Holdings, as_of: int, settled: Mapping[str, str]) -> dict[str, Any]:
    """What every answer in JSON says of itself: the instant, the position it was read at, whether it may change.

    `settled_for_this_run` are the questions that were asked "what if", whatever the parties agreed.
    """
    return {
        "as_of": print_micros(as_of),
        "position": holdings.position,
        "provisional": holdings.is_provisional(as_of),
        "settled_for_this_run": dict(settled),
    }


def stamp_one(dossier: Dossier, case: Case, settled: Mapping[str, str]) -> dict[str, Any]:
    """The same of an answer about one incident, with what in it is only one party's word for the other's."""
    asserted = [claim.to_wire() for claim in dossier.asserted(case)]
    return {**stamp(dossier, case.as_of, settled), "asserted": asserted}


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
