"""The arithmetic of one obligation in words and columns, so that it can be checked with a calendar made of paper.

Every stretch that counted has a line of its own with what had been counted by its end. Dates that did not count are
told with the reason, those alike and next to each other on one line.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import groupby, pairwise

from projections.account import Account, DayLine
from projections.explain import Part, ResponseAccount, WorkAccount
from projections.replay import Placed
from schemas.incident_events import IncidentCorrected
from schemas.instants import MICROS_PER_HOUR, MICROS_PER_MINUTE, to_micros
from schemas.policy import parse_amount
from schemas.verdicts import Span
from services.cli.moments import Moments, spell
from services.cli.page import Line, aligned
from services.cli.talk import text
from services.cli.verdict import outcome_text

__all__ = ["response_lines", "work_lines"]


def response_lines(account: ResponseAccount, events: Sequence[Placed], moments: Moments) -> Iterator[Line]:
    """How the response was judged: the start, the count of each priority segment, the answer."""
    if account.not_covered is not None:
        yield Line("  " + text(f"not-covered-{account.not_covered}"))
    if account.started_by is None:
        if account.not_covered is None:
            yield Line("  " + text("explain-no-clock"))
        return
    if account.start is None:
        yield Line("  " + text("explain-not-started"))
    else:
        at = moments.both(account.start)
        told = text(f"explain-started-{account.started_by}", at=at)
        yield Line("  " + told + _place(account.started_by, account.start, events, moments))
    following = [*(part.at for part in account.parts[1:]), None]
    for part, replaced_at in zip(account.parts, following, strict=False):
        yield from _part_lines(part, replaced_at, moments)
    yield Line("  " + _answer(account, events, moments))
    yield Line("  " + text("explain-result", outcome=outcome_text(account.outcome, moments)))


def _part_lines(part: Part, replaced_at: int | None, moments: Moments) -> Iterator[Line]:
    account = part.account
    yield Line(
        "  "
        + text(
            "explain-segment",
            priority=part.priority,
            since=moments.both(part.at),
            amount=_amount(account.amount),
        )
    )
    yield from _count_lines(account, moments)
    yield Line("    " + text("explain-due", due=moments.both(account.due)))
    if part.effective != account.due:
        yield Line("    " + text("explain-not-before", due=moments.both(part.effective)))
    if part.outcome is None and replaced_at is not None:
        yield Line("    " + text("explain-replaced", at=moments.both(replaced_at)))


def _count_lines(account: Account, moments: Moments) -> Iterator[Line]:
    """How the amount ran out, in the hours that the reading takes it to mean."""
    since = moments.both(account.start)
    amount = _amount(account.amount)
    yield Line("    " + text(f"explain-hours-{account.hours}", since=since, amount=amount))
    if account.hours == "service":
        yield from _day_lines(account.days, moments)
    elif account.days:
        idle = [day for day in account.days if not day.counted]
        yield from _day_lines(idle, moments)


def _amount(cell: str) -> str:
    """An amount of the contract's table, such as "12 working hours", in the language spoken."""
    amount = parse_amount(cell)
    in_hours = amount.micros % MICROS_PER_HOUR == 0
    unit, length = ("hours", MICROS_PER_HOUR) if in_hours else ("minutes", MICROS_PER_MINUTE)
    return text(f"amount-working-{unit}" if amount.working else f"amount-{unit}", count=amount.micros // length)


def _day_lines(days: Sequence[DayLine], moments: Moments) -> Iterator[Line]:
    rows: list[tuple[str, ...]] = []
    counted = 0
    for (reason, is_counted), run in groupby(days, key=lambda day: (day.reason, bool(day.counted))):
        alike = list(run)
        why = "" if reason is None else text(f"day-{reason}")
        if not is_counted:
            why = why or text("day-outside-hours")
            for first, last in _together(alike):
                rows.append((_dates(first, last, moments), "—", "", "", why))
            continue
        for day in alike:
            for start, end in day.counted:
                counted += end - start
                stretch = f"{moments.clock(start)}–{moments.clock(end, closes=day.day)}"
                rows.append((moments.day(day.day), stretch, spell(end - start), f"Σ {spell(counted)}", why))
    yield from aligned(rows, indent=6)


def _together(days: Sequence[DayLine]) -> Iterator[tuple[int, int]]:
    """The first and the last date of each run of consecutive ones."""
    first = days[0].day
    for earlier, later in pairwise(days):
        if later.day != earlier.day + 1:
            yield first, earlier.day
            first = later.day
    yield first, days[-1].day


def _dates(first: int, last: int, moments: Moments) -> str:
    if first == last:
        return moments.day(first)
    return f"{moments.day(first)} – {moments.day(last)}"


def _answer(account: ResponseAccount, events: Sequence[Placed], moments: Moments) -> str:
    """What answered the customer, and where it stands in the record."""
    if account.answered_at is None or account.answered_by is None:
        return text("explain-no-answer")
    kind = account.answered_by.removeprefix("incident.").removesuffix(".v1")
    told = text("explain-answer", what=text(f"event-{kind}"), at=moments.both(account.answered_at))
    return told + _place(kind, account.answered_at, events, moments)


def _place(kind: str, at: int, events: Sequence[Placed], moments: Moments) -> str:
    """Where the event that counts at an instant stands in the record; whether it was made late, or corrected."""
    for position, event in events:
        if event.type != f"incident.{kind}.v1":
            continue
        where = text("explain-position", position=position)
        occurred, recorded = to_micros(event.occurred_at), to_micros(event.recorded_at)
        if at in {occurred, recorded}:
            if recorded == occurred:
                return f" ({where})"
            late = text("explain-late", at=moments.both(recorded), late=spell(recorded - occurred))
            return f" ({where}; {late})"
        for correction in _corrections(event.id, at, events):
            was = text("explain-corrected", position=correction, at=moments.both(occurred))
            return f" ({where}; {was})"
    return ""


def _corrections(event_id: str, at: int, events: Sequence[Placed]) -> Iterator[int]:
    """The positions of the corrections by which an event occurred at the instant, the last one first."""
    for position, event in reversed(events):
        match event.data:
            case IncidentCorrected(event=corrected, field="occurred_at", now=datetime() as now):
                if corrected == event_id and to_micros(now) == at:
                    yield position
            case _:
                pass


def work_lines(account: WorkAccount, moments: Moments) -> Iterator[Line]:
    """How continuous work was judged: when it was owed and worked, what is left, against the tolerance."""
    if account.not_covered is not None:
        yield Line("  " + text(f"not-covered-{account.not_covered}"))
        return
    if account.hours is None:
        yield Line("  " + text("explain-never-grave"))
        return
    yield Line("  " + text(f"explain-work-{account.hours}"))
    for name, spans in (
        ("owed", account.owed),
        ("worked", account.worked),
        ("uncovered", account.outcome.uncovered),
    ):
        total = spell(sum(end - start for start, end in spans))
        yield Line("  " + text(f"explain-work-{name}", total=total))
        yield from aligned(_span_rows(spans, moments), indent=6)
    yield Line("  " + text("explain-tolerance", tolerance=spell(account.tolerance)))
    yield Line("  " + text("explain-result", outcome=outcome_text(account.outcome, moments)))


def _span_rows(spans: Sequence[Span], moments: Moments) -> Iterator[tuple[str, ...]]:
    for start, end in spans:
        yield moments.both(start), "–", moments.both(end), spell(end - start)
