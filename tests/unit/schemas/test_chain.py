"""The chain commits to every event and to their order."""

from hashlib import sha256

from hypothesis import given
from hypothesis import strategies as st

from schemas.chain import GENESIS, extend


def chain_of(events: list[bytes]) -> bytes:
    chain = GENESIS
    for event in events:
        chain = extend(chain, event)
    return chain


def test_the_chain_begins_with_32_zero_bytes() -> None:
    assert chain_of([]) == b"\0" * 32
    assert chain_of([b"a"]) == sha256(b"\0" * 32 + sha256(b"a").digest()).digest()


@given(st.lists(st.binary(max_size=8), max_size=5), st.lists(st.binary(max_size=8), max_size=5))
def test_other_events_or_another_order_have_another_chain(one: list[bytes], other: list[bytes]) -> None:
    assert (chain_of(one) == chain_of(other)) == (one == other)


def test_each_link_hashes_the_one_before_and_the_hash_of_the_event() -> None:
    first = sha256(bytes(32) + sha256(b"a").digest()).digest()
    second = sha256(first + sha256(b"b").digest()).digest()
    assert chain_of([b"a", b"b", b"c"]) == sha256(second + sha256(b"c").digest()).digest()
