"""Which incidents an event of a contract, or of the provider, may change: asked of a store, or of one incident's rows.

Each answer errs on the side of judging once too often: whoever is concerned is judged, and keeps his rows where nothing
came of it. Whoever is not concerned would have been found the same.
"""

from dataclasses import dataclass
from typing import Final, TypeAlias

from projections.history import Histories
from projections.local_time import DAY, day_of
from projections.rows import View
from schemas.contract_events import LevelChanged, LicenceRenewed, ReadingAgreed
from schemas.events import Event
from schemas.instants import to_micros
from schemas.provider_events import CalendarPublished, PolicyAdopted, ReleaseStagePassed

__all__ = ["ByCalendar", "ByLicence", "ByPolicy", "ByRelease", "ByTerms", "Concern", "concern_of", "concerns"]

_LONG_AGO: Final = -(2**63)
_EPOCH_DAY: Final = day_of("1970-01-01")


@dataclass(frozen=True, slots=True)
class ByTerms:
    """A contract's level or reading changed for the incidents opened on a local date (an ordinal) or later."""

    contract: str
    opened_on: int


@dataclass(frozen=True, slots=True)
class ByLicence:
    """A contract's licence ends on another day: the incidents whose judgement reaches an instant (microseconds)."""

    contract: str
    reach: int


@dataclass(frozen=True, slots=True)
class ByCalendar:
    """A jurisdiction's year was published: the incidents whose judgement rests on it."""

    jurisdiction: str
    year: int


@dataclass(frozen=True, slots=True)
class ByPolicy:
    """A policy was adopted: the incidents of its contracts whose opening was recorded no earlier."""

    policy: str
    recorded_at: int


@dataclass(frozen=True, slots=True)
class ByRelease:
    """A release passed a stage: the incidents whose resolution names it."""

    release: str


Concern: TypeAlias = ByTerms | ByLicence | ByCalendar | ByPolicy | ByRelease


def concern_of(event: Event, histories: Histories) -> Concern | None:
    """Whom an event concerns that the histories do not have yet; None for one that no judgement looks at."""
    match event.data:
        case LevelChanged() | ReadingAgreed() as data:
            return ByTerms(event.subject, day_of(data.effective_from))
        case LicenceRenewed() as data:
            terms = histories.contracts[event.subject]
            ended = terms.renewals[-1][1] if terms.renewals else terms.licence_until
            # A day early: the local day after it begins at most that long before the same day in UTC.
            return ByLicence(event.subject, (min(ended, day_of(data.until)) - _EPOCH_DAY) * DAY)
        case CalendarPublished() as data:
            return ByCalendar(data.jurisdiction, data.year)
        case PolicyAdopted():
            # The first one judges what was opened before it too.
            first = not histories.adoptions.get(event.subject)
            return ByPolicy(event.subject, _LONG_AGO if first else to_micros(event.recorded_at))
        case ReleaseStagePassed():
            return ByRelease(event.subject)
        case _:
            return None


def concerns(concern: Concern, view: View) -> bool:
    """Whether the incident of these rows is among those concerned."""
    row, kept = view.incident, view.private
    match concern:
        case ByTerms(contract, opened_on):
            return row.contract == contract and (kept.opened_on >= opened_on or row.problem is not None)
        case ByLicence(contract, reach):
            return row.contract == contract and (kept.reach >= reach or row.problem is not None)
        case ByCalendar(jurisdiction, year):
            return kept.jurisdiction == jurisdiction and kept.years[0] <= year <= kept.years[1]
        case ByPolicy(policy, recorded_at):
            return kept.policy == policy and (kept.opened_recorded_at >= recorded_at or row.problem is not None)
        case ByRelease(release):
            return release in kept.releases
