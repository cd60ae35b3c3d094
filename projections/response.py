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
    """The race of an episode under one reading: the first is 1, each reopening begins another."""
    return racing(counted, episode, changes)(ask)


def racing(counted: Counted, episode: int, changes: tuple[Segment, ...]) -> Callable[[Ask], Race]:
    """What each reading makes of an episode's race (READINGS.md, steps 2, 3, 5, 7)."""
    begins = counted.reopened[episode - 2] if episode > 1 else None
    ends = counted.reopened[episode - 1] if episode <= len(counted.reopened) else None
    answered, replied = _answers(counted, begins, ends)
    opened = begins[0] if begins else counted.opened
    confirmed = counted.confirmed[0][0] if counted.confirmed else None
    is_start_open = not begins and confirmed != opened
    is_reply_open = replied is not None and (answered is None or replied < answered)

    def run(ask: Ask) -> Race:
        response = replied if is_reply_open and ask("response-kind") == "any-reply" else answered
        start = confirmed if is_start_open and ask("clock-start") == "confirmed" else opened
        if start is None:
            return Race(None, (), response)
        return Race(start, segments(changes, counted.priority, start), response)

    return run


def _answers(counted: Counted, begins: Place | None, ends: Place | None) -> tuple[int | None, int | None]:
    """What answered the customer in the episode: the first response or closing, and the first of the other replies."""
    responses = (_first(counted.responded, begins, ends), _first(counted.closed, begins, ends))
    replies = (_first(counted.confirmed, begins, ends), _first(counted.reported, begins, ends))
    return _earliest(*responses), _earliest(*replies)


def _earliest(one: int | None, other: int | None) -> int | None:
    if one is None or other is None:
        return one if other is None else other
    return min(one, other)


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


__all__ = ["NOT_APPLICABLE", "NOT_COVERED", "Due", "Race", "Step", "Walk", "effective_changes", "race", "racing"]
