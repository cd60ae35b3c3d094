"""What counts as having happened in one incident, and when, under one reading (READINGS, Time)."""

from dataclasses import dataclass
from functools import cached_property

from tests.naive.instants import minute_of
from tests.naive.record import Entry, Incident, Wire

OPENED = "incident.opened.v1"
RESPONDED = "incident.responded.v1"
CONFIRMED = "incident.confirmed.v1"
STATUS_REPORTED = "incident.status-reported.v1"
MITIGATED = "incident.mitigated.v1"
REOPENED = "incident.reopened.v1"
REPRIORITIZED = "incident.reprioritized.v1"
REPRIORITIZATION_AGREED = "incident.reprioritization-agreed.v1"
CORRECTED = "incident.corrected.v1"
CORRECTION_AGREED = "incident.correction-agreed.v1"
RESOLVED = "incident.resolved.v1"
CLOSED_NOT_COVERED = "incident.closed-not-covered.v1"
CUSTOMER_UNREACHABLE = "incident.customer-unreachable.v1"
CLOSINGS = (RESOLVED, CLOSED_NOT_COVERED, CUSTOMER_UNREACHABLE)

OTHER_PARTY = {"customer": "provider", "provider": "customer"}


@dataclass(frozen=True)
class Happening:
    """An event as it counts: its counted instant, and its data after the corrections that count."""

    entry: Entry
    at: int
    data: Wire

    @property
    def type(self) -> str:
        """Its type."""
        return self.entry.type

    @property
    def order(self) -> tuple[int, bool, int]:
        """READINGS, Time: "at equal instants a change of priority comes first, the rest follows ledger order"."""
        return (self.at, self.type != REPRIORITIZED, self.entry.place)


@dataclass(frozen=True)
class Change:
    """A priority that came into force."""

    at: int
    priority: int


class Facts:
    """One incident's happenings as of an instant, under `late-entries` and `corrections`."""

    def __init__(self, incident: Incident, as_of: int, late_entries: str, corrections: str) -> None:
        self.incident = incident
        self.as_of = as_of
        self.late_entries = late_entries
        self.corrections = corrections

    def correction_counts(self, correction: Entry) -> bool:
        """READINGS, Time: under `agreed` only with the other party's agreement, under `all` always."""
        if self.corrections == "all" or correction.data.get("agreed_by_other_party", False):
            return True
        return any(
            agreement.data["request"] == correction.id and agreement.data["by"] == OTHER_PARTY[correction.party]
            for agreement in self.incident.of(CORRECTION_AGREED)
        )

    def counted(self, entry: Entry) -> Happening:
        """One event after the corrections that count; "the last one that counts wins"."""
        occurred, data = entry.occurred, entry.data
        for correction in self.incident.of(CORRECTED):
            if correction.data["event"] == entry.id and self.correction_counts(correction):
                now = correction.data["now"]
                if correction.data["field"] == "occurred_at":
                    occurred = minute_of(now)
                else:
                    data = {**data, correction.data["field"]: now}
        if self.late_entries == "as-recorded" and entry.party == "provider":
            occurred = entry.recorded
        return Happening(entry, occurred, data)

    @cached_property
    def happenings(self) -> list[Happening]:
        """Those that exist, in the order in which they count.

        READINGS, Time: "the incident's events that count later than T (its opening, corrections and their agreements
        excepted) do not" exist.
        """
        every = [self.counted(entry) for entry in self.incident.entries]
        always = (OPENED, CORRECTED, CORRECTION_AGREED)
        there = [one for one in every if one.at <= self.as_of or one.type in always]
        return sorted(there, key=lambda one: one.order)

    def of(self, *kinds: str) -> list[Happening]:
        """The happenings of some types, in order."""
        return [one for one in self.happenings if one.type in kinds]

    @cached_property
    def opening(self) -> Happening:
        """The opening."""
        return self.of(OPENED)[0]

    @cached_property
    def reopenings(self) -> list[Happening]:
        """The repeated contacts, each of which begins an episode."""
        return self.of(REOPENED)

    def episode(self, one: Happening) -> int:
        """READINGS, Response 7: the episode a happening belongs to, the first being 1."""
        return 1 + sum(1 for reopening in self.reopenings if reopening.order < one.order)

    def changes(self, authority: str) -> list[Change]:
        """READINGS, Response 3: the effective changes of priority, in order."""
        effective: list[tuple[int, int, int]] = []
        for request in self.of(REPRIORITIZED):
            at = self._effective_at(request, authority)
            if at is not None:
                effective.append((at, request.entry.place, request.data["priority"]))
        effective.sort()
        last_at_instant = {at: priority for at, _, priority in effective}
        in_force = self.opening.data["priority"]
        changes = []
        for at, priority in last_at_instant.items():
            if priority != in_force:
                changes.append(Change(at, priority))
                in_force = priority
        return changes

    def _effective_at(self, request: Happening, authority: str) -> int | None:
        asked_by = request.data["requested_by"]
        if asked_by == "customer" and authority == "customer-alone":
            return request.at
        if request.data.get("agreed", False):
            return request.at
        agreements = [
            agreement.at
            for agreement in self.of(REPRIORITIZATION_AGREED)
            if agreement.data["request"] == request.entry.id and agreement.data["by"] == OTHER_PARTY[asked_by]
        ]
        return max(request.at, min(agreements)) if agreements else None

    def priority_at(self, changes: list[Change], minute: int) -> int:
        """The priority in force at an instant; a change at that instant is in force."""
        priority = self.opening.data["priority"]
        for change in changes:
            if change.at <= minute:
                priority = change.priority
        return int(priority)
