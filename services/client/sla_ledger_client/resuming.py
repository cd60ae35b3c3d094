"""What an earlier run of the program had begun and not seen the end of, brought to its end."""

from sla_ledger_client.exchange import Plan, Store, recorded
from sla_ledger_client.keys import KeyStore
from sla_ledger_client.problem import LedgerClientError
from sla_ledger_client.retries import Conduct
from sla_ledger_client.writing import Resumed, resuming

__all__ = ["resumed"]


def resumed(keys: KeyStore, conduct: Conduct) -> Plan[tuple[Resumed, ...]]:
    """Send each pending write again under its key, the oldest first, up to the first that stays in doubt."""
    told: list[Resumed] = []
    for write in (yield Store(keys.pending)):
        try:
            answer = yield from recorded(resuming(write), write.key, keys, conduct)
        except LedgerClientError as error:
            told.append(Resumed(write, (), error))
            if error.in_doubt:
                break
        else:
            told.append(Resumed(write, answer))
    return tuple(told)
