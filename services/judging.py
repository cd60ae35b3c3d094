"""What one question about incidents needs of a ledger, or of a bare file of events: read, and ready to be judged.

About one incident that is its own stream, the terms of its contract and the provider's log, and no other incident;
about many it is everything, streamed, of which only what judging looks at is kept. Every answer names the position it
was read at.
"""

from bisect import bisect_right
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from heapq import merge
from operator import attrgetter
from typing import Any, NamedTuple, Protocol

from ledger.application import Ledger
from ledger.claims import claim_of
from projections.case import Case, Docket
from projections.history import Histories
from projections.replay import Placed
from projections.verdict import Judgement
from schemas.contract_events import ReadingAgreed
from schemas.decode import decode_event
from schemas.events import PROVIDER_LOG, Event
from schemas.http_problems import PositionAhead
from schemas.instants import to_micros
from schemas.problems import CalendarMissing, NothingToJudge, UnknownIncident
from schemas.verdicts import IncidentVerdict, NotJudged
from services.evaluation import Evaluation
from services.event_file import EventFile
from services.provider_log import ProviderLog, Published

__all__ = ["Asserted", "Dossier", "FileSource", "Holdings", "LedgerSource", "Source", "speaks_for"]


@dataclass(frozen=True, slots=True)
class Holdings:
    """All that was read: the docket, the last position (or line), the last instants of recording in microseconds.

    `last_recorded` is over everything. `judged_until` leaves out the provider's own log of a ledger: it is the instant
    judged as of by default, which the calendars that a ledger is given must not move, as they do not in `evaluate`.
    """

    docket: Docket
    position: int
    last_recorded: int
    judged_until: int

    def instant(self, as_of: int | None) -> int:
        """The instant judged as of: the one asked for, else the last one recorded of any contract."""
        return self.judged_until if as_of is None else as_of

    def is_provisional(self, as_of: int) -> bool:
        """Whether events recorded before the instant may still come, so that the answer may change."""
        return as_of > self.last_recorded


class Asserted(NamedTuple):
    """An event in which a party speaks in the other's name (EVENTS.md, Who says what)."""

    placed: Placed
    by: str

    def to_wire(self) -> dict[str, Any]:
        """The same as JSON values."""
        event = self.placed.event
        return {
            "position": self.placed.position,
            "event": event.id,
            "type": event.type,
            "asserted_by": self.by,
        }


@dataclass(frozen=True, slots=True)
class Dossier(Holdings):
    """What was read about one incident: beside the docket its own events and those of its contract."""

    incident: str
    events: tuple[Placed, ...]
    contract_events: tuple[Placed, ...]

    def case(self, as_of: int, overrides: Mapping[str, str]) -> Case:
        """The case as of an instant. Raises UnknownIncident where it was not yet recorded, PolicyTextMissing."""
        case = self.docket.case(self.incident, as_of, overrides)
        if case is None:
            raise UnknownIncident(incident=self.incident)
        return case

    def judge(self, as_of: int, overrides: Mapping[str, str]) -> tuple[Judgement, IncidentVerdict]:
        """The judgement and its verdict. Raises as `case` does, and CalendarMissing where there is no verdict."""
        judgement = Judgement(self.case(as_of, overrides))
        verdict = judgement.verdict()
        if isinstance(verdict, NotJudged):
            raise CalendarMissing(jurisdiction=verdict.jurisdiction, year=verdict.year)
        return judgement, verdict

    def known(self, as_of: int) -> tuple[Placed, ...]:
        """The incident's events recorded by the instant."""
        return tuple(one for one in self.events if to_micros(one.event.recorded_at) <= as_of)

    def asserted(self, case: Case) -> tuple[Asserted, ...]:
        """What of that, and of the agreements that settle a question, is one party's word for the other's."""
        told = [placed for placed in self.contract_events if placed.event.id in self._agreements(case)]
        told += self.known(case.as_of)
        return tuple(
            Asserted(placed, claim.asserted_by) for placed in told if (claim := claim_of(placed.event)) is not None
        )

    def _agreements(self, case: Case) -> set[str]:
        """The ids of the agreements in force for the incident: of each question the last, as the judgement finds it."""
        opened_on = date.fromordinal(case.cover.local.date_of(case.facts[0].occurred)).isoformat()
        in_force: dict[str, tuple[str, int, str]] = {}
        for position, event in self.contract_events:
            data = event.data
            if not isinstance(data, ReadingAgreed) or to_micros(event.recorded_at) > case.as_of:
                continue
            if data.effective_from <= opened_on:
                found = (data.effective_from, position, event.id)
                in_force[data.question] = max(found, in_force.get(data.question, found))
        return {event_id for _, _, event_id in in_force.values()}


class Source(Protocol):
    """Where events are read from."""

    def dossier(self, incident: str) -> Dossier:
        """What there is about one incident. Raises UnknownIncident."""

    def everything(self) -> Holdings:
        """What there is about all of them. Raises NothingToJudge where nothing was ever recorded."""


