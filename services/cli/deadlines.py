"""`sla-ledger deadlines`: what falls due next, under whichever reading."""

from collections.abc import Iterator
from typing import Annotated

import typer

from projections.deadlines import Deadline
from projections.deadlines import deadlines as find_deadlines
from schemas.instants import parse_duration
from schemas.problems import BadArgument, ExitCode
from services.answers import stamp
from services.cli.moments import Moments
from services.cli.options import AsJson, AsOf, Calendars, Database, Policies, Readings, as_settled
from services.cli.page import HEADING, Line, aligned, one_line, show
from services.cli.sources import (
    EventFileOption,
    answered_at,
    caution,
    instant_of,
    opened,
)
from services.cli.talk import print_json, text, warn
from services.cli.verdict import obligation_name

__all__ = ["deadlines"]


def deadlines(
    *,
    within: Annotated[str, typer.Option("--within", metavar="DURATION")] = "PT8H",
    as_of: AsOf = None,
    reading: Readings = None,
    database: Database = None,
    file: EventFileOption = None,
    calendars: Calendars = None,
    policy: Policies = None,
    as_json: AsJson = False,
) -> int:
    """List the obligations that fall due in the time after an instant, the earliest first."""
    instant, settled = instant_of(as_of), as_settled(reading)
    try:
        length = parse_duration(within)
    except ValueError as error:
        raise BadArgument(argument="--within", reason=f"{within}: {error}") from None
    with opened(database, file, calendars, policy) as source:
        holdings = source.everything()
    at = holdings.instant(instant)
    found, not_judged = find_deadlines(holdings.docket, at, length, settled)
    if as_json:
        wire = {
            "within": within,
            "deadlines": [deadline.to_wire() for deadline in found],
            "not_judged": [one.to_wire() for one in not_judged],
        }
        print_json({**wire, **stamp(holdings, at, settled)})
    else:
        caution(holdings, at, settled)
        show([answered_at(holdings, at), Line("")])
        show(_page(found, within))
    for one in not_judged:
        warn(
            "deadlines-not-judged",
            incident=one.incident,
            jurisdiction=one.jurisdiction,
            year=one.year,
        )
    return int(ExitCode.NOT_JUDGED if not_judged else ExitCode.FINE)


def _page(found: list[Deadline], within: str) -> Iterator[Line]:
    if not found:
        yield Line(text("deadlines-nothing", within=within))
        return
    header = [text(f"deadlines-{name}") for name in ("earliest", "literal", "latest")]
    header += [text(f"deadlines-{name}") for name in ("incident", "what", "who")]
    table = list(aligned([header, *map(_row, found)]))
    yield table[0]._replace(style=HEADING)
    yield from table[1:]


def _row(deadline: Deadline) -> list[str]:
    moments = Moments(deadline.local)
    return [
        moments.both(deadline.earliest_due),
        "—" if deadline.literal_due is None else moments.short(deadline.literal_due),
        moments.short(deadline.latest_due),
        deadline.incident,
        f"{obligation_name(deadline.obligation)} ({deadline.clause})",
        text(
            "deadlines-of",
            level=deadline.level,
            priority=deadline.priority,
            customer=one_line(deadline.customer),
        ),
    ]
