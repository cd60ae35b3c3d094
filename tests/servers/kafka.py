"""A real Apache Kafka for the tests: one broker in KRaft mode, of the jars in `pom.xml`.

    KafkaBroker(folder)     start, stop, kill, restart, pause, resume; it keeps its ports and its data
        .bootstrap          where its plain listener is, for clients without a name or password
        .address("SASL")    where a further listener is
    fresh_topics(bootstrap) the four topics of the product, empty

Whatever happens to the process that started it, the broker ends with it: a guardian waits for the end of a pipe.
"""

import os
import random
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, Any, Final, Self

import pytest
from kafka.admin import KafkaAdminClient
from kafka.errors import KafkaError, UnknownTopicOrPartitionError

from schemas.topics import TOPICS_VERSION, Topics, topics
from services.kafka.connecting import KafkaConnection
from services.kafka.topics import make_topics, plans
from services.settings import Settings
from tests.servers.java import class_path, java, loaded_classes

__all__ = ["KafkaBroker", "delete_topics", "free_port", "fresh_topics", "kafka"]

_PLAIN: Final = "PLAINTEXT"
_CONTROLLER: Final = "CONTROLLER"
_LOGGING: Final = Path(__file__).with_name("log4j2.yaml")
_READY_SECONDS: Final = 90.0
_STOP_SECONDS: Final = 30.0

# Below the ports that the system gives to outgoing connections: a client that tries again and again to reach a broker
# that is down could otherwise be given the broker's own port, and be connected to itself.
_PORTS: Final = range(12_000, 32_000)

_PROPERTIES: Final[Mapping[str, str]] = {
    "process.roles": "broker,controller",
    "node.id": "1",
    "controller.listener.names": _CONTROLLER,
    "inter.broker.listener.name": _PLAIN,
    "auto.create.topics.enable": "false",
    "num.partitions": "1",
    "num.network.threads": "2",
    "num.io.threads": "4",
    "num.recovery.threads.per.data.dir": "2",
    "offsets.topic.num.partitions": "2",
    "offsets.topic.replication.factor": "1",
    "transaction.state.log.num.partitions": "2",
    "transaction.state.log.replication.factor": "1",
    "transaction.state.log.min.isr": "1",
    "share.coordinator.state.topic.num.partitions": "2",
    "share.coordinator.state.topic.replication.factor": "1",
    "share.coordinator.state.topic.min.isr": "1",
    "group.initial.rebalance.delay.ms": "0",
    "transaction.abort.timed.out.transaction.cleanup.interval.ms": "500",
    "log.cleaner.backoff.ms": "500",
    "log.cleaner.dedupe.buffer.size": "8388608",
    "broker.session.timeout.ms": "3000",  # so long a broker that was killed is refused its own place
    "broker.heartbeat.interval.ms": "500",
    "log.retention.check.interval.ms": "1000",
}
"""What a broker on a small machine needs so that nothing waits long; `properties` go before it."""


def free_port() -> int:
    """A port of 127.0.0.1 that nothing listens at now."""
    while True:
        port = random.choice(_PORTS)
        with suppress(OSError), socket.socket() as tried:
            tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            tried.bind(("127.0.0.1", port))
            return port


