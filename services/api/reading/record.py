"""What stands in the record of one subject, in the clear: an incident's state, a contract's terms.

No verdict, no clock, no free text and no people: the same events give the same answer for ever.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple, Self

from ledger.claims import claim_of
from ledger.incident import Incident
from ledger.recorder import Row
from ledger.subjects import State, evolve
from schemas.contract_events import ContractRegistered, LevelChanged, LicenceRenewed, ReadingAgreed
from schemas.decode import decode_event
from schemas.events import Event
from schemas.incident_events import IncidentOpened
from schemas.instants import print_instant

__all__ = ["History", "contract_record", "incident_record"]


class History(NamedTuple):
    """The events of one subject, and the row of the last one."""

    events: tuple[Event, ...]
    last: Row

    @classmethod
    def of(cls, rows: Sequence[Row]) -> Self:
        """The history that lies in these rows, of which there is at least one."""
        return cls(tuple(decode_event(row.state) for row in rows), rows[-1])

    def stamp(self, *, limited: bool) -> dict[str, Any]:
        """How far it goes, and when the first and the last event were recorded; no position for limited callers."""
        stamp = {
            "version": self.events[-1].version,
            "events": len(self.events),
            "first_recorded_at": print_instant(self.events[0].recorded_at),
            "last_recorded_at": print_instant(self.events[-1].recorded_at),
            "log_index": self.last.index,
        }
        return stamp if limited else {**stamp, "position": self.last.position}


def incident_record(history: History, *, limited: bool) -> dict[str, Any]:
    """An incident as JSON values."""
    opening = history.events[0]
    assert isinstance(opening.data, IncidentOpened)
    state: State | None = None
    for event in history.events:
        state = evolve(state, event)
    assert isinstance(state, Incident)
    return {
        "incident": opening.subject,
        "contract": opening.data.contract,
        "opened_at": print_instant(opening.occurred_at),
        "channel": opening.data.channel,
        "priority": opening.data.priority,
        "state": "open" if state.closed_by is None else "closed",
        "closed_by": state.closed_by,
        "working": sorted(state.working),
        **history.stamp(limited=limited),
    }


def contract_record(history: History, *, limited: bool) -> dict[str, Any]:
    """A contract as JSON values: its terms as registered, and each change of them with when it was recorded."""
    registration = history.events[0]
    terms = registration.data
    assert isinstance(terms, ContractRegistered)
    changes: dict[str, list[dict[str, Any]]] = {"levels": [], "renewals": [], "agreements": []}
    for event in history.events:
        _note(event, changes)
    return {
        "contract": registration.subject,
        "customer": terms.customer,
        "level": terms.level,
        "edition": terms.edition,
        "licence": {"from": terms.licence.from_, "until": terms.licence.until},
        "jurisdiction": terms.jurisdiction,
        "policy": terms.policy,
        "work_gap_tolerance": terms.work_gap_tolerance,
        **changes,
        **history.stamp(limited=limited),
    }


def _note(event: Event, changes: dict[str, list[dict[str, Any]]]) -> None:
    recorded = {"recorded_at": print_instant(event.recorded_at)}
    match event.data:
        case LevelChanged() as data:
            changes["levels"].append({"level": data.level, "effective_from": data.effective_from, **recorded})
        case LicenceRenewed() as data:
            changes["renewals"].append({"until": data.until, **recorded})
        case ReadingAgreed() as data:
            claim = claim_of(event)
            agreement = {
                "question": data.question,
                "option": data.option,
                "effective_from": data.effective_from,
                "document": data.document,
                "asserted_by": None if claim is None else claim.asserted_by,
            }
            changes["agreements"].append({**agreement, **recorded})
        case _:
            pass
