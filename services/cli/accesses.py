"""`sla-ledger accesses`: who has read values and whole histories, and whether that log is as it was written."""

from collections.abc import Iterator
from typing import Annotated

import typer

from ledger.access_log import AccessLog
from ledger.registry import Access
from schemas.instants import print_instant
from services.bootstrap import open_ledger
from services.cli.options import AsJson, Database, database_url
from services.cli.talk import harmless, print_answer, print_json, print_whole

__all__ = ["list_accesses", "verify"]


def list_accesses(
    *,
    after: Annotated[int, typer.Option("--after", metavar="NUMBER", min=0)] = 0,
    database: Database = None,
    as_json: AsJson = False,
) -> None:
    """Tell who read what, in order."""
    with open_ledger(database_url(database)) as ledger:
        for access in _entries(ledger.access_log, after):
            at = print_instant(access.at)
            if as_json:
                who = {"who": access.who, "role": access.role, "what": access.what}
                print_json({"number": access.number, "at": at, **who, "chain": access.chain.hex()})
            else:
                print_whole(harmless(f"{access.number}  {at}  {access.who}  {access.role}  {access.what}"))


def verify(*, database: Database = None, as_json: AsJson = False) -> None:
    """Compute the log's chain anew, and tell its last value; 1 where it does not fit."""
    with open_ledger(database_url(database)) as ledger:
        count = ledger.access_log.verify()
        last = ledger.access_log.entries(after=count - 1, limit=1) if count else ()
    chain = "".join(access.chain.hex() for access in last)
    print_answer("accesses-sound", as_json=as_json, count=count, chain=chain)


def _entries(log: AccessLog, after: int) -> Iterator[Access]:
    while page := log.entries(after):
        yield from page
        after = page[-1].number
