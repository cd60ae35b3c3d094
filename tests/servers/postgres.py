"""A real PostgreSQL for the tests: a cluster of its own in a temporary folder, at a free port of this machine.

with PostgresServer() as server:              # or the fixture `postgres`
    url = server.new_database()               # or the fixture `postgres_url`

It is Debian's newest, installed where there is none, and it keeps what it has acknowledged: no setting here weakens
that, so a loss is the product's. Names are sorted by a language's rules, as many a server sorts them, so that code
which relies on the order of bytes without asking for it is found out. A keeper beside it ends it and clears it away
once the tests' process has ended, however it ended.
"""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Final, Literal, Self, TypeAlias
from uuid import uuid4

import psycopg
import pytest
from psycopg import sql

from tests.tools import installed

__all__ = ["OWNER", "SUPERUSER", "PostgresServer", "StopMode", "postgres", "postgres_url", "runs"]

StopMode: TypeAlias = Literal["smart", "fast", "immediate"]

SUPERUSER: Final = "postgres"
OWNER: Final = "tester"
"""Owns the databases that are made here; no superuser, but may make roles."""

_PASSWORD: Final = "correct-horse"
_ACCOUNT: Final = "postgres"
"""Who the server runs as where the tests run as root, whom it refuses."""
_BINARIES: Final = Path("/usr/lib/postgresql")
_SIGNALS: Final[Mapping[StopMode, signal.Signals]] = {
    "smart": signal.SIGTERM,
    "fast": signal.SIGINT,
    "immediate": signal.SIGQUIT,
}
_SECONDS: Final = 60.0
_SETTINGS: Final[Mapping[str, str]] = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "200",
    "shared_buffers": "64MB",
    "max_wal_size": "256MB",
    "jit": "off",
    "fsync": "on",
    "full_page_writes": "on",
    "synchronous_commit": "on",
    "log_timezone": "UTC",
}
_KEEPER: Final = 'cat >/dev/null; "$1" stop -D "$2/data" -m immediate -w -s; rm -rf "$2"'


