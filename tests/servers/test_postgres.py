"""The server that the tests run against keeps what it acknowledged, and goes when they do."""

import signal
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest

from tests.checkout import ROOT
from tests.integration.cli.processes import environment
from tests.servers.postgres import PostgresServer, runs


def test_a_fresh_database_is_empty_and_its_owners() -> None:
    with PostgresServer() as server:
        one, other = server.new_database(), server.new_database()
        with psycopg.connect(one) as connection:
            connection.execute("CREATE TABLE notes (text TEXT)")
            connection.execute("INSERT INTO notes VALUES ('a'), ('B')")
            assert [text for (text,) in connection.execute("SELECT text FROM notes ORDER BY text")] == ["a", "B"]
        with psycopg.connect(other) as connection:
            tables = connection.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone()
            assert tables == (0,)


def test_what_was_committed_survives_every_end() -> None:
    with PostgresServer() as server:
        url = server.new_database()
        for setting in ("fsync", "full_page_writes", "synchronous_commit"):
            with psycopg.connect(url) as connection:
                assert connection.execute(f"SHOW {setting}").fetchone() == ("on",)
        with psycopg.connect(url) as connection:
            connection.execute("CREATE TABLE numbers (number INTEGER)")
        for number, end in enumerate((server.stop, lambda: server.stop("immediate"), server.kill)):
            with psycopg.connect(url) as connection:
                connection.execute("INSERT INTO numbers VALUES (%s)", (number,))
            end()
            assert not server.is_running
            server.start()
        with psycopg.connect(url) as connection:
            server.kill_backend(server.backends(url.rpartition("/")[2])[0])
            with pytest.raises(psycopg.OperationalError):
                connection.execute("SELECT pg_sleep(60)")
        server.wait()
        with psycopg.connect(url) as connection:
            assert connection.execute("SELECT count(*) FROM numbers").fetchone() == (3,)
        server.drop(url)
        with pytest.raises(psycopg.OperationalError, match="does not exist"):
            psycopg.connect(url)


def test_it_does_not_outlive_a_process_that_is_killed() -> None:
    script = """
import time
from tests.servers.postgres import PostgresServer
server = PostgresServer()
server.start()
print(server.pid, server.folder, flush=True)
time.sleep(60)
"""
    child = subprocess.Popen(
        [sys.executable, "-c", script], stdout=subprocess.PIPE, text=True, cwd=ROOT, env=environment()
    )
    assert child.stdout is not None
    pid, folder = child.stdout.readline().split()
    child.send_signal(signal.SIGKILL)
    child.communicate()
    deadline = time.monotonic() + 30
    while runs(int(pid)) or Path(folder).exists():
        assert time.monotonic() < deadline, "it still runs"
        time.sleep(0.02)
