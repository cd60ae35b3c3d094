"""What holds of the verdicts on every history."""

from collections import Counter
from collections.abc import Mapping
from itertools import product
from random import Random
from typing import Any, NamedTuple

from hypothesis import given, settings
from hypothesis import strategies as st

from projections.diagram import OPTIONS, ORDER
from schemas.verdicts import IncidentVerdict, NotJudged, ObligationVerdict, Outcome
from tests.properties.judging import Wire, docket, one, recorded, verdicts
from tests.scale import scaled
from tests.strategies.histories import History, histories, interleave

OPEN_AT_ONCE = 4

many = settings(max_examples=scaled(600, 30))
few = settings(max_examples=scaled(200, 15))
seeds = st.integers(0, 2**32 - 1)


@many
@given(histories(), seeds)
def test_how_the_logs_of_different_contracts_interleave_changes_no_verdict(drawn: History, seed: int) -> None:
    shuffled = interleave(recorded(drawn.lines), Random(seed))
    for as_of in drawn.as_of:
        assert verdicts(shuffled, as_of) == verdicts(drawn.lines, as_of)


@many
@given(histories(), seeds)
def test_how_subjects_interleave_within_an_instant_changes_no_verdict(drawn: History, seed: int) -> None:
    lines, rng = recorded(drawn.lines), Random(seed)
    turn = {line["subject"]: rng.random() for line in lines}
    turned = sorted(lines, key=lambda line: (line["recorded_at"], turn[line["subject"]]))
    for as_of in drawn.as_of:
        assert verdicts(turned, as_of) == verdicts(lines, as_of)


@many
@given(histories())
def test_what_was_recorded_after_an_instant_changes_no_verdict_as_of_it(drawn: History) -> None:
    for as_of in drawn.as_of:
        lines = recorded(drawn.lines)
        known = [line for line in lines if line["recorded_at"] <= as_of.replace("Z", ".000000Z")]
        assert verdicts(known, as_of) == verdicts(lines, as_of)


@many
@given(histories(), st.sampled_from(ORDER), st.integers(0, 3))
def test_a_reading_asked_for_gives_what_the_parties_would_get_by_agreeing_on_it(
    drawn: History, question: str, pick: int
) -> None:
    option = OPTIONS[question][pick % len(OPTIONS[question])]
    lines = [line for line in recorded(drawn.lines) if line["data"].get("question") != question]
    agreed: list[Wire] = []
    for line in lines:
        agreed.append(line)
        if line["type"] == "contract.registered.v1":
            data = {"question": question, "option": option, "effective_from": "2000-01-01"}
            event_id = f"{line['id'][:-12]}{0:012}"
            agreed.append({**line, "id": event_id, "type": "contract.reading-agreed.v1", "data": data})
    for as_of in drawn.as_of:
        assert verdicts(lines, as_of, {question: option}) == verdicts(agreed, as_of)


class Tried(NamedTuple):
    """One obligation under one reading of the questions left open."""

    reading: dict[str, str]
    outcome: Outcome


def settlement(seed: int) -> tuple[dict[str, str], list[str]]:
    """All questions but a few settled at random, and the few."""
    rng = Random(seed)
    left = rng.sample(ORDER, OPEN_AT_ONCE)
    return {question: rng.choice(OPTIONS[question]) for question in ORDER if question not in left}, left


def under(verdict: IncidentVerdict, obligation: str) -> Outcome:
    """What one full reading finds; a reopening that it does not count yet has no line."""
    named = {found.obligation: found for found in verdict.obligations}
    if obligation in named:
        assert named[obligation].readings == 1
        return named[obligation].literal
    uncovered = named["continuous-work"].literal.verdict == "not-covered"
    return Outcome("not-covered" if uncovered else "not-applicable")


