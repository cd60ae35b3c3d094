"""`sla-ledger copy`: a ledger moved to another database, with all that belongs to it."""

from contextlib import closing
from typing import Annotated
from uuid import uuid4

import typer

from ledger.copying import Copying, abandon
from ledger.drivers.urls import masked, open_tables
from ledger.tables import LedgerTables
from schemas.problems import BadArgument
from services.bootstrap import storage_options
from services.cli.options import AsJson
from services.cli.progress import progress
from services.cli.talk import print_answer, say
from services.locks import writer_lock

__all__ = ["copy"]


def copy(
    *,
    source: Annotated[str, typer.Option("--from", metavar="URL")],
    target: Annotated[str | None, typer.Option("--to", metavar="URL")] = None,
    undo: Annotated[bool, typer.Option("--abandon")] = False,
    as_json: AsJson = False,
) -> None:
    """Close the source for writing, copy it, prove that both hold the same, and open the target."""
    if undo:
        _abandon(source, as_json=as_json)
        return
    if target is None or target == source:
        raise BadArgument(argument="--to", reason=f"{masked(target or '')}: another database than --from")
    with (
        closing(_tables(source)) as there,
        writer_lock(target),
        closing(_tables(target, create=True)) as here,
    ):
        copying = Copying(there, here)
        if copying.is_done:
            say("copy-done-before", target=here.database)
            return
        try:
            rows = copying.begin(str(uuid4()))
            say("copy-closed", source=there.database)
            with progress("copy-copying", rows) as told:
                copying.copy(told)
            with progress("copy-proving", rows) as told:
                proof = copying.prove(told)
            copying.finish()
        except KeyboardInterrupt:
            say("copy-interrupted", source=there.database)
            raise
        print_answer(
            "copy-done",
            as_json=as_json,
            source=there.database,
            target=here.database,
            ledger=proof.identity.ledger_id,
            provider=proof.identity.provider,
            events=proof.rows["events"],
            chain=proof.chain,
            rows=dict(proof.rows) if as_json else sum(proof.rows.values()),
            sha256=proof.sha256,
        )


def _tables(url: str, *, create: bool = False) -> LedgerTables:
    return open_tables(url, storage_options(url), create=create)


def _abandon(source: str, *, as_json: bool) -> None:
    with closing(_tables(source)) as there:
        reopened = abandon(there)
        message = "copy-abandoned" if reopened else "copy-not-begun"
        print_answer(message, as_json=as_json, source=there.database, reopened=reopened)
