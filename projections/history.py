"""What judging keeps of a ledger: the facts of each incident, the terms of each contract, what the provider published.

Free text, people and everything else that no verdict looks at is dropped on the way in, so that a hundred thousand
incidents fit in memory. Nothing here is interpreted: which instant counts, and which correction, is a reading's matter.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Literal, NamedTuple

from projections.local_time import day_of
from projections.publications import Publications, days_of
from schemas.contract_events import ContractRegistered, LevelChanged, LicenceRenewed, ReadingAgreed
from schemas.events import (
    Event,
)
from schemas.incident_events import (
    ClosedNotCovered,
    ContactAttempted,
    CorrectionAgreed,
    CustomerUnreachable,
    IncidentConfirmed,
    IncidentCorrected,
    IncidentMitigated,
    IncidentOpened,
    IncidentReopened,
    IncidentReprioritizationAgreed,
    IncidentReprioritized,
    IncidentResolved,
    IncidentResponded,
    StatusReported,
    WorkStarted,
    WorkStopped,
)
from schemas.instants import parse_duration, to_micros
from schemas.provider_events import CalendarPublished, PolicyAdopted, ReleaseStagePassed

Side = Literal["customer", "provider", "auditor"]


class Fact(NamedTuple):
    """One event of an incident as far as judging looks at it; instants in microseconds.

    `order` is its place in the ledger, `detail` what its kind needs: see `_DETAILS`.
    """

    order: int
    kind: str
    id: str
    occurred: int
    recorded: int
    side: Side
    detail: object = None


class Opening(NamedTuple):
    """The detail of an opening."""

    contract: str
    channel: str
    priority: int


class Change(NamedTuple):
    """The detail of a change of priority."""

    priority: int
    requested_by: str
    agreed: bool


class Agreement(NamedTuple):
    """The detail of an agreement to a change of priority or to a correction: to which event, whose word."""

    request: str
    by: str


class Correction(NamedTuple):
    """The detail of a correction that a verdict may depend on; `now` is an instant, a priority or a text."""

    event: str
    field: str
    now: int | str
    agreed: bool


class Closing(NamedTuple):
    """The detail of a closing: whether it carries the notification, and the release it names."""

    notified: bool
    release: str | None


_JUDGED_FIELDS = ("occurred_at", "priority", "channel", "engineer", "release")


def _nothing(_data: object) -> None:
    """That it happened, and when, is all that judging needs to know."""


def _correction(data: IncidentCorrected) -> Correction:
    now = to_micros(data.now) if isinstance(data.now, datetime) else data.now
    return Correction(data.event, data.field, now, data.agreed_by_other_party)  # type: ignore[arg-type]


def _engineer(data: WorkStarted | WorkStopped | IncidentResponded) -> str:
    return data.engineer


def _agreement(data: IncidentReprioritizationAgreed | CorrectionAgreed) -> Agreement:
    return Agreement(data.request, data.by)


# The types of incident events that are judged, each with how its detail is taken. A look-up, because a match would try
# the classes one after the other for each line of a long file.
_DETAILS: Final[Mapping[type, Callable[[Any], object]]] = {
    IncidentOpened: lambda data: Opening(data.contract, data.channel, data.priority),
    IncidentConfirmed: _nothing,
    IncidentResponded: _engineer,
    IncidentReprioritized: lambda data: Change(data.priority, data.requested_by, data.agreed),
    IncidentReprioritizationAgreed: _agreement,
    WorkStarted: _engineer,
    WorkStopped: _engineer,
    IncidentMitigated: _nothing,
    StatusReported: lambda data: data.expected_resolution_at is not None,
    ContactAttempted: _nothing,
    IncidentResolved: lambda data: Closing(data.notification is not None, data.release),
    ClosedNotCovered: lambda data: Closing(data.notification is not None, None),
    CustomerUnreachable: lambda _data: Closing(notified=False, release=None),
    IncidentReopened: _nothing,
    IncidentCorrected: _correction,
    CorrectionAgreed: _agreement,
}


class Dated(NamedTuple):
    """A term of a contract that holds from a local date on."""

    effective_from: int
    order: int
    recorded: int
    value: str


@dataclass(slots=True)
class Terms:
    """What a contract says: as registered, and each later change with when it was recorded."""

    contract: str
    customer: str
    edition: str
    jurisdiction: str
    policy: str
    tolerance: int
    licence_from: int
    licence_until: int
    registered_level: str
    levels: list[Dated] = field(default_factory=list)
    renewals: list[tuple[int, int]] = field(default_factory=list)
    agreements: dict[str, list[Dated]] = field(default_factory=dict)

    def level_on(self, day: int, as_of: int) -> str:
        """The level in force on a local date (READINGS.md, response step 1)."""
        return _in_force(self.levels, day, as_of) or self.registered_level

    def settled_on(self, day: int, as_of: int) -> dict[str, str]:
        """The questions that the parties settled, each with its option, for an incident opened on a local date."""
        if not self.agreements:
            return {}
        found = {question: _in_force(agreed, day, as_of) for question, agreed in self.agreements.items()}
        return {question: option for question, option in found.items() if option is not None}

    def licensed_until(self, as_of: int) -> int:
        """The licence's last local day: that of the last renewal recorded by the as-of instant."""
        until = self.licence_until
        for recorded, renewed in self.renewals:
            if recorded <= as_of:
                until = renewed
        return until