def influences(tried: list[Tried], questions: list[str], part: Any) -> tuple[str, ...]:
    found = []
    for question in questions:
        alike: dict[tuple[str, ...], set[Any]] = {}
        for reading, outcome in tried:
            others = tuple(reading[name] for name in questions if name != question)
            alike.setdefault(others, set()).add(part(outcome))
        if any(len(outcomes) > 1 for outcomes in alike.values()):
            found.append(question)
    return tuple(sorted(found))


def agree(said: ObligationVerdict, tried: list[Tried], left: list[str]) -> None:
    depends_on = influences(tried, left, lambda outcome: outcome)
    literal = {question: OPTIONS[question][0] for question in left}
    counted = [
        outcome
        for reading, outcome in tried
        if all(reading[name] == literal[name] for name in left if name not in depends_on)
    ]
    dues = [outcome.due for outcome in counted if outcome.due is not None]
    breaches = {outcome.breached for outcome in counted}
    assert said.depends_on == depends_on
    assert said.decisive == influences(tried, left, lambda outcome: outcome.breached)
    assert said.verdicts == Counter(outcome.verdict for outcome in counted)
    assert said.readings == len(counted)
    assert (said.earliest_due, said.latest_due) == (min(dues, default=None), max(dues, default=None))
    assert said.standing == ("disputed" if len(breaches) > 1 else "broken" if True in breaches else "kept")
    assert said.literal == next(outcome for reading, outcome in tried if reading == literal)
    assert said.literal in counted


@few
@given(histories(), seeds)
def test_what_is_said_of_all_readings_is_what_trying_each_of_them_says(drawn: History, seed: int) -> None:
    settled, left = settlement(seed)
    found = docket(line for line in drawn.lines if line["type"] != "contract.reading-agreed.v1")
    readings = [dict(zip(left, picks, strict=True)) for picks in product(*(OPTIONS[name] for name in left))]
    for incident in found.histories.incidents:
        said = one(found, incident, drawn.as_of[1], settled)
        each = [one(found, incident, drawn.as_of[1], {**settled, **reading}) for reading in readings]
        if said is None or isinstance(said, NotJudged):
            assert said is None or any(isinstance(verdict, NotJudged) for verdict in each)
            continue
        judged = [verdict for verdict in each if isinstance(verdict, IncidentVerdict)]
        assert len(judged) == len(readings)
        for obligation in said.obligations:
            outcomes = [under(verdict, obligation.obligation) for verdict in judged]
            tried = [Tried(reading, outcome) for reading, outcome in zip(readings, outcomes, strict=True)]
            agree(obligation, tried, left)


def obligations(verdict: object) -> Mapping[str, ObligationVerdict]:
    assert isinstance(verdict, IncidentVerdict)
    return {found.obligation: found for found in verdict.obligations}


@few
@given(histories(), seeds)
def test_a_question_that_nothing_depends_on_changes_nothing_however_it_is_settled(drawn: History, seed: int) -> None:
    # Settling a question overrides what was agreed on it, which no verdict depends on: here nothing is agreed.
    rng, found = Random(seed), docket(line for line in drawn.lines if line["type"] != "contract.reading-agreed.v1")
    for incident in found.histories.incidents:
        said = one(found, incident, drawn.as_of[1], {})
        if not isinstance(said, IncidentVerdict):
            continue
        question = rng.choice(ORDER)
        option = rng.choice(OPTIONS[question])
        settled = obligations(one(found, incident, drawn.as_of[1], {question: option}))
        for name, obligation in obligations(said).items():
            if question not in obligation.depends_on and name in settled:
                assert settled[name] == obligation


@many
@given(histories())
def test_the_literal_verdict_is_among_those_counted_and_they_add_up(drawn: History) -> None:
    for line in verdicts(drawn.lines, drawn.as_of[1]).values():
        for obligation in line.get("obligations", ()):
            assert obligation["verdicts"][obligation["literal"]["verdict"]] >= 1
            assert sum(obligation["verdicts"].values()) == obligation["readings"]
            assert set(obligation["decisive"]) <= set(obligation["depends_on"])
            assert (obligation["standing"] == "disputed") == bool(obligation["decisive"])
