"""A group of requests decided in one transaction: each in its turn, against the state that its neighbours left.

A request is decided in a unit of work of its own, begun after the group's: refused, it leaves no trace and its
neighbours never know of it; accepted, the group's unit adopts it. Its answer is made here, inside the transaction that
keeps it, since positions are known before the events are inserted.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Protocol

from ledger.entry import Entry, seal_event
from ledger.erasure import erased_by
from ledger.numbering import Numbers, local_year
from ledger.recorder import Erasure, Filing, Row, StoredAnswer
from ledger.subjects import State
from ledger.submission import Answer, Element, Placed, Submission, replay, store
from ledger.unit_of_work import Duplicate, UnitOfWork
from schemas.decode import decode_event
from schemas.events import Proposal, to_wire
from schemas.incident_events import IncidentOpened
from schemas.personal import personal_pointers, personal_values
from schemas.problems import ClockSuspect, LedgerError, http_problems
from schemas.provider_events import PolicyAdopted

__all__ = ["Group", "Inserted", "Kept"]

_digits = re.compile(r"INC-[0-9]{4}-([0-9]{6})").fullmatch


class Kept(Protocol):
    """What a group asks about what was committed before it."""

    def find_answer(self, caller: str, key: str) -> StoredAnswer | None:
        """What was answered under a caller's key."""

    def find(self, event_id: str) -> Row | None:
        """The event of this id."""

    def highest_number(self, prefix: str) -> str | None:
        """The highest subject that is the prefix and six digits."""

    def numbered(self, subject: str) -> None:
        """Know that a number was given, which is above the highest one."""


@dataclass(slots=True)
class Inserted:
    """What the accepted requests of a group come to: all of it is saved at once."""

    entries: list[Entry] = field(default_factory=list)
    filings: list[Filing] = field(default_factory=list)
    erasures: list[Erasure] = field(default_factory=list)
    policy_texts: dict[str, bytes] = field(default_factory=dict)
    answers: list[StoredAnswer] = field(default_factory=list)

    def add(self, other: "Inserted") -> None:
        """Put what a request comes to behind the rest."""
        self.entries += other.entries
        self.filings += other.filings
        self.erasures += other.erasures
        self.policy_texts.update(other.policy_texts)
        self.answers += other.answers


