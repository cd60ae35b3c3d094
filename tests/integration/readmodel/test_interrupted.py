"""A rebuild in a process of its own, ended in its midst by a signal: whoever goes on comes to the same rows."""

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from services.bootstrap import open_ledger
from services.projecting import Projecting, differences, open_views
from tests.integration.readmodel.desk import ledger_with, micros, opening

INCIDENTS = 4_000
LATER = micros(2)
COMMAND = (sys.executable, "-c", "from services.cli import main; main()", "projections", "rebuild", "--database")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where a ledger lies that takes several transactions to project."""
    found = tmp_path_factory.mktemp("interrupted")
    ledger_with(found, *(opening(number, number / INCIDENTS) for number in range(INCIDENTS))).close()
    return found


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGKILL])
def test_a_rebuild_that_is_ended_by_a_signal_is_gone_on_with(folder: Path, ending: signal.Signals) -> None:
    url = f"sqlite:///{folder}/ledger.db"
    ledger = open_ledger(url)
    views = open_views(url)
    views.reset()
    with subprocess.Popen([*COMMAND, url], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        while views.position() == 0 and process.poll() is None:
            time.sleep(0.005)
        process.send_signal(ending)
        process.communicate(timeout=60)
    assert process.returncode != 0
    assert 0 < views.position() < ledger.head().count
    assert Projecting(ledger, views).catch_up() == ledger.head().count
    assert list(differences(ledger, views, LATER)) == []
    views.close()
    ledger.close()
