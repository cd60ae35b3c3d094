"""`sla-ledger verdict`: what all readings of the contract find of one incident."""

from collections.abc import Iterator

from projections.case import Case
from schemas.contract_events import ReadingAgreed
from schemas.verdicts import Duty, IncidentVerdict, ObligationVerdict, Outcome
from services.cli.moments import Moments, spell
from services.cli.options import AsJson, AsOf, Calendars, Database, Policies, Readings
from services.cli.page import HEADING, STANDING_STYLES, Line, aligned, one_line, show
from services.cli.sources import (
    EventFileOption,
    IncidentArgument,
    answered_at,
    caution,
    judged,
    opened,
)
from services.cli.talk import print_json, text
from services.judging import Dossier

__all__ = [
    "duty_lines",
    "headline",
    "obligation_lines",
    "obligation_name",
    "outcome_text",
    "settled_lines",
    "verdict",
]


def verdict(
    incident: IncidentArgument,
    *,
    as_of: AsOf = None,
    reading: Readings = None,
    database: Database = None,
    file: EventFileOption = None,
    calendars: Calendars = None,
    policy: Policies = None,
    as_json: AsJson = False,
) -> None:
    """Judge one incident and show the verdict."""
    answer = judged(incident, as_of, reading, opened(database, file, calendars, policy))
    dossier, at, judgement, found = answer.dossier, answer.at, answer.judgement, answer.found
    if as_json:
        print_json(answer.verdict_wire())
        return
    caution(dossier, at, answer.settled)
    moments = Moments(judgement.case.cover.local)
    show([headline(judgement.case, found), answered_at(dossier, at, moments)])
    show(settled_lines(dossier, judgement.case))
    for obligation in found.obligations:
        show([Line("")])
        show(obligation_lines(obligation, moments))
    show([Line("")])
    show(duty_lines(found.duties))


def headline(case: Case, found: IncidentVerdict) -> Line:
    """Which incident of whom, its standing, its level, the policy that judges."""
    told = text(
        "verdict-headline",
        incident=found.incident,
        standing=text(f"standing-{found.standing}"),
        customer=one_line(case.terms.customer),
        contract=case.terms.contract,
        level=found.level,
        policy=found.policy.id,
        version=one_line(found.policy.version),
    )
    return Line(told, STANDING_STYLES[found.standing])


def settled_lines(dossier: Dossier, case: Case) -> Iterator[Line]:
    """The questions that the parties settled, and what is only one party's word for the other's."""
    for question, option in sorted(case.agreed.items()):
        yield Line(text("verdict-agreed", question=question, option=option))
    for (position, event), by in dossier.asserted(case):
        data = event.data
        what = data.question if isinstance(data, ReadingAgreed) else text(f"event-{event.type.split('.')[1]}")
        told = text("verdict-asserted", position=position, what=what, party=text(f"party-{by}"))
        yield Line(told)


def obligation_lines(found: ObligationVerdict, moments: Moments) -> Iterator[Line]:
    """One obligation: its standing, the literal outcome, how the readings divide, what they hang on."""
    told = text(
        "verdict-obligation",
        obligation=obligation_name(found.obligation),
        clause=found.clause,
        standing=text(f"standing-{found.standing}"),
    )
    yield Line(told, STANDING_STYLES[found.standing])
    yield Line("  " + text("verdict-literally", outcome=outcome_text(found.literal, moments)))
    if found.readings > 1:
        counts = ", ".join(f"{text(f'outcome-{name}')} {count}" for name, count in sorted(found.verdicts.items()))
        yield Line("  " + text("verdict-readings", readings=found.readings, counts=counts))
    if found.earliest_due != found.latest_due:
        earliest, latest = moments.both(found.earliest_due), moments.both(found.latest_due)
        yield Line("  " + text("verdict-due-between", earliest=earliest, latest=latest))
    if found.decisive:
        yield Line("  " + text("verdict-decisive", questions=", ".join(found.decisive)))
    others = [name for name in found.depends_on if name not in found.decisive]
    if others:
        yield Line("  " + text("verdict-depends", questions=", ".join(others)))


def obligation_name(name: str) -> str:
    """What an obligation is called; `response-3` is the response after the second reopening."""
    kind, _, episode = name.rpartition("-")
    if kind == "response" and episode.isdigit():
        return text("obligation-response-again", episode=int(episode))
    return text(f"obligation-{name}")


def outcome_text(outcome: Outcome, moments: Moments) -> str:
    """What one reading finds, in a few words with its instants."""
    name = text(f"outcome-{outcome.verdict}")
    if outcome.uncovered:
        missing = spell(sum(end - start for start, end in outcome.uncovered))
        if outcome.at is None:
            return text("outcome-uncovered", verdict=name, missing=missing)
        at = moments.both(outcome.at)
        return text("outcome-uncovered-at", verdict=name, missing=missing, at=at)
    if outcome.verdict == "met" and outcome.at is not None:
        if outcome.due is None:
            return text("outcome-at", verdict=name, at=moments.both(outcome.at))
        due = moments.both(outcome.due)
        return text("outcome-at-due", verdict=name, at=moments.both(outcome.at), due=due)
    if outcome.due is not None:
        return text("outcome-due", verdict=name, due=moments.both(outcome.due))
    return name


def duty_lines(duties: tuple[Duty, ...]) -> Iterator[Line]:
    """The duties beside the response, those that nothing has called for yet on one line."""
    yield Line(text("verdict-duties"), HEADING)
    due = [duty for duty in duties if duty.verdict != "not-applicable"]
    yield from aligned(
        ((text(f"duty-{duty.duty}"), duty.clause, text(f"duty-is-{duty.verdict}")) for duty in due),
        indent=2,
    )
    rest = [text(f"duty-{duty.duty}") for duty in duties if duty.verdict == "not-applicable"]
    if rest:
        yield Line("  " + text("verdict-duties-rest", duties=", ".join(rest)))
