"""The command tree: what is called how. A new command is one line here, and its texts in the catalogues."""

from collections.abc import Callable
from typing import Annotated, Any

import typer

from schemas.problems import ExitCode
from services.cli import accesses, calendar, clock, db, kafka, keys, projections, relay
from services.cli.copy import copy
from services.cli.deadlines import deadlines
from services.cli.doctor import doctor
from services.cli.evaluate import evaluate
from services.cli.explain import explain
from services.cli.exports import export, restore
from services.cli.founding import init
from services.cli.help import PROGRAM, LocalCommand, LocalGroup
from services.cli.intake import import_events
from services.cli.projector import projector
from services.cli.replay import replay
from services.cli.report import report
from services.cli.serve import serve
from services.cli.talk import print_line
from services.cli.timeline import timeline
from services.cli.verdict import verdict
from services.version import product_version

__all__ = ["app"]

app = typer.Typer(cls=LocalGroup, add_completion=False, invoke_without_command=True)


def _add(to: typer.Typer, name: str, function: Callable[..., Any]) -> None:
    to.command(name, cls=LocalCommand)(function)


@app.callback()
def start(
    context: typer.Context,
    show_version: Annotated[bool, typer.Option("--version")] = False,
) -> None:
    """What every call begins with: the version is told, or help where no command was named."""
    if show_version:
        print_line(f"{PROGRAM} {product_version()}".encode())
        raise typer.Exit(ExitCode.FINE)
    if context.invoked_subcommand is None:
        context.command.get_help(context)
        raise typer.Exit(ExitCode.BAD_INPUT)


_add(app, "evaluate", evaluate)
_add(app, "init", init)
_add(app, "import", import_events)
_add(app, "export", export)
_add(app, "restore", restore)
_add(app, "copy", copy)
_add(app, "verdict", verdict)
_add(app, "explain", explain)
_add(app, "replay", replay)
_add(app, "timeline", timeline)
_add(app, "report", report)
_add(app, "deadlines", deadlines)
_add(app, "serve", serve)
_add(app, "projector", projector)
_add(app, "doctor", doctor)

key_commands = typer.Typer(cls=LocalGroup)
app.add_typer(key_commands, name="keys")
_add(key_commands, "create", keys.create)
_add(key_commands, "list", keys.list_keys)
_add(key_commands, "revoke", keys.revoke)
_add(key_commands, "forget", keys.forget)

clocks = typer.Typer(cls=LocalGroup)
app.add_typer(clocks, name="clock")
_add(clocks, "confirm", clock.confirm)

access_commands = typer.Typer(cls=LocalGroup)
app.add_typer(access_commands, name="accesses")
_add(access_commands, "list", accesses.list_accesses)
_add(access_commands, "verify", accesses.verify)

database_commands = typer.Typer(cls=LocalGroup)
app.add_typer(database_commands, name="db")
_add(database_commands, "roles", db.roles)
_add(database_commands, "migrate", db.migrate_tables)
_add(database_commands, "check", db.check)

view_commands = typer.Typer(cls=LocalGroup)
app.add_typer(view_commands, name="projections")
_add(view_commands, "rebuild", projections.rebuild)
_add(view_commands, "status", projections.status)

relay_commands = typer.Typer(cls=LocalGroup)
app.add_typer(relay_commands, name="relay")
_add(relay_commands, "run", relay.run)
_add(relay_commands, "status", relay.status)
_add(relay_commands, "verify", relay.verify)
_add(relay_commands, "republish", relay.republish)

calendars = typer.Typer(cls=LocalGroup)
app.add_typer(calendars, name="calendar")
_add(calendars, "check", calendar.check)
_add(calendars, "list", calendar.list_calendars)
_add(calendars, "show", calendar.show)

topic_commands = typer.Typer(cls=LocalGroup)
app.add_typer(topic_commands, name="kafka")
_add(topic_commands, "init", kafka.init)
_add(topic_commands, "acls", kafka.acls)
