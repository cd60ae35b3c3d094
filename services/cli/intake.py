"""`sla-ledger import`: a file of events, or another system's export by a mapping, into the ledger."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Annotated

import typer

from ledger.application import Progress
from schemas.events import PROVIDER_LOG
from schemas.problems import BadArgument, RuleBroken
from services.bootstrap import open_ledger
from services.cli.options import (
    AsJson,
    Calendars,
    Database,
    Policies,
    database_url,
    opened_events,
    read_file,
)
from services.cli.progress import progress
from services.cli.talk import print_answer, say, warn
from services.event_file import EventFile, spool
from services.files import write_lines
from services.importing.intake import Intake
from services.importing.mapping import load_mapping
from services.importing.servicenow import Conversion, convert
from services.locks import writer_lock

__all__ = ["import_events"]

Output = Annotated[Path | None, typer.Option(metavar="FILE")]


def import_events(
    file: Annotated[str, typer.Argument(metavar="FILE")],
    *,
    mapping: Annotated[str | None, typer.Option("--mapping", metavar="NAME|FILE")] = None,
    rejects: Annotated[Path | None, typer.Option("--rejects", metavar="FILE")] = None,
    outcomes: Annotated[Path | None, typer.Option("--outcomes", metavar="FILE")] = None,
    calendars: Calendars = None,
    policy: Policies = None,
    database: Database = None,
    as_json: AsJson = False,
) -> None:
    """Check the whole file, then record it; tell what was added."""
    if mapping is None and (rejects or outcomes):
        option = "--rejects" if rejects else "--outcomes"
        raise BadArgument(argument=option, reason="--mapping")
    texts = [read_file(path) for path in policy or ()]
    with ExitStack() as stack:
        url = database_url(database)
        ledger = stack.enter_context(open_ledger(url))
        stack.enter_context(writer_lock(url))
        if mapping is None:
            events = stack.enter_context(opened_events(file))
        else:
            events = stack.enter_context(_converted(Path(file), mapping, rejects, outcomes))
        intake = Intake(ledger, events, calendars=calendars, policy_texts=texts)
        _check(intake, events.size)
        done = _record(intake)
        name = "import-done" if done.added else "import-nothing"
        numbers = {"added": done.added, "present": done.present, "position": done.position}
        print_answer(name, as_json=as_json, **numbers)


def _check(intake: Intake, size: int) -> None:
    try:
        with progress("import-checking", size) as told:
            intake.check(told)
    except RuleBroken as error:
        if error.rule == "recorded-out-of-order" and error.params["log"] == PROVIDER_LOG:
            warn("import-older-than-shipped")
        raise


def _record(intake: Intake) -> Progress:
    done = Progress(0, 0, 0)
    try:
        with progress("import-recording", intake.lines) as told:
            for done in intake.record():
                told(done.added + done.present)
    except KeyboardInterrupt:
        say("import-interrupted", added=done.added)
        raise
    return done


@contextmanager
def _converted(source: Path, name: str, rejects: Path | None, outcomes: Path | None) -> Iterator[EventFile]:
    """The events that the mapping makes of the file; what it could not use goes to the files named."""
    with convert(source, load_mapping(name)) as conversion:
        if rejects is not None:
            write_lines(rejects, conversion.rejects())
        if outcomes is not None:
            write_lines(outcomes, conversion.outcomes())
        _tell(conversion, rejects)
        with spool(conversion.lines()) as events:
            yield events


def _tell(conversion: Conversion, rejects: Path | None) -> None:
    summary = conversion.summary
    say(
        "import-converted",
        rows=summary.rows,
        incidents=summary.incidents,
        events=summary.events.total(),
    )
    for reason, count in summary.rejects.most_common():
        say("import-lost", reason=reason, count=count)
    if summary.rejects and rejects is None:
        say("import-lost-where")
