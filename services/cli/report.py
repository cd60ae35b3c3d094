"""`sla-ledger report`: how the contract was kept over many incidents, as a table, CSV or JSON."""

import re
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Annotated, Final, Literal

import typer

from projections.compliance import KEYS, PERCENTILES, Choice, Group, Key, Report, judge_all
from schemas.instants import MICROS_PER_SECOND
from schemas.problems import BadArgument, ExitCode, FileUnreadable, UnknownContract
from services.answers import stamp
from services.cli.moments import spell
from services.cli.options import AsJson, AsOf, Calendars, Database, Policies, Readings, as_settled
from services.cli.page import HEADING, Line, aligned, show
from services.cli.sources import (
    EventFileOption,
    answered_at,
    caution,
    instant_of,
    opened,
)
from services.cli.talk import print_json, text
from services.outcomes import MalformedOutcomeError, read_outcomes
from services.spreadsheet import as_cell, csv_text

__all__ = ["report"]

_STANDINGS: Final = ("kept", "broken", "disputed", "not-judged")
_THEIRS: Final = ("kept", "broken", "absent")
_MOST_LISTED: Final = 20
_is_date = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}").fullmatch
_FIRST_DAY, _LAST_DAY = date.min.toordinal(), date.max.toordinal()


def report(
    *,
    contract: Annotated[str | None, typer.Option("--contract", metavar="ID")] = None,
    first: Annotated[str | None, typer.Option("--from", metavar="DATE")] = None,
    last: Annotated[str | None, typer.Option("--to", metavar="DATE")] = None,
    by: Annotated[str, typer.Option("--by", metavar="KEYS")] = "month,level,priority",
    form: Annotated[Literal["table", "csv", "json"], typer.Option("--format")] = "table",
    against: Annotated[Path | None, typer.Option("--against", metavar="FILE")] = None,
    as_of: AsOf = None,
    reading: Readings = None,
    database: Database = None,
    file: EventFileOption = None,
    calendars: Calendars = None,
    policy: Policies = None,
    as_json: AsJson = False,
) -> int:
    """Judge every incident chosen and count."""
    instant, settled = instant_of(as_of), as_settled(reading)
    keys = _keys(by)
    days = _day(first, "--from", _FIRST_DAY), _day(last, "--to", _LAST_DAY)
    theirs = None if against is None else _outcomes(against)
    with opened(database, file, calendars, policy) as source:
        holdings = source.everything()
    if contract is not None and contract not in holdings.docket.histories.contracts:
        raise UnknownContract(contract=contract)
    at = holdings.instant(instant)
    found = Report(keys, theirs)
    for judged in judge_all(holdings.docket, at, settled, _choice(contract, *days)):
        found.add(judged)
    if as_json or form == "json":
        print_json({**found.to_wire(), **stamp(holdings, at, settled)})
    elif form == "csv":
        caution(holdings, at, settled)
        sys.stdout.write(_csv(found))
    else:
        caution(holdings, at, settled)
        show([answered_at(holdings, at), Line("")])
        show(_page(found))
    return int(ExitCode.NOT_JUDGED if found.not_judged else ExitCode.FINE)


def _keys(written: str) -> tuple[Key, ...]:
    chosen = [name.strip() for name in written.split(",")]
    keys = tuple(key for name in chosen for key in KEYS if key == name)
    if len(keys) != len(chosen) or len(set(keys)) != len(keys):
        raise BadArgument(argument="--by", reason=f"{written} ({', '.join(KEYS)})")
    return keys


def _day(written: str | None, option: str, default: int) -> int:
    if written is None:
        return default
    try:
        if _is_date(written):
            return date.fromisoformat(written).toordinal()
    except ValueError:
        pass
    raise BadArgument(argument=option, reason=f"{written} (YYYY-MM-DD)")


def _outcomes(path: Path) -> dict[str, bool]:
    try:
        with path.open("rb") as lines:
            return read_outcomes(lines)
    except OSError as error:
        raise FileUnreadable(path=str(path), reason=error.strerror or str(error)) from None
    except MalformedOutcomeError as error:
        reason = text("report-bad-outcome", path=str(path), line=error.line)
        raise BadArgument(argument="--against", reason=reason) from None


def _choice(contract: str | None, first: int, last: int) -> Choice:
    return lambda of, opened_on: (contract is None or of == contract) and first <= opened_on <= last


def _page(found: Report) -> Iterator[Line]:
    if not found.total.incidents:
        yield Line(text("report-nothing"))
        return
    header = [text(f"report-{key}") for key in found.by]
    header += [text("report-incidents"), *(text(f"report-{name}") for name in _STANDINGS)]
    header += [f"p{rank}" for rank in PERCENTILES]
    rows = [[*key, *_cells(group)] for key, group in found.sorted_groups()]
    rows.append([text("report-total"), *[""] * (len(found.by) - 1), *_cells(found.total)])
    table = list(aligned([header, *rows]))
    yield table[0]._replace(style=HEADING)
    yield from table[1:]
    yield Line(text("report-percentiles"))
    if found.total.hangs_on:
        yield Line("")
        yield Line(text("report-hangs-on"), HEADING)
        counts = sorted(found.total.hangs_on.items(), key=lambda item: (-item[1], item[0]))
        yield from aligned(((name, str(count)) for name, count in counts), indent=2)
        yield from _disputed(found)
    if found.against is not None:
        yield from _matrix(found)


def _cells(group: Group) -> list[str]:
    times = (group.percentile(rank) for rank in PERCENTILES)
    return [
        str(group.incidents),
        *(str(group.standings[name]) for name in _STANDINGS),
        *("—" if time is None else spell(_whole_seconds(time)) for time in times),
    ]


def _whole_seconds(micros: int) -> int:
    return -(-micros // MICROS_PER_SECOND) * MICROS_PER_SECOND


def _disputed(found: Report) -> Iterator[Line]:
    yield Line("")
    yield Line(text("report-disputed.heading"), HEADING)
    listed = found.disputed[:_MOST_LISTED]
    yield from aligned(((name, ", ".join(decisive)) for name, decisive in listed), indent=2)
    rest = len(found.disputed) - len(listed)
    if rest:
        yield Line("  " + text("report-more", count=rest))


def _matrix(found: Report) -> Iterator[Line]:
    """Our standings down, the other source's verdicts across."""
    yield Line("")
    yield Line(text("report-against"), HEADING)
    header = ["", *(text(f"report-theirs-{name}") for name in _THEIRS)]
    rows = [
        [text(f"report-{ours}"), *(str(found.agreement[ours, theirs]) for theirs in _THEIRS)] for ours in _STANDINGS
    ]
    yield from aligned([header, *rows], indent=2)


def _csv(found: Report) -> str:
    groups = [(key, group.to_wire()) for key, group in found.sorted_groups()]
    columns = list(found.total.to_wire())
    rows = [[*key, *(as_cell(wire[name]) for name in columns)] for key, wire in groups]
    return csv_text([*found.by, *columns], rows)
