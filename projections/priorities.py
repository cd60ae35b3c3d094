"""The priority in force at each instant of an incident (READINGS.md, response step 3; PRIO-CHANGE, STATUS-AGREE)."""

from bisect import bisect_right
from typing import NamedTuple

from projections.counted import Counted
from projections.diagram import Ask


class Segment(NamedTuple):
    """From this instant on, until the next segment's, this priority is in force."""

    at: int
    priority: int


def effective_changes(counted: Counted, ask: Ask) -> tuple[Segment, ...]:
    """The changes of priority that became effective, in the order of their instants; at one instant the last counts.

    The customer's word alone suffices under `customer-alone`; the provider's always needs the customer's agreement.
    """
    alone = (
        not any(change.requested_by == "customer" and change.agreed_at != change.at for change in counted.changes)
        or ask("priority-authority") == "customer-alone"
    )
    effective = []
    for change in counted.changes:
        at = change.at if alone and change.requested_by == "customer" else change.agreed_at
        if at is not None:
            effective.append((at, change.order, change.priority))
    effective.sort()
    last_at_instant = {at: priority for at, _, priority in effective}
    return tuple(Segment(at, priority) for at, priority in last_at_instant.items())


def segments(changes: tuple[Segment, ...], opening_priority: int, start: int) -> tuple[Segment, ...]:
    """The priority segments of a clock that starts at `start`; a change to the priority in force is not a change.

    Changes effective at or before the start only set the first segment's priority.
    """
    if not changes:
        return (Segment(start, opening_priority),)
    first_after = bisect_right(changes, start, key=lambda change: change.at)
    priority = changes[first_after - 1].priority if first_after else opening_priority
    found = [Segment(start, priority)]
    for change in changes[first_after:]:
        if change.priority != found[-1].priority:
            found.append(change)
    return tuple(found)


__all__ = ["Segment", "effective_changes", "segments"]
