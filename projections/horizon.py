"""How long a judgement stands by itself: the next instant at which time alone may change what a row says.

    a running deadline     at its due instant it is breached, or where the licence lapses before it, not covered
    work that is owed      one microsecond after it goes uncovered for too long, or two readings part over it
    what lies ahead        events that count later than now, calendars and checks recorded later than now
    a year without days    as soon as owed work reaches into it

No change comes before that instant; at it nothing may have changed after all, and then there is a next one.
"""

from collections.abc import Callable, Iterator
from datetime import date
from functools import partial
from itertools import combinations
from typing import Final, NamedTuple

from projections.calendar import Interval
from projections.case import Case, Told
from projections.diagram import Ask, Diagram, values
from projections.history import Closing, Correction, Histories
from projections.publications import differing
from projections.response import NOT_COVERED
from projections.service import MissingYear, YearUnpublishedError
from projections.verdict import Found, Judgement
from schemas.instants import MICROS_PER_DAY
from schemas.verdicts import Outcome

__all__ = ["Horizon", "horizon", "parting", "releases_of"]

_LOOK_AHEAD: Final = tuple(days * MICROS_PER_DAY for days in (1, 4, 32, 128))
_A_MONTH: Final = _LOOK_AHEAD[-2]
_ALWAYS: Final = (date.min.year, date.max.year)
_NO_WORK: Final = frozenset({"not-applicable", "not-covered"})


class Horizon(NamedTuple):
    """When a judgement may next change by itself (None: never), and the years whose calendars it rests on.

    `reach` is the last instant that it counted or opened at: a licence that ends after it decides nothing.
    """

    changes_at: int | None
    years: tuple[int, int]
    reach: int


def horizon(judgement: Judgement, histories: Histories) -> Horizon:
    """The horizon of a judgement, as far as the histories go."""
    case = judgement.case
    working = judgement.missing is None and _is_working(judgement)
    first, last = _rests_on(judgement)
    local = case.cover.local
    years = _ALWAYS
    if judgement.missing is None:
        years = (local.year_of(first), date.max.year if working else local.year_of(last))
    ahead = [
        *_deadlines(judgement),
        *_published_ahead(case, histories, years, (local.date_of(first) - 1, local.date_of(last) + 1)),
        *_recorded_ahead(case, histories),
        *_counted_ahead(case),
        *(_work_ahead(judgement) if working else ()),
    ]
    return Horizon(min((at for at in ahead if at > case.as_of), default=None), years, last)


def _is_working(judgement: Judgement) -> bool:
    """Whether continuous work may still be owed under some reading."""
    if all(isinstance(found, Outcome) and found.verdict in _NO_WORK for found in values(judgement.continuous_work)):
        return False
    return any(
        told.covered
        and (not told.counted.closed or (told.counted.reopened and told.counted.reopened[-1] > told.counted.closed[-1]))
        for told in values(judgement.told)
    )


def _rests_on(judgement: Judgement) -> tuple[int, int]:
    """The first and the last instant that was counted or opened at."""
    case = judgement.case
    opened = [told.counted.opened for told in values(judgement.told)]
    spans = [(min(opened), max(opened))]
    counted = case.dues.reach()
    if counted is not None:
        spans.append(counted)
    if any(isinstance(found, Outcome) and found.verdict not in _NO_WORK for found in values(judgement.continuous_work)):
        spans.append((case.facts[0].occurred, case.as_of))
    return min(start for start, _ in spans), max(end for _, end in spans)


def _deadlines(judgement: Judgement) -> Iterator[int]:
    for diagram in judgement.responses:
        for found in values(diagram):
            if isinstance(found, Outcome) and found.verdict == "running" and found.due is not None:
                yield found.due
                yield judgement.case.cover.lapses_at


def _counted_ahead(case: Case) -> Iterator[int]:
    for fact in case.facts:
        yield fact.occurred
        if isinstance(fact.detail, Correction) and isinstance(fact.detail.now, int):
            yield fact.detail.now


def _published_ahead(case: Case, histories: Histories, years: tuple[int, int], dates: tuple[int, int]) -> Iterator[int]:
    """When a calendar is published of a year that the judgement rests on, and not only says again what was known.

    What it says otherwise of another date than those that were counted on decides nothing, unless counting goes on.
    """
    known = case.service.now.years
    goes_on = years[1] == date.max.year
    for recorded, year, days in histories.publications.after(case.terms.jurisdiction, case.as_of):
        if not years[0] <= year <= years[1]:
            continue
        if goes_on or year not in known or any(dates[0] <= day <= dates[1] for day in differing(days, known[year])):
            yield recorded


