"""The response obligation: when the clock starts, what stops it, and which deadline binds (READINGS.md, Response).

race      what runs against what: the start, the priority segments, the response, all under some readings
walk      the deadlines of the segments in turn, until one is met, breached, or still running
"""

from bisect import bisect_left
from collections.abc import Callable, Iterator
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
    from_opening = segments(changes, counted.priority, opened)
    from_confirmation = (
        segments(changes, counted.priority, confirmed) if is_start_open and confirmed is not None else ()
    )

    def run(ask: Ask) -> Race:
        response = replied if is_reply_open and ask("response-kind") == "any-reply" else answered
        if is_start_open and ask("clock-start") == "confirmed":
            return Race(confirmed, from_confirmation, response)
        return Race(opened, from_opening, response)

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


class Walk(NamedTuple):
    """The deadlines of a race as of an instant; under `in-term-throughout` nothing falls due from `lapses_at` on."""

    due: Due
    as_of: int
    lapses_at: int

    def outcome(self, run: Race, ask: Ask) -> Outcome:
        """What one reading finds of the race (READINGS.md, steps 1, 2, 4 and 6)."""
        if run.start is None:
            return self.waiting(run)
        *_, last = self.steps(run, ask)
        assert last.outcome is not None, "the last segment always has an outcome"
        return self.lapsed(last.outcome, ask)

    def waiting(self, run: Race) -> Outcome:
        """What is found while the confirmation that would start the clock does not exist (step 2)."""
        return Outcome("running") if run.response is None else Outcome("met", None, run.response)

    def first(self, run: Race, due: int) -> Outcome | None:
        """What is found where the first segment decides, whose deadline is `due`; None where it does not."""
        segments = run.segments
        following = segments[1].at if len(segments) > 1 else None
        return self._decide(max(due, segments[0].at), following, run.response)

    def lapsed(self, found: Outcome, ask: Ask) -> Outcome:
        """What a reading makes of what was found, where the licence ended before it fell due (step 1)."""
        if found.verdict == "met" or found.due is None or found.due < self.lapses_at or self.as_of < self.lapses_at:
            return found
        return NOT_COVERED if ask("licence-lapse") == "in-term-throughout" else found

    def steps(self, run: Race, ask: Ask) -> Iterator[Step]:
        """The segments in order, up to the one that decides; how a later one is counted is asked only there."""
        assert run.start is not None
        rule, tightest = "", 0
        for number, segment in enumerate(run.segments):
            if number == 1:
                rule = ask("reprioritized-clock")
            due = self.due(segment.at if rule == "from-change" else run.start, segment.priority, ask)
            if rule == "tightest":
                due = min(due, tightest)
            tightest = due
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
