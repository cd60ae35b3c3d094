"""One incident on one axis: what happened, which clocks ran and when they were due, where the contract was breached.

This is the layout as data, under the literal reading with the settled questions applied: lanes with points and spans,
instants in microseconds. Who draws it decides how.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from projections.calendar import Interval
from projections.diagram import literal
from projections.explain import Explanation, ObligationExplained, ResponseAccount, WorkAccount
from projections.priorities import segments
from projections.replay import Placed
from projections.verdict import Judgement
from schemas.instants import to_micros
from schemas.verdicts import print_micros

__all__ = ["Lane", "Point", "Span", "Timeline", "timeline"]

PointKind = Literal["event", "started", "due", "earliest-due", "latest-due", "answered", "breached", "as-of"]
SpanKind = Literal["priority", "running", "overdue", "owed", "worked", "uncovered"]


class Point(NamedTuple):
    """What happened at one instant; `label` is an event's type, the rest needs none."""

    at: int
    kind: PointKind
    label: str = ""

    def to_wire(self) -> dict[str, Any]:
        """The point as JSON values."""
        return {"at": print_micros(self.at), "kind": self.kind, "label": self.label}


class Span(NamedTuple):
    """What went on from one instant to another, half-open; `label` is the priority where it is one."""

    start: int
    end: int
    kind: SpanKind
    label: str = ""

    def to_wire(self) -> dict[str, Any]:
        """The span as JSON values."""
        return {
            "from": print_micros(self.start),
            "until": print_micros(self.end),
            "kind": self.kind,
            "label": self.label,
        }


@dataclass(frozen=True, slots=True)
class Lane:
    """One row of the picture: the events, the priorities, or one obligation with its clause."""

    name: str
    clause: str | None
    points: tuple[Point, ...]
    spans: tuple[Span, ...]

    def to_wire(self) -> dict[str, Any]:
        """The lane as JSON values."""
        return {
            "lane": self.name,
            "clause": self.clause,
            "points": [point.to_wire() for point in self.points],
            "spans": [span.to_wire() for span in self.spans],
        }


@dataclass(frozen=True, slots=True)
class Timeline:
    """The lanes of one incident and the stretch of time that holds them all."""

    incident: str
    as_of: int
    start: int
    end: int
    lanes: tuple[Lane, ...]

    def to_wire(self) -> dict[str, Any]:
        """The timeline as JSON values."""
        return {
            "incident": self.incident,
            "as_of": print_micros(self.as_of),
            "from": print_micros(self.start),
            "until": print_micros(self.end),
            "lanes": [lane.to_wire() for lane in self.lanes],
        }


def timeline(judgement: Judgement, explanation: Explanation, events: Sequence[Placed]) -> Timeline:
    """Lay out an explained verdict over the incident's events, those recorded by the as-of instant.

    Priorities, open sessions and overdue clocks end with the last thing that happened or fell due: an incident that
    has been closed for a year is not drawn a year long.
    """
    case = judgement.case
    happened = tuple(_events(events, case.as_of))
    obligations = [_obligation(explained, case.as_of) for explained in explanation.obligations]
    moments = [point.at for lane in obligations for point in lane.points]
    moments += [point.at for point in happened]
    if not literal(judgement.counted).closed or _open_again(judgement):
        moments.append(case.as_of)
    start, end = min(moments), max(moments)
    lanes = (
        Lane("events", None, happened, ()),
        Lane("priority", None, (), tuple(_clipped(_priorities(judgement, end), start, end))),
        *(Lane(lane.name, lane.clause, lane.points, tuple(_clipped(lane.spans, start, end))) for lane in obligations),
    )
    return Timeline(case.incident, case.as_of, start, end, lanes)


def _open_again(judgement: Judgement) -> bool:
    counted = literal(judgement.counted)
    last = counted.closed[-1]
    return bool(counted.reopened) and counted.reopened[-1] > (last.at, last.order)


def _events(events: Iterable[Placed], as_of: int) -> Iterator[Point]:
    for _, event in events:
        if to_micros(event.recorded_at) <= as_of:
            yield Point(to_micros(event.occurred_at), "event", event.type)


def _priorities(judgement: Judgement, end: int) -> Iterator[Span]:
    told = literal(judgement.told)
    parts = segments(told.changes, told.counted.priority, told.counted.opened)
    ends = [*(part.at for part in parts[1:]), max(end, parts[-1].at)]
    for part, until in zip(parts, ends, strict=True):
        yield Span(part.at, until, "priority", str(part.priority))


def _obligation(explained: ObligationExplained, as_of: int) -> Lane:
    found = explained.verdict
    account = explained.account
    if isinstance(account, ResponseAccount):
        points = tuple(_response_points(explained, account))
        spans = tuple(_response_spans(account, as_of))
    else:
        at = found.literal.at
        points = () if at is None else (Point(at, "breached"),)
        spans = tuple(_work_spans(account))
    return Lane(found.obligation, found.clause, points, spans)


def _response_points(explained: ObligationExplained, account: ResponseAccount) -> Iterator[Point]:
    found, outcome = explained.verdict, account.outcome
    if account.start is not None:
        yield Point(account.start, "started")
    dues: tuple[tuple[int | None, PointKind], ...] = (
        (outcome.due, "due"),
        (found.earliest_due, "earliest-due"),
        (found.latest_due, "latest-due"),
    )
    for at, kind in dues:
        if at is not None and (kind == "due" or at != outcome.due):
            yield Point(at, kind)
    if account.answered_at is not None:
        yield Point(account.answered_at, "answered")
    if outcome.breached and outcome.at is not None:
        yield Point(outcome.at, "breached")


def _response_spans(account: ResponseAccount, as_of: int) -> Iterator[Span]:
    """What was counted until the answer or the deadline, and what went by after a breach."""
    outcome = account.outcome
    ends = [at for at in (account.answered_at, outcome.due) if at is not None]
    if account.start is None or not ends:
        return
    stops = min(ends)
    last = account.parts[-1].account
    counted: Iterable[Interval] = (
        [interval for day in last.days for interval in day.counted]
        if last.hours == "service"
        else [(last.start, last.due)]
    )
    yield from _clipped((Span(start, end, "running") for start, end in counted), account.start, stops)
    if outcome.breached and outcome.at is not None:
        until = as_of if account.answered_at is None else account.answered_at
        yield from _clipped([Span(outcome.at, until, "overdue")], outcome.at, as_of)


def _work_spans(account: WorkAccount) -> Iterator[Span]:
    for intervals, kind in (
        (account.owed, "owed"),
        (account.worked, "worked"),
        (account.outcome.uncovered, "uncovered"),
    ):
        for start, end in intervals:
            yield Span(start, end, kind)  # type: ignore[arg-type]


def _clipped(spans: Iterable[Span], start: int, end: int) -> Iterator[Span]:
    for span in spans:
        first, last = max(span.start, start), min(span.end, end)
        if first < last:
            yield span._replace(start=first, end=last)
