"""Continuous work on priority 1 under one reading (READINGS, Continuous work)."""

from tests.naive.facts import CLOSINGS, MITIGATED, REOPENED, RESPONDED, Change, Facts
from tests.naive.instants import local_day, midnight
from tests.naive.record import Contract
from tests.naive.response import NOT_APPLICABLE, NOT_COVERED, Outcome, covered
from tests.naive.windows import Reading, Windows

Intervals = list[tuple[int, int]]

WORK_STARTED = "incident.work-started.v1"
WORK_STOPPED = "incident.work-stopped.v1"


def obligation_time(facts: Facts, changes: list[Change], begins_at: str) -> Intervals:
    """O: the parts of the incident's life in which work owes to be going on.

    What ends it ends it also before the first response ("a mitigation before the first response ends it"); nothing is
    owed before the response (or the opening), whatever started again before. "At equal instants a change of priority
    comes first, the rest follows ledger order."
    """
    begins = facts.of(RESPONDED) if begins_at == "response" else [facts.opening]
    if not begins:
        return []
    earliest = max(begins[0].at, facts.opening.at)
    timeline = [(change.at, 0, 0, "change", change.priority) for change in changes]
    timeline += [(one.at, 1, one.entry.place, one.type, 0) for one in facts.happenings if one.at <= facts.as_of]
    timeline.sort()
    state, priority, since = "going on", facts.opening.data["priority"], earliest
    owed: Intervals = []
    for at, _, _, kind, changed_to in [*timeline, (facts.as_of, 2, 0, "as-of", 0)]:
        if state == "going on" and priority == 1:
            owed.append((max(since, earliest), at))
        since = at
        if kind == "change":
            priority = changed_to
            if changed_to == 1 and state == "mitigated":
                state = "going on"
        elif kind == REOPENED:
            state = "going on"
        elif kind in CLOSINGS:
            state = "closed"
        elif kind == MITIGATED and state != "closed":
            state = "mitigated"
    return [(since, until) for since, until in owed if since < until]


def work_sessions(facts: Facts) -> Intervals:
    """K: the sessions of all engineers, an open one running to the as-of instant."""
    open_since: dict[str, int] = {}
    sessions: Intervals = []
    for one in facts.of(WORK_STARTED, WORK_STOPPED):
        engineer = one.data["engineer"]
        if one.type == WORK_STARTED:
            open_since.setdefault(engineer, one.at)
        elif engineer in open_since:
            sessions.append((open_since.pop(engineer), one.at))
    return sessions + [(since, facts.as_of) for since in open_since.values()]


def uncovered_minutes(owed: Intervals, worked: Intervals, windows: Windows, hours: str) -> list[int]:
    """O ∩ W − K, minute by minute, a local date at a time."""
    uncovered: list[int] = []
    for since, until in owed:
        for day in range(local_day(since), local_day(until - 1) + 1):
            minutes = set(range(max(since, midnight(day)), min(until, midnight(day + 1))))
            if hours == "service":
                minutes &= windows.longest(day)
                minutes &= windows.open_minutes(day) if minutes else set()
            for start, stop in worked:
                if start < midnight(day + 1) and midnight(day) < stop:
                    minutes -= set(range(max(start, midnight(day)), min(stop, midnight(day + 1))))
            uncovered += sorted(minutes)
    return uncovered


def joined(minutes: list[int]) -> tuple[tuple[int, int], ...]:
    """Minutes as maximal intervals."""
    intervals: Intervals = []
    for minute in minutes:
        if intervals and intervals[-1][1] == minute:
            intervals[-1] = (intervals[-1][0], minute + 1)
        else:
            intervals.append((minute, minute + 1))
    return tuple(intervals)


def ever_priority_one(facts: Facts, changes: list[Change]) -> bool:
    """Whether the effective priority is 1 at some time from the opening to the as-of instant."""
    opening = facts.opening.at
    if opening > facts.as_of:
        return False
    later = any(change.priority == 1 and change.at >= opening for change in changes)
    return later or facts.priority_at(changes, opening) == 1


def continuous_work(
    facts: Facts,
    contract: Contract,
    level: str,
    windows: Windows,
    changes: list[Change],
    reading: Reading,
) -> Outcome:
    """The outcome of the obligation to work without interruption."""
    if not covered(facts, contract, level, reading):
        return NOT_COVERED
    if not ever_priority_one(facts, changes):
        return NOT_APPLICABLE
    owed = obligation_time(facts, changes, reading["continuous-work-start"])
    uncovered = uncovered_minutes(owed, work_sessions(facts), windows, reading["continuous-work-hours"])
    if len(uncovered) <= contract.tolerance:
        return Outcome("met", uncovered=joined(uncovered))
    return Outcome("breached", at=uncovered[contract.tolerance], uncovered=joined(uncovered))