class Group:
    """The requests of one transaction, taken one after the other."""

    def __init__(
        self,
        unit: UnitOfWork | ClockSuspect,
        kept: Kept,
        count: int,
        *,
        new_id: Callable[[], str],
        new_salt: Callable[[str], bytes],
    ) -> None:
        """Begin after `count` events. Without a clock to be believed only stored answers are given."""
        self._unit = unit
        self._kept = kept
        self._count = count
        self._new_id = new_id
        self._new_salt = new_salt
        self._numbers = Numbers(self._highest)
        self._answers: dict[tuple[str, str], StoredAnswer] = {}
        self._positions: dict[str, tuple[int, bytes]] = {}
        self.inserted = Inserted()

    @property
    def states(self) -> Mapping[str, State]:
        """The states that the group's events left, by subject."""
        return {} if isinstance(self._unit, ClockSuspect) else self._unit.states

    def take(self, submission: Submission) -> Answer:
        """The answer to a request, valid once the transaction is committed.

        Raises IdempotencyKeyReused, VersionRequired, VersionDiffers, RuleBroken, InvalidInput, ClockSuspect; nothing of
        the request is then recorded.
        """
        name = (submission.caller, submission.key)
        stored = self._answers.get(name) or self._kept.find_answer(*name)
        if stored is not None:
            return replay(stored, submission)
        if isinstance(self._unit, ClockSuspect):
            raise self._unit
        unit = self._unit.inner(policy_texts=submission.policy_texts, via=submission.via)
        numbers = Numbers(self._numbers.highest)
        taken = [self._decide(element, unit, numbers) for element in submission.elements]
        inserted = Inserted()
        placed = list(self._place(taken, inserted))
        known_whole = all(_is_known_whole(one.id, unit) for one in taken if isinstance(one, Duplicate))
        answer = store(submission, placed, self._new_salt if known_whole else None)
        inserted.answers.append(answer)
        inserted.policy_texts.update(_adopted(inserted.entries, submission.policy_texts))
        self._unit.adopt(unit)
        self._numbers.adopt(numbers)
        self._answers[name] = answer
        self._positions.update({one.event.id: (one.position, one.state) for one in placed if not one.again})
        self._count += len(inserted.entries)
        self.inserted.add(inserted)
        return Answer(answer.body, replayed=False, created=answer.created)

    def _decide(self, element: Element, unit: UnitOfWork, numbers: Numbers) -> Entry | Duplicate:
        """The element's event, sealed, so that one without a canonical form is refused by itself."""
        try:
            if element.blind:
                raise http_problems.VersionRequired
            proposal = self._numbered(element, unit, numbers) if element.numbered else element.proposal
            if element.if_match is not None:
                _check_version(unit, proposal.subject, element.if_match)
            taken = unit.take_new(proposal, self._new_id()) if proposal.id is None else unit.take(proposal)
            if isinstance(taken, Duplicate):
                return taken
            return seal_event(taken, self._new_salt)
        except LedgerError as error:
            raise _placed_error(error, element.pointer) from None

    def _numbered(self, element: Element, unit: UnitOfWork, numbers: Numbers) -> Proposal:
        """The proposal of an incident with its number, as the ledger gives it or gave it when it was said before."""
        proposal = element.proposal
        known = None if proposal.id is None else unit.original(proposal.id)
        if known is not None:
            return proposal.model_copy(update={"subject": known.said.subject})
        data = proposal.data
        assert isinstance(data, IncidentOpened), "only incidents are numbered"
        recorded_at = unit.stamp(proposal, data.contract)
        number = numbers.next(local_year(unit.zone(data.contract), recorded_at), proposal)
        self._kept.numbered(number)
        return proposal.model_copy(update={"subject": number})

    def _place(self, taken: Iterable[Entry | Duplicate], inserted: Inserted) -> Iterator[Placed]:
        """Each event with its position: the next ones for those to be inserted."""
        own: dict[str, Placed] = {}
        for one in taken:
            if isinstance(one, Duplicate):
                yield own.get(one.id) or self._again(one.id)
                continue
            event = one.event
            inserted.entries.append(one)
            inserted.filings.append(Filing(event.id, event.log, event.recorded_at, one.disclosures))
            inserted.erasures += [Erasure(event_id, pointers) for event_id, pointers in erased_by(event)]
            own[event.id] = Placed(event, self._count + len(inserted.entries), one.state, again=False)
            yield own[event.id]

    def _again(self, event_id: str) -> Placed:
        found = self._positions.get(event_id)
        if found is None:
            row = self._kept.find(event_id)
            assert row is not None, "what was taken before lies in the ledger or in this group"
            found = row.position, row.state
        return Placed(decode_event(found[1]), found[0], found[1], again=True)

    def _highest(self, year: int) -> int:
        subject = self._kept.highest_number(f"INC-{year:04}-")
        match = None if subject is None else _digits(subject)
        return 0 if match is None else int(match[1])


def _is_known_whole(event_id: str, unit: UnitOfWork) -> bool:
    """Whether no value of an event that is said again was erased: of the others no fingerprint may be kept either."""
    original = unit.original(event_id)
    assert original is not None, "what is said again was taken before"
    wire = to_wire(original.said)
    return len(personal_values(wire)) == len(personal_pointers(wire))


def _check_version(unit: UnitOfWork, subject: str, expected: int) -> None:
    state = unit.state(subject)
    version = 0 if state is None else state.version
    if version != expected:
        raise http_problems.VersionDiffers(version=version)


def _adopted(entries: list[Entry], texts: tuple[bytes, ...]) -> dict[str, bytes]:
    """The policy files that the events adopt, by their SHA-256."""
    if not texts:
        return {}
    adopted = {entry.event.data.sha256 for entry in entries if isinstance(entry.event.data, PolicyAdopted)}
    return {digest: text for text in texts if (digest := sha256(text).hexdigest()) in adopted}


def _placed_error(error: LedgerError, pointer: str) -> LedgerError:
    """The same error, with the place of its element in the request before its own."""
    if not pointer:
        return error
    return type(error)(pointer=f"{pointer}{error.pointer or ''}", **error.params)
