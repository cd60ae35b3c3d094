"""Killed at any moment, the ledger has every event that it acknowledged, and opens again."""

import os
import random
import signal
import time
from pathlib import Path
from uuid import uuid4

from ledger.application import Ledger
from schemas.problems import LedgerExists
from tests.harness.kill import KillHarness, acknowledge_too_early, append_for_ever, found
from tests.scale import scaled

KILLS = 200


def test_every_acknowledged_event_survives_a_kill(tmp_path: Path) -> None:
    harness = KillHarness(f"sqlite:///{tmp_path / 'ledger.db'}", append_for_ever)
    found(harness.url)
    for _ in range(scaled(KILLS)):
        harness.kill_once()
        assert harness.lost() == []
    assert len(harness.acknowledged) >= scaled(KILLS)


def test_the_control_that_acknowledges_before_the_commit_fails(tmp_path: Path) -> None:
    harness = KillHarness(f"sqlite:///{tmp_path / 'ledger.db'}", acknowledge_too_early)
    found(harness.url)
    for _ in range(KILLS):
        harness.kill_once()
        if harness.lost():
            return
    raise AssertionError(f"{KILLS} kills, and nothing that was acknowledged too early was lost")


def test_a_ledger_killed_while_it_is_founded_is_there_or_can_be_founded(tmp_path: Path) -> None:
    chance = random.Random(20_240_427)
    for number in range(scaled(KILLS, minimum=10)):
        url = f"sqlite:///{tmp_path / f'{number}.db'}"
        child = os.fork()
        if child == 0:
            try:
                found(url)
            finally:
                os._exit(0)
        time.sleep(chance.uniform(0, 0.03))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        try:
            ledger = Ledger.create(url, provider="Provider", ledger_id=str(uuid4()))
        except LedgerExists:
            ledger = Ledger.open(url)
        assert ledger.identity.provider == "Provider"
        ledger.close()
