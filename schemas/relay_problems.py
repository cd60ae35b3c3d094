"""The problems of publishing: why the relay does not, or what it finds on the topics.

LedgerError
└── LedgerState
    ├── RelayHeld                                      another one publishes
    ├── TopicsUnusable                                 what it needs is not there
    └── TopicsAhead, TopicsForeign, HistoryDiffers       the topics are not of this record
"""

from schemas.problem import ExitCode, LedgerState

__all__ = [
    "HistoryDiffers",
    "RelayHeld",
    "TopicsAhead",
    "TopicsForeign",
    "TopicsUnusable",
]


class RelayHeld(
    LedgerState,
    status=409,
    exit_code=ExitCode.LEDGER_STATE,
    title="Another relay publishes",
    remedy="One relay publishes at a time: end that one, or let it do its work.",
):
    """{holder} holds the lease, until {until} unless it is renewed."""


class TopicsUnusable(
    LedgerState,
    status=503,
    exit_code=ExitCode.LEDGER_STATE,
    title="The topics cannot be used",
    remedy="Make or check them with `sla-ledger kafka init`.",
):
    """{topic}: {reason}."""


class TopicsAhead(
    LedgerState,
    status=409,
    exit_code=ExitCode.LEDGER_STATE,
    title="The topics are ahead of the ledger",
    remedy="Restore a newer copy of the ledger; where there is none, `sla-ledger relay republish --to v{next}` "
    "publishes what is left into topics of their own, and readers have to be told.",
):
    """The topics go up to position {position}, the ledger only up to {head}: it was restored from an older copy."""


class TopicsForeign(
    LedgerState,
    status=409,
    exit_code=ExitCode.LEDGER_STATE,
    title="The topics are another ledger's",
    remedy="Name the ledger that they belong to with --database, or another Kafka cluster.",
):
    """The topics hold the ledger {found}, this one is {ledger}."""


class HistoryDiffers(
    LedgerState,
    status=409,
    exit_code=ExitCode.LEDGER_STATE,
    title="The topics have another history",
    remedy="Find out which of the two is right (`sla-ledger relay verify` names the events that differ); "
    "`sla-ledger relay republish --to v{next}` publishes the ledger's into topics of their own.",
):
    """Up to position {position} the topics' hash chain is not the ledger's."""
