"""The conformance suite: what every registry must keep. A database's tests subclass `RegistryContract`.

The checks go through the registers that a ledger opens, so that they hold for any database; several processes are
several openings of the same ledger.
"""

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from ledger.access_log import AccessLog
from ledger.application import Ledger
from ledger.registry import Access
from schemas.chain import GENESIS
from schemas.http_problems import UnknownKey
from tests.scale import scaled

THREADS = 8


def record_from_threads(logs: list[AccessLog], each: int) -> None:
    """Record from several threads through several openings at once."""
    barrier = threading.Barrier(THREADS)

    def record(thread: int) -> None:
        barrier.wait()
        for number in range(each):
            logs[thread % len(logs)].record(f"thread-{thread}", "auditor", f"values INC-2024-{number:06}")

    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(record, range(THREADS)))


def check_log(log: AccessLog, expected: int) -> list[Access]:
    """The chain fits, the numbers are dense from 1, and each thread's entries are all there in its own order."""
    assert log.verify() == expected
    entries = list(log.entries(limit=expected + 1))
    assert [entry.number for entry in entries] == list(range(1, expected + 1))
    for thread in range(THREADS):
        mine = [entry.what for entry in entries if entry.who == f"thread-{thread}"]
        assert mine == sorted(mine)
    return entries


class RegistryContract:
    """Subclass it, and give `url`."""

    def url(self, folder: Path) -> str:
        """The URL of a database that does not exist yet."""
        raise NotImplementedError

    @pytest.fixture
    def founded(self, tmp_path: Path) -> str:
        """The URL of a new ledger."""
        url = self.url(tmp_path)
        Ledger.create(url, provider="Provider", ledger_id=str(uuid4())).close()
        return url

    @pytest.fixture
    def ledger(self, founded: str) -> Iterator[Ledger]:
        """The ledger, open."""
        with Ledger.open(founded) as ledger:
            yield ledger

    @pytest.fixture
    def beside(self, founded: str) -> Iterator[Ledger]:
        """The same ledger, opened once more, as another process would."""
        with Ledger.open(founded) as ledger:
            yield ledger

    def test_a_key_is_found_by_its_text_and_says_what_it_allows(self, ledger: Ledger, beside: Ledger) -> None:
        made = ledger.keyring.create(role="service", contracts=["C-2", "C-1"], act_as=["system"], actor_id="crm")
        found = beside.keyring.find(made.text)
        assert found == made.credential
        assert found is not None
        assert (found.role, found.contracts, found.act_as, found.actor_id) == (
            "service",
            ("C-1", "C-2"),
            ("system",),
            "crm",
        )

    def test_a_key_with_another_secret_or_none_is_not_found(self, ledger: Ledger) -> None:
        text = ledger.keyring.create(role="admin").text
        other = ledger.keyring.create(role="admin").text
        mixed = "_".join([*text.split("_")[:2], other.split("_")[2]])
        for wrong in (mixed, text[:-1], text + "0", text.upper(), "", "slk__", f" {text}"):
            assert ledger.keyring.find(wrong) is None

    def test_a_revocation_holds_at_once_for_everybody_and_keeps_its_instant(
        self, ledger: Ledger, beside: Ledger
    ) -> None:
        made = ledger.keyring.create(role="admin")
        now = made.credential.created_at
        assert made.credential.is_valid(now)
        first = beside.keyring.revoke(made.credential.prefix)
        found = ledger.keyring.find(made.text)
        assert found == first
        assert found is not None
        assert not found.is_valid(now)
        assert beside.keyring.revoke(made.credential.prefix).revoked_at == first.revoked_at

    def test_a_key_expires(self, ledger: Ledger) -> None:
        now = ledger.now()
        made = ledger.keyring.create(role="reporter", expires_at=now + timedelta(hours=1))
        found = ledger.keyring.find(made.text)
        assert found is not None
        assert found.is_valid(now)
        assert not found.is_valid(now + timedelta(hours=1))

    def test_keys_are_listed_in_the_order_they_were_made(self, ledger: Ledger) -> None:
        made = [ledger.keyring.create(role="reporter").credential for _ in range(5)]
        assert list(ledger.keyring.all()) == made

    def test_only_a_key_that_is_there_can_be_revoked(self, ledger: Ledger) -> None:
        with pytest.raises(UnknownKey):
            ledger.keyring.revoke("aaaaaaaaaa")

    def test_a_pseudonym_stays_until_it_is_erased(self, ledger: Ledger, beside: Ledger) -> None:
        first = ledger.pseudonyms.of("https://id.example", "ivanova@example.org")
        assert beside.pseudonyms.of("https://id.example", "ivanova@example.org") == first
        assert ledger.pseudonyms.of("https://other.example", "ivanova@example.org") != first
        assert "ivanova" not in first
        assert beside.pseudonyms.erase(first)
        assert not ledger.pseudonyms.erase(first)
        assert ledger.pseudonyms.of("https://id.example", "ivanova@example.org") != first

    def test_threads_that_meet_a_person_first_give_one_pseudonym(self, ledger: Ledger, beside: Ledger) -> None:
        ledgers = [ledger, beside]
        with ThreadPoolExecutor(THREADS) as pool:
            made = set(pool.map(lambda n: ledgers[n % 2].pseudonyms.of("i", "s"), range(THREADS * 4)))
        assert len(made) == 1

    def test_the_access_log_is_one_chain_whoever_writes(self, ledger: Ledger, beside: Ledger) -> None:
        each = scaled(100, minimum=10)
        record_from_threads([ledger.access_log, beside.access_log], each)
        entries = check_log(ledger.access_log, each * THREADS)
        assert entries[-1].chain == beside.access_log.head().chain

    def test_an_empty_access_log_is_sound(self, ledger: Ledger) -> None:
        assert ledger.access_log.verify() == 0
        assert ledger.access_log.head().chain == GENESIS

    def test_registers_move_neither_the_head_nor_the_chain_of_the_record(self, ledger: Ledger) -> None:
        before = ledger.head()
        ledger.keyring.create(role="admin")
        ledger.pseudonyms.of("i", "s")
        ledger.access_log.record("slk", "admin", "values")
        assert ledger.head() == before

    def test_a_lease_is_one_holders_until_it_runs_out_or_is_released(self, founded: str, ledger: Ledger) -> None:
        registry = ledger.registry
        with Ledger.open(founded) as beside:
            assert registry.find_lease("relay") is None
            first = registry.take_lease("relay", "a", 30)
            assert first.holder == "a"
            assert beside.registry.take_lease("relay", "b", 30) == first
            assert registry.take_lease("relay", "a", 60).until > first.until
            beside.registry.release_lease("relay", "b")
            assert beside.registry.take_lease("relay", "b", 30).holder == "a"
            registry.release_lease("relay", "a")
            assert beside.registry.take_lease("relay", "b", 0.05).holder == "b"
            time.sleep(0.1)
            assert registry.find_lease("relay") is None
            assert registry.take_lease("relay", "a", 30).holder == "a"
