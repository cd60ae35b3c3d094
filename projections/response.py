"""The response obligation: when the clock starts, what stops it, and which deadline binds (READINGS.md, Response).

race      what runs against what: the start, the priority segments, the response, all under some readings
walk      the deadlines of the segments in turn, until one is met, breached, or still running
"""

from bisect import bisect_left
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal, NamedTuple

from projections.counted import Counted, Place
from projections.diagram import Ask
from projections.priorities import Segment, effective_changes, segments
from schemas.verdicts import Outcome

NOT_COVERED = Outcome("not-covered")
NOT_APPLICABLE = Outcome("not-applicable")

Due = Callable[[int, int, Ask], int]
"""When the target of a priority falls due that runs from an instant: (start, priority, ask) -> instant."""


class Race(NamedTuple):
    """A clock and what may stop it; `start` is None while the confirmation that would start it does not exist."""

    start: int | None
    segments: tuple[Segment, ...]
    response: int | None


Uncovered = Literal["not-covered", "not-applicable"]


class Step(NamedTuple):
    """One segment as the walk found it: its deadline `due` by itself, and the one that bound, never before it began."""

    segment: Segment
    due: int
    effective: int
    outcome: Outcome | None


def race(counted: Counted, episode: int, changes: tuple[Segment, ...], ask: Ask) -> Race:
    """The race of an episode: the first is 1, each reopening begins another (READINGS.md, steps 2, 3, 5, 7)."""
    begins = counted.reopened[episode - 2] if episode > 1 else None
    ends = counted.reopened[episode - 1] if episode <= len(counted.reopened) else None
    response = _response(counted, begins, ends, ask)
    start: int | None = begins[0] if begins else counted.opened
    confirmed = counted.confirmed[0][0] if counted.confirmed else None
    if not begins and confirmed != start and ask("clock-start") == "confirmed":
        start = confirmed
    if start is None:
        return Race(None, (), response)
    return Race(start, segments(changes, counted.priority, start), response)


def _response(counted: Counted, begins: Place | None, ends: Place | None, ask: Ask) -> int | None:
    """What answered the customer in the episode: the first response or closing, or under `any-reply` any reply."""
    first = _first(counted.responded, begins, ends)
    closed = _first(counted.closed, begins, ends)
    if first is None or (closed is not None and closed < first):
        first = closed
    replies = [
        reply for places in (counted.confirmed, counted.reported) if (reply := _first(places, begins, ends)) is not None
    ]
    reply = min(replies, default=None)
    if reply is not None and (first is None or reply < first) and ask("response-kind") == "any-reply":
        return reply
    return first


def _first(places: list, begins: Place | None, ends: Place | None) -> int | None:  # type: ignore[type-arg]
    index = bisect_left(places, begins) if begins else 0
    if index == len(places) or (ends and places[index][:2] >= ends):
        return None
    return int(places[index][0])


@dataclass(frozen=True, slots=True)
class Walk:
    """The deadlines of a race as of an instant; under `in-term-throughout` nothing falls due from `lapses_at` on."""

    due: Due
    as_of: int
    lapses_at: int

    def outcome(self, run: Race, ask: Ask) -> Outcome:
        """What one reading finds of the race (READINGS.md, steps 1, 2, 4 and 6)."""
        if run.start is None:
            return Outcome("running") if run.response is None else Outcome("met", None, run.response)
        if len(run.segments) == 1:
            found = self._decide(self.due(run.start, run.segments[0].priority, ask), None, run.response)
        else:
            *_, last = self.steps(run, ask)
            found = last.outcome
        assert found is not None, "the last segment always has an outcome"
        if found.verdict == "met" or found.due is None or found.due < self.lapses_at or self.as_of < self.lapses_at:
            return found
        return NOT_COVERED if ask("licence-lapse") == "in-term-throughout" else found

    def steps(self, run: Race, ask: Ask) -> Iterator[Step]:
        """The segments in order, up to the one that decides."""
        assert run.start is not None
        rule = ask("reprioritized-clock") if len(run.segments) > 1 else "from-opening"
        tightest: int | None = None
        for number, segment in enumerate(run.segments):
            start = segment.at if rule == "from-change" else run.start
            due = self.due(start, segment.priority, ask)
            if rule == "tightest":
                due = tightest = due if tightest is None else min(due, tightest)
            effective = max(due, segment.at)
            following = run.segments[number + 1].at if number + 1 < len(run.segments) else None
            outcome = self._decide(effective, following, run.response)
            yield Step(segment, due, effective, outcome)
            if outcome is not None:
                return

    def _decide(self, effective: int, following: int | None, response: int | None) -> Outcome | None:
        if response is not None and response <= effective and (following is None or response < following):
            return Outcome("met", effective, response)
        if following is None or effective < following:
            if effective <= self.as_of:
                return Outcome("breached", effective, effective)
            return Outcome("running", effective)
        return None


__all__ = ["NOT_APPLICABLE", "NOT_COVERED", "Due", "Race", "Step", "Walk", "effective_changes", "race"]
