# ruff: noqa: T201  (an example shows what it gets)
"""A correction that is decided by what was read, and made anew where somebody was faster."""

import os
import sys

from sla_ledger_client import LedgerClient, errors

number, channel = sys.argv[1:]

with LedgerClient(os.environ["URL"], os.environ["KEY"]) as ledger:
    while True:
        incident = ledger.incident(number)
        opened = ledger.events(number)[0]
        correction = {
            "event": opened.id,
            "field": "channel",
            "was": opened.data["channel"],
            "now": channel,
            "reason": "It was taken by telephone.",
            "agreed_by_other_party": False,
        }
        try:
            recorded = ledger.append(number, "incident.corrected.v1", correction, if_match=incident.etag)
        except errors.VersionDiffers:
            continue  # read it again, and decide anew
        except errors.RuleBroken as error:
            sys.exit(f"{error.rule}: {error.remedy}")
        print(f"corrected in version {recorded.version}")
        break
