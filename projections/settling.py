"""Many events of one incident at once: judged where they end, and what each row is as of found by looking back.

A follower that judges after every event marks each row with the last event, or the last instant between two events, at
which it changed. Judged once at the end, a row is what it was then; so its last change is looked for backwards, from
one event that may touch it to the one before, until the row was another one just before. An event that cannot touch a
row is passed over; between events only the instants count that the judgement itself names.
"""

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple, TypeAlias, cast

from projections.case import Case, Docket
from projections.diagram import Diagram, values
from projections.history import Change, Correction, Fact, Histories, Opening
from projections.horizon import parting
from projections.rows import ObligationRow, View
from projections.service import MissingYear
from projections.sighting import CONTINUOUS_WORK, Life, Mark, sight
from projections.verdict import Found, Judgement, obligation
from schemas.problems import LevelMissing, PolicyTextMissing
from schemas.verdicts import Outcome

__all__ = ["Step", "settle"]

_CLOSINGS: Final = frozenset(
    {"incident.resolved.v1", "incident.closed-not-covered.v1", "incident.customer-unreachable.v1"}
)
_OPENED: Final = "incident.opened.v1"
_CONFIRMED: Final = "incident.confirmed.v1"
_RESPONDED: Final = "incident.responded.v1"
_REOPENED: Final = "incident.reopened.v1"
_CORRECTING: Final = frozenset({"incident.corrected.v1", "incident.correction-agreed.v1"})
_OF_PRIORITY: Final = frozenset({_OPENED, "incident.reprioritized.v1", "incident.reprioritization-agreed.v1"})
_OF_BOTH: Final = _CLOSINGS | _CORRECTING | _OF_PRIORITY | {_RESPONDED, _REOPENED}
_OF_RESPONSE: Final = _OF_BOTH | {_CONFIRMED, "incident.status-reported.v1"}
_OF_WORK: Final = _OF_BOTH | {"incident.mitigated.v1", "incident.work-started.v1", "incident.work-stopped.v1"}
_SPANNING: Final = _OF_WORK - _CORRECTING - _OF_PRIORITY
"""What begins or ends a stretch of work or of what is owed, which has no length yet at that very instant."""
_ANSWERS: Final = _CLOSINGS | {_RESPONDED}
_REPLIES: Final = _ANSWERS | {_CONFIRMED, "incident.status-reported.v1"}
_KIND_OF_REPLY: Final = "response-kind"
_DEPENDS_ON: Final = -2
_SELDOM: Final = 12
"""How many times its own length an amount of service may take to pass, where it is looked back on."""

_RESPONSE: Final = "response"

Gist: TypeAlias = tuple[object, ...] | None
"""The columns of an obligation's row that can change; None where there is no such row."""


class Turn(NamedTuple):
    """An instant at which time may have changed a row, or certainly has."""

    at: int
    certain: bool


class Step(NamedTuple):
    """An event of the incident: its position, when it was recorded, its type, how many facts there are after it."""

    position: int
    at: int
    type: str
    facts: int


def settle(docket: Docket, incident: str, old: View | None, steps: Sequence[Step], life: Life) -> View | None:
    """The rows after the last of these steps; the first one is where they began, what follows has an event each.

    The docket has the facts of all of them. None where looking back does not do: where something cannot be judged, or
    might not have been on the way.
    """
    last = steps[-1]
    view, judgement = sight(docket, incident, Mark(last.position, last.at), life)
    if judgement is None or not _is_published_around(judgement):
        return None
    try:
        search = _Search(docket, incident, old, steps, judgement)
        return view._replace(obligations=tuple([search.marked(row) for row in view.obligations]))
    except (LevelMissing, PolicyTextMissing, _UnjudgedError):
        return None


class _UnjudgedError(Exception):
    """On the way back there is a moment at which the incident could not be judged."""


def _is_published_around(judgement: Judgement) -> bool:
    """Whether every year is published that any judgement on the way may have needed."""
    service, case = judgement.case.service, judgement.case
    longest = max(amount.micros * (_SELDOM if amount.working else 1) for amount in service.targets)
    year_of = case.cover.local.year_of
    years = range(year_of(case.facts[0].occurred), year_of(case.as_of + longest) + 1)
    return all(year in one.years for one in (service.now, service.then) for year in years)


