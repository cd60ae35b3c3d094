"""`sla-ledger projections`: the rows of the read model, made anew or compared with what the ledger makes of them."""

from typing import Annotated

import typer

from schemas.instants import to_micros
from schemas.problems import ExitCode
from services.bootstrap import open_ledger
from services.cli.options import AsJson, Database, database_url
from services.cli.progress import progress
from services.cli.talk import print_answer, print_json, print_line, say, text
from services.collecting import without_collector
from services.projecting import Projecting, differences, open_views

__all__ = ["rebuild", "status"]

_MOST_LISTED = 20


def rebuild(*, database: Database = None, as_json: AsJson = False) -> None:
    """Drop the rows and make them anew from the ledger."""
    url = database_url(database)
    with open_ledger(url) as ledger, without_collector():
        views = open_views(url)
        try:
            with progress("projections-rebuilding", ledger.head().count) as told:
                position = Projecting(ledger, views).rebuild(told)
        except KeyboardInterrupt:
            say("projections-interrupted", position=views.position())
            raise
        finally:
            views.close()
    print_answer("projections-rebuilt", as_json=as_json, position=position)


def status(
    *,
    check: Annotated[bool, typer.Option("--check")] = False,
    database: Database = None,
    as_json: AsJson = False,
) -> int:
    """Tell how far the rows go; with --check whether they are what a rebuild makes, else 1."""
    url = database_url(database)
    with open_ledger(url) as ledger:
        views = open_views(url)
        try:
            head, position = ledger.head().count, views.position()
            wrong = None
            if check:
                wrong = [one.incident for one in differences(ledger, views, to_micros(ledger.wall()))]
        finally:
            views.close()
    numbers = {"position": position, "head": head, "behind": head - position}
    if as_json:
        print_json(numbers if wrong is None else {**numbers, "differing": wrong})
    else:
        print_line(text("projections-status", **numbers).encode())
        if wrong is not None:
            _tell(wrong)
    return ExitCode.ANSWER_IS_NO if wrong else ExitCode.FINE


def _tell(wrong: list[str]) -> None:
    if not wrong:
        print_line(text("projections-same").encode())
        return
    print_line(text("projections-differ", count=len(wrong)).encode())
    for name in wrong[:_MOST_LISTED]:
        print_line(f"  {name}".encode())
