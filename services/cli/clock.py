"""`sla-ledger clock`: a person says that the machine's clock is right."""

from schemas.instants import print_instant
from services.bootstrap import open_ledger
from services.cli.options import AsJson, Database, database_url
from services.cli.talk import print_answer

__all__ = ["confirm"]


def confirm(*, database: Database = None, as_json: AsJson = False) -> None:
    """Believe the wall clock as it is now; a server beside takes it up."""
    with open_ledger(database_url(database)) as ledger:
        ledger.confirm_clock()
        print_answer("clock-confirmed", as_json=as_json, now=print_instant(ledger.wall()))
