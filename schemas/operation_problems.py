"""The problems of running the product: its settings, its optional parts, its own access log.

LedgerError
├── Refused
│   └── UnknownSetting, SettingUnusable, PartMissing   how it was set up
└── LedgerState
    ├── NotReady, ProjectionBehind                     why a server should not be asked now
    ├── RowsMadeElsewhere                              why a projector has nothing more to do
    ├── KafkaUnreachable, KafkaRefused, KafkaFailed    what stands between the topics and this program
    ├── LedgerMoved, CopyUnfinished, CopyDiffers       which of two databases is the ledger
    ├── TopicsMissing, TopicsDiffer, PartitionsDiffer  the topics are not as they must be
    └── AccessLogBroken                                what was kept of who read what
"""

from schemas.problem import ExitCode, LedgerState, Refused

__all__ = [
    "AccessLogBroken",
    "CopyDiffers",
    "CopyUnfinished",
    "KafkaFailed",
    "KafkaRefused",
    "KafkaUnreachable",
    "LedgerMoved",
    "NotReady",
    "PartMissing",
    "PartitionsDiffer",
    "ProjectionBehind",
    "RowsMadeElsewhere",
    "SettingUnusable",
    "TopicsDiffer",
    "TopicsMissing",
    "UnknownSetting",
]


class UnknownSetting(
    Refused,
    status=500,
    exit_code=ExitCode.BAD_INPUT,
    title="There is no such setting",
    remedy="The nearest is {nearest}; docs/settings.md lists all of them.",
):
    """{setting} is not a setting of this program."""


class SettingUnusable(
    Refused,
    status=500,
    exit_code=ExitCode.BAD_INPUT,
    title="A setting cannot be used",
    remedy="Correct the variable; docs/settings.md says what it takes.",
):
    """{setting}: {reason}."""


class PartMissing(
    Refused,
    status=500,
    exit_code=ExitCode.BAD_INPUT,
    title="An optional part is not installed",
    remedy="Install it with `pip install sla-ledger[{part}]`, or unset {setting}.",
):
    """{setting} asks for the part {part}, which is not installed."""


class NotReady(
    LedgerState,
    status=503,
    exit_code=ExitCode.LEDGER_STATE,
    title="The server cannot do its work now",
    remedy="See `problems`, and ask again in a moment.",
):
    """The server is not ready; `problems` names what stands in the way."""


class ProjectionBehind(
    LedgerState,
    status=503,
    exit_code=ExitCode.LEDGER_STATE,
    title="The read model is far behind",
    remedy="Wait until it has caught up; `sla-ledger projections rebuild` makes it anew.",
):
    """The read model lacks {count} events of the ledger."""


class RowsMadeElsewhere(
    LedgerState,
    status=409,
    exit_code=ExitCode.LEDGER_STATE,
    title="The rows are made from somewhere else",
    remedy="Whoever made them anew meant it so; `sla-ledger projector --from kafka` makes them from the topic again.",
):
    """The rows of the read model are made from {source} now, and not from the topic that is read here."""


class AccessLogBroken(
    LedgerState,
    status=500,
    exit_code=ExitCode.ANSWER_IS_NO,
    title="The access log was changed",
    remedy="Compare it with a backup: somebody wrote to the database beside this program, or the disk is failing.",
):
    """The access log of {database} no longer fits its chain at entry {number}."""


class KafkaUnreachable(
    LedgerState,
    status=503,
    exit_code=ExitCode.LEDGER_STATE,
    title="Kafka cannot be reached",
    remedy="Check that Kafka runs, and SLA_LEDGER_KAFKA_BOOTSTRAP_SERVERS; the ledger takes events without it.",
):
    """Kafka at {servers} cannot be reached: {reason}."""


class KafkaRefused(
    LedgerState,
    status=503,
    exit_code=ExitCode.LEDGER_STATE,
    title="Kafka refuses this program",
    remedy="Check the user, its password and its rights; `sla-ledger kafka acls` prints the rights that are needed.",
):
    """Kafka at {servers} refuses: {reason}."""


class KafkaFailed(
    LedgerState,
    status=503,
    exit_code=ExitCode.LEDGER_STATE,
    title="Kafka cannot do what was asked",
    remedy="See Kafka's own log; docs/kafka.md tells what its brokers have to allow.",
):
    """Kafka at {servers} answered: {reason}."""


class LedgerMoved(
    LedgerState,
    status=503,
    exit_code=ExitCode.LEDGER_STATE,
    title="The ledger is kept in another database now",
    remedy="Record there. Where the copy was broken off, run `sla-ledger copy` again, or with --abandon to stay here.",
):
    """{database} takes nothing in: the ledger was moved to {target}, or is on its way."""


class CopyUnfinished(
    LedgerState,
    status=503,
    exit_code=ExitCode.LEDGER_STATE,
    title="This database is a copy that is not whole",
    remedy="Run `sla-ledger copy` once more from there to here: it goes on where it was broken off.",
):
    """{database} holds an unfinished copy of {source}, which is no ledger yet."""


class CopyDiffers(
    LedgerState,
    status=500,
    exit_code=ExitCode.ANSWER_IS_NO,
    title="The copy is not what it was made from",
    remedy="Run `sla-ledger copy` with --abandon, and then anew; if it happens again, a disk is failing.",
):
    """{database} differs from what it was copied from in {table}, at {row}."""


class TopicsMissing(
    LedgerState,
    status=503,
    exit_code=ExitCode.LEDGER_STATE,
    title="The topics are not there",
    remedy="Make them with `sla-ledger kafka init --version {version}`.",
):
    """Kafka at {servers} lacks {topics}."""


class TopicsDiffer(
    LedgerState,
    status=503,
    exit_code=ExitCode.LEDGER_STATE,
    title="The topics are not as they must be",
    remedy="Alter them with kafka-configs, as docs/kafka.md tells, or the SLA_LEDGER_KAFKA_ settings to what they are.",
):
    """Topics of Kafka at {servers} are set otherwise than they must be: {reason}."""


class PartitionsDiffer(
    LedgerState,
    status=503,
    exit_code=ExitCode.LEDGER_STATE,
    title="The topics have another number of partitions",
    remedy="It is fixed for a version: set SLA_LEDGER_KAFKA_PARTITIONS to it, or `sla-ledger relay republish`.",
):
    """{topic} has {found} partitions, not {expected}."""
