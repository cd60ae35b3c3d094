"""The example jobs as the tests run them: beside topics that the relay has filled, killed at any moment."""

import os
import random
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

import orjson

from schemas.topics import topics
from tests.checkout import ROOT
from tests.kafka.independent import read
from tests.kafka.office import Office
from tests.kafka.relaying import options, relay_once
from tests.servers.kafka import KafkaBroker, fresh_topics

__all__ = ["EXAMPLES", "environment", "events_on", "filled", "killed_in_the_middle", "run"]

EXAMPLES: Final = ROOT / "examples"
_SECONDS: Final = 120.0


def filled(kafka: KafkaBroker, folder: Path, incidents: int) -> int:
    """Fill fresh topics with a made history; how many events it has."""
    fresh_topics(kafka.bootstrap)
    folder.mkdir(exist_ok=True)
    office = Office(folder, incidents)
    office.record_all()
    return relay_once(office.url, options(kafka.bootstrap, folder / "state")).position


def events_on(kafka: KafkaBroker, count: int) -> list[dict[str, object]]:
    """So many events as another client reads them, in the order of positions.

    A commit is acknowledged before every partition has its mark: what is committed may be readable a moment later.
    """
    deadline = time.monotonic() + _SECONDS
    while len(records := read(kafka.bootstrap, [topics().events])) < count:
        assert time.monotonic() < deadline, f"{len(records)} of {count} events can be read"
        time.sleep(0.2)
    told = [orjson.loads(record.value or b"") for record in records]
    return [one["data"] for one in sorted(told, key=lambda one: one["sequence"])]


def environment(kafka: KafkaBroker, **given: str) -> Mapping[str, str]:
    """What a job is told."""
    return os.environ | {"BOOTSTRAP": kafka.bootstrap} | given


def run(script: Path, environ: Mapping[str, str]) -> None:
    """Run a job to its end."""
    ended = subprocess.run(
        [sys.executable, str(script)], env=environ, capture_output=True, text=True, timeout=_SECONDS, check=False
    )
    assert ended.returncode == 0, ended.stderr


def killed_in_the_middle(script: Path, environ: Mapping[str, str], progress: Callable[[], object]) -> bool:
    """Run a job until it has got on, and kill it a random time later; False where it came to its end before."""
    before = progress()
    with subprocess.Popen([sys.executable, str(script)], env=environ, stderr=subprocess.PIPE) as process:
        deadline = time.monotonic() + _SECONDS
        while process.poll() is None and progress() == before and time.monotonic() < deadline:
            time.sleep(0.01)
        time.sleep(random.uniform(0, 0.1))
        process.kill()
        said = process.communicate()[1].decode()
    assert process.returncode in {0, -9}, said
    assert progress() != before or process.returncode == 0, f"it did not get on: {said}"
    return process.returncode == -9
