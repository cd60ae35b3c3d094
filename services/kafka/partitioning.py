"""In which partition a contract's records lie: in all three topics the same, wherever they are computed.

It is the rule of Java's own clients for a record with a key, murmur2 of the key's bytes, so that whoever knows the
contract finds its partition with what Kafka brings along. The producer sets it itself, because the rows' keys are
incidents and obligations.
"""

from functools import lru_cache

from kafka.partitioner.default import murmur2

__all__ = ["partition_of"]


@lru_cache(maxsize=65_536)
def partition_of(log: str, partitions: int) -> int:
    """The partition of a log (a contract's id, or `provider`) where each of the topics has so many."""
    return int((murmur2(log.encode("utf-8")) & 0x7FFF_FFFF) % partitions)
