"""A compose file and the Dockerfile, as far as they can be followed without a container engine.

Names of services become addresses of real servers, mounted folders become folders of a test; everything else, commands,
variables, health checks, is taken as it stands.
"""

import os
import re
import shutil
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import yaml

from tests.checkout import ROOT
from tests.e2e.environment import DROPPED
from tests.servers.java import class_path, java
from tests.servers.kafka import KafkaBroker

__all__ = ["GIVEN", "Compose", "ComposedBroker", "Container", "Instructions", "copy", "dockerfile", "example", "stages"]

Instructions = list[tuple[str, str]]

_VARIABLE: Final = re.compile(r"\$\{(\w+):\?[^}]*\}")
_KAFKA_TOOLS: Final = {"kafka-broker-api-versions.sh": "org.apache.kafka.tools.BrokerApiVersionsCommand"}
"""What the scripts of Kafka's image start."""


def dockerfile() -> Instructions:
    """The instructions of the Dockerfile: keyword and the rest of the line."""
    lines = (ROOT / "Dockerfile").read_text(encoding="utf-8").splitlines()
    parts = (line.split(maxsplit=1) for line in lines if line and not line.startswith("#"))
    return [(keyword, rest) for keyword, rest in parts]


def stages() -> list[Instructions]:
    """The instructions after each FROM."""
    found: list[Instructions] = []
    for keyword, rest in dockerfile():
        if keyword == "FROM":
            found.append([])
        else:
            found[-1].append((keyword, rest))
    return found


def example() -> dict[str, str]:
    """The variables of .env.example, as it leaves them."""
    lines = (ROOT / ".env.example").read_text(encoding="utf-8").splitlines()
    pairs = (line.partition("=") for line in lines if line and not line.startswith("#"))
    return {name: value for name, _, value in pairs}


GIVEN: Final = {name: value or f"a {name.lower()}/@%" for name, value in example().items()}
"""Them as a newcomer fills them in, with signs that a URL would not take."""


class Compose:
    """One compose file, with its variables given."""

    def __init__(self, name: str = "docker-compose.yml", given: Mapping[str, str] = GIVEN) -> None:
        text = (ROOT / name).read_text(encoding="utf-8")
        self.asked = set(_VARIABLE.findall(text))
        self._given = given
        self.services: dict[str, Any] = yaml.safe_load(text)["services"]

    def command(self, service: str) -> list[str]:
        """What a service runs."""
        return [self._filled(word) for word in self.services[service]["command"]]

    def variables(self, service: str, places: Mapping[str, str]) -> dict[str, str]:
        """The environment of a service, with these places for those that the file names."""
        return {
            name: self._placed(self._filled(value), places)
            for name, value in self.services[service].get("environment", {}).items()
        }

    def check(self, service: str, places: Mapping[str, str]) -> list[str]:
        """The command of a service's health check."""
        kind, *words = self.services[service]["healthcheck"]["test"]
        assert kind == "CMD", "a check that needs a shell is another program"
        return [self._placed(word, places) for word in words]

    def _filled(self, value: str) -> str:
        return _VARIABLE.sub(lambda found: self._given[found[1]], value)

    def _placed(self, value: str, places: Mapping[str, str]) -> str:
        for name, place in places.items():
            value = value.replace(name, place)
        return value


class Container:
    """What a service's container runs, as a process of this machine, by the programs that the build has made."""

    def __init__(self, app: Path, variables: Mapping[str, str], folder: Path) -> None:
        kept = {name: value for name, value in os.environ.items() if name not in DROPPED and "SLA_LEDGER" not in name}
        self._variables = {**kept, "PATH": f"{app / 'bin'}:{os.environ['PATH']}", **variables}
        self._folder = folder

    def run(self, command: list[str]) -> subprocess.CompletedProcess[str]:
        """Run a command to its end."""
        return subprocess.run(
            command, env=self._variables, cwd=self._folder, capture_output=True, text=True, check=False, timeout=120
        )

    def start(self, command: list[str]) -> subprocess.Popen[bytes]:
        """Start a command; whoever did ends it."""
        with (self._folder / "said").open("ab") as said:
            return subprocess.Popen(command, env=self._variables, cwd=self._folder, stdout=said, stderr=said)

    def wait_for(self, check: list[str], running: "subprocess.Popen[bytes]", seconds: float = 60) -> None:
        """Repeat a health check until it is content."""
        deadline = time.monotonic() + seconds
        while (told := self.run(check)).returncode != 0:
            assert running.poll() is None, (self._folder / "said").read_text("utf-8", "replace")
            assert time.monotonic() < deadline, told.stderr
            time.sleep(0.2)


class ComposedBroker(KafkaBroker):
    """The broker of the compose file: its variables as the image makes properties of them, with addresses of here."""

    def __init__(self, folder: Path, variables: Mapping[str, str]) -> None:
        super().__init__(folder, listeners={"OUTSIDE": "PLAINTEXT"})
        self._variables = variables

    def _properties(self) -> dict[str, str]:
        ports = {"9092": self.bootstrap, "9093": self.address("CONTROLLER"), "9094": self.address("OUTSIDE")}
        named = {
            name.removeprefix("KAFKA_").lower().replace("_", "."): re.sub(
                r"(?:0\.0\.0\.0|127\.0\.0\.1|kafka):(909[234])", lambda found: ports[found[1]], value
            )
            for name, value in self._variables.items()
            if name.startswith("KAFKA_")
        }
        assert named["log.dirs"] == "/var/lib/kafka/data"
        return {**named, "log.dirs": str(self.folder / "data")}

    def healthy(self, check: list[str]) -> bool:
        """Whether a health check of the compose file is content with it."""
        script, *rest = (word.replace("kafka:9092", self.bootstrap) for word in check)
        tool = _KAFKA_TOOLS[Path(script).name]
        command = [java(), "-Xmx128m", "-cp", class_path(), tool, *rest]
        return subprocess.run(command, check=False, capture_output=True, cwd=self.folder).returncode == 0


def copy(origin: Path, target: Path) -> None:
    """What COPY does, without what Python compiled."""
    if origin.is_dir():
        shutil.copytree(origin, target, ignore=shutil.ignore_patterns("__pycache__"))
    else:
        shutil.copy(origin, target)
