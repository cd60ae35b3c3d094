"""Why the verdict is what it is: each obligation's arithmetic under one reading, and what would change it.

explanation    the literal reading (settled questions applied), obligation by obligation
account        what ran, from when, over which days, until when; what met or broke it
contrast       for a decisive question: two readings that differ in it alone, and what each gives
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Any, Literal, NamedTuple

from projections.account import Account, account
from projections.calendar import Interval
from projections.case import Case, Told
from projections.counted import Counted
from projections.diagram import OPTIONS, Ask, Diagram, follow
from projections.response import Race, race
from projections.verdict import Found, Judgement
from schemas.verdicts import Duty, IncidentVerdict, ObligationVerdict, Outcome, print_micros

NotCoveredBecause = Literal["edition", "licence", "channel"]


class Part(NamedTuple):
    """One priority segment: since when which priority was in force, how its deadline was counted, which one bound.

    `effective` is never before the segment began; `outcome` is given for the segment that decided.
    """

    at: int
    priority: int
    account: Account
    effective: int
    outcome: Outcome | None

    def to_wire(self) -> dict[str, Any]:
        """The part as JSON values."""
        return {
            "from": print_micros(self.at),
            "priority": self.priority,
            "count": self.account.to_wire(),
            "due": print_micros(self.effective),
            "decides": self.outcome is not None,
        }


class ResponseAccount(NamedTuple):
    """How the response was judged: why not covered, or from when the clock ran, over which parts, what stopped it."""

    not_covered: NotCoveredBecause | None
    started_by: Literal["opened", "confirmed", "reopened"] | None
    start: int | None
    parts: tuple[Part, ...]
    answered_by: str | None
    answered_at: int | None
    outcome: Outcome

    def to_wire(self) -> dict[str, Any]:
        """The account as JSON values."""
        return {
            "not_covered": self.not_covered,
            "started_by": self.started_by,
            "start": print_micros(self.start),
            "segments": [part.to_wire() for part in self.parts],
            "answered_by": self.answered_by,
            "answered_at": print_micros(self.answered_at),
            **_outcome_wire(self.outcome),
        }


class WorkAccount(NamedTuple):
    """How continuous work was judged: when it was owed, in which hours, what was worked, what is left; microseconds."""

    not_covered: NotCoveredBecause | None
    hours: str | None
    owed: tuple[Interval, ...]
    worked: tuple[Interval, ...]
    tolerance: int
    outcome: Outcome

    def to_wire(self) -> dict[str, Any]:
        """The account as JSON values."""
        return {
            "not_covered": self.not_covered,
            "hours": self.hours,
            "owed": _spans_wire(self.owed),
            "worked": _spans_wire(self.worked),
            "tolerance_seconds": self.tolerance // 1_000_000,
            **_outcome_wire(self.outcome),
        }


class Side(NamedTuple):
    """One option of a contested question, and what it gives, everything else read alike."""

    option: str
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Contrast:
    """A decisive question: its options side by side, the other questions read as literally as can be."""

    question: str
    clause: str
    sides: tuple[Side, ...]
    given: Mapping[str, str]

    def to_wire(self) -> dict[str, Any]:
        """The contrast as JSON values."""
        sides = [{"option": side.option, **_outcome_wire(side.outcome)} for side in self.sides]
        return {"question": self.question, "clause": self.clause, "given": dict(self.given), "options": sides}


@dataclass(frozen=True, slots=True)
class ObligationExplained:
    """One obligation: its verdict over all readings, the arithmetic of one, the contrasts of its decisive questions."""

    verdict: ObligationVerdict
    account: ResponseAccount | WorkAccount
    contrasts: tuple[Contrast, ...]

    def to_wire(self) -> dict[str, Any]:
        """The obligation as JSON values."""
        return {
            **self.verdict.to_wire(),
            "account": self.account.to_wire(),
            "contrasts": [contrast.to_wire() for contrast in self.contrasts],
        }


@dataclass(frozen=True, slots=True)
class Explanation:
    """The verdict on an incident with its arithmetic, and what settled the questions that are not open."""

    verdict: IncidentVerdict
    settled: Mapping[str, str]
    agreed: Mapping[str, str]
    obligations: tuple[ObligationExplained, ...]
    duties: tuple[Duty, ...]

    def to_wire(self) -> dict[str, Any]:
        """The explanation as JSON values: the verdict line with accounts and contrasts inside its obligations."""
        wire = self.verdict.to_wire()
        wire["obligations"] = [explained.to_wire() for explained in self.obligations]
        wire["settled"] = dict(self.settled)
        wire["agreed"] = dict(self.agreed)
        return wire


def explain(judgement: Judgement, verdict: IncidentVerdict) -> Explanation:
    """Explain a verdict that could be given; under the literal reading with the settled questions applied."""
    case = judgement.case

    def ask(question: str) -> str:
        return case.settled.get(question) or OPTIONS[question][0]

    told = case.told(case.counted(ask), ask)
    explained = []
    for episode, (found, (_, _, diagram)) in enumerate(zip(verdict.obligations, judgement.obligations, strict=True), 1):
        if found.obligation == "continuous-work":
            how: ResponseAccount | WorkAccount = _work_account(case, told, ask, found.literal)
        else:
            how = _response_account(case, told, episode, ask, found.literal)
        contrasts = tuple(_contrast(case, question, diagram, found.depends_on) for question in found.decisive)
        explained.append(ObligationExplained(found, how, contrasts))
    return Explanation(verdict, case.settled, case.agreed, tuple(explained), verdict.duties)


def _response_account(case: Case, told: Told, episode: int, ask: Ask, outcome: Outcome) -> ResponseAccount:
    if not told.covered:
        return ResponseAccount(_why_not_covered(case, told, ask), None, None, (), None, None, outcome)
    if outcome.verdict == "not-applicable":
        return ResponseAccount(None, None, None, (), None, None, outcome)
    run = race(told.counted, episode, told.changes, ask)
    parts = () if run.start is None else tuple(_parts(case, run, ask))
    confirmed = ask("clock-start") == "confirmed"
    started_by: Literal["opened", "confirmed", "reopened"] = (
        "reopened" if episode > 1 else "confirmed" if confirmed else "opened"
    )
    answered_by = _answered_by(told.counted, run.response, ask)
    lapsed: NotCoveredBecause | None = "licence" if outcome.verdict == "not-covered" else None
    return ResponseAccount(lapsed, started_by, run.start, parts, answered_by, run.response, outcome)


def _parts(case: Case, run: Race, ask: Ask) -> Iterator[Part]:
    assert run.start is not None
    from_change = len(run.segments) > 1 and ask("reprioritized-clock") == "from-change"
    tightest: Account | None = None
    for step in case.walk.steps(run, ask):
        start = step.segment.at if from_change else run.start
        how = account(case.service, start, step.segment.priority, ask)
        if tightest is None or how.due < tightest.due:
            tightest = how
        bound = how if how.due == step.due else tightest
        yield Part(step.segment.at, step.segment.priority, bound, step.effective, step.outcome)


def _answered_by(counted: Counted, at: int | None, ask: Ask) -> str | None:
    """What stopped the clock; at one instant a response before a reply before a closing."""
    if at is None:
        return None
    kinds = {"responded": {place[0] for place in counted.responded}}
    if ask("response-kind") == "any-reply":
        kinds["confirmed"] = {place[0] for place in counted.confirmed}
        kinds["status-reported"] = {report[0] for report in counted.reported}
    replied = next((kind for kind, instants in kinds.items() if at in instants), None)
    return replied or next(closing.kind for closing in counted.closed if closing.at == at)


def _work_account(case: Case, told: Told, ask: Ask, outcome: Outcome) -> WorkAccount:
    if not told.covered:
        return WorkAccount(_why_not_covered(case, told, ask), None, (), (), case.work.tolerance, outcome)
    if not case.work.grave(told.counted, told.changes):
        return WorkAccount(None, None, (), (), case.work.tolerance, outcome)
    owed = tuple(case.work.owed(told.counted, told.changes, ask))
    worked = tuple(case.work.worked(told.counted))
    return WorkAccount(None, ask("continuous-work-hours"), owed, worked, case.work.tolerance, outcome)


def _why_not_covered(case: Case, told: Told, ask: Ask) -> NotCoveredBecause:
    if case.terms.edition not in case.policy.coverage.editions:
        return "edition"
    opened_on = case.cover.local.date_of(told.counted.opened)
    if not case.terms.licence_from <= opened_on <= case.cover.licensed_until:
        return "licence"
    assert ask("unsupported-channel") == "no-clock"
    return "channel"


def _contrast(case: Case, question: str, diagram: Diagram[Found], depends_on: tuple[str, ...]) -> Contrast:
    """The pair of readings nearest to the literal one that differ in the question alone, one in breach, one not."""
    others = [name for name in depends_on if name != question]
    by_distance = sorted(
        product(*(range(len(OPTIONS[name])) for name in others)), key=lambda picks: sum(pick > 0 for pick in picks)
    )
    for picks in by_distance:
        given = {name: OPTIONS[name][pick] for name, pick in zip(others, picks, strict=True)}
        sides = [(option, follow(diagram, {**given, question: option})) for option in OPTIONS[question]]
        outcomes = [Side(option, found) for option, found in sides if isinstance(found, Outcome)]
        if len({side.outcome.breached for side in outcomes}) > 1:
            unusual = {name: option for name, option in given.items() if option != OPTIONS[name][0]}
            return Contrast(question, case.policy.questions[question], tuple(outcomes), unusual)
    raise AssertionError(f"{question} is not decisive")


def _outcome_wire(outcome: Outcome) -> dict[str, Any]:
    wire = {"verdict": outcome.verdict, "due": print_micros(outcome.due), "at": print_micros(outcome.at)}
    return {**wire, "uncovered": _spans_wire(outcome.uncovered)} if outcome.uncovered else wire


def _spans_wire(spans: tuple[Interval, ...]) -> list[list[str | None]]:
    return [[print_micros(start), print_micros(end)] for start, end in spans]


__all__ = [
    "Contrast",
    "Explanation",
    "ObligationExplained",
    "Part",
    "ResponseAccount",
    "Side",
    "WorkAccount",
    "explain",
]
