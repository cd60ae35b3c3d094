"""The topics that reporting jobs consume: their names, the keys of their records, what is common to their rows.

    sla-ledger.events.v1         key: the event's log       every event, kept for ever
    sla-ledger.incidents.v1      key: incident              the incident's row, compacted
    sla-ledger.obligations.v1    key: incident/obligation   the obligation's row, compacted
    sla-ledger.checkpoints.v1    key: position              how far the other three go, compacted, one partition

A new version of the topics holds all of it again, beside the old ones (`relay republish`).
"""

from typing import Final, NamedTuple

__all__ = ["POSITION_KEY", "TOPICS_VERSION", "Topics", "obligation_key", "topics"]

TOPICS_VERSION: Final = 1
"""The version of the topics that is published where nothing else is set."""

POSITION_KEY: Final = "position"
"""The key of the relay's position record."""


class Topics(NamedTuple):
    """The names of the topics of one version."""

    events: str
    incidents: str
    obligations: str
    checkpoints: str


def topics(version: int = TOPICS_VERSION) -> Topics:
    """The topics of a version (from 1)."""
    return Topics(*(f"sla-ledger.{name}.v{version}" for name in Topics._fields))


def obligation_key(incident: str, obligation: str) -> str:
    """The key of an obligation's row."""
    return f"{incident}/{obligation}"
