"""A contract's partition is the one that Java's own clients would choose for it as a key."""

import pytest
from kafka.partitioner.default import murmur2

from services.kafka.partitioning import partition_of

# From the tests of Apache Kafka's Java client.
JAVA = {
    "21": -973932308,
    "foobar": -790332482,
    "a-little-bit-long-string": -985981536,
    "a-little-bit-longer-string": -1486304829,
    "lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8": -58897971,
    "abc": 479470107,
}


@pytest.mark.parametrize("key", JAVA)
def test_the_hash_is_that_of_java(key: str) -> None:
    assert murmur2(key.encode()) == JAVA[key] % 2**32


@pytest.mark.parametrize("key", JAVA)
@pytest.mark.parametrize("partitions", [1, 2, 6, 12, 1000])
def test_the_partition_is_the_hash_without_its_sign_over_their_number(key: str, partitions: int) -> None:
    assert partition_of(key, partitions) == (JAVA[key] & 0x7FFFFFFF) % partitions


def test_letters_of_any_script_are_hashed_as_utf_8() -> None:
    assert partition_of("Договор-1", 1 << 30) == murmur2("Договор-1".encode()) % (1 << 30)
