"""An incident's history as one reading counts it: which instants count, and which corrections (READINGS.md, Time).

The questions `late-entries` and `corrections` decide here and nowhere else; everything after this goes by counted
instants. A place in the counted order is the pair (instant, order): at equal instants the ledger's order decides, and a
change of priority comes first.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Any, Final, NamedTuple

from projections.diagram import Ask
from projections.history import Agreement, Change, Closing, Correction, Fact, Opening

Place = tuple[int, int]

_OPENED = "incident.opened.v1"
_REPRIORITIZED = "incident.reprioritized.v1"
_PRIORITY_AGREED = "incident.reprioritization-agreed.v1"
_CORRECTION_AGREED = "incident.correction-agreed.v1"
_REPORTED = "incident.status-reported.v1"
_STARTED = "incident.work-started.v1"
_WORK = frozenset({_STARTED, "incident.work-stopped.v1"})
_CLOSINGS = frozenset({"incident.resolved.v1", "incident.closed-not-covered.v1", "incident.customer-unreachable.v1"})
# Of these the instant is all that counts. A look-up, because a match would try the kinds one after the other.
_PLACES: Final[Mapping[str, Callable[[Any], list[Place]]]] = {
    "incident.confirmed.v1": attrgetter("confirmed"),
    "incident.responded.v1": attrgetter("responded"),
    "incident.mitigated.v1": attrgetter("mitigated"),
    "incident.reopened.v1": attrgetter("reopened"),
    "incident.contact-attempted.v1": attrgetter("attempts"),
}
_BEFORE_ALL = -1


class Requested(NamedTuple):
    """A change of priority asked for: when, by whom, and when the other party agreed, if it did."""

    at: int
    order: int
    priority: int
    requested_by: str
    agreed_at: int | None


class Closed(NamedTuple):
    """A closing as counted."""

    at: int
    order: int
    kind: str
    notified: bool
    release: str | None


class Session(NamedTuple):
    """The start or the stop of an engineer's work."""

    at: int
    order: int
    engineer: str
    starts: bool


@dataclass(slots=True, eq=False)
class Counted:
    """The history as counted: each list in counted order, instants in microseconds."""

    opened: int
    channel: str
    priority: int
    changes: list[Requested] = field(default_factory=list)
    confirmed: list[Place] = field(default_factory=list)
    responded: list[Place] = field(default_factory=list)
    reported: list[tuple[int, int, bool]] = field(default_factory=list)
    closed: list[Closed] = field(default_factory=list)
    mitigated: list[Place] = field(default_factory=list)
    reopened: list[Place] = field(default_factory=list)
    sessions: list[Session] = field(default_factory=list)
    attempts: list[Place] = field(default_factory=list)
    by_customer: list[Place] = field(default_factory=list)


class _Corrections(NamedTuple):
    """The corrections that count under each option, by (event, field): the last in ledger order wins."""

    agreed: dict[tuple[str, str], int | str]
    all: dict[tuple[str, str], int | str]


def count(facts: Sequence[Fact], as_of: int, ask: Ask) -> Counted:
    """The history under one reading as of an instant; `facts` are those recorded by then, the opening among them."""
    chosen = _chosen(facts, ask)
    instants = _instants(facts, chosen, ask)
    at, opening = next((at, fact) for at, fact in zip(instants, facts, strict=True) if fact.kind == _OPENED)
    detail = opening.detail
    assert isinstance(detail, Opening)
    counted = Counted(
        opened=at,
        channel=str(chosen.get((opening.id, "channel"), detail.channel)),
        priority=int(chosen.get((opening.id, "priority"), detail.priority)),
    )
    agreements: list[tuple[int, Agreement]] = []
    changes: list[tuple[int, Fact]] = []
    for at, fact in zip(instants, facts, strict=True):
        if at > as_of and fact is not opening:
            continue
        if fact.kind == _REPRIORITIZED:
            changes.append((at, fact))
        elif fact.kind == _PRIORITY_AGREED:
            assert isinstance(fact.detail, Agreement)
            agreements.append((at, fact.detail))
        else:
            _place(counted, fact, at, chosen)
        if fact.side == "customer":
            counted.by_customer.append((at, _BEFORE_ALL if fact.kind == _REPRIORITIZED else fact.order))
    counted.changes = sorted(_requested(at, fact, agreements, chosen) for at, fact in changes)
    for places in (
        counted.confirmed,
        counted.responded,
        counted.reported,
        counted.closed,
        counted.mitigated,
        counted.reopened,
        counted.sessions,
        counted.attempts,
        counted.by_customer,
    ):
        if len(places) > 1:
            places.sort()
    return counted


def _chosen(facts: Sequence[Fact], ask: Ask) -> dict[tuple[str, str], int | str]:
    """The corrections that count."""
    for fact in facts:
        if type(fact.detail) is Correction:
            break
    else:
        return {}
    corrections = _corrections(facts)
    if corrections.all == corrections.agreed or ask("corrections") == "agreed":
        return corrections.agreed
    return corrections.all


def _instants(facts: Sequence[Fact], chosen: dict[tuple[str, str], int | str], ask: Ask) -> list[int]:
    """When each fact counts."""
    counted = [fact.occurred for fact in facts]
    if chosen:
        counted = [int(chosen.get((fact.id, "occurred_at"), fact.occurred)) for fact in facts]
    recorded = [fact.recorded if fact.side == "provider" else at for at, fact in zip(counted, facts, strict=True)]
    return recorded if recorded != counted and ask("late-entries") == "as-recorded" else counted


def _place(counted: Counted, fact: Fact, at: int, chosen: dict[tuple[str, str], int | str]) -> None:
    place = (at, fact.order)
    kind = fact.kind
    if kind in _PLACES:
        _PLACES[kind](counted).append(place)
    elif kind == _REPORTED:
        counted.reported.append((*place, bool(fact.detail)))
    elif kind in _WORK:
        engineer = str(chosen.get((fact.id, "engineer"), str(fact.detail)))
        counted.sessions.append(Session(*place, engineer, kind == _STARTED))
    elif kind in _CLOSINGS:
        assert isinstance(fact.detail, Closing)
        release = chosen.get((fact.id, "release"), fact.detail.release)
        named = None if release is None else str(release)
        counted.closed.append(Closed(*place, kind, fact.detail.notified, named))


def _requested(
    at: int, fact: Fact, agreements: list[tuple[int, Agreement]], chosen: dict[tuple[str, str], int | str]
) -> Requested:
    change = fact.detail
    assert isinstance(change, Change)
    given = [when for when, agreed in agreements if agreed.request == fact.id and agreed.by != change.requested_by]
    agreed_at = at if change.agreed else max(at, min(given)) if given else None
    priority = int(chosen.get((fact.id, "priority"), change.priority))
    return Requested(at, fact.order, priority, change.requested_by, agreed_at)


def _corrections(facts: Sequence[Fact]) -> _Corrections:
    every: dict[tuple[str, str], int | str] = {}
    agreed: dict[tuple[str, str], int | str] = {}
    by_word = {
        (fact.detail.request, fact.detail.by)
        for fact in facts
        if fact.kind == _CORRECTION_AGREED and isinstance(fact.detail, Agreement)
    }
    for fact in facts:
        if isinstance(fact.detail, Correction):
            correction = fact.detail
            key = (correction.event, correction.field)
            every[key] = correction.now
            other = "provider" if fact.side == "customer" else "customer"
            if correction.agreed or (fact.id, other) in by_word:
                agreed[key] = correction.now
    return _Corrections(agreed, every)


__all__ = ["Closed", "Counted", "Place", "Requested", "Session", "count"]