class _Moment:
    """One judgement on the way back: after so many events, as of an instant."""

    def __init__(self, judgement: Judgement, histories: Histories) -> None:
        self.judgement = judgement
        self._histories = histories
        self._gists: dict[str, Gist] = {}
        self._ahead: frozenset[int] | None = None

    def gist(self, name: str) -> Gist:
        """What the row of an obligation says at this moment."""
        if name not in self._gists:
            self._gists[name] = self._gist(name)
        return self._gists[name]

    def _gist(self, name: str) -> Gist:
        diagram = self.diagram(name)
        if diagram is None:
            return None
        if any(isinstance(found, MissingYear) for found in values(diagram)):
            raise _UnjudgedError
        case = self.judgement.case
        one = obligation(name, "", cast("Diagram[Outcome]", diagram), self.judgement.readings)
        return (
            case.level_name,
            case.policy.sha256,
            *one.literal[:3],
            one.standing,
            one.readings,
            one.verdicts.get("breached", 0),
            one.earliest_due,
            one.latest_due,
            one.depends_on,
            one.decisive,
        )

    def turns(self, name: str, after: int) -> list[Turn]:
        """The instants after one, up to this moment, at which time may have changed the row, the latest first."""
        case = self.judgement.case
        doubtful: set[int] = {*self.ahead}
        certain: set[int] = set()
        diagram = self.diagram(name)
        if diagram is not None:
            late = int(name == CONTINUOUS_WORK)  # a gap is one too long only after it, a deadline breached as it comes
            certain = {one.at + late for one in values(diagram) if isinstance(one, Outcome) and one.at and one.breached}
            if name == CONTINUOUS_WORK:
                doubtful |= {*parting(diagram, after)} - certain
        found = (Turn(at, at not in doubtful) for at in certain | doubtful if after < at <= case.as_of)
        return sorted(found, reverse=True)

    def is_quiet(self, after: int) -> bool:
        """Whether from an instant on nothing counts, or is known, that was there before."""
        return not any(after < at <= self.judgement.case.as_of for at in self.ahead)

    @property
    def ahead(self) -> frozenset[int]:
        """The instants at which something counts, or is known, that was there before."""
        if self._ahead is None:
            case = self.judgement.case
            self._ahead = frozenset((case.cover.lapses_at, *_ahead(case, self._histories)))
        return self._ahead

    def diagram(self, name: str) -> Diagram[Found] | None:
        if name == CONTINUOUS_WORK:
            return self.judgement.continuous_work
        episode = 1 if name == _RESPONSE else int(name.removeprefix(f"{_RESPONSE}-"))
        return self.judgement.response(episode) if episode <= self.judgement.episodes else None


