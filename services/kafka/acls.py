"""Who may do what with the topics: the rights that each part of the product needs of Kafka's authorizer, and no more.

    relay      looks at how the four topics are set, writes them by one transactional id, reads its position record back
    reader     reads the four topics, with a group or without
    projector  reads events and checkpoints as the group of the projectors
    operator   makes the topics and looks at how they are set (`kafka init`)

Nobody but the relay writes. Who has its rights could publish what the ledger does not hold; `relay verify` finds it,
and a reader that checks `chain` does.
"""

import shlex
from collections.abc import Sequence
from typing import Final, Literal, NamedTuple, TypeAlias

from kafka.admin import (
    ACL,
    ACLOperation,
    ACLPermissionType,
    ACLResourcePatternType,
    ResourcePattern,
    ResourceType,
)
from kafka.errors import ClusterAuthorizationFailedError

from schemas.topics import topics
from services.kafka.connecting import KafkaConnection

__all__ = ["ANY_GROUP", "PROJECTORS_GROUP", "ROLES", "Resource", "Right", "Role", "apply", "command", "rights"]

Role: TypeAlias = Literal["relay", "reader", "projector", "operator"]
Resource: TypeAlias = Literal["topic", "group", "transactional-id"]

ROLES: Final[tuple[Role, ...]] = ("relay", "reader", "projector", "operator")
ANY_GROUP: Final = "*"
PROJECTORS_GROUP: Final = "sla-ledger-projector"

_TRANSACTIONAL_IDS: Final = "sla-ledger-relay"
"""How the relay's transactional ids begin; the ledger and the version follow."""

_TYPES: Final = {
    "topic": ResourceType.TOPIC,
    "group": ResourceType.GROUP,
    "transactional-id": ResourceType.TRANSACTIONAL_ID,
}
_OPERATIONS: Final = {
    "Read": ACLOperation.READ,
    "Write": ACLOperation.WRITE,
    "Create": ACLOperation.CREATE,
    "Describe": ACLOperation.DESCRIBE,
    "DescribeConfigs": ACLOperation.DESCRIBE_CONFIGS,
}


class Right(NamedTuple):
    """One entry of the authorizer: an operation on a resource, from any host."""

    operation: str
    resource: Resource
    name: str
    prefixed: bool = False


def rights(role: Role, version: int, group: str = ANY_GROUP) -> tuple[Right, ...]:
    """What a role needs of a version of the topics; `group` is that of a reader, `*` any.

    Read and write let the topic be described too, so that is asked for only where neither is.
    """
    names = topics(version)
    match role:
        case "relay":
            return (
                *(Right(operation, "topic", name) for operation in ("Write", "DescribeConfigs") for name in names),
                Right("Read", "topic", names.checkpoints),
                Right("Write", "transactional-id", _TRANSACTIONAL_IDS, prefixed=True),
            )
        case "reader":
            return (*(Right("Read", "topic", name) for name in names), Right("Read", "group", group))
        case "projector":
            read = (names.events, names.checkpoints)
            return (*(Right("Read", "topic", name) for name in read), Right("Read", "group", PROJECTORS_GROUP))
        case "operator":
            operations = ("Create", "Describe", "DescribeConfigs")
            return tuple(Right(operation, "topic", name) for name in names for operation in operations)


def command(principal: str, right: Right, servers: str) -> str:
    """The call of Kafka's own tool that grants a right."""
    words = ["kafka-acls.sh", "--bootstrap-server", servers, "--add", "--allow-principal", principal]
    words += ["--operation", right.operation, f"--{right.resource}", right.name]
    return shlex.join(words + ["--resource-pattern-type", "prefixed"] * right.prefixed)


def apply(connection: KafkaConnection, granted: Sequence[tuple[str, Right]]) -> None:
    """Grant rights, each to a principal; one that is granted already stays as it is.

    Raises KafkaUnreachable, KafkaRefused, KafkaFailed, the last where the broker has no authorizer.
    """
    with connection.admin() as client:
        failed = client.create_acls([_entry(principal, right) for principal, right in granted])["failed"]
        if ClusterAuthorizationFailedError in failed:
            raise ClusterAuthorizationFailedError("only who has the right Alter on the cluster grants rights")
        if failed:
            raise failed[0]


def _entry(principal: str, right: Right) -> ACL:
    pattern = ACLResourcePatternType.PREFIXED if right.prefixed else ACLResourcePatternType.LITERAL
    return ACL(
        principal=principal,
        host="*",
        operation=_OPERATIONS[right.operation],
        permission_type=ACLPermissionType.ALLOW,
        resource_pattern=ResourcePattern(_TYPES[right.resource], right.name, pattern),
    )
