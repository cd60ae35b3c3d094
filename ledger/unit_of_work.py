"""A unit of work: proposals decided in turn, each against the state its neighbours left, and stamped as events.

The live append, the import, the check of a whole file before an import and the evaluation of a bare file with no ledger
behind it all decide here, so that they cannot disagree about what may be recorded. Nothing is read from a clock and
nothing is written: what was recorded before comes through `Record`, the time through the stamping.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Protocol

from ledger.contract import Contract
from ledger.erasure import erased_by, without
from ledger.journal import Journal, MemoryJournal
from ledger.policy import Policy
from ledger.rules import Original, Placement, refuse
from ledger.sameness import same_event
from ledger.stamping import Bare, Imported, Live, Stamping, stamp
from ledger.subjects import State, decide, evolve
from schemas.events import Event, Proposal
from schemas.policy import LocalZone, parse_policy

__all__ = ["NOTHING", "Duplicate", "Record", "UnitOfWork"]


class Record(Protocol):
    """What was recorded before the unit began."""

    def state(self, subject: str) -> State | None:
        """The state that the subject's events left; None where it has none."""

    def original(self, event_id: str) -> Original | None:
        """The event of this id with the values still known."""

    def last_recorded_at(self, log: str) -> datetime | None:
        """When the last event of the log was recorded."""

    def policy_text(self, sha256: str) -> bytes | None:
        """The policy file of this hash, if it is kept."""


class _Nothing:
    """A record with nothing in it."""

    def state(self, _subject: str) -> State | None:
        return None

    def original(self, _event_id: str) -> Original | None:
        return None

    def last_recorded_at(self, _log: str) -> datetime | None:
        return None

    def policy_text(self, _sha256: str) -> bytes | None:
        return None


NOTHING: Final[Record] = _Nothing()
"""The record behind a bare file: nothing was recorded before its first line."""


@dataclass(frozen=True, slots=True)
class Duplicate:
    """An event that was taken before under the same id with the same content; it is not taken again."""

    id: str


