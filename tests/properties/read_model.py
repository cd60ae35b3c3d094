"""The read model by brute force: every incident judged after every event and at every instant that could matter.

No skipping, no index, no memory of what an event may change: after each event of the incident, its contract or the
provider the incident is judged anew, and so it is at each whole minute and microsecond after it on which something
might turn. What changed is marked with where and when it did.
"""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import orjson

from ledger.application import Ledger
from projections.case import Docket
from projections.diagram import values
from projections.history import Histories
from projections.rows import View
from projections.sighting import CONTINUOUS_WORK, Life, Mark, sight
from projections.verdict import Judgement
from schemas.decode import decode_event, decode_proposal
from schemas.events import PROVIDER_LOG, Event
from schemas.instants import MICROS_PER_DAY, MICROS_PER_HOUR, to_micros
from schemas.verdicts import Outcome

Rows = dict[str, dict[str, Any]]
Placed = tuple[int, Event]

_SHIFT = 3 * MICROS_PER_HOUR
_HOURS = (0, 9, 17, 18)


def recorded_in(folder: Path, lines: Iterable[Mapping[str, Any]]) -> Ledger:
    """A ledger that holds these lines."""
    ledger = Ledger.create(
        f"sqlite:///{folder}/ledger.db", provider="p", ledger_id="0197f0c2-0000-7000-8000-000000000000"
    )
    for _ in ledger.import_(decode_proposal(orjson.dumps(line)) for line in lines):
        pass
    return ledger


def placed(ledger: Ledger) -> list[Placed]:
    """Its events with their positions."""
    return [(row.position, decode_event(row.state)) for row in ledger.rows()]


def columns(view: View) -> Rows:
    """The published columns of each row, without what it is as of."""
    rows: Rows = {"": view.incident.to_wire(), **{row.obligation: row.to_wire() for row in view.obligations}}
    for row in rows.values():
        del row["as_of_position"], row["as_of"]
    return rows


def marks(view: View) -> dict[str, Mark]:
    """What each row is as of."""
    found = {"": Mark(view.incident.as_of_position, view.incident.as_of)}
    return found | {row.obligation: Mark(row.as_of_position, row.as_of) for row in view.obligations}


def brute_force(events: Sequence[Placed], incident: str, horizon: int, most_exact: int) -> tuple[Rows, dict[str, Mark]]:
    """The rows of one incident as of an instant after all events, each with what it is as of.

    Each event of the incident after so many of them is what all of its rows are as of.
    """
    histories = Histories()
    docket = Docket(histories)
    contract = next(event.log for _, event in events if event.subject == incident)
    rows: Rows = {}
    marked: dict[str, Mark] = {}
    at = count = 0
    relevant: list[Placed] = []

    def judge(instant: int) -> Rows:
        return columns(sight(docket, incident, Mark(0, instant), Life(count, 0, 0)).view)

    def pass_time(until: int) -> None:
        for instant in _turns(docket, incident, at, until):
            now = judge(instant)
            if now != rows:
                _mark_passed(rows, marked, now, instant, relevant, incident)

    for position, event in events:
        if event.subject != incident and event.subject != contract and event.log != PROVIDER_LOG:
            continue
        recorded = to_micros(event.recorded_at)
        if rows:
            until = max(at, recorded)
            pass_time(until)
            at = until
        elif event.subject == incident:
            at = recorded
        histories.add(event)
        relevant.append((position, event))
        count += event.subject == incident
        if event.subject == incident and count > most_exact:
            rows.clear()
            marked.clear()
        if count:
            _mark(rows, marked, judge(at), position, at)
    pass_time(horizon)
    return rows, marked


def _mark(rows: Rows, marked: dict[str, Mark], now: Rows, position: int, instant: int) -> None:
    """Put the rows in the place of those before them, and mark those that an event made others."""
    _put(rows, marked, now, {name: Mark(position, instant) for name, row in now.items() if rows.get(name) != row})


def _mark_passed(
    rows: Rows, marked: dict[str, Mark], now: Rows, instant: int, events: Sequence[Placed], incident: str
) -> None:
    """Put the rows in the place of those before them, and mark those that time alone made others.

    A row's position stays, but that of continuous work is then the incident's, and so is any row's that came to lack a
    calendar or no longer does. Where the events up to there do not make the row what it is, it is moved on to the first
    that does.
    """
    own = marked[""]
    found = {}
    for name, row in now.items():
        before = rows.get(name)
        if before == row:
            continue
        stays = before is not None and before["problem"] == row["problem"] and name != CONTINUOUS_WORK
        first = (marked[name] if stays else own).position
        after = (position for position, _ in events if position >= first)
        position = next(one for one in after if _judged_over(events, one, incident, instant, now).get(name) == row)
        found[name] = Mark(position, instant)
    _put(rows, marked, now, found)


def _judged_over(events: Sequence[Placed], position: int, incident: str, instant: int, now: Rows) -> Rows:
    """What the events up to a position make of the incident as of an instant, with the events it has now."""
    histories = Histories()
    for placed_at, event in events:
        if placed_at <= position:
            histories.add(event)
    life = Life(now[""]["events"], 0, 0)
    return columns(sight(Docket(histories), incident, Mark(0, instant), life).view)


def _put(rows: Rows, marked: dict[str, Mark], now: Rows, found: Mapping[str, Mark]) -> None:
    marked.update(found)
    for name in set(marked) - set(now):
        del marked[name]
    rows.clear()
    rows.update(now)


def _turns(docket: Docket, incident: str, after: int, until: int) -> list[int]:
    """The instants of (after, until] at which anything could turn, and some at which nothing should."""
    found: set[int] = set()
    for fact in docket.histories.incidents[incident]:
        found |= {fact.occurred, fact.recorded}
        if isinstance(getattr(fact.detail, "now", None), int):
            found.add(fact.detail.now)  # type: ignore[attr-defined]
    for recorded, _, _ in docket.histories.publications.after("RU", after):
        found.add(recorded)
    for stages in docket.histories.releases.values():
        found |= {stage.recorded for stage in stages}
    for instant in (after, until):
        case = docket.case(incident, instant, {})
        assert case is not None
        judgement = Judgement(case)
        found.add(case.cover.lapses_at)
        for _, _, diagram in judgement.obligations:
            for outcome in values(diagram):
                if isinstance(outcome, Outcome):
                    found |= {bound for bound in (outcome.due, outcome.at) if bound is not None}
                    found |= {bound for span in outcome.uncovered for bound in span}
    last = min(until, max(found, default=after) + 40 * MICROS_PER_DAY)
    day = (after + _SHIFT) // MICROS_PER_DAY * MICROS_PER_DAY - _SHIFT
    while day <= last:
        found |= {day + hour * MICROS_PER_HOUR for hour in _HOURS}
        day += MICROS_PER_DAY
    turns = {one + step for one in found for step in (-1, 0, 1)} | {until}
    return sorted(one for one in turns if after < one <= until)
