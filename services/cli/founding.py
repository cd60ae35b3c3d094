"""`sla-ledger init`: a new ledger."""

from typing import Annotated

import typer

from ledger.application import Ledger
from ledger.drivers.urls import masked
from services.bootstrap import DEFAULT_PROVIDER, found_ledger, founded_ledger
from services.cli.options import AsJson, Database, database_url
from services.cli.talk import print_answer
from services.locks import writer_lock

__all__ = ["init"]


def init(
    *,
    provider: Annotated[str, typer.Option("--provider", metavar="NAME")] = DEFAULT_PROVIDER,
    no_calendars: Annotated[bool, typer.Option("--no-calendars")] = False,
    if_absent: Annotated[bool, typer.Option("--if-absent")] = False,
    database: Database = None,
    as_json: AsJson = False,
) -> None:
    """Make a ledger and tell its id."""
    url = database_url(database)
    if if_absent and (present := founded_ledger(url, provider=provider)) is not None:
        with present:
            _tell("init-present", present, url, as_json=as_json)
        return
    with writer_lock(url), found_ledger(url, provider=provider, calendars=not no_calendars) as ledger:
        _tell("init-done", ledger, url, as_json=as_json)


def _tell(name: str, ledger: Ledger, url: str, *, as_json: bool) -> None:
    print_answer(
        name,
        as_json=as_json,
        database=masked(url),
        ledger=ledger.identity.ledger_id,
        provider=ledger.identity.provider,
        events=ledger.head().count,
    )