class UnitOfWork:
    """Proposals decided in turn. A refused one leaves no trace, and the unit can go on with the next."""

    def __init__(
        self,
        stamping: Stamping,
        record: Record = NOTHING,
        *,
        journal: Journal | None = None,
        policy_texts: Iterable[bytes] = (),
        shipped_policy: bytes | None = None,
        via: str | None = None,
    ) -> None:
        """Begin after `record`.

        `journal` finds the unit's own events again (by default it keeps them). `policy_texts` are the files of the
        policies that the unit adopts. `shipped_policy` is the file that judges where none was ever adopted. `via` is
        the credential that the events come through. Raises PolicyUnusable for a file that is no policy's.
        """
        self._stamping = stamping
        self._record = record
        self._journal: Journal = MemoryJournal() if journal is None else journal
        self._policy_texts = {parse_policy(text).sha256: text for text in policy_texts}
        self._shipped_policy = shipped_policy
        self._states: dict[str, State] = {}
        self._last: dict[str, datetime] = {}
        self._erased: defaultdict[str, set[str]] = defaultdict(set)
        self._set: dict[str, Any] = {"imported_at": stamping.now} if isinstance(stamping, Imported) else {}
        if via is not None:
            self._set["via"] = via
        self.bare_claims = not isinstance(stamping, Live)

    def take(self, proposal: Proposal, place: int = 0) -> Event | Duplicate:
        """The event that the proposal becomes, or that it was taken before.

        `place` is handed to the journal. Raises RuleBroken with the name of the rule that the proposal breaks.
        """
        assert proposal.id is not None, "an event has its id before it is decided"
        known = self.original(proposal.id)
        if known is not None:
            if same_event(proposal, known):
                return Duplicate(proposal.id)
            refuse("id-reused", proposal, id=proposal.id)
        return self.take_new(proposal, proposal.id, place)

    def take_new(self, proposal: Proposal, event_id: str, place: int = 0) -> Event:
        """The event that a proposal becomes under an id that nobody has used, as one that the ledger has made."""
        state = self.state(proposal.subject)
        placement = decide(state, proposal, self)
        version = 1 if state is None else state.version + 1
        event = _event(proposal, event_id, placement, version, self._set)
        self._states[proposal.subject] = evolve(state, event)
        self._last[placement.log] = placement.recorded_at
        self._journal.add(proposal, event, place)
        for erased, pointers in erased_by(event):
            self._erased[erased].update(pointers)
        return event

    def take_recorded(self, event: Event, place: int = 0) -> Event | Duplicate:
        """The same for an event in canonical form, which must have the log and number that the unit would give it."""
        proposal = Proposal(
            id=event.id,
            subject=event.subject,
            occurred_at=event.occurred_at,
            actor=event.actor,
            data=event.data,
            recorded_at=event.recorded_at,
        )
        taken = self.take(proposal, place)
        if isinstance(taken, Duplicate):
            return taken
        if taken.log != event.log:
            refuse("wrong-log", proposal, expected=taken.log, found=event.log)
        if taken.version != event.version:
            refuse("sequence-broken", proposal, expected=taken.version, found=event.version)
        return event

    @property
    def states(self) -> Mapping[str, State]:
        """The states that the unit's events left, by subject."""
        return self._states

    def state(self, subject: str) -> State | None:
        """The state that the subject's events left so far."""
        return self._states.get(subject) or self._record.state(subject)

    def stamp(self, proposal: Proposal, log: str) -> datetime:
        """When the proposal is recorded in the log (EVENTS.md, "When it was recorded")."""
        return stamp(self._stamping, proposal, log, self.last_recorded_at(log))

    def last_recorded_at(self, log: str) -> datetime | None:
        """When the last event of the log was recorded, this unit's included."""
        return self._last.get(log) or self._record.last_recorded_at(log)

    def original(self, event_id: str) -> Original | None:
        """The event of this id, of this unit or recorded before, but for the values that the unit erased."""
        found = self._journal.find(event_id) or self._record.original(event_id)
        if found is None or event_id not in self._erased:
            return found
        return without(found, self._erased[event_id])

    def contract_exists(self, contract: str) -> bool:
        """Whether a contract of this id was registered."""
        return isinstance(self.state(contract), Contract)

    def levels(self, policy_id: str) -> frozenset[str] | None:
        """The levels of the policy's version in force; None where its text is not known here."""
        text = self._text_in_force(policy_id)
        return None if text is None else frozenset(parse_policy(text).level)

    def zone(self, contract: str) -> LocalZone | None:
        """The local time of a contract, as the policy in force states it; None where that is not known here."""
        state = self.state(contract)
        text = self._text_in_force(state.policy) if isinstance(state, Contract) else None
        return None if text is None else parse_policy(text).zone

    def has_policy_text(self, sha256: str) -> bool:
        """Whether the file of this hash is at hand; a bare file keeps nothing, so it needs none."""
        return isinstance(self._stamping, Bare) or self.policy_text(sha256) is not None

    def policy_text(self, sha256: str) -> bytes | None:
        """The policy file of this hash, of this unit or kept before."""
        return self._policy_texts.get(sha256) or self._record.policy_text(sha256)

    def inner(self, *, policy_texts: Iterable[bytes] = (), via: str | None = None) -> "UnitOfWork":
        """A unit that begins after this one and leaves no trace in it unless it is adopted."""
        return UnitOfWork(self._stamping, self, policy_texts=policy_texts, via=via)

    def adopt(self, inner: "UnitOfWork") -> None:
        """Take over what an inner unit took; both keep their events in memory."""
        assert isinstance(self._journal, MemoryJournal)
        assert isinstance(inner._journal, MemoryJournal)
        self._policy_texts.update(inner._policy_texts)
        self._states.update(inner._states)
        self._last.update(inner._last)
        self._journal.adopt(inner._journal)
        for event_id, pointers in inner._erased.items():
            self._erased[event_id].update(pointers)

    def _text_in_force(self, policy_id: str) -> bytes | None:
        policy = self.state(policy_id)
        return self.policy_text(policy.sha256) if isinstance(policy, Policy) else self._shipped_policy


_SET_SOMETIMES: Final = frozenset(("imported_at", "via"))
_GIVEN: Final = frozenset(Event.model_fields) - _SET_SOMETIMES


def _event(
    proposal: Proposal, event_id: str, placement: Placement, version: int, sometimes: Mapping[str, Any]
) -> Event:
    """The proposal as an event, without checking its parts a second time.

    What `model_construct` does, minus its walk over the fields, which would be a third of the time
    that a long file takes to be decided. `sometimes` are the fields that not every event has.
    """
    event = Event.__new__(Event)
    fields = {
        "id": event_id,
        "subject": proposal.subject,
        "occurred_at": proposal.occurred_at,
        "recorded_at": placement.recorded_at,
        "actor": proposal.actor,
        "data": proposal.data,
        "log": placement.log,
        "version": version,
        "imported_at": None,
        "via": None,
        **sometimes,
    }
    object.__setattr__(event, "__dict__", fields)
    object.__setattr__(event, "__pydantic_fields_set__", set(_GIVEN.union(sometimes)))
    object.__setattr__(event, "__pydantic_extra__", None)
    object.__setattr__(event, "__pydantic_private__", None)
    return event
