"""Continuous work on the gravest incidents: what was owed, what was worked, what is left uncovered (P1-CONTINUOUS).

O   the time in which work is owed: the priority is 1, from the response until a mitigation or a closing
W   the service window, or all time
K   the time worked: the union of all engineers' sessions
uncovered = O intersected with W, less K
"""

from collections.abc import Callable, Iterator
from itertools import chain
from typing import NamedTuple

from projections.calendar import Interval, merge, subtract
from projections.counted import Counted
from projections.diagram import Ask
from projections.priorities import Segment, segments
from projections.response import NOT_APPLICABLE
from schemas.verdicts import Outcome

Windows = Callable[[int, int, Ask], list[Interval]]
"""The service inside a stretch of time: (from, until, ask) -> intervals."""


class ContinuousWork(NamedTuple):
    """How continuous work on an incident is judged as of an instant; the tolerance is in microseconds."""

    priority: int
    tolerance: int
    windows: Windows
    as_of: int

    def working(self, counted: Counted, changes: tuple[Segment, ...]) -> Callable[[Ask], Outcome]:
        """What each reading finds of a history counted alike under all of them (READINGS.md, Continuous work)."""
        if not self.grave(counted, changes):
            return lambda _ask: NOT_APPLICABLE
        worked = self.worked(counted)
        owed: dict[int | None, list[Interval]] = {}

        def judge(ask: Ask) -> Outcome:
            begins = self.begins(counted, ask)
            if begins not in owed:
                owed[begins] = self.owed_from(counted, changes, begins)
            uncovered = tuple(self.uncovered(owed[begins], worked, ask))
            breach = self.breach(uncovered)
            return Outcome("met" if breach is None else "breached", None, breach, uncovered)

        return judge

    def grave(self, counted: Counted, changes: tuple[Segment, ...]) -> list[Interval]:
        """When the priority that owes continuous work was in force, from the opening to the as-of instant."""
        parts = segments(changes, counted.priority, counted.opened)
        ends = [*(part.at for part in parts[1:]), self.as_of]
        return [
            (part.at, end)
            for part, end in zip(parts, ends, strict=True)
            if part.priority == self.priority and part.at <= self.as_of
        ]

    def owed(self, counted: Counted, changes: tuple[Segment, ...], ask: Ask) -> list[Interval]:
        """The obligation time: the grave time between a start and the mitigation or closing after it."""
        return self.owed_from(counted, changes, self.begins(counted, ask))

    def begins(self, counted: Counted, ask: Ask) -> int | None:
        """From when on work is owed; None while the response that would begin it does not exist."""
        if ask("continuous-work-start") == "opening":
            return counted.opened
        return max(counted.opened, counted.responded[0][0]) if counted.responded else None

    def owed_from(self, counted: Counted, changes: tuple[Segment, ...], begins: int | None) -> list[Interval]:
        """The obligation time that begins at an instant."""
        if begins is None:
            return []
        moments = sorted(
            chain(
                ((at, -1, "worsened") for at in self._worsened(counted, changes)),
                ((at, order, "mitigated") for at, order in counted.mitigated),
                ((closing.at, closing.order, "closed") for closing in counted.closed),
                ((at, order, "reopened") for at, order in counted.reopened),
            )
        )
        phase = "working"
        since, spans = begins, []
        for at, _, moment in moments:
            following = _next_phase(phase, moment)
            if phase == "working" and following != "working":
                spans.append((since, at))
            elif phase != "working" and following == "working":
                since = max(at, begins)
            phase = following
        if phase == "working":
            spans.append((since, self.as_of))
        lesser = subtract([(counted.opened, self.as_of)], self.grave(counted, changes))
        return merge(subtract(((start, end) for start, end in spans if start < end), lesser))

    def _worsened(self, counted: Counted, changes: tuple[Segment, ...]) -> Iterator[int]:
        """Each change to the priority that owes continuous work, those that count before the opening too."""
        priority = counted.priority
        for change in changes:
            if change.priority == self.priority != priority:
                yield change.at
            priority = change.priority

    def worked(self, counted: Counted) -> list[Interval]:
        """The union of all engineers' sessions; an open one runs to the as-of instant."""
        open_since: dict[str, int] = {}
        sessions: list[Interval] = []
        for session in counted.sessions:
            if session.starts:
                open_since.setdefault(session.engineer, session.at)
            elif session.engineer in open_since:
                sessions.append((open_since.pop(session.engineer), session.at))
        sessions.extend((start, max(start, self.as_of)) for start in open_since.values())
        return merge(sessions)

    def uncovered(self, owed: list[Interval], worked: list[Interval], ask: Ask) -> list[Interval]:
        """The owed time inside the window in which nobody worked, as maximal intervals."""
        if not owed:
            return []
        if ask("continuous-work-hours") == "service":
            owed = [window for start, end in owed for window in self.windows(start, end, ask)]
        return list(subtract(owed, worked))

    def breach(self, uncovered: tuple[Interval, ...]) -> int | None:
        """The last instant at which the uncovered time is not yet above the tolerance, or None where it never is."""
        left = self.tolerance
        for start, end in uncovered:
            if end - start > left:
                return start + left
            left -= end - start
        return None


def _next_phase(phase: str, moment: str) -> str:
    """A closing ends it until a reopening; a mitigation, until a reopening or a worsening."""
    match moment:
        case "closed":
            return "closed"
        case "mitigated":
            return phase if phase == "closed" else "mitigated"
        case "reopened":
            return "working"
        case _:
            return "working" if phase == "mitigated" else phase


__all__ = ["ContinuousWork", "Windows"]
