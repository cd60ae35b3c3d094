# ruff: noqa: T201  (an example shows what it gets)
"""A reader of the feed that begins where its last run ended, and ends where nothing more is recorded."""

import os
from pathlib import Path

from sla_ledger_client import LedgerClient

kept = Path("cursor")
after = kept.read_text(encoding="ascii") if kept.exists() else None

with LedgerClient(os.environ["URL"], os.environ["KEY"]) as ledger:
    feed = ledger.feed(after, types=["incident.opened.v1", "incident.responded.v1"], follow=False)
    for item in feed:
        print(item.event.subject, item.event.type)
        kept.write_text(item.cursor, encoding="ascii")  # once the event was dealt with
    kept.write_text(feed.cursor or "0", encoding="ascii")  # past what was not asked for, too
