"""The judgement of a bare file of events: no ledger, no clock, the whole file checked before the first verdict.

    file ─ checked line by line (form, ids, order, life cycle) ─ histories ─ one verdict an incident

What judging does not look at is dropped as soon as its line is checked, so that a hundred thousand incidents fit in
memory.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any, Self

from ledger.stamping import Bare
from ledger.unit_of_work import Duplicate, UnitOfWork
from projections.calendars import shipped_calendars
from projections.case import Docket
from projections.history import Histories
from projections.policies import shipped_policy
from projections.verdict import judge
from schemas.events import PROVIDER_LOG, Event, Proposal
from schemas.instants import from_micros, print_instant, to_micros
from schemas.policy import parse_policy
from schemas.problems import (
    LevelMissing,
    NothingToJudge,
    PolicyMismatch,
    PolicyTextMissing,
    Unjudgeable,
    UnknownIncident,
)
from services.collecting import without_collector
from services.event_file import EventFile, spool

__all__ = ["Evaluation", "by_hash", "evaluate_lines"]

NOTHING: Mapping[str, Any] = {}


def evaluate_lines(
    lines: Iterable[bytes],
    *,
    as_of: datetime | None = None,
    settle: Mapping[str, str] = NOTHING,
    incidents: Sequence[str] = (),
    calendars: str | None = None,
    policies: Mapping[str, bytes] = NOTHING,
) -> Iterator[dict[str, Any]]:
    """The verdict lines of EVENTS.md on the incidents of a file, in the order they were opened.

    The whole file is checked before this returns.

    Args:
        lines: the file's lines, in the interchange or the canonical form.
        as_of: judge as of this instant; without it as of the last `recorded_at`.
        settle: questions settled for this run, each with its option.
        incidents: judge these alone.
        calendars: add the shipped calendars of this jurisdiction.
        policies: the texts of adopted policies that are not shipped, by SHA-256.

    Raises:
        Refused: a line is bad (its number is the parameter `line`), the file is empty, or there is no such incident.
    """
    with spool(lines) as file:
        evaluation = Evaluation.of(file, calendars=calendars, policies=policies)
    return evaluation.verdicts(as_of=as_of, settle=settle, incidents=incidents)


class Evaluation:
    """The histories of one checked file, ready to be judged as of any instant under any reading."""

    def __init__(self, policies: Mapping[str, bytes]) -> None:
        self.histories = Histories()
        self.last_recorded_at: datetime | None = None
        self.last_line = 0
        self._policies = policies
        self.docket = Docket(self.histories, policies)

    @classmethod
    def of(
        cls,
        file: EventFile,
        *,
        calendars: str | None = None,
        policies: Mapping[str, bytes] = NOTHING,
        watch: Callable[[int, Event], object] | None = None,
    ) -> Self:
        """Check the whole file and keep what judging needs. See `evaluate_lines`.

        `watch` is shown each event with the number of its line, since what judging does not look at is then dropped.
        """
        evaluation = cls(policies)
        unit = UnitOfWork(
            Bare(),
            journal=file.journal(),
            policy_texts=policies.values(),
            shipped_policy=shipped_policy(),
        )
        shipped = list(reversed(shipped_calendars(calendars))) if calendars else []
        with without_collector():
            for evaluation.last_line, _, event in file.decided(unit):
                if isinstance(event, Duplicate):
                    continue
                if watch is not None:
                    watch(evaluation.last_line, event)
                if event.log == PROVIDER_LOG:
                    while shipped and shipped[-1].occurred_at <= event.recorded_at:
                        evaluation.histories.add(_published(shipped.pop()))
                evaluation._add(event)
            while shipped:
                evaluation.histories.add(_published(shipped.pop()))
        return evaluation

    def instant(self, as_of: datetime | None) -> datetime | None:
        """The instant judged as of: the one asked for, else the last `recorded_at` of the file."""
        return as_of or self.last_recorded_at

    def is_provisional(self, as_of: datetime | None) -> bool:
        """Whether the instant asked for is later than anything recorded, so that the answer may still change."""
        last = self.last_recorded_at
        return as_of is not None and (last is None or as_of > last)

    def overridden(self, settle: Mapping[str, str]) -> list[str]:
        """The questions settled for a run on which some contract of the file has an agreement of its own."""
        contracts = self.histories.contracts.values()
        return [question for question in settle if any(question in one.agreements for one in contracts)]

    def verdicts(
        self,
        *,
        as_of: datetime | None = None,
        settle: Mapping[str, str] = NOTHING,
        incidents: Sequence[str] = (),
    ) -> Iterator[dict[str, Any]]:
        """The verdict lines as JSON values. Raises NothingToJudge and UnknownIncident before the first one."""
        instant = self.instant(as_of)
        if instant is None:
            raise NothingToJudge
        for incident in incidents:
            if incident not in self.histories.incidents:
                raise UnknownIncident(incident=incident)
        asked = set(incidents)
        chosen = (name for name in self.histories.incidents if not asked or name in asked)
        return self._judged(chosen, to_micros(instant), settle)

    def _add(self, event: Event) -> None:
        self.histories.add(event)
        if self.last_recorded_at is None or event.recorded_at > self.last_recorded_at:
            self.last_recorded_at = event.recorded_at

    def _judged(self, incidents: Iterable[str], as_of: int, settle: Mapping[str, str]) -> Iterator[dict[str, Any]]:
        for incident in incidents:
            try:
                verdict = judge(self.docket, incident, as_of, settle)
            except PolicyTextMissing as missing:
                yield _unjudged(incident, as_of, self._mismatch(missing))
            except LevelMissing as missing:
                yield _unjudged(incident, as_of, missing)
            else:
                if verdict is not None:
                    yield verdict.to_wire()

    def _mismatch(self, missing: PolicyTextMissing) -> Unjudgeable:
        """The error that says more, where a text of the policy is at hand but not the one adopted."""
        policy, expected = missing.params["policy"], missing.params["expected"]
        for found, text in self._policies.items():
            if parse_policy(text).id == policy:
                return PolicyMismatch(policy=policy, expected=expected, found=found)
        return missing


def by_hash(texts: Iterable[bytes]) -> dict[str, bytes]:
    """Policy files by their SHA-256. Raises PolicyUnusable for one that is none."""
    kept = {}
    for text in texts:
        parse_policy(text)
        kept[sha256(text).hexdigest()] = text
    return kept


def _published(calendar: Proposal) -> Event:
    """A shipped calendar as if it had been recorded at the instant of its publication."""
    assert calendar.id is not None, "what is shipped has its id"
    return Event.model_construct(
        id=calendar.id,
        subject=calendar.subject,
        occurred_at=calendar.occurred_at,
        recorded_at=calendar.occurred_at,
        actor=calendar.actor,
        data=calendar.data,
        log=PROVIDER_LOG,
        version=1,
    )


def _unjudged(incident: str, as_of: int, error: Unjudgeable) -> dict[str, Any]:
    problem = {"problem": error.problem.name, **error.params}
    return {"incident": incident, "as_of": print_instant(from_micros(as_of)), "error": problem}
