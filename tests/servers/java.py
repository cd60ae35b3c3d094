"""Java, and the class path of the Apache Kafka in `pom.xml`: made by Maven once for each user, then kept.

Beside it is kept what Java has loaded once the broker is up, from which it is up again in half the time.
"""

import fcntl
import hashlib
import os
import re
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Final

from tests.tools import MissingToolError, installed

__all__ = ["class_path", "java", "loaded_classes"]

_POM: Final = Path(__file__).with_name("pom.xml")
_OLDEST_JAVA: Final = 17


@cache
def java() -> str:
    """A Java that runs the broker. Raises MissingToolError where there is none and none can be installed."""
    found = installed("java", "openjdk-17-jre-headless")
    told = subprocess.run([found, "-version"], check=True, capture_output=True, text=True).stderr
    version = re.search(r'version "(\d+)', told)
    if version is None or int(version[1]) < _OLDEST_JAVA:
        raise MissingToolError(f"{found} is no Java {_OLDEST_JAVA}: {told.splitlines()[0]}")
    return found


@cache
def class_path() -> str:
    """The jars of the broker, fetched where they are missing."""
    java()
    known = _cache() / "classpath.txt"
    with _alone():
        if not _complete(known):
            _fetch(known)
    return known.read_text("utf-8")


def loaded_classes(make: Callable[[Path], object]) -> Path:
    """The file of the loaded classes of this Java and these jars; where there is none yet, `make` is to write it."""
    jars = class_path()
    told = subprocess.run([java(), "-version"], check=True, capture_output=True, text=True).stderr
    kept = _cache() / f"{hashlib.sha256((told + jars).encode()).hexdigest()[:16]}.jsa"
    with _alone():
        if not kept.exists():
            fresh = kept.with_suffix(".new")
            fresh.unlink(missing_ok=True)
            make(fresh)
            if fresh.exists():
                fresh.replace(kept)
    return kept


def _cache() -> Path:
    home = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    folder = Path(home) / "sla-ledger" / "kafka" / hashlib.sha256(_POM.read_bytes()).hexdigest()[:16]
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@contextmanager
def _alone() -> Iterator[None]:
    """While it lasts no other process fetches or makes anything: several workers start at once."""
    with (_cache() / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _complete(known: Path) -> bool:
    return known.exists() and all(Path(jar).exists() for jar in known.read_text("utf-8").split(":"))


def _fetch(known: Path) -> None:
    fresh = known.with_suffix(".new")
    command = [installed("mvn", "maven"), "-q", "-B", "-f", str(_POM), "dependency:build-classpath"]
    done = subprocess.run([*command, f"-Dmdep.outputFile={fresh}"], check=False, capture_output=True, text=True)
    if done.returncode != 0:
        raise MissingToolError(f"Maven could not fetch Apache Kafka: {(done.stdout + done.stderr).strip()[-500:]}")
    fresh.replace(known)