class PostgresServer:
    """A cluster of its own, which can be stopped, killed and started again at the same port."""

    def __init__(self, settings: Mapping[str, str] | None = None, data: Path | None = None) -> None:
        """Take settings of `postgresql.conf`, and a folder where the tables, not the log, are to lie elsewhere."""
        self._folder: Path | None = None
        self._elsewhere = data
        self._settings = {**_SETTINGS, **(settings or {})}
        self._process: subprocess.Popen[bytes] | None = None
        self._keeper: subprocess.Popen[bytes] | None = None
        self._made = False
        self.port = 0

    def __enter__(self) -> Self:
        try:
            self.start()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def pid(self) -> int:
        """The postmaster's process."""
        assert self._process is not None, "it does not run"
        return self._process.pid

    @property
    def is_running(self) -> bool:
        """Whether its postmaster runs."""
        return self._process is not None and self._process.poll() is None

    @property
    def folder(self) -> Path:
        """Where its data lie (`data`) and what it says (`log`)."""
        assert self._folder is not None, "it was never started"
        return self._folder

    def start(self, settings: Mapping[str, str] | None = None) -> float:
        """Start it, with further settings from now on; returns after how many seconds it took connections."""
        assert not self.is_running, "it runs already"
        begun = time.perf_counter()
        self._settings.update(settings or {})
        if not self._made:
            self._make()
        self._spawn()
        self.wait()
        return time.perf_counter() - begun

    def stop(self, mode: StopMode = "fast") -> None:
        """Stop it as `pg_ctl stop -m MODE` does: `immediate` is a crash, after which it recovers from its log."""
        self._end(_SIGNALS[mode])

    def kill(self) -> None:
        """SIGKILL of the postmaster, whose children end when they notice."""
        self._end(signal.SIGKILL)

    def restart(self, mode: StopMode = "fast", settings: Mapping[str, str] | None = None) -> float:
        """Stop it and start it again; returns after how many seconds it took connections."""
        self.stop(mode)
        return self.start(settings)

    def close(self) -> None:
        """End it and clear its data away."""
        if self.is_running:
            self.stop("immediate")
        if self._keeper is not None:
            self._keeper.communicate()
            self._keeper = None
        self._made = False

    def wait(self) -> None:
        """Wait until it takes connections, as it does again after a backend was killed."""
        assert self._process is not None
        deadline = time.monotonic() + _SECONDS
        while True:
            assert self._process.poll() is None, f"PostgreSQL ended by itself\n{self.said()}"
            try:
                self.connect().close()
            except psycopg.OperationalError:
                assert time.monotonic() < deadline, f"PostgreSQL is not ready after {_SECONDS} s\n{self.said()}"
                time.sleep(0.01)
            else:
                return

    def kill_backend(self, pid: int) -> None:
        """SIGKILL of one backend: the server ends all others too, and recovers."""
        assert pid in self.children(), f"{pid} is none of this server's"
        os.kill(pid, signal.SIGKILL)

    def backends(self, database: str | None = None) -> list[int]:
        """The processes that serve clients, of one database where it is named, but for the one that asks."""
        query = """SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()
                   AND datname = coalesce(%s, datname) ORDER BY pid"""
        with self.connect() as connection:
            return [pid for (pid,) in connection.execute(query, (database,))]

    def children(self) -> list[int]:
        """All processes that the postmaster has started and that run."""
        return [int(pid) for pid in Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text("ascii").split()]

    def url(self, database: str, user: str = OWNER, password: str = _PASSWORD) -> str:
        """The URL of a database for a user."""
        return f"postgresql://{user}:{password}@127.0.0.1:{self.port}/{database}"

    def new_database(self, like: str | None = None) -> str:
        """The URL of a fresh empty database, for its owner; or of a copy of another one that nobody is connected to."""
        name = f"ledger_{uuid4().hex[:12]}"
        template = "template0" if like is None else like.rpartition("/")[2]
        statement = sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE {}")
        with self.connect() as connection:
            connection.execute(statement.format(*map(sql.Identifier, (name, OWNER, template))))
        return self.url(name)

    def drop(self, url: str) -> None:
        """Drop the database that a URL names, whoever is connected to it."""
        name = sql.Identifier(url.rpartition("/")[2])
        with self.connect() as connection:
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(name))

    def connect(self, database: str = "postgres") -> "psycopg.Connection":
        """A connection of the superuser, where each statement is a transaction; to be closed by whoever asked."""
        return psycopg.connect(self.url(database, SUPERUSER), autocommit=True, connect_timeout=int(_SECONDS))

    def said(self) -> str:
        """The end of what it wrote."""
        log = self.folder / "log"
        return log.read_text(encoding="utf-8", errors="replace")[-4_000:] if log.exists() else ""

    def _make(self) -> None:
        """Make the cluster, and the role that owns the databases."""
        self._folder = Path(tempfile.mkdtemp(prefix="sla-ledger-postgres-"))
        if self._elsewhere is not None:
            (self._folder / "data").symlink_to(self._elsewhere)
        account = pwd.getpwnam(_ACCOUNT) if os.geteuid() == 0 else None
        for folder in filter(None, (self._folder, self._elsewhere)):
            if account is not None:
                os.chown(folder, account.pw_uid, account.pw_gid)
        self._keeper = self._run(["sh", "-c", _KEEPER, "sh", _program("pg_ctl"), str(self._folder)], subprocess.PIPE)
        secret = self._folder / "secret"
        secret.write_text(_PASSWORD, encoding="ascii")
        secret.chmod(0o644)
        order = ["--encoding=UTF8", "--locale=C.UTF-8", "--locale-provider=icu", "--icu-locale=en-US"]
        access = [f"--username={SUPERUSER}", "--auth=scram-sha-256", f"--pwfile={secret}"]
        data = str(self._folder / "data")
        log = [] if self._elsewhere is None else [f"--waldir={self._folder / 'wal'}"]
        made = self._run([_program("initdb"), "--pgdata", data, "--no-sync", *order, *access, *log])
        assert made.wait() == 0, self.said()
        secret.unlink()
        self._choose_port()
        self._spawn()
        self.wait()
        role = sql.SQL("CREATE ROLE {} LOGIN CREATEDB CREATEROLE PASSWORD {}")
        with self.connect() as connection:
            connection.execute(role.format(sql.Identifier(OWNER), sql.Literal(_PASSWORD)))
        self.stop()
        self._made = True

    def _choose_port(self) -> None:
        with closing(socket.socket()) as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]

    def _spawn(self) -> None:
        settings = [f"--{name}={value}" for name, value in {**self._settings, "port": str(self.port)}.items()]
        self._process = self._run([_program("postgres"), "-D", str(self.folder / "data"), *settings])

    def _end(self, by: signal.Signals) -> None:
        """Signal the postmaster, and wait until it and its children have ended: only then can it be started again."""
        assert self._process is not None, "it does not run"
        children = self.children()
        self._process.send_signal(by)
        self._process.wait(_SECONDS)
        self._process = None
        deadline = time.monotonic() + _SECONDS
        while any(runs(pid) for pid in children):
            assert time.monotonic() < deadline, f"children of PostgreSQL still run after {_SECONDS} s"
            time.sleep(0.002)

    def _run(self, command: Sequence[str], stdin: int = subprocess.DEVNULL) -> "subprocess.Popen[bytes]":
        """Start a program as the server's account, out of reach of what interrupts the tests."""
        account = _ACCOUNT if os.geteuid() == 0 else None
        with (self.folder / "log").open("ab") as log:
            return subprocess.Popen(
                command,
                stdin=stdin,
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=self.folder,
                env={"PATH": os.defpath, "LC_ALL": "C.UTF-8", "TZ": "UTC"},
                start_new_session=True,
                user=account,
                group=account,
                extra_groups=None if account is None else [],
            )


def _program(name: str) -> str:
    """Where a program of the server is."""
    return installed(name, "postgresql", _newest)


def _newest(name: str) -> str | None:
    """A program of the newest version that is there; for Debian keeps each version's in a folder of its own."""
    found = [path for path in _BINARIES.glob(f"*/bin/{name}") if path.parts[-3].isdecimal()]
    return str(max(found, key=lambda path: int(path.parts[-3]))) if found else shutil.which(name)


def runs(pid: int) -> bool:
    """Whether a process runs; one that has ended and that nobody has asked about does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """A running server; whoever stops it starts it again."""
    with PostgresServer() as server:
        yield server


@pytest.fixture
def postgres_url(postgres: PostgresServer) -> Iterator[str]:
    """The URL of a fresh empty database, dropped after the test."""
    url = postgres.new_database()
    try:
        yield url
    finally:
        postgres.drop(url)