def _recorded_ahead(case: Case, histories: Histories) -> Iterator[int]:
    terms = case.terms
    adoptions = histories.adoptions.get(terms.policy, [])
    if all(adoption.recorded > case.as_of for adoption in adoptions):
        yield from (adoption.recorded for adoption in adoptions)
    for name in releases_of(case):
        yield from (stage.recorded for stage in histories.releases.get(name, ()))
    yield from (recorded for recorded, _ in terms.renewals)
    for dated in (terms.levels, *terms.agreements.values()):
        yield from (term.recorded for term in dated)


def releases_of(case: Case) -> frozenset[str]:
    """The releases that the incident's resolutions name, corrected or not."""
    named: set[str | None] = set()
    for fact in case.facts:
        if isinstance(fact.detail, Closing):
            named.add(fact.detail.release)
        elif isinstance(fact.detail, Correction) and fact.detail.field == "release":
            named.add(str(fact.detail.now))
    return frozenset(name for name in named if name is not None)


def _work_ahead(judgement: Judgement) -> Iterator[int]:
    """When continuous work changes its row if nobody does anything, looked for a day, then further ahead."""
    now = judgement.case.as_of
    known = now
    for ahead in _LOOK_AHEAD:
        until = now + ahead
        if known - now >= _A_MONTH and not _is_published(judgement, until):
            break
        found = _work(judgement, until)
        if _lacks(found):
            lacking = _first_lacking(judgement, known, until)
            yield lacking
            yield from parting(_work(judgement, lacking - 1), now)
            return
        turns = [at for at in parting(found, now) if at > now]
        if turns:
            yield min(turns)
            return
        known = until
    yield known


def _is_published(judgement: Judgement, until: int) -> bool:
    year_of = judgement.case.cover.local.year_of
    years = range(year_of(judgement.case.as_of), year_of(until) + 1)
    return all(year in judgement.case.service.now.years for year in years)


def _work(judgement: Judgement, until: int) -> Diagram[Found]:
    work = judgement.case.work._replace(as_of=until)

    def judge(work: Callable[[Ask], Outcome], ask: Ask) -> Found:
        try:
            return work(ask)
        except YearUnpublishedError as unpublished:
            return unpublished.year

    def working(told: Told) -> Callable[[Ask], Found]:
        if not told.covered:
            return lambda _ask: NOT_COVERED
        return partial(judge, work.working(told.counted, told.changes))

    return judgement.readings.bind(judgement.told, working)


def _lacks(found: Diagram[Found]) -> bool:
    return any(isinstance(value, MissingYear) for value in values(found))


def _first_lacking(judgement: Judgement, known: int, until: int) -> int:
    """The first instant as of which some reading needs a year that nobody published."""
    local = judgement.case.cover.local
    for year in range(local.year_of(known), local.year_of(until)):
        begins = local.instant(date(year + 1, 1, 1).toordinal())
        if known < begins < until and _lacks(_work(judgement, begins + 1)):
            # Mostly it is the first of a new year that the calendar lacks.
            until = begins + 1
            known = begins if not _lacks(_work(judgement, begins)) else known
            break
    while until - known > 1:
        middle = (known + until) // 2
        if _lacks(_work(judgement, middle)):
            until = middle
        else:
            known = middle
    return until


def parting(found: Diagram[Found], now: int) -> Iterator[int]:
    """When each reading finds the breach, and when any two begin to differ, as seen from `now` on."""
    outcomes = [value for value in values(found) if isinstance(value, Outcome)]
    for outcome in outcomes:
        if outcome.at is not None:
            yield outcome.at + 1
    for one, other in combinations(outcomes, 2):
        differs_from = _first_difference(one.uncovered, other.uncovered)
        if differs_from is not None and differs_from >= now:
            yield differs_from + 1


def _first_difference(one: tuple[Interval, ...], other: tuple[Interval, ...]) -> int | None:
    """The first instant that only one of the two covers."""
    for place in range(max(len(one), len(other))):
        mine = one[place] if place < len(one) else None
        theirs = other[place] if place < len(other) else None
        if mine == theirs:
            continue
        if mine is None or theirs is None:
            present = mine or theirs
            assert present is not None
            return present[0]
        if mine[0] != theirs[0]:
            return min(mine[0], theirs[0])
        return min(mine[1], theirs[1])
    return None
