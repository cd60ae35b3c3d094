"""`sla-ledger replay`: what the ledger knew of one incident at an instant, and how it came to know it."""

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Final

import typer

from projections.replay import Amendment, Entry, Replay, steps
from projections.replay import replay as replay_until
from schemas.instants import parse_instant, to_micros
from schemas.personal import is_commitment
from schemas.problems import ExitCode
from schemas.verdicts import IncidentVerdict, NotJudged
from services.answers import stamp_one
from services.cli.moments import Moments, spell
from services.cli.options import AsJson, Calendars, Database, Policies, Readings, as_settled
from services.cli.page import HEADING, STANDING_STYLES, Line, one_line, show
from services.cli.sources import EventFileOption, IncidentArgument, answered_at, caution, instant_of, opened
from services.cli.talk import print_json, text
from services.cli.verdict import (
    duty_lines,
    headline,
    obligation_lines,
    obligation_name,
    outcome_text,
    settled_lines,
)
from services.judging import Dossier, speaks_for

__all__ = ["replay"]

_INSTANTS: Final = frozenset(("occurred_at", "expected_resolution_at"))


def replay(
    incident: IncidentArgument,
    *,
    at: Annotated[str | None, typer.Option("--at", metavar="INSTANT")] = None,
    step: Annotated[bool, typer.Option("--step")] = False,
    reading: Readings = None,
    database: Database = None,
    file: EventFileOption = None,
    calendars: Calendars = None,
    policy: Policies = None,
    as_json: AsJson = False,
) -> int:
    """Show the record as it stood at an instant, or event by event with the verdict after each."""
    instant, settled = instant_of(at, "--at"), as_settled(reading)
    with opened(database, file, calendars, policy, reveal=True) as source:
        dossier = source.dossier(incident)
    as_of = dossier.instant(instant)
    case = dossier.case(as_of, settled)
    moments = Moments(case.cover.local)
    if not as_json:
        caution(dossier, as_of, settled)
    if step:
        if not as_json:
            show([answered_at(dossier, as_of, moments)])
        return _tell_steps(dossier, as_of, settled, moments, as_json=as_json)
    known = replay_until(
        dossier.docket,
        dossier.events,
        incident,
        as_of,
        position=dossier.position,
        last_recorded=dossier.last_recorded,
        overrides=settled,
        speaks_for=speaks_for,
    )
    if as_json:
        print_json({**known.to_wire(), **stamp_one(dossier, case, settled)})
        return _exit_code(known)
    if isinstance(known.verdict, IncidentVerdict):
        show([headline(case, known.verdict)])
    show([answered_at(dossier, as_of, moments), *settled_lines(dossier, case)])
    for entry in known.entries:
        show(_entry_lines(entry, moments))
    show([Line(""), Line(text("replay-verdict", at=moments.both(as_of)), HEADING)])
    show(_verdict_lines(known, moments))
    return _exit_code(known)


def _tell_steps(dossier: Dossier, as_of: int, settled: Mapping[str, str], moments: Moments, *, as_json: bool) -> int:
    code = int(ExitCode.FINE)
    told = steps(
        dossier.docket,
        dossier.events,
        dossier.incident,
        as_of,
        overrides=settled,
        speaks_for=speaks_for,
    )
    for known in told:
        code = _exit_code(known)
        if as_json:
            print_json(known.to_wire())
            continue
        for entry in known.entries:
            show(_entry_lines(entry, moments))
        show(_step_lines(known, moments))
    return code


def _exit_code(known: Replay) -> int:
    return int(ExitCode.NOT_JUDGED if isinstance(known.verdict, NotJudged) else ExitCode.FINE)


def _entry_lines(entry: Entry, moments: Moments) -> Iterator[Line]:
    position, event = entry.placed
    yield Line("")
    what = text(f"event-{event.type.split('.')[1]}")
    who = event.actor.id if isinstance(event.actor.id, str) else text("replay-withheld")
    actor = f"{text(f'actor-{event.actor.kind}')} {one_line(who)}"
    yield Line(text("replay-event", position=position, what=what, actor=actor), HEADING)
    if entry.asserted_by is not None:
        yield Line("  " + text("replay-asserted", party=text(f"party-{entry.asserted_by}")))
    occurred, recorded = to_micros(event.occurred_at), to_micros(event.recorded_at)
    yield Line("  " + text("replay-occurred", at=moments.both(occurred)))
    late = text("replay-late", late=spell(entry.late)) if entry.late > 0 else ""
    if event.imported_at is None:
        yield Line("  " + text("replay-recorded", at=moments.both(recorded), late=late))
    else:
        imported = moments.both(to_micros(event.imported_at))
        told = text("replay-claimed", at=moments.both(recorded), late=late, imported=imported)
        yield Line("  " + told)
    data = entry.to_wire()["data"]
    for name, value in data.items():
        field = data.get("field") if name in {"was", "now"} else name
        yield Line(f"  {name}: {_value(value, field, moments)}")
    for amendment in entry.corrected_by:
        yield Line("  " + _amendment(amendment, moments))


def _amendment(amendment: Amendment, moments: Moments) -> str:
    return text(
        "replay-corrected-agreed" if amendment.agreed else "replay-corrected",
        position=amendment.position,
        field=amendment.field,
        was=_value(amendment.was, amendment.field, moments),
        now=_value(amendment.now, amendment.field, moments),
        party=text(f"party-{amendment.by}"),
    )


def _value(value: Any, field: str, moments: Moments) -> str:
    """A value of an event's field on one line; what is only committed to is said to be withheld."""
    if is_commitment(value):
        return text("replay-withheld")
    match value:
        case bool():
            return text("replay-yes" if value else "replay-no")
        case dict():
            return "; ".join(f"{name}: {_value(part, name, moments)}" for name, part in value.items())
        case list():
            return ", ".join(_value(part, field, moments) for part in value)
        case str():
            is_instant = field in _INSTANTS
            return moments.both(to_micros(parse_instant(value))) if is_instant else one_line(value)
        case _:
            return str(value)


def _verdict_lines(known: Replay, moments: Moments) -> Iterator[Line]:
    match known.verdict:
        case IncidentVerdict() as found:
            for obligation in found.obligations:
                yield from obligation_lines(obligation, moments)
            yield from duty_lines(found.duties)
        case NotJudged() as missing:
            yield Line(_why_not(missing))
        case None:
            yield Line(text("replay-unknown"))


def _step_lines(known: Replay, moments: Moments) -> Iterator[Line]:
    """The verdict after one event, one line an obligation."""
    match known.verdict:
        case IncidentVerdict() as found:
            for one in found.obligations:
                told = text(
                    "replay-step",
                    obligation=obligation_name(one.obligation),
                    standing=text(f"standing-{one.standing}"),
                    outcome=outcome_text(one.literal, moments),
                )
                yield Line("  " + told, STANDING_STYLES[one.standing])
        case NotJudged() as missing:
            yield Line("  " + _why_not(missing))
        case None:
            yield Line("  " + text("replay-unknown"))


def _why_not(missing: NotJudged) -> str:
    return text("calendar-missing", jurisdiction=missing.jurisdiction, year=missing.year)
