"""`sla-ledger calendar`: business-time cases checked, and the calendars that are shipped."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table
from rich.text import Text

from projections.calendar_check import CaseResult, CaseStatus, CheckReport, check_cases
from projections.calendars import JURISDICTIONS, shipped_calendars
from schemas.events import Proposal, to_wire
from schemas.problems import CasesUnusable, ExitCode, UnknownCalendar
from schemas.provider_events import CalendarPublished
from schemas.wording import json_fault
from services.cli.options import AsJson, read_file
from services.cli.talk import explained, harmless, print_json, print_rich, print_whole, text

__all__ = ["check", "list_calendars", "show"]

LISTS = ("holidays", "days_off", "working_weekends", "shortened", "non_working_days")


def check(
    file: Annotated[Path, typer.Argument(metavar="CASES.json")],
    *,
    as_json: AsJson = False,
) -> int:
    """Try every case of a file on the calendar arithmetic; 1 where one does not agree."""
    report = check_cases(_document(file))
    if as_json:
        print_json(report.to_wire())
    else:
        _tell(report)
    return ExitCode.FINE if report.agrees else ExitCode.ANSWER_IS_NO


def list_calendars(*, as_json: AsJson = False) -> None:
    """Every shipped publication: the year, when it was published, how many days it names."""
    published = [one for name in JURISDICTIONS for one in shipped_calendars(name)]
    if as_json:
        for one in published:
            print_json({"calendar": one.subject, "published": _date(one), **_counts(one)})
        return
    table = Table()
    for heading in ("calendar-year", "calendar-published"):
        table.add_column(text(heading), no_wrap=True)
    for name in LISTS:
        table.add_column(text(_heading(name)), justify="right")
    for one in published:
        table.add_row(one.subject, _date(one), *map(str, _counts(one).values()))
    print_rich(table)


def show(calendar: Annotated[str, typer.Argument(metavar="RU-2024")], *, as_json: AsJson = False) -> None:
    """Every shipped publication of one year with its days."""
    found = [one for name in JURISDICTIONS for one in shipped_calendars(name) if one.subject == calendar]
    if not found:
        known = ", ".join(sorted({one.subject for name in JURISDICTIONS for one in shipped_calendars(name)}))
        raise UnknownCalendar(calendar=calendar, known=known)
    for one in found:
        if as_json:
            print_json(to_wire(one))
            continue
        print_whole(text("calendar-shown", calendar=one.subject, published=_date(one)), style="bold")
        for name in LISTS:
            days = ", ".join(getattr(_data(one), name)) or "—"
            print_whole(f"  {text(_heading(name))}: {days}")


def _document(file: Path) -> Any:
    try:
        return json.loads(read_file(file))
    except json.JSONDecodeError as error:
        reason = f"it is not JSON: {json_fault(error, lines=True)}"
    except UnicodeDecodeError as error:
        reason = f"it is not UTF-8 (byte {error.start})"
    except (ValueError, RecursionError):
        reason = "a number is too long, or it is nested too deeply"
    raise CasesUnusable(path=str(file), reason=reason)


def _heading(name: str) -> str:
    return f"calendar-{name.replace('_', '-')}"


def _tell(report: CheckReport) -> None:
    for result in report.results:
        if result.status is not CaseStatus.AGREES:
            print_whole(_told(result))
    for status, count in report.counts.items():
        print_whole(f"{count:>6}  {text(f'case-{status.value}')}")


def _told(result: CaseResult) -> Text:
    line = Text(harmless(f"{result.id} ({result.kind}): "), "bold red" if result.failed else "")
    line.append(text(f"case-{result.status.value}"))
    if result.reason is not None:
        line.append(f": {harmless(explained(result.reason))}")
    if result.expected is not None or result.got is not None:
        line.append(f"\n    {text('case-answers', expected=repr(result.expected), got=repr(result.got))}")
    for since, until in result.segments if result.failed else ():
        line.append(f"\n    {since} – {until}")
    return line


def _data(calendar: Proposal) -> CalendarPublished:
    assert isinstance(calendar.data, CalendarPublished)
    return calendar.data


def _date(calendar: Proposal) -> str:
    return calendar.occurred_at.date().isoformat()


def _counts(calendar: Proposal) -> dict[str, Any]:
    return {name: len(getattr(_data(calendar), name)) for name in LISTS}
