# ruff: noqa: T201  (an example shows what it gets)
"""A service at work: each thing it does is recorded once, whatever happens to the ledger's server meanwhile."""

import json
import os
import sys
import time

from sla_ledger_client import FileKeyStore, LedgerClient

TICKET = json.load(sys.stdin)

with FileKeyStore("pending.jsonl") as keys, LedgerClient(os.environ["URL"], os.environ["KEY"], keys=keys) as ledger:
    ledger.resume()  # what an earlier run had begun and not seen the end of
    number = ledger.open_incident(TICKET).subject
    print(f"{number} is open", flush=True)
    ledger.append(number, "incident.responded.v1", {"engineer": "e-17", "channel": "phone"})
    for _ in range(4):  # meanwhile the server is killed, and started again
        ledger.append(number, "incident.status-reported.v1", {"summary": "The cause is being looked for."})
        time.sleep(0.5)
    print(f"{len(ledger.events(number))} events: {ledger.verdict(number).standing}")