def _in_force(terms: list[Dated], day: int, as_of: int) -> str | None:
    if not terms:
        return None
    holding = [term for term in terms if term.effective_from <= day and term.recorded <= as_of]
    return max(holding, key=lambda term: (term.effective_from, term.order)).value if holding else None


class Adoption(NamedTuple):
    """A version of a policy came into force for the incidents opened from then on."""

    recorded: int
    sha256: str


@dataclass(slots=True)
class Stage:
    """A check that a release passed."""

    name: str
    occurred: int
    recorded: int


class Histories:
    """All that was recorded, as far as judging looks at it; events are added in ledger order."""

    def __init__(self) -> None:
        self.incidents: dict[str, list[Fact]] = {}
        self.contracts: dict[str, Terms] = {}
        self.publications = Publications()
        self.adoptions: dict[str, list[Adoption]] = defaultdict(list)
        self.releases: dict[str, list[Stage]] = defaultdict(list)
        self.last_recorded: int | None = None
        self._order = 0

    @classmethod
    def upon(cls, published: "Histories") -> "Histories":
        """Histories of contracts yet to be added, over what the provider published.

        They share it: no event of the provider's own log may be added to them.
        """
        histories = cls()
        histories.publications = published.publications
        histories.adoptions = published.adoptions
        histories.releases = published.releases
        histories.last_recorded = published.last_recorded
        return histories

    def add(self, event: Event) -> None:
        """Take in the next event of the ledger."""
        recorded = to_micros(event.recorded_at)
        if self.last_recorded is None or recorded > self.last_recorded:
            self.last_recorded = recorded
        self._order += 1
        kind = event.data.TYPE
        if kind.startswith("incident."):
            side = event.actor.party
            detail = _DETAILS.get(type(event.data), _nothing if side == "customer" else None)
            if detail is not None:
                self._add_fact(event, side, recorded, detail(event.data))
        else:
            self._add_term(event, recorded)

    def _add_fact(self, event: Event, side: Side, recorded: int, detail: object) -> None:
        if type(detail) is Correction and detail.field not in _JUDGED_FIELDS and side != "customer":
            return
        fact = Fact(self._order, event.data.TYPE, event.id, to_micros(event.occurred_at), recorded, side, detail)
        self.incidents.setdefault(event.subject, []).append(fact)

    def _add_term(self, event: Event, recorded: int) -> None:
        match event.data:
            case ContractRegistered() as data:
                self.contracts[event.subject] = Terms(
                    contract=event.subject,
                    customer=data.customer,
                    edition=data.edition,
                    jurisdiction=data.jurisdiction,
                    policy=data.policy,
                    tolerance=parse_duration(data.work_gap_tolerance) if data.work_gap_tolerance else 0,
                    licence_from=day_of(data.licence.from_),
                    licence_until=day_of(data.licence.until),
                    registered_level=data.level,
                )
            case LevelChanged() as data:
                term = Dated(day_of(data.effective_from), self._order, recorded, data.level)
                self.contracts[event.subject].levels.append(term)
            case LicenceRenewed() as data:
                self.contracts[event.subject].renewals.append((recorded, day_of(data.until)))
            case ReadingAgreed() as data:
                term = Dated(day_of(data.effective_from), self._order, recorded, data.option)
                self.contracts[event.subject].agreements.setdefault(data.question, []).append(term)
            case CalendarPublished() as data:
                self.publications.add(data.jurisdiction, data.year, recorded, days_of(data))
            case PolicyAdopted() as data:
                self.adoptions[event.subject].append(Adoption(recorded, data.sha256))
            case ReleaseStagePassed() as data:
                self.releases[event.subject].append(Stage(data.stage, to_micros(event.occurred_at), recorded))
            case _:
                pass


def adopted(adoptions: list[Adoption], opened_recorded: int, as_of: int) -> str | None:
    """The SHA-256 of the policy text that judges an incident for life (EVENTS.md, Which policy judges)."""
    known = [adoption for adoption in adoptions if adoption.recorded <= as_of]
    if not known:
        return None
    by_then = [adoption for adoption in known if adoption.recorded <= opened_recorded]
    return (by_then[-1] if by_then else known[0]).sha256


__all__ = [
    "Adoption",
    "Agreement",
    "Change",
    "Closing",
    "Correction",
    "Fact",
    "Histories",
    "Opening",
    "Stage",
    "Terms",
    "adopted",
]