class KafkaBroker:
    """One broker, with its data in a folder.

    `listeners` are further ones by name, each with its security protocol (`{"SASL": "SASL_SSL"}`); `properties` are
    further lines of server.properties; `formatting` are further arguments of the tool that makes the data folder;
    `java_options` stand in the place of those by which it starts quickly.
    """

    def __init__(
        self,
        folder: Path,
        *,
        properties: Mapping[str, str] | None = None,
        listeners: Mapping[str, str] | None = None,
        formatting: Sequence[str] = (),
        heap_mib: int = 512,
        java_options: Sequence[str] | None = None,
    ) -> None:
        self.folder = folder
        self._protocols = {_PLAIN: _PLAIN, **(listeners or {})}
        self._ports = {name: free_port() for name in (*self._protocols, _CONTROLLER)}
        self._given = properties or {}
        self._formatting = formatting
        self._heap_mib = heap_mib
        self._java_options = java_options
        self._process: subprocess.Popen[bytes] | None = None
        self._guardian: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()

    @property
    def bootstrap(self) -> str:
        """Where its plain listener is."""
        return self.address(_PLAIN)

    def address(self, listener: str) -> str:
        """Where the listener of this name is."""
        return f"127.0.0.1:{self._ports[listener]}"

    @property
    def log(self) -> Path:
        """What it says."""
        return self.folder / "broker.log"

    @property
    def pid(self) -> int:
        """The process that runs. Raises AssertionError where none does."""
        assert self._process is not None, "the broker does not run"
        return self._process.pid

    def start(self) -> None:
        """Start it and wait until it serves clients."""
        assert self._process is None, "the broker runs already"
        if not self._configuration.exists():
            self._format()
        with self.log.open("ab") as log:
            self._process = self._java("kafka.Kafka", str(self._configuration), log=log)
        self._guardian = _guard(self._process.pid)
        self._wait_until_ready()

    def stop(self) -> None:
        """End it in order, as a machine that shuts down would."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """End it at once (SIGKILL)."""
        self._end(signal.SIGKILL)

    def restart(self) -> None:
        """End it in order, if it runs, and start it on the same ports and data."""
        self.stop()
        self.start()

    def pause(self) -> None:
        """Let it stand still (SIGSTOP): connections stay, answers do not come."""
        os.kill(self.pid, signal.SIGSTOP)

    def resume(self) -> None:
        """Let it go on."""
        os.kill(self.pid, signal.SIGCONT)

    @property
    def _configuration(self) -> Path:
        return self.folder / "server.properties"

    def _format(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        lines = "".join(f"{name}={value}\n" for name, value in self._properties().items())
        fresh = self._configuration.with_suffix(".new")
        fresh.write_text(lines, "utf-8")
        identity = "AAAAAAAAQACAAAAAAAAAAQ"
        command = ["format", "--ignore-formatted", "-t", identity, "-c", str(fresh), *self._formatting]
        with self.log.open("ab") as log:
            code = self._java("kafka.tools.StorageTool", *command, log=log).wait()
        assert code == 0, self._said()
        fresh.replace(self._configuration)

    def _properties(self) -> dict[str, str]:
        addresses = [f"{name}://{self.address(name)}" for name in self._protocols]
        controller = self.address(_CONTROLLER)
        return {
            **_PROPERTIES,
            "controller.quorum.voters": f"1@{controller}",
            "listeners": ",".join([*addresses, f"{_CONTROLLER}://{controller}"]),
            "advertised.listeners": ",".join(addresses),
            "listener.security.protocol.map": ",".join(
                f"{name}:{protocol}" for name, protocol in {**self._protocols, _CONTROLLER: _PLAIN}.items()
            ),
            "log.dirs": str(self.folder / "data"),
            **self._given,
        }

    def _java(self, main: str, *arguments: str, log: IO[bytes]) -> subprocess.Popen[bytes]:
        quick = _quickly() if self._java_options is None else self._java_options
        options = [f"-Xmx{self._heap_mib}m", f"-Dlog4j2.configurationFile={_LOGGING}", "-Djava.awt.headless=true"]
        return subprocess.Popen(
            [java(), *options, *quick, "-cp", class_path(), main, *arguments],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd=self.folder,
            start_new_session=True,  # what interrupts the tests lets them stop it in their own order
        )

    def _wait_until_ready(self) -> None:
        assert self._process is not None
        deadline = time.monotonic() + _READY_SECONDS
        while time.monotonic() < deadline:
            if self._process.poll() is not None:
                self._end(signal.SIGKILL)
                raise AssertionError(f"the broker ended at once:\n{self._said()}")
            if self._serves():
                return
            time.sleep(0.1)
        self._end(signal.SIGKILL)
        raise AssertionError(f"the broker was not ready in {_READY_SECONDS:.0f} s:\n{self._said()}")

    def _serves(self) -> bool:
        host, port = self.bootstrap.split(":")
        with suppress(OSError, KafkaError):
            socket.create_connection((host, int(port)), timeout=1).close()
            client = KafkaAdminClient(bootstrap_servers=self.bootstrap, bootstrap_timeout_ms=2_000)
            try:
                return len(client.describe_cluster()["brokers"]) > 0
            finally:
                client.close()
        return False

    def _end(self, how: signal.Signals) -> None:
        if self._process is None:
            return
        with suppress(ProcessLookupError):
            os.kill(self._process.pid, how)
            os.kill(self._process.pid, signal.SIGCONT)  # one that is paused must be able to hear it
        try:
            self._process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process = None
        if self._guardian is not None:
            self._guardian.communicate(b"ended\n")
            self._guardian = None

    def _said(self) -> str:
        return self.log.read_text("utf-8", "replace")[-4_000:]


@cache
def _quickly() -> tuple[str, ...]:
    """The options with which Java has most of the broker loaded before it begins."""

    def make(fresh: Path) -> None:
        with TemporaryDirectory() as folder:
            formatted = KafkaBroker(Path(folder), java_options=())
            formatted._format()
            formatted._java_options = (f"-XX:ArchiveClassesAtExit={fresh}",)
            formatted.start()
            formatted.stop()

    return (f"-XX:SharedArchiveFile={loaded_classes(make)}",)


def _guard(pid: int) -> subprocess.Popen[bytes]:
    """A process that kills this one as soon as its standard input ends without a word: then the tests are gone."""
    script = f'read -r word; [ -n "$word" ] || kill -9 {pid}'
    return subprocess.Popen(
        ["sh", "-c", script], stdin=subprocess.PIPE, stderr=subprocess.DEVNULL, start_new_session=True
    )


@pytest.fixture(scope="session")
def kafka(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KafkaBroker]:
    """A broker that the tests of this process share; one that is to be killed or paused is a test's own."""
    with KafkaBroker(tmp_path_factory.mktemp("kafka")) as broker:
        yield broker


def fresh_topics(bootstrap: str, *, version: int = TOPICS_VERSION, partitions: int = 6, **given: Any) -> Topics:
    """The topics of a version, made as the product makes them, empty: those that are there are deleted first.

    `given` are settings, such as `kafka_compaction_lag_seconds`.
    """
    delete_topics(bootstrap, version)
    settings = Settings.read(kafka_partitions=partitions, **given)
    make_topics(_connection(bootstrap), plans(settings, version))
    return topics(version)


def delete_topics(bootstrap: str, *versions: int) -> None:
    """Let there be no topics of these versions."""
    deadline = time.monotonic() + _READY_SECONDS
    names = [name for version in versions for name in topics(version)]
    with _connection(bootstrap).admin() as client:
        while there := [name for name in names if name in client.list_topics()]:
            assert time.monotonic() < deadline, f"{there} are not deleted"
            with suppress(UnknownTopicOrPartitionError):
                client.delete_topics(there)
            time.sleep(0.05)


def _connection(bootstrap: str) -> KafkaConnection:
    return KafkaConnection(servers=(bootstrap,), protocol=_PLAIN, timeout_seconds=_READY_SECONDS)
