"""The verdict on one incident: every obligation under every reading that the contract and the parties leave open.

    counted   late-entries, corrections            which history
    told      unsupported-channel, priority-…      covered or not, which priorities when
    race      clock-start, response-kind, …        what runs against what
    outcome   the hours, the days, the rest        met, breached, running

Each stage is a diagram bound to the one before, so that two readings part only where they really differ.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property, partial
from typing import TypeAlias, cast

from projections.case import Case, Docket, Told
from projections.diagram import OPTIONS, Ask, Diagram, Readings, census, literal, support, values
from projections.dues import DueFound
from projections.duties import duties
from projections.response import NOT_APPLICABLE, NOT_COVERED, Race, racing
from projections.service import MissingYear, YearUnpublishedError
from schemas.verdicts import IncidentVerdict, NotJudged, ObligationVerdict, Outcome, PolicyName

Found: TypeAlias = Outcome | MissingYear


class Judgement:
    """The diagrams of one case: what every reading finds of each obligation."""

    def __init__(self, case: Case) -> None:
        self.case = case
        self.readings = Readings(case.settled)
        self._lacking: set[MissingYear] = set()
        self.counted = self.readings.explore(case.counted)
        self.told = self.readings.bind(self.counted, lambda counted: partial(case.told, counted))
        # Under the reading that counts most of them.
        self.episodes = 1 + max([len(told.counted.reopened) for told in values(self.told)])
        self._responses: dict[int, Diagram[Found]] = {}

    @property
    def responses(self) -> list[Diagram[Found]]:
        """What every reading finds of the response of each episode."""
        return [self.response(episode) for episode in range(1, self.episodes + 1)]

    def response(self, episode: int) -> Diagram[Found]:
        """What every reading finds of the response of one episode; the first is 1."""
        found = self._responses.get(episode)
        if found is None:
            found = self._responses[episode] = self._response(episode)
        return found

    @cached_property
    def continuous_work(self) -> Diagram[Found]:
        """What every reading finds of the continuous work."""
        return self.readings.bind(self.told, self._work)

    def _response(self, episode: int) -> Diagram[Found]:
        def run(told: Told) -> Callable[[Ask], Outcome | Race]:
            if not told.covered:
                return lambda _ask: NOT_COVERED
            if episode > 1 and len(told.counted.reopened) < episode - 1:
                return lambda _ask: NOT_APPLICABLE
            race = racing(told.counted, episode, told.changes)
            if episode == 1:
                return race
            return lambda ask: NOT_APPLICABLE if ask("reopened-clock") == "no-clock" else race(ask)

        return self.readings.graft(self.readings.bind(self.told, run), self._judged)

    def _judged(self, run: Outcome | Race) -> Diagram[Found]:
        """What every reading finds of a race: by the deadlines of its first segment alone, where these decide it."""
        readings, walk = self.readings, self.case.walk
        if isinstance(run, Outcome):
            return readings.leaf(run)
        if run.start is None:
            return readings.leaf(walk.waiting(run))
        dues = self.case.dues.under_all(run.start, run.segments[0].priority, readings)
        found = readings.map(dues, partial(self._first, run))
        if None in found.values:
            return readings.explore(partial(self._raced, run))
        decided = cast("Diagram[Found]", found)
        if walk.as_of < walk.lapses_at:
            return decided
        return readings.bind(decided, lambda one: partial(self._lapsed, one))

    def _first(self, run: Race, due: DueFound) -> Found | None:
        return self._lacks(due) if isinstance(due, MissingYear) else self.case.walk.first(run, due)

    def _lapsed(self, found: Found, ask: Ask) -> Found:
        return found if isinstance(found, MissingYear) else self.case.walk.lapsed(found, ask)

    def _raced(self, run: Race, ask: Ask) -> Found:
        try:
            return self.case.walk.outcome(run, ask)
        except YearUnpublishedError as unpublished:
            return self._lacks(unpublished.year)

    def _work(self, told: Told) -> Callable[[Ask], Found]:
        if not told.covered:
            return lambda _ask: NOT_COVERED
        return partial(self._worked, self.case.work.working(told.counted, told.changes))

    def _worked(self, work: Callable[[Ask], Outcome], ask: Ask) -> Found:
        try:
            return work(ask)
        except YearUnpublishedError as unpublished:
            return self._lacks(unpublished.year)

    def _lacks(self, year: MissingYear) -> MissingYear:
        self._lacking.add(year)
        return year

    @cached_property
    def obligations(self) -> tuple[tuple[str, str, Diagram[Found]], ...]:
        """Each obligation's name, clause and diagram, in the order of the verdict line."""
        clause, work = self.case.policy.response[0].clause, self.case.policy.continuous_work.clause
        return (
            *(
                ("response" if episode == 1 else f"response-{episode}", clause, diagram)
                for episode, diagram in enumerate(self.responses, 1)
            ),
            ("continuous-work", work, self.continuous_work),
        )

    @property
    def missing(self) -> MissingYear | None:
        """The first year that some reading of some obligation needs and nobody published."""
        _ = self.obligations  # what lacks is known once everything was judged
        if not self._lacking:
            return None
        return min(self._lacking, key=lambda missing: (missing.year, missing.jurisdiction))

    def verdict(self) -> IncidentVerdict | NotJudged:
        """The verdict line of EVENTS.md, or why there is none."""
        case = self.case
        missing = self.missing
        if missing is not None:
            return NotJudged(case.incident, case.as_of, missing.jurisdiction, missing.year)
        return IncidentVerdict(
            incident=case.incident,
            as_of=case.as_of,
            level=case.level_name,
            policy=PolicyName(case.policy.id, case.policy.version, case.policy.sha256),
            obligations=tuple(
                obligation(name, clause, cast("Diagram[Outcome]", diagram), self.readings)
                for name, clause, diagram in self.obligations
            ),
            duties=duties(literal(self.counted), case.policy.duties, case.releases, case.as_of, self._literally),
        )

    def _literally(self, question: str) -> str:
        return self.case.settled.get(question) or OPTIONS[question][0]


def _breached(outcome: Outcome) -> bool:
    return outcome.breached


def obligation(name: str, clause: str, diagram: Diagram[Outcome], readings: Readings) -> ObligationVerdict:
    """What all readings together find of one obligation."""
    depends_on, counts = census(diagram)
    verdicts: dict[str, int] = {}
    dues = []
    for outcome, readings_so in counts:
        verdicts[outcome.verdict] = verdicts.get(outcome.verdict, 0) + readings_so
        if outcome.due is not None:
            dues.append(outcome.due)
    disputed = "breached" in verdicts and len(verdicts) > 1
    return ObligationVerdict(
        obligation=name,
        clause=clause,
        literal=literal(diagram),
        standing="disputed" if disputed else "broken" if "breached" in verdicts else "kept",
        verdicts=verdicts,
        earliest_due=min(dues, default=None),
        latest_due=max(dues, default=None),
        depends_on=depends_on,
        decisive=support(readings.map(diagram, _breached)) if disputed else (),
        readings=sum(verdicts.values()),
    )


def judge(
    docket: Docket, incident: str, as_of: int, overrides: Mapping[str, str]
) -> IncidentVerdict | NotJudged | None:
    """The verdict on one incident as of an instant (microseconds), or None where it was not yet recorded by then."""
    case = docket.case(incident, as_of, overrides)
    return None if case is None else Judgement(case).verdict()


__all__ = ["Found", "Judgement", "judge", "obligation"]
