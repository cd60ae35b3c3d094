"""Which instant a read is as of, and which is the present one."""

from schemas.http_problems import InstantAhead
from schemas.instants import to_micros
from schemas.problems import ClockSuspect
from services.api.state import Api
from services.judging import Holdings

__all__ = ["instant_judged", "present"]


def present(api: Api) -> int:
    """Now, in microseconds, and never before the last event was recorded.

    A clock that has jumped ahead is not believed: then it is as late as the last event says.
    """
    recorded = api.ledger.head().recorded_at
    last = 0 if recorded is None else to_micros(recorded)
    try:
        return max(to_micros(api.ledger.now()), last)
    except ClockSuspect:
        return last


def instant_judged(api: Api, holdings: Holdings, as_of: int | None, *, at_head: bool) -> int:
    """The instant to judge as of: the one asked for, else now, or for an earlier position its last instant.

    Raises InstantAhead for one that the clock has not come to, ClockSuspect where that cannot be said.
    """
    if as_of is None and not at_head:
        return holdings.judged_until
    if as_of is not None and as_of <= holdings.last_recorded:
        return as_of
    try:
        now = api.ledger.now()
    except ClockSuspect:
        if as_of is None:
            return holdings.judged_until
        raise
    if as_of is None:
        return max(to_micros(now), holdings.last_recorded)
    if as_of > to_micros(now):
        raise InstantAhead(now=now)
    return as_of
