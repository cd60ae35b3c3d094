"""The read model kept by a process of its own: as current for whoever asks, and nobody's loss when that one dies."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from ledger.application import Ledger
from projections.store import ReadModel
from schemas.events import Proposal
from schemas.operation_problems import ProjectionBehind
from services.projecting import Projecting, differences, open_views
from services.projecting_apart import ProjectingApart
from tests.integration.readmodel.desk import ledger_with, micros, opening, put, resolution, response
from tests.tools import family

LATER = micros(24 * 30)
A_WHILE_SECONDS = 30.0


class Apart:
    """A ledger whose rows are kept apart, and what was told of processes that ended."""

    def __init__(self, ledger: Ledger, views: ReadModel, url: str, patience_seconds: float) -> None:
        self.ledger = ledger
        self.views = views
        self.ended: list[int] = []
        self.projecting = ProjectingApart(
            ledger, views, url, patience_seconds=patience_seconds, ended=self.ended.append
        )

    def process(self) -> int:
        """The process that keeps the rows, once it does."""
        until(lambda: self.projecting.process is not None)
        assert self.projecting.process is not None
        return self.projecting.process


def until(is_so: Callable[[], bool]) -> None:
    """Wait until something is so."""
    late = time.monotonic() + A_WHILE_SECONDS
    while not is_so():
        assert time.monotonic() < late, "it did not come about"
        time.sleep(0.01)


@contextmanager
def kept_apart(folder: Path, *lines: Proposal, patience_seconds: float = A_WHILE_SECONDS) -> Iterator[Apart]:
    """A ledger with some events, and the process that keeps its rows."""
    url = f"sqlite:///{folder}/ledger.db"
    with ledger_with(folder, *lines) as ledger:
        views = open_views(url)
        apart = Apart(ledger, views, url, patience_seconds)
        with apart.projecting as projecting:
            projecting.start()
            yield apart
        views.close()


def test_it_follows_each_commit_and_the_rows_are_those_of_a_rebuild(tmp_path: Path) -> None:
    with kept_apart(tmp_path, opening(1, 0)) as apart:
        process = apart.process()
        assert b"ledger.db" not in Path(f"/proc/{process}/cmdline").read_bytes(), "a URL may hold a password"
        for line in (response(1, 3), opening(2, 4), resolution(1, 30)):
            put(apart.ledger, line)
            apart.projecting.notify(apart.ledger.head().count)
            until(lambda: apart.projecting.lag() == 0)
            assert apart.views.position() == apart.ledger.head().count
        assert apart.projecting.process == process
        assert list(differences(apart.ledger, apart.views, LATER)) == []
    assert process not in family(os.getpid())
    assert apart.ended == []


def test_a_reader_has_what_was_committed_before_he_asked_and_every_deadline_up_to_his_instant(tmp_path: Path) -> None:
    with kept_apart(tmp_path, opening(1, 0)) as apart:
        apart.process()
        for number in range(2, 12):
            put(apart.ledger, opening(number, number))  # nobody tells the process of it
            assert apart.projecting.current(micros(number)) == apart.ledger.head().count
            assert apart.views.incident(f"I-{number}") is not None
        running = apart.views.incident("I-11")
        assert running is not None
        assert running.next_due_at is not None
        apart.projecting.current(running.next_due_at - 1)
        assert apart.views.incident("I-11") == running
        apart.projecting.current(running.next_due_at)
        breached = apart.views.incident("I-11")
        assert breached is not None
        assert breached.as_of == running.next_due_at


def test_readers_at_once_are_each_answered(tmp_path: Path) -> None:
    with kept_apart(tmp_path, opening(1, 0)) as apart:
        apart.process()
        put(apart.ledger, opening(2, 1))
        told: list[int] = []
        readers = [
            threading.Thread(target=lambda at=at: told.append(apart.projecting.current(micros(at))))
            for at in range(1, 200, 10)
        ]
        for reader in readers:
            reader.start()
        for reader in readers:
            reader.join()
        assert told == [apart.ledger.head().count] * len(readers)


def test_while_there_is_no_process_a_reader_brings_the_rows_up_himself_and_another_one_is_started(
    tmp_path: Path,
) -> None:
    with kept_apart(tmp_path, opening(1, 0)) as apart:
        assert apart.projecting.current(micros(1)) == apart.ledger.head().count  # before the first one is ready
        first = apart.process()
        os.kill(first, signal.SIGKILL)
        put(apart.ledger, opening(2, 1))
        assert apart.projecting.current(micros(2)) == apart.ledger.head().count
        assert apart.views.incident("I-2") is not None
        until(lambda: apart.projecting.process not in {None, first})
        put(apart.ledger, opening(3, 2))
        assert apart.projecting.current(micros(3)) == apart.ledger.head().count
        assert list(differences(apart.ledger, apart.views, LATER)) == []
    assert apart.ended == [-signal.SIGKILL]


def test_a_process_that_answers_nobody_costs_a_reader_his_patience_and_the_writer_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with kept_apart(tmp_path, opening(1, 0), patience_seconds=0.2) as apart:
        process = apart.process()
        apart.projecting.current(micros(1))
        os.kill(process, signal.SIGSTOP)
        try:
            put(apart.ledger, opening(2, 1))
            behind = apart.projecting.current(micros(2))
            assert behind == apart.views.position() < apart.ledger.head().count
            with monkeypatch.context() as patch:
                patch.setattr("services.projecting.MOST_BEHIND", 0)
                with pytest.raises(ProjectionBehind):
                    apart.projecting.current(micros(2))
            for _ in range(100_000):  # far more than it could be told without reading
                apart.projecting.notify(apart.ledger.head().count)
            assert apart.projecting.current(micros(2)) == apart.ledger.head().count
        finally:
            os.kill(process, signal.SIGCONT)
        assert list(differences(apart.ledger, apart.views, LATER)) == []


def test_the_control_that_nobody_brings_up_is_behind(tmp_path: Path) -> None:
    with ledger_with(tmp_path, opening(1, 0)) as ledger:
        views = open_views(f"sqlite:///{tmp_path}/ledger.db")
        assert Projecting(ledger, views).lag() == 0
        assert views.position() < ledger.head().count
        views.close()


def test_what_the_process_says_before_it_ends_is_log_and_quotes_nothing(tmp_path: Path) -> None:
    """It writes where the server does, whose log is JSON a line and tells no message of an exception."""
    url = f"sqlite:///{tmp_path}/nothing-here.db"
    program = "import sys; from services.projecting_apart import main; main(*sys.argv[1:])"
    ours, theirs = socket.socketpair()
    with ours, theirs:
        ended = subprocess.run(
            [sys.executable, "-c", program, "2.0", str(theirs.fileno())],
            env={**os.environ, "SLA_LEDGER_DATABASE_URL": url},
            pass_fds=(theirs.fileno(),),
            stderr=subprocess.PIPE,
            check=False,
        )
    assert ended.returncode == 1
    (line,) = ended.stderr.splitlines()
    told = json.loads(line)
    assert (told["event"], told["fault"]) == ("projecting-failed", "NoLedgerHere")
    assert b"nothing-here" not in line