class LedgerSource:
    """A ledger, read as far as it went when it was asked.

    With `reveal` the events of an incident come with the values beside them, as a replay shows them.
    """

    def __init__(self, ledger: Ledger, provider_log: ProviderLog | None = None, *, reveal: bool = False) -> None:
        self._ledger = ledger
        self._provider_log = provider_log or ProviderLog(ledger)
        self._reveal = reveal

    def dossier(self, incident: str, *, at_position: int | None = None, alone: bool = False) -> Dossier:
        """See Source. No event of another incident is read, nor, but for its instant, of another contract.

        With `at_position` the ledger is read as it stood there, and PositionAhead is raised where it has not come so
        far. `alone` leaves other contracts out altogether: whether the answer may change is then judged by the
        incident's own log and the provider's, so that it does not tell when others record.
        """
        ledger = self._ledger
        head = ledger.head()
        position = head.count if at_position is None else at_position
        if position > head.count:
            raise PositionAhead(position=head.count)
        rows = ledger.subject_rows(incident, until=position)
        if not rows or rows[0].log in {incident, PROVIDER_LOG}:
            raise UnknownIncident(incident=incident)
        contract = rows[0].log
        published = self._provider_log.until(position)
        histories = Histories.upon(published.histories)
        events: list[Placed] = []
        terms: list[Placed] = []
        for row in merge(ledger.subject_rows(contract, until=position), rows, key=attrgetter("position")):
            event = decode_event(row.state)
            histories.add(event)
            if event.subject == contract:
                terms.append(Placed(row.position, event))
            else:
                events.append(Placed(row.position, ledger.record.revealed(row) if self._reveal else event))
        until = self._last_of(contract, position)
        if not alone:
            until = max(until, self._newest(position))
        of_provider = published.histories.last_recorded
        return Dossier(
            Docket(histories, published.policies),
            position,
            until if of_provider is None else max(until, of_provider),
            until,
            incident,
            tuple(events),
            tuple(terms),
        )

    def published(self) -> Published:
        """What the provider has published up to now."""
        return self._provider_log.until(self._ledger.head().count)

    def everything(self) -> Holdings:
        """See Source."""
        head = self._ledger.head()
        histories = Histories()
        until: datetime | None = None
        for row in self._ledger.rows(until=head.count):
            event = decode_event(row.state)
            histories.add(event)
            if row.log != PROVIDER_LOG:
                until = event.recorded_at if until is None else max(until, event.recorded_at)
        last = histories.last_recorded
        if last is None:
            raise NothingToJudge
        docket = Docket(histories, self._policies())
        return Holdings(docket, head.count, last, last if until is None else to_micros(until))

    def _newest(self, position: int) -> int:
        """When the event at the head was recorded, where it is one of a contract's; else long ago."""
        newest = next(self._ledger.rows(after=position - 1, until=position))
        return 0 if newest.log == PROVIDER_LOG else to_micros(decode_event(newest.state).recorded_at)

    def _last_of(self, log: str, position: int) -> int:
        """When the last event of a log that has one at or before the position was recorded."""
        ledger = self._ledger
        head = ledger.record.log_head(log)
        assert head is not None, "the log of a known incident has events"

        def place(index: int) -> int:
            found = ledger.position_of(log, index)
            assert found is not None, "a log is dense"
            return found

        if place(head.count - 1) <= position:
            return to_micros(head.recorded_at)
        last = place(bisect_right(range(head.count), position, key=place) - 1)
        return to_micros(decode_event(next(ledger.rows(after=last - 1, until=last)).state).recorded_at)

    def _policies(self) -> dict[str, bytes]:
        texts = ((name, self._ledger.policy_text(name)) for name in self._ledger.policy_hashes())
        return {name: text for name, text in texts if text is not None}


class FileSource:
    """A bare file of events: positions are its lines. The whole file is checked, as `evaluate` does."""

    def __init__(self, file: EventFile, *, calendars: str | None, policies: Mapping[str, bytes]) -> None:
        self._file = file
        self._calendars = calendars
        self._policies = policies

    def dossier(self, incident: str) -> Dossier:
        """See Source. Raises LedgerError with the parameter `line` for a bad line."""
        own: list[Placed] = []
        contracts: list[Placed] = []

        def watch(line: int, event: Event) -> None:
            if event.subject == incident:
                own.append(Placed(line, event))
            elif event.subject == event.log:
                contracts.append(Placed(line, event))

        holdings = self._evaluate(watch)
        if incident not in holdings.docket.histories.incidents:
            raise UnknownIncident(incident=incident)
        contract = own[0].event.log
        return Dossier(
            holdings.docket,
            holdings.position,
            holdings.last_recorded,
            holdings.judged_until,
            incident,
            tuple(own),
            tuple(placed for placed in contracts if placed.event.log == contract),
        )

    def everything(self) -> Holdings:
        """See Source. Raises LedgerError with the parameter `line` for a bad line."""
        return self._evaluate(None)

    def _evaluate(self, watch: Callable[[int, Event], None] | None) -> Holdings:
        evaluation = Evaluation.of(self._file, calendars=self._calendars, policies=self._policies, watch=watch)
        last = evaluation.last_recorded_at
        if last is None:
            raise NothingToJudge
        return Holdings(evaluation.docket, evaluation.last_line, to_micros(last), to_micros(last))


def speaks_for(event: Event) -> str | None:
    """The party in whose name an event's actor speaks, where it is not his own (EVENTS.md, Who says what)."""
    claim = claim_of(event)
    return None if claim is None else claim.speaks_for
