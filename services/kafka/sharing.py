"""Who of a group is given which partitions: each the same number of them, give or take one.

How many there are is fixed for the life of a version of the topics, and told to whoever shares them out. Kafka-python's
own ways of sharing look at the metadata that happen to be in memory then: just after topics were made these may not
hold them yet, and then everybody is given none, for good.
"""

from collections.abc import Sequence
from typing import Any, Final

from kafka.coordinator.assignors.roundrobin import RoundRobinPartitionAssignor

__all__ = ["Sharing"]


class Sharing(RoundRobinPartitionAssignor):  # type: ignore[misc]
    """Round robin over one topic of so many partitions."""

    name: Final = "sla-ledger"

    def __init__(self, topic: str, count: int) -> None:
        self._topic = topic
        self._count = count

    def assign(self, _cluster: Any, members: Sequence[Any]) -> Any:
        """See kafka-python."""
        return super().assign(self, members)

    def partitions_for_topic(self, topic: str) -> set[int] | None:
        """The partitions of the topic, as the metadata of a cluster tell them."""
        return set(range(self._count)) if topic == self._topic else None
