"""What the ledger knew of one incident at an instant: its record with both clocks, and the verdict at that instant.

A record is told as it was recorded. What a correction says stands beside the event it corrects, which it never changes;
what one party said in the other's name, and what an import claimed, is marked as such (EVENTS.md, "Who says what",
"When it was recorded").
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from projections.case import Docket
from projections.verdict import Judgement
from schemas.events import Event, to_wire
from schemas.incident_events import CorrectionAgreed, IncidentCorrected
from schemas.instants import from_micros, print_instant, to_micros
from schemas.verdicts import IncidentVerdict, NotJudged, print_micros

__all__ = ["Amendment", "Entry", "Placed", "Replay", "Speaker", "judged", "replay", "steps"]

Speaker = Callable[[Event], str | None]
"""The other party, where an event's actor speaks in its name, so that the event is only asserted; else None."""


class Placed(NamedTuple):
    """An event and where it was read: its position in the ledger, or its line in a file."""

    position: int
    event: Event


@dataclass(frozen=True, slots=True)
class Amendment:
    """A correction of an event: which field was to be what instead, and whether the other party agreed by then."""

    position: int
    field: str
    was: Any
    now: Any
    by: str
    agreed: bool

    def to_wire(self) -> dict[str, Any]:
        """The amendment as JSON values."""
        return {
            "position": self.position,
            "field": self.field,
            "was": self.was,
            "now": self.now,
            "by": self.by,
            "agreed": self.agreed,
        }


@dataclass(frozen=True, slots=True)
class Entry:
    """One event as a reader must take it: whose word it is, whether its instant of recording is only claimed.

    `asserted_by` is the party that speaks in the other's name; `corrected_by` what was said against it later.
    """

    placed: Placed
    asserted_by: str | None
    corrected_by: tuple[Amendment, ...]

    @property
    def claimed(self) -> bool:
        """Whether `recorded_at` is the claim of an import."""
        return self.placed.event.imported_at is not None

    @property
    def late(self) -> int:
        """How many microseconds after it happened it was recorded."""
        event = self.placed.event
        return to_micros(event.recorded_at) - to_micros(event.occurred_at)

    def to_wire(self) -> dict[str, Any]:
        """The entry as JSON values: the event's own members, and what is to be said of it."""
        event = self.placed.event
        wire = to_wire(event)
        for name in ("occurred_at", "recorded_at", "imported_at"):
            if name in wire:
                wire[name] = print_instant(getattr(event, name))
        wire["position"] = self.placed.position
        wire["claimed"] = self.claimed
        wire["asserted_by"] = self.asserted_by
        wire["corrected_by"] = [amendment.to_wire() for amendment in self.corrected_by]
        return wire


@dataclass(frozen=True, slots=True)
class Replay:
    """What was known as of an instant (microseconds): the entries recorded by then, and the verdict, if there is one.

    `position` is the last one that was read; the answer is provisional where the instant is later than the last
    instant of recording, because what is recorded before it may still come.
    """

    incident: str
    as_of: int
    position: int
    provisional: bool
    entries: tuple[Entry, ...]
    verdict: IncidentVerdict | NotJudged | None

    def to_wire(self) -> dict[str, Any]:
        """The replay as JSON values."""
        return {
            "incident": self.incident,
            "as_of": print_micros(self.as_of),
            "position": self.position,
            "provisional": self.provisional,
            "events": [entry.to_wire() for entry in self.entries],
            "verdict": None if self.verdict is None else self.verdict.to_wire(),
        }


def replay(
    docket: Docket,
    events: Sequence[Placed],
    incident: str,
    as_of: int,
    *,
    position: int,
    last_recorded: int,
    overrides: Mapping[str, str],
    speaks_for: Speaker,
) -> Replay:
    """What the ledger knew of the incident as of an instant; `events` are the incident's own, in ledger order."""
    return Replay(
        incident=incident,
        as_of=as_of,
        position=position,
        provisional=as_of > last_recorded,
        entries=tuple(_entries(events, as_of, speaks_for)),
        verdict=judged(docket, incident, as_of, overrides),
    )


def steps(
    docket: Docket,
    events: Sequence[Placed],
    incident: str,
    as_of: int,
    *,
    overrides: Mapping[str, str],
    speaks_for: Speaker,
) -> Iterator[Replay]:
    """The same after each event in turn, as of the instant at which it was recorded.

    What was recorded at the same instant but later in the ledger is not yet known. The incident is taken out of the
    histories of `docket` and its events are added one by one, so the docket is used up.
    """
    docket.histories.incidents.pop(incident, None)
    for count, placed in enumerate(events, 1):
        recorded = to_micros(placed.event.recorded_at)
        if recorded > as_of:
            return
        docket.histories.add(placed.event)
        yield Replay(
            incident=incident,
            as_of=recorded,
            position=placed.position,
            provisional=False,
            entries=tuple(_entries(events[:count], recorded, speaks_for))[-1:],
            verdict=judged(docket, incident, recorded, overrides),
        )


def judged(
    docket: Docket, incident: str, as_of: int, overrides: Mapping[str, str]
) -> IncidentVerdict | NotJudged | None:
    """The verdict as of an instant; None where the incident was not yet recorded."""
    if incident not in docket.histories.incidents:
        return None
    case = docket.case(incident, as_of, overrides)
    return None if case is None else Judgement(case).verdict()


def _entries(events: Sequence[Placed], as_of: int, speaks_for: Speaker) -> Iterator[Entry]:
    until = from_micros(as_of)
    known = [placed for placed in events if placed.event.recorded_at <= until]
    amendments = _amendments(known)
    for placed in known:
        event = placed.event
        asserted = event.actor.party if speaks_for(event) else None
        yield Entry(placed, asserted, tuple(amendments.get(event.id, ())))


def _amendments(known: Sequence[Placed]) -> dict[str, list[Amendment]]:
    agreed = {
        (placed.event.data.request, placed.event.data.by)
        for placed in known
        if isinstance(placed.event.data, CorrectionAgreed)
    }
    found: dict[str, list[Amendment]] = {}
    for position, event in known:
        data = event.data
        if not isinstance(data, IncidentCorrected):
            continue
        other = "provider" if event.actor.party == "customer" else "customer"
        said = to_wire(event)["data"]
        found.setdefault(data.event, []).append(
            Amendment(
                position=position,
                field=data.field,
                was=said["was"],
                now=said["now"],
                by=event.actor.party,
                agreed=data.agreed_by_other_party or (event.id, other) in agreed,
            )
        )
    return found
