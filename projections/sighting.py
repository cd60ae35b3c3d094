"""One incident judged as of one instant and laid out as rows, with what tells when to look again.

An incident that cannot be judged has rows all the same: they say why, and their verdict columns are empty. What its
opening and its life tell without a policy or a calendar stays in them.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Final, NamedTuple, TypeVar

from projections.case import Case, Docket
from projections.compliance import response_time
from projections.counted import Counted, count
from projections.diagram import OPTIONS, literal, values
from projections.history import Fact, Opening, Terms, adopted
from projections.horizon import horizon, releases_of
from projections.policies import shipped_policy
from projections.priorities import effective_changes
from projections.rows import IncidentRow, ObligationRow, Private, RunningDue, View
from projections.verdict import Judgement
from schemas.instants import MICROS_PER_DAY
from schemas.policy import parse_policy
from schemas.problems import LevelMissing, PolicyTextMissing
from schemas.topic_records import IncidentState
from schemas.verdicts import IncidentVerdict, NotJudged, Outcome

__all__ = ["CONTINUOUS_WORK", "Life", "Mark", "Sight", "carried", "placed", "sight"]

CONTINUOUS_WORK: Final = "continuous-work"
"""The obligation whose row an event may change only later: by the gap that it began or ended."""

_STATES: Final[dict[str, IncidentState]] = {
    "incident.resolved.v1": "resolved",
    "incident.closed-not-covered.v1": "closed_not_covered",
    "incident.customer-unreachable.v1": "customer_unreachable",
}


class Mark(NamedTuple):
    """What a row is as of: the position of the event that changed it, and the instant."""

    position: int
    at: int


class Life(NamedTuple):
    """How far an incident goes: its events, when the last one was recorded, and the position of its opening."""

    events: int
    recorded_at: int
    opened_position: int


class Sight(NamedTuple):
    """The rows of an incident, and the judgement that they tell; None where none could be begun."""

    view: View
    judgement: Judgement | None


def sight(docket: Docket, incident: str, mark: Mark, life: Life) -> Sight:
    """The rows of an incident as of an instant, marked as if all of it had changed there.

    Raises KeyError where it was never opened.
    """
    try:
        case = docket.case(incident, mark.at, {})
    except PolicyTextMissing as missing:
        problem = f"policy-text-missing:{missing.params['policy']}"
        return Sight(_unjudged(docket, incident, mark, problem, None, life), None)
    except LevelMissing as missing:
        level = missing.params["level"]
        problem = f"level-missing:{missing.params['policy']}:{level}"
        return Sight(_unjudged(docket, incident, mark, problem, level, life), None)
    assert case is not None, "nothing is judged before its opening was recorded"
    judgement = Judgement(case)
    verdict = judgement.verdict()
    running = () if isinstance(verdict, NotJudged) else tuple(_running(judgement))
    row = _incident(case, judgement, verdict, running, mark, life)
    if isinstance(verdict, NotJudged):
        names = [(name, clause) for name, clause, _ in judgement.obligations]
        obligations = tuple(_empty(row, name, clause) for name, clause in names)
    else:
        obligations = tuple(_obligations(row, verdict))
    return Sight(View(row, obligations, _private(docket, case, judgement, running, mark, life)), judgement)


def carried(old: View | None, new: View, *, passed: bool = False) -> View:
    """The new view with the marks of the old one wherever nothing else has changed.

    With `passed` it was time alone that came in between: what changed keeps the position of the event before it. Of
    continuous work that is the incident's last event: a gap that it began or ended shows only once it is too long, so
    over fewer events the row would be another one. And so it is where the incident came to lack a calendar, or no
    longer does: any of its obligations may need it.
    """
    if old is None:
        return new
    position = old.incident.as_of_position
    incident = old.incident if _is_same(old.incident, new.incident) else new.incident
    if passed and incident is not old.incident:
        incident = _at_position(incident, position)
    before = {row.obligation: row for row in old.obligations}
    obligations = []
    for row in new.obligations:
        known = before.get(row.obligation)
        if known is not None and _is_same(known, row):
            obligations.append(known)
        elif passed:
            own = known is not None and known.problem == row.problem and row.obligation != CONTINUOUS_WORK
            obligations.append(_at_position(row, known.as_of_position if known is not None and own else position))
        else:
            obligations.append(row)
    return View(incident, tuple(obligations), new.private)


def placed(view: View, at: int, earlier: Iterable[tuple[int, View]]) -> View:
    """The view with each row that time changed at an instant as of the first events over which it says the same.

    `earlier` has the rows as of that instant over the events up to each position, from the first in question on.
    """
    waiting = {_name(row): row for row in view.rows() if row.as_of == at}
    found: dict[str, int] = {}
    for position, one in earlier:
        for row in one.rows():
            name = _name(row)
            if name in waiting and waiting[name].as_of_position <= position and _is_same(row, waiting[name]):
                found[name] = position
                del waiting[name]
        if not waiting:
            break
    found |= dict.fromkeys(waiting, view.private.judged_position)

    def put(row: _Row) -> _Row:
        return _at_position(row, found[_name(row)]) if row.as_of == at else row

    return View(put(view.incident), tuple(map(put, view.obligations)), view.private)


def _incident(
    case: Case,
    judgement: Judgement,
    verdict: IncidentVerdict | NotJudged,
    running: Sequence[RunningDue],
    mark: Mark,
    life: Life,
) -> IncidentRow:
    opening = case.facts[0]
    detail = opening.detail
    assert isinstance(detail, Opening)
    counted = literal(judgement.counted)
    state, closed_at = _state(counted)
    told = verdict if isinstance(verdict, IncidentVerdict) else None
    problem = f"calendar-missing:{verdict.jurisdiction}:{verdict.year}" if isinstance(verdict, NotJudged) else None
    standings = [] if told is None else [one.standing for one in told.obligations]
    return IncidentRow(
        incident=case.incident,
        contract=detail.contract,
        customer=case.terms.customer,
        level=case.level_name,
        channel=detail.channel,
        opened_at=opening.occurred,
        priority=_priority(counted, case.settled),
        episode=1 + len(counted.reopened),
        state=state,
        closed_at=closed_at,
        standing=None if told is None else told.standing,
        obligations_broken=None if told is None else standings.count("broken"),
        obligations_disputed=None if told is None else standings.count("disputed"),
        duties_missing=None if told is None else tuple(one.duty for one in told.duties if one.verdict == "missing"),
        decisive=None if told is None else tuple(sorted({name for one in told.obligations for name in one.decisive})),
        next_due_at=None if told is None else min((due.earliest for due in running), default=None),
        events=life.events,
        policy=case.policy.id,
        policy_sha256=case.policy.sha256,
        problem=problem,
        as_of_position=mark.position,
        as_of=mark.at,
    )


def _priority(counted: Counted, settled: Mapping[str, str]) -> int:
    changes = effective_changes(counted, lambda name: settled.get(name) or OPTIONS[name][0])
    return changes[-1].priority if changes else counted.priority


def _state(counted: Counted) -> tuple[IncidentState, int | None]:
    """Whether the last of its closings and reopenings, as the ledger took them, was a closing, and when that was."""
    closing = max(counted.closed, key=lambda closed: closed.order, default=None)
    if closing is None or any(order > closing.order for _, order in counted.reopened):
        return "open", None
    return _STATES[closing.kind], closing.at


def _running(judgement: Judgement) -> Iterator[RunningDue]:
    for name, _, diagram in judgement.obligations:
        dues = [
            found.due
            for found in values(diagram)
            if isinstance(found, Outcome) and found.verdict == "running" and found.due is not None
        ]
        if dues:
            plain = literal(diagram)
            assert isinstance(plain, Outcome)
            yield RunningDue(name, plain.due if plain.verdict == "running" else None, min(dues), max(dues))


def _obligations(row: IncidentRow, verdict: IncidentVerdict) -> Iterator[ObligationRow]:
    for one in verdict.obligations:
        yield ObligationRow(
            incident=row.incident,
            obligation=one.obligation,
            contract=row.contract,
            customer=row.customer,
            level=row.level,
            clause=one.clause,
            verdict=one.literal.verdict,
            due_at=one.literal.due,
            at=one.literal.at,
            standing=one.standing,
            readings=one.readings,
            readings_breached=one.verdicts.get("breached", 0),
            earliest_due_at=one.earliest_due,
            latest_due_at=one.latest_due,
            depends_on=one.depends_on,
            decisive=one.decisive,
            policy_sha256=row.policy_sha256,
            problem=None,
            as_of_position=row.as_of_position,
            as_of=row.as_of,
        )


def _empty(row: IncidentRow, name: str, clause: str | None) -> ObligationRow:
    """The row of an obligation that cannot be judged."""
    return ObligationRow(
        incident=row.incident,
        obligation=name,
        contract=row.contract,
        customer=row.customer,
        level=row.level,
        clause=clause,
        verdict=None,
        due_at=None,
        at=None,
        standing=None,
        readings=None,
        readings_breached=None,
        earliest_due_at=None,
        latest_due_at=None,
        depends_on=None,
        decisive=None,
        policy_sha256=row.policy_sha256,
        problem=row.problem,
        as_of_position=row.as_of_position,
        as_of=row.as_of,
    )


def _private(
    docket: Docket, case: Case, judgement: Judgement, running: tuple[RunningDue, ...], mark: Mark, life: Life
) -> Private:
    opening = case.facts[0]
    assert isinstance(opening.detail, Opening)
    opened_on = case.cover.local.date_of(opening.occurred)
    lasting = horizon(judgement, docket.histories)
    return Private(
        month=_month(opened_on),
        opening_priority=opening.detail.priority,
        response=response_time(judgement),
        due=running,
        changes_at=lasting.changes_at,
        opened_on=opened_on,
        opened_recorded_at=opening.recorded,
        policy=case.terms.policy,
        jurisdiction=case.terms.jurisdiction,
        years=lasting.years,
        reach=lasting.reach,
        releases=tuple(sorted(releases_of(case))),
        clock=life.recorded_at,
        opened_position=life.opened_position,
        judged_position=mark.position,
    )


def _month(day: int) -> str:
    return date.fromordinal(day).isoformat()[:7]


def _unjudged(docket: Docket, incident: str, mark: Mark, problem: str, level: str | None, life: Life) -> View:
    """The rows of an incident whose policy is not at hand or lacks its level: its life by the literal reading."""
    every = docket.histories.incidents[incident]
    opening = every[0]
    detail = opening.detail
    assert isinstance(detail, Opening)
    terms = docket.histories.contracts[detail.contract]
    facts = [fact for fact in every if fact.recorded <= mark.at]
    counted = count(facts, mark.at, lambda name: OPTIONS[name][0])
    state, closed_at = _state(counted)
    sha256 = adopted(docket.histories.adoptions.get(terms.policy, []), opening.recorded, mark.at)
    row = IncidentRow(
        incident=incident,
        contract=detail.contract,
        customer=terms.customer,
        level=level,
        channel=detail.channel,
        opened_at=opening.occurred,
        priority=_priority(counted, {}),
        episode=1 + len(counted.reopened),
        state=state,
        closed_at=closed_at,
        standing=None,
        obligations_broken=None,
        obligations_disputed=None,
        duties_missing=None,
        decisive=None,
        next_due_at=None,
        events=life.events,
        policy=terms.policy,
        policy_sha256=sha256 or parse_policy(shipped_policy()).sha256,
        problem=problem,
        as_of_position=mark.position,
        as_of=mark.at,
    )
    names = ["response", *(f"response-{episode}" for episode in range(2, row.episode + 1)), CONTINUOUS_WORK]
    return View(row, tuple(_empty(row, name, None) for name in names), _blind(docket, facts, terms, mark, life))


def _blind(docket: Docket, facts: Sequence[Fact], terms: Terms, mark: Mark, life: Life) -> Private:
    """What is kept of an incident that nobody can judge: any event that could help may change it."""
    opening = facts[0]
    assert isinstance(opening.detail, Opening)
    histories = docket.histories
    ahead = [fact.occurred for fact in facts]
    ahead += [adoption.recorded for adoption in histories.adoptions.get(terms.policy, ())]
    ahead += [term.recorded for term in terms.levels]
    opened_on = date(1970, 1, 1).toordinal() + opening.occurred // MICROS_PER_DAY
    return Private(
        month=_month(opened_on),
        opening_priority=opening.detail.priority,
        response=None,
        due=(),
        changes_at=min((at for at in ahead if at > mark.at), default=None),
        opened_on=opened_on,
        opened_recorded_at=opening.recorded,
        policy=terms.policy,
        jurisdiction=terms.jurisdiction,
        years=(date.min.year, date.max.year),
        reach=opening.occurred,
        releases=(),
        clock=life.recorded_at,
        opened_position=life.opened_position,
        judged_position=mark.position,
    )


_Row = TypeVar("_Row", IncidentRow, ObligationRow)


def _name(row: IncidentRow | ObligationRow) -> str:
    """What tells a row from the incident's others."""
    return row.obligation if isinstance(row, ObligationRow) else ""


def _is_same(one: IncidentRow | ObligationRow, other: IncidentRow | ObligationRow) -> bool:
    """Whether two rows of a kind say the same, whatever they are as of."""
    return one[:-2] == other[:-2]


def _at_position(row: _Row, position: int) -> _Row:
    return row._replace(as_of_position=position)
