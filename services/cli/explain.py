"""`sla-ledger explain`: the verdict with its arithmetic, and what each decisive question would change."""

from collections.abc import Iterator

from projections.explain import Contrast, Explanation, ResponseAccount
from projections.explain import explain as explain_verdict
from projections.replay import Placed
from services.cli.accounts import response_lines, work_lines
from services.cli.moments import Moments
from services.cli.options import AsJson, AsOf, Calendars, Database, Policies, Readings
from services.cli.page import HEADING, Line, aligned, show
from services.cli.sources import (
    EventFileOption,
    IncidentArgument,
    answered_at,
    caution,
    judged,
    opened,
)
from services.cli.talk import print_json, text
from services.cli.verdict import (
    duty_lines,
    headline,
    obligation_lines,
    outcome_text,
    settled_lines,
)

__all__ = ["explain"]


def explain(
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
    """Judge one incident and show how every minute was counted."""
    answer = judged(incident, as_of, reading, opened(database, file, calendars, policy))
    dossier, at, judgement, found = answer.dossier, answer.at, answer.judgement, answer.found
    case = judgement.case
    if as_json:
        print_json(answer.explanation_wire())
        return
    caution(dossier, at, answer.settled)
    moments = Moments(case.cover.local)
    offset = moments.offset(case.facts[0].occurred)
    show([headline(case, found), answered_at(dossier, at, moments)])
    show([Line(text("explain-zone", offset=offset, clause=case.policy.zone.clause))])
    show([Line(text("explain-literal"))])
    show(settled_lines(dossier, case))
    show(_page(explain_verdict(judgement, found), dossier.known(at), moments))


def _page(explanation: Explanation, events: tuple[Placed, ...], moments: Moments) -> Iterator[Line]:
    for explained in explanation.obligations:
        yield Line("")
        yield from obligation_lines(explained.verdict, moments)
        yield Line("  " + text("explain-how"), HEADING)
        if isinstance(explained.account, ResponseAccount):
            yield from response_lines(explained.account, events, moments)
        else:
            yield from work_lines(explained.account, moments)
        for contrast in explained.contrasts:
            yield from _contrast_lines(contrast, moments)
    yield Line("")
    yield from duty_lines(explanation.duties)


def _contrast_lines(contrast: Contrast, moments: Moments) -> Iterator[Line]:
    """A decisive question: its options under each other, each with what it gives, the rest read alike."""
    told = text("explain-question", question=contrast.question, clause=contrast.clause)
    yield Line("  " + told, HEADING)
    yield Line("    " + text(f"question-{contrast.question}"))
    if contrast.given:
        given = ", ".join(f"{name}={option}" for name, option in contrast.given.items())
        yield Line("    " + text("explain-given", given=given))
    yield from aligned(((side.option, outcome_text(side.outcome, moments)) for side in contrast.sides), indent=6)
