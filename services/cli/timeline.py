"""`sla-ledger timeline`: one incident drawn on one axis, events above, clocks below, breaches marked."""

from collections.abc import Iterator
from typing import Final

from projections.timeline import Lane, Timeline
from services.cli.axis import MORE, Axis
from services.cli.moments import Moments
from services.cli.options import AsJson, AsOf, Calendars, Database, Policies, Readings
from services.cli.page import HEADING, Line, aligned, show
from services.cli.sources import (
    EventFileOption,
    IncidentArgument,
    answered_at,
    caution,
    judged,
    opened,
)
from services.cli.talk import output_console, print_json, text
from services.cli.verdict import headline, obligation_name, settled_lines

__all__ = ["draw", "timeline"]

_POINTS: Final = {
    "started": "S",
    "due": "D",
    "earliest-due": "E",
    "latest-due": "L",
    "answered": "A",
    "breached": "X",
}
_SPANS: Final = {"running": "=", "overdue": "!", "owed": "o", "worked": "#", "uncovered": "!"}
_MARGIN: Final = 12
_FEWEST_COLUMNS: Final = 24


def timeline(
    incident: IncidentArgument,
    *,
    as_of: AsOf = None,
    reading: Readings = None,
    database: Database = None,
    file: EventFileOption = None,
    calendars: Calendars = None,
    policy: Policies = None,
    as_json: AsJson = False,
) -> None:
    """Judge one incident and draw it, as wide as the terminal is."""
    answer = judged(incident, as_of, reading, opened(database, file, calendars, policy))
    dossier, at, judgement, found = answer.dossier, answer.at, answer.judgement, answer.found
    if as_json:
        print_json(answer.timeline_wire())
        return
    caution(dossier, at, answer.settled)
    moments = Moments(judgement.case.cover.local)
    show([headline(judgement.case, found), answered_at(dossier, at, moments)])
    show([*settled_lines(dossier, judgement.case), Line("")])
    show(draw(answer.timeline(), moments, output_console().width))


def draw(picture: Timeline, moments: Moments, width: int) -> Iterator[Line]:
    """The picture in so many columns, with a key below it that has every instant exactly."""
    axis = Axis(picture.start, picture.end, max(_FEWEST_COLUMNS, width - _MARGIN - 1))
    names, bar = axis.ticks(moments.local)
    yield _row("", names)
    yield _row("", bar)
    for lane in picture.lanes:
        yield from _lane(lane, axis)
    yield Line("")
    for lane in picture.lanes:
        yield from _key(lane, moments)
    yield Line("")
    yield Line(text("timeline-marks", more=MORE))


def _row(name: str, drawn: str) -> Line:
    return Line(f"{name:<{_MARGIN}} {drawn}".rstrip())


def _lane(lane: Lane, axis: Axis) -> Iterator[Line]:
    name = text(f"lane-{lane.name}") if lane.clause is None else _short(lane.name)
    if lane.name == "events":
        numbered = ((point.at, str(number)) for number, point in enumerate(lane.points, 1))
        rows = list(axis.marks(numbered))
    elif lane.name == "priority":
        rows = [axis.stretches((span.start, span.end, span.label) for span in lane.spans)]
    else:
        rows = list(_obligation_rows(lane, axis))
    for place, row in enumerate(rows):
        yield _row("" if place else name, row)


def _obligation_rows(lane: Lane, axis: Axis) -> Iterator[str]:
    kinds = dict.fromkeys(span.kind for span in lane.spans)
    together = [kind for kind in kinds if kind in {"running", "overdue"}]
    for group in [together] if together else [[kind] for kind in kinds]:
        spans = ((s.start, s.end, _SPANS[s.kind]) for s in lane.spans if s.kind in group)
        yield axis.stretches(spans)
    ordered = sorted(lane.points, key=lambda point: point.kind != "breached")
    yield from axis.marks((point.at, _POINTS[point.kind]) for point in ordered)
    if not lane.spans and not lane.points:
        yield text("timeline-nothing")


def _short(name: str) -> str:
    return name if len(name) <= _MARGIN else text(f"lane-{name}")


def _key(lane: Lane, moments: Moments) -> Iterator[Line]:
    if lane.name == "priority" or not (lane.points or lane.spans):
        return
    if lane.clause is None:
        title = text(f"lane-{lane.name}")
    else:
        title = f"{obligation_name(lane.name)} ({lane.clause})"
    yield Line(title, HEADING)
    if lane.name == "events":
        rows = [
            (str(number), moments.both(point.at), text(f"event-{point.label.split('.')[1]}"))
            for number, point in enumerate(lane.points, 1)
        ]
    else:
        rows = [
            (_POINTS[point.kind], moments.both(point.at), text(f"point-{point.kind}")) for point in sorted(lane.points)
        ]
        rows += [
            (_SPANS[span.kind], f"{moments.both(span.start)} – {moments.both(span.end)}", text(f"span-{span.kind}"))
            for span in lane.spans
        ]
    yield from aligned(rows, indent=2)
