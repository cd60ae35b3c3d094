"""The topics as they must be: how each is set, what is there, and what of it is wrong.

    sla-ledger.events.v1         kept for ever (or as long as SLA_LEDGER_KAFKA_RETENTION_DAYS says)
    sla-ledger.incidents.v1      compacted, as many partitions as the events
    sla-ledger.obligations.v1    compacted, the same
    sla-ledger.checkpoints.v1    compacted, one partition

A record bears the instant at which its event was recorded, which may lie anywhere: no bound is set on it. Who can alter
these settings can have events thrown away; readers see the gap, and all of it can be published again.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from kafka.admin import ConfigResource, ConfigResourceType, KafkaAdminClient
from kafka.errors import AuthorizationError, NoError, UnknownTopicOrPartitionError, for_code

from schemas.operation_problems import KafkaRefused, PartitionsDiffer, SettingUnusable, TopicsDiffer, TopicsMissing
from schemas.topics import topics
from services.kafka.connecting import KafkaConnection
from services.settings import Settings, variable_of

__all__ = ["Difference", "Plan", "State", "examine", "make_topics", "plans", "require_topics"]

_FOR_EVER: Final = "-1"
_NO_BOUND: Final = str(2**63 - 1)
_DAY_MILLISECONDS: Final = 86_400_000
_BROKERS_OWN: Final = -1
_WRITER: Final = ("Write",)
_WRITER_BACK: Final = ("Write", "Read")


@dataclass(frozen=True, slots=True)
class Plan:
    """How one topic must be; None for what Kafka's own settings decide."""

    topic: str
    partitions: int
    replication_factor: int | None
    settings: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is set otherwise than it must be."""

    setting: str
    found: str
    expected: str


@dataclass(frozen=True, slots=True)
class State:
    """What was found of one topic: nothing (no partitions), or what is wrong with it and what we may do with it."""

    plan: Plan
    partitions: int
    replication_factor: int
    differences: tuple[Difference, ...]
    operations: frozenset[str]

    @property
    def is_there(self) -> bool:
        """Whether there is such a topic."""
        return self.partitions > 0

    @property
    def is_right(self) -> bool:
        """Whether it is there as it must be."""
        return self.is_there and not self.differences


def plans(settings: Settings, version: int) -> tuple[Plan, ...]:
    """How the four topics of a version must be. Raises SettingUnusable."""
    copies, least = settings.kafka_replication_factor, settings.kafka_min_insync_replicas
    if copies is not None and least is not None and least > copies:
        reason = f"it is more than {variable_of('kafka_replication_factor')}"
        raise SettingUnusable(setting=variable_of("kafka_min_insync_replicas"), reason=reason)
    names = topics(version)
    days = settings.kafka_retention_days
    common = {
        "message.timestamp.type": "CreateTime",
        "message.timestamp.before.max.ms": _NO_BOUND,
        "message.timestamp.after.max.ms": _NO_BOUND,
        "unclean.leader.election.enable": "false",
    }
    if settings.kafka_min_insync_replicas is not None:
        common["min.insync.replicas"] = str(settings.kafka_min_insync_replicas)
    kept = {
        **common,
        "cleanup.policy": "delete",
        "retention.ms": _FOR_EVER if days is None else str(days * _DAY_MILLISECONDS),
        "retention.bytes": _FOR_EVER,
    }
    compacted = {
        **common,
        "cleanup.policy": "compact",
        "max.compaction.lag.ms": str(settings.kafka_compaction_lag_seconds * 1000),
        "min.cleanable.dirty.ratio": str(settings.kafka_compaction_ratio),
    }
    return tuple(
        Plan(
            topic=name,
            partitions=1 if name == names.checkpoints else settings.kafka_partitions,
            replication_factor=settings.kafka_replication_factor,
            settings=kept if name == names.events else compacted,
        )
        for name in names
    )


def examine(connection: KafkaConnection, wanted: Sequence[Plan]) -> tuple[State, ...]:
    """What is there of the topics, and how it differs. Raises KafkaUnreachable, KafkaRefused, KafkaFailed."""
    with connection.admin() as client:
        return tuple(_examined(client, connection, wanted))


def make_topics(connection: KafkaConnection, wanted: Sequence[Plan]) -> tuple[State, ...]:
    """Make the topics that are missing, all or none; returns what was there before.

    Raises PartitionsDiffer, TopicsDiffer where one that is there is not as it must be, KafkaUnreachable, KafkaRefused,
    KafkaFailed; nothing was made then.
    """
    with connection.admin() as client:
        found = tuple(_examined(client, connection, wanted))
        _refuse_wrong(connection, found)
        missing = {
            one.plan.topic: {
                "num_partitions": one.plan.partitions,
                "replication_factor": one.plan.replication_factor or _BROKERS_OWN,
                "configs": dict(one.plan.settings),
            }
            for one in found
            if not one.is_there
        }
        if missing:
            _create(client, missing, validate_only=True)
            _create(client, missing)
            client.wait_for_topics(list(missing), timeout_ms=int(connection.timeout_seconds * 1000))
    return found


def require_topics(connection: KafkaConnection, settings: Settings, version: int) -> int:
    """Refuse to publish to topics that are not there, not as they must be or not open to us.

    Returns how many partitions they have. A producer that lacks a right would wait for an answer that never comes.
    Raises TopicsMissing, PartitionsDiffer, TopicsDiffer, KafkaUnreachable, KafkaRefused, KafkaFailed.
    """
    found = examine(connection, plans(settings, version))
    if missing := [one.plan.topic for one in found if not one.is_there]:
        raise TopicsMissing(servers=connection.address, topics=", ".join(missing), version=version)
    _refuse_wrong(connection, found)
    for one in found:
        needed = _WRITER if one.plan.topic != topics(version).checkpoints else _WRITER_BACK
        for operation in needed if one.operations else ():
            if operation.upper() not in one.operations:
                raise KafkaRefused(servers=connection.address, reason=f"no right {operation} on {one.plan.topic}")
    return found[0].partitions


def _create(client: KafkaAdminClient, missing: Mapping[str, Any], *, validate_only: bool = False) -> None:
    answer = client.create_topics(missing, validate_only=validate_only, raise_errors=False)
    for one in answer["topics"]:
        if one["error_code"] != 0:
            raise for_code(one["error_code"])(one["error_message"])


def _refuse_wrong(connection: KafkaConnection, found: Sequence[State]) -> None:
    for one in found:
        if one.is_there and one.partitions != one.plan.partitions:
            raise PartitionsDiffer(topic=one.plan.topic, found=one.partitions, expected=one.plan.partitions)
    wrong = [
        f"{one.plan.topic}: {difference.setting} is {difference.found}, not {difference.expected}"
        for one in found
        if one.is_there
        for difference in one.differences
    ]
    if wrong:
        raise TopicsDiffer(servers=connection.address, reason="; ".join(wrong))


def _examined(client: KafkaAdminClient, connection: KafkaConnection, wanted: Sequence[Plan]) -> Iterator[State]:
    there = {}
    for one in client.describe_topics([plan.topic for plan in wanted]):
        kind = for_code(one["error_code"])
        if issubclass(kind, AuthorizationError):
            raise KafkaRefused(servers=connection.address, reason=f"no right Describe on {one['name']}")
        if kind is NoError:
            there[one["name"]] = one
        elif kind is not UnknownTopicOrPartitionError:
            raise kind(one["name"])
    asked = [ConfigResource(ConfigResourceType.TOPIC, name) for name in sorted(there)]
    settings = client.describe_configs(asked, config_filter="all")["topic"] if asked else {}
    for plan in wanted:
        if plan.topic not in there:
            yield State(plan, partitions=0, replication_factor=0, differences=(), operations=frozenset())
            continue
        if not settings[plan.topic]:
            raise KafkaRefused(servers=connection.address, reason=f"no right DescribeConfigs on {plan.topic}")
        yield _compared(plan, there[plan.topic], settings[plan.topic])


def _compared(plan: Plan, topic: Mapping[str, Any], settings: Mapping[str, Any]) -> State:
    partitions = topic["partitions"]
    copies = min(len(one["replica_nodes"]) for one in partitions)
    found = {"partitions": str(len(partitions)), "replication factor": str(copies)}
    expected = {"partitions": str(plan.partitions), "replication factor": str(plan.replication_factor or copies)}
    for name, value in plan.settings.items():
        found[name], expected[name] = settings[name]["value"], value
    return State(
        plan,
        partitions=len(partitions),
        replication_factor=copies,
        differences=tuple(
            Difference(name, found[name], value) for name, value in expected.items() if not _same(found[name], value)
        ),
        operations=frozenset(topic["authorized_operations"] or ()),
    )


def _same(found: str, expected: str) -> bool:
    """Whether two values of a setting say the same: numbers are written in more than one way."""
    try:
        return found == expected or float(found) == float(expected)
    except ValueError:
        return False
