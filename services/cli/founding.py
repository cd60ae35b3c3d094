"""`sla-ledger init`: a new ledger."""

from typing import Annotated

import typer

from ledger.drivers.urls import masked
from services.bootstrap import DEFAULT_PROVIDER, found_ledger
from services.cli.options import AsJson, Database, database_url
from services.cli.talk import print_answer
from services.locks import writer_lock

__all__ = ["init"]


def init(
    *,
    provider: Annotated[str, typer.Option("--provider", metavar="NAME")] = DEFAULT_PROVIDER,
    no_calendars: Annotated[bool, typer.Option("--no-calendars")] = False,
    database: Database = None,
    as_json: AsJson = False,
) -> None:
    """Make a ledger and tell its id."""
    url = database_url(database)
    with writer_lock(url), found_ledger(url, provider=provider, calendars=not no_calendars) as ledger:
        print_answer(
            "init-done",
            as_json=as_json,
            database=masked(url),
            ledger=ledger.identity.ledger_id,
            provider=ledger.identity.provider,
            events=ledger.head().count,
        )
