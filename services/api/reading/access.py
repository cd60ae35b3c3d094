"""Readings that are written down before anything of them is sent: of values, and of whole histories."""

from schemas.http_problems import AccessUnrecorded
from schemas.problems import LedgerLocked, StorageFailed, StorageFull
from services.api.caller import Caller
from services.api.state import Api

__all__ = ["write_down"]


def write_down(api: Api, caller: Caller, what: str) -> None:
    """Keep in the access log that somebody reads. Raises AccessUnrecorded where it cannot be: then answer nothing."""
    try:
        api.ledger.access_log.record(caller.name, caller.role, what)
    except (LedgerLocked, StorageFailed, StorageFull) as error:
        raise AccessUnrecorded from error