class _Search:
    """Looks for the last change of each row of one incident."""

    def __init__(
        self, docket: Docket, incident: str, old: View | None, steps: Sequence[Step], judgement: Judgement
    ) -> None:
        self._docket = docket
        self._incident = incident
        self._old = old
        self._steps = steps
        self._last = judgement.case
        self._facts = docket.histories.incidents[incident]
        self._end = _Moment(judgement, docket.histories)
        self._moments: dict[tuple[int, int], _Moment] = {(len(steps) - 1, judgement.case.as_of): self._end}
        self._touching = {CONTINUOUS_WORK: self._touching_work(judgement)}

    def marked(self, row: ObligationRow) -> ObligationRow:
        """The row with what it is as of."""
        name = row.obligation
        touching = self._touching.get(name)
        if touching is None:
            touching = self._touching[name] = self._touching_response(name)
        known = None
        if self._old is not None:
            known = next((one for one in self._old.obligations if one.obligation == name), None)
        mark = self._proven(row, touching[-1]) if touching else None
        if mark is None:
            if touching and self._is_late_answer(row, touching[-1]):
                touching = touching[:-1]
            mark = self._looked_for(name, touching, known)
        return row if (row.as_of_position, row.as_of) == mark else row.marked(mark.position, mark.at)

    def _looked_for(self, name: str, touching: Sequence[int], known: ObligationRow | None) -> Mark:
        number, until = len(self._steps) - 1, self._steps[-1].at
        at: int | None = None
        for step in reversed(touching):
            position, began = self._steps[step].position, self._steps[step].at
            until, at = self._back(name, number, until, began, at)
            if self._is_change(name, step, number, until):
                return Mark(position, began) if at is None else self._by_time(name, at, position)
            number, until = step - 1, began
        assert self._old is not None, "the opening brings its rows about"
        since = self._old.incident.as_of if known is None else max(self._old.incident.as_of, known.as_of)
        changes_at = self._awake(name, self._old)
        if changes_at is not None and changes_at <= until:
            # What came to the incident out of turn lies before that instant: nothing is asked of the time before.
            _, at = self._back(name, number, until, max(since, changes_at - 1), at)
        position = self._old.incident.as_of_position if known is None else known.as_of_position
        if at is None:
            return Mark(position, since if known is None else known.as_of)
        return self._by_time(name, at, position)

    def _by_time(self, name: str, at: int, position: int) -> Mark:
        """The mark of a row that time alone changed; its position is right if the row says so over the events to there.

        An event after it may have changed what time brings, and nothing yet: then they are followed one by one.
        """
        position = self._position(name, at, position)
        number = next((number for number, step in enumerate(self._steps) if number and step.position == position), 0)
        if not number and self._old is not None and self._old.private.judged_position != position:
            raise _UnjudgedError
        is_late = bool(self._steps[number + 1 :]) and self._steps[number + 1].at < at
        if is_late and self._moment(number, at).gist(name) != self._end.gist(name):
            raise _UnjudgedError
        return Mark(position, at)

    def _awake(self, name: str, old: View) -> int | None:
        """The instant before which the old row stands: time may change it then, or a stretch of work begins or ends."""
        spanning = [step.at for number, step in enumerate(self._steps) if number and self._only_spans(number)]
        known = [old.private.changes_at, *(spanning[:1] if name == CONTINUOUS_WORK else ())]
        return min((at for at in known if at is not None), default=None)

    def _position(self, name: str, at: int, position: int) -> int:
        """What a row is as of that time alone changed: its own last change, or the incident's event before it."""
        if name != CONTINUOUS_WORK:
            return position
        before = [step.position for step in self._steps[1:] if step.at < at]
        if before:
            return before[-1]
        return position if self._old is None else self._old.incident.as_of_position

    def _is_change(self, name: str, step: int, number: int, until: int) -> bool:
        """Whether the step changed the row, which was from then on as it is after so many events at an instant."""
        if step == 1 and self._old is None:
            return True
        if self._is_first_reply(name, step, number, until):
            return True
        return self._moment(step - 1, self._steps[step].at).gist(name) != self._moment(number, until).gist(name)

    def _is_first_reply(self, name: str, step: int, number: int, until: int) -> bool:
        """Whether the row hangs on which replies count, and the step is the first that could be one."""
        *before, own = self._facts[: self._steps[step].facts]
        if own.kind not in _REPLIES or any(fact.kind in _REPLIES | _CORRECTING for fact in before):
            return False
        if own.kind not in _ANSWERS and name == _RESPONSE and self._has_met(own):
            return True
        found = self._moment(number, until).gist(name)
        return found is not None and _KIND_OF_REPLY in cast("tuple[str, ...]", found[_DEPENDS_ON])

    def _has_met(self, own: Fact) -> bool:
        """Whether in the end a reading finds the first response met by this very fact, and did so from the first."""
        at = own.recorded
        if own.occurred != at or self._is_corrected() or not self._end.is_quiet(at):
            return False
        if sum(at in {fact.occurred, fact.recorded} for fact in self._facts) > 1:
            return False
        return any(isinstance(one, Outcome) and one.verdict == "met" and one.at == at for one in self._outcomes())

    def _is_late_answer(self, row: ObligationRow, step: int) -> bool:
        """Whether the step, the last that may touch the response, is an answer that changes nothing of its row.

        Whoever answers at once, and as the first, turns running into met wherever it was running. Unless the literal
        reading was, no column tells: the readings that differed do so still, and no other one finds a breach. Of what
        runs beyond the licence's end it is asked whether that matters, and of what is met it is not.
        """
        _, at, type_, count = self._steps[step]
        if row.obligation != _RESPONSE or type_ not in _ANSWERS or (row.verdict, row.at) == ("met", at):
            return False
        *before, own = self._facts[:count]
        if own.occurred != at or self._is_corrected() or not self._end.is_quiet(at):
            return False
        if self._last.cover.lapses_at <= at:
            return False
        if any(max(fact.occurred, fact.recorded) >= at or fact.kind in _ANSWERS for fact in before):
            return False
        return all(isinstance(one, Outcome) and one.due != at for one in self._outcomes())

    def _outcomes(self) -> tuple[Found, ...]:
        """What the readings find of the first response in the end."""
        diagram = self._end.diagram(_RESPONSE)
        assert diagram is not None, "there is a first episode"
        return values(diagram)

    def _back(self, name: str, number: int, until: int, since: int, at: int | None) -> tuple[int, int | None]:
        """Back to the instant `since` through time alone: from when on the row was as there, and when it changed last.

        Once it is known when it changed last, what else changed it on the way makes no difference.
        """
        for turn in self._moment(number, until).turns(name, since):
            if at is not None or turn.certain:
                # From a certain turn on one more reading finds a breach, and none fewer.
                return since, turn.at if at is None else at
            if self._moment(number, turn.at - 1).gist(name) != self._moment(number, until).gist(name):
                at = turn.at
            until = turn.at - 1
        return until, at

    def _moment(self, number: int, at: int) -> _Moment:
        """The judgement after the first `number` events, as of an instant."""
        moment = self._moments.get((number, at))
        if moment is None:
            incidents = self._docket.histories.incidents
            incidents[self._incident] = self._facts[: self._steps[number].facts]
            try:
                case = self._docket.case(self._incident, at, {}, beside=self._last)
            finally:
                incidents[self._incident] = self._facts
            assert case is not None, "it was opened by then"
            moment = self._moments[number, at] = _Moment(Judgement(case), self._docket.histories)
        return moment

    def _proven(self, row: ObligationRow, step: int) -> Mark | None:
        """The mark where a literal answer in time shows by itself that the step brought it, and nothing came after."""
        position, began, type_, count = self._steps[step]
        if row.obligation != "response" or row.verdict != "met" or type_ not in _ANSWERS or self._is_corrected():
            return None
        own = self._facts[count - 1]
        earlier = any(row.at in {fact.occurred, fact.recorded} for fact in self._facts[: count - 1])
        if row.at not in {own.occurred, own.recorded} or earlier:
            return None
        return None if self._end.turns(row.obligation, began) else Mark(position, began)

    def _is_corrected(self) -> bool:
        return any(isinstance(fact.detail, Correction) for fact in self._facts)

    def _touching_work(self, judgement: Judgement) -> list[int]:
        """The steps that may touch continuous work: without the gravest priority only the opening.

        What counts when it is recorded shows only later, by the gap that it began or ended.
        """
        grave = judgement.case.policy.continuous_work.priority
        steps = range(1, len(self._steps))
        if self._is_corrected():
            return [number for number in steps if self._steps[number].type in _OF_WORK]
        if not any(isinstance(fact.detail, Opening | Change) and fact.detail.priority == grave for fact in self._facts):
            return [number for number in steps if self._steps[number].type == _OPENED]
        return [number for number in steps if self._steps[number].type in _OF_WORK and not self._only_spans(number)]

    def _only_spans(self, number: int) -> bool:
        """Whether the step's event begins or ends a stretch of time at the instant at which it was recorded."""
        if self._steps[number].type not in _SPANNING:
            return False
        fact = self._fact(number)
        return fact.occurred == fact.recorded

    def _touching_response(self, name: str) -> list[int]:
        """The steps that may touch a response: once it is answered for good, none that comes after the answer."""
        touching = [number for number, step in enumerate(self._steps) if number and step.type in _OF_RESPONSE]
        answer = next((fact for fact in self._facts if fact.kind in _ANSWERS), None)
        if name != _RESPONSE or answer is None or self._is_corrected():
            return touching
        answered = max(answer.occurred, answer.recorded)
        started = [fact for fact in self._facts if fact.kind == _CONFIRMED]
        if any(fact.kind == _REOPENED and not _is_after(fact, answered, started) for fact in self._facts):
            return touching
        return [number for number in touching if not _is_after(self._fact(number), answered, started)]

    def _fact(self, number: int) -> Fact:
        """What the step's event is to judging."""
        return self._facts[self._steps[number].facts - 1]


def _is_after(fact: Fact, answered: int, started: Sequence[Fact]) -> bool:
    """Whether a fact counts after the answer and after the confirmation under every reading."""
    if fact.occurred <= answered or fact.recorded <= answered:
        return False
    if fact.kind == _CONFIRMED:
        started = started[:1] if started[0] is not fact else ()
        if not started:
            return False
    return all(max(one.occurred, one.recorded) < min(fact.occurred, fact.recorded) for one in started)


def _ahead(case: Case, histories: Histories) -> Iterator[int]:
    """What was there already but counts, or was recorded, only later."""
    for fact in case.facts:
        if fact.occurred > fact.recorded:
            yield fact.occurred
        if isinstance(fact.detail, Correction) and isinstance(fact.detail.now, int):
            yield fact.detail.now
    terms = case.terms
    yield from (recorded for recorded, _, _ in histories.publications.after(terms.jurisdiction, case.facts[0].recorded))
    yield from (adoption.recorded for adoption in histories.adoptions.get(terms.policy, ()))
    yield from (recorded for recorded, _ in terms.renewals)
    for dated in (terms.levels, *terms.agreements.values()):
        yield from (term.recorded for term in dated)
