"""One process at a time records in a ledger's file; the second is told who was first."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from schemas.problems import LedgerLocked
from services.locks import writer_lock

EVENTS = Path(__file__).resolve().parents[3] / "examples/demo/dispute.jsonl"
PROGRAM = "from services.cli import main; main()"


def run(*arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", PROGRAM, *arguments, "--database", f"sqlite:///{folder / 'ledger.db'}"]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.fixture
def held(tmp_path: Path) -> Iterator[Path]:
    assert run("init", folder=tmp_path).returncode == 0
    with writer_lock(f"sqlite:///{tmp_path / 'ledger.db'}"):
        yield tmp_path


@pytest.mark.parametrize("arguments", [["init"], ["import", str(EVENTS)]], ids=["init", "import"])
def test_a_second_writer_is_refused_with_the_process_of_the_first(held: Path, arguments: list[str]) -> None:
    answer = run(*arguments, folder=held)
    assert answer.returncode == 4
    assert str(os.getpid()) in answer.stderr


def test_another_name_of_the_file_is_the_same_ledger(held: Path) -> None:
    (held / "link.db").symlink_to(held / "ledger.db")
    with pytest.raises(LedgerLocked), writer_lock(f"sqlite:///{held / 'link.db'}"):
        pass


def test_readers_go_on_beside_it(held: Path) -> None:
    assert run("export", str(held / "out.jsonl"), folder=held).returncode == 0


def test_the_lock_is_free_once_its_holder_is_gone(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'ledger.db'}"
    program = f"from services.locks import writer_lock\nwith writer_lock({url!r}): print('held', flush=True); input()"
    with subprocess.Popen([sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        with pytest.raises(LedgerLocked) as refused, writer_lock(url):
            pass
        assert refused.value.params["pid"] == str(holder.pid)
        holder.kill()
    with writer_lock(url):
        pass
