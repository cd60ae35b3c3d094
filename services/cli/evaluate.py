"""`sla-ledger evaluate`: the verdict on every incident of a file of events, with no ledger."""

import sys
from typing import Annotated, Any, Final, Literal

import orjson
import typer

from schemas.instants import print_instant
from schemas.problems import ExitCode
from services.cli.options import (
    AsJson,
    AsOf,
    Calendars,
    Policies,
    Readings,
    as_instant,
    as_settled,
    opened_events,
    read_file,
)
from services.cli.talk import text, warn
from services.collecting import without_collector
from services.evaluation import Evaluation, by_hash

__all__ = ["evaluate"]

_FAILING: Final = {"broken": {"broken"}, "disputed": {"broken", "disputed"}}


def evaluate(
    file: Annotated[str, typer.Argument(metavar="FILE")],
    *,
    as_of: AsOf = None,
    reading: Readings = None,
    incident: Annotated[list[str] | None, typer.Option("--incident", metavar="NUMBER")] = None,
    fail_on: Annotated[Literal["broken", "disputed"] | None, typer.Option("--fail-on")] = None,
    calendars: Calendars = None,
    policy: Policies = None,
    as_json: AsJson = False,
) -> int:
    """Judge a file: the verdicts on stdout one a line, whatever else there is to say on stderr."""
    del as_json  # the verdicts are JSON in any case; the option turns errors into JSON too
    instant, settled = as_instant(as_of), as_settled(reading)
    policies = by_hash(read_file(path) for path in policy or ())
    with opened_events(file) as events:
        evaluation = Evaluation.of(events, calendars=calendars, policies=policies)
    verdicts = evaluation.verdicts(as_of=instant, settle=settled, incidents=incident or ())
    if evaluation.is_provisional(instant):
        warn("read-provisional", last=_last(evaluation))
    for question in evaluation.overridden(settled):
        warn("read-settled", question=question, option=settled[question])
    unjudged, failing = 0, 0
    with without_collector():
        for verdict in verdicts:
            sys.stdout.buffer.write(orjson.dumps(verdict, option=orjson.OPT_APPEND_NEWLINE))
            unjudged += "error" in verdict
            failing += fail_on is not None and _standings(verdict) & _FAILING[fail_on] != set()
    sys.stdout.buffer.flush()
    if unjudged:
        warn("evaluate-unjudged", count=unjudged)
        return ExitCode.NOT_JUDGED
    return ExitCode.ANSWER_IS_NO if failing else ExitCode.FINE


def _standings(verdict: dict[str, Any]) -> set[str]:
    return {obligation["standing"] for obligation in verdict.get("obligations", ())}


def _last(evaluation: Evaluation) -> str:
    last = evaluation.last_recorded_at
    return text("nothing") if last is None else print_instant(last)
