"""A power cut at every call: the disks it may leave, each opened by the product and held against what was told.

run = Run.record(folder, Phase("found"), Phase("append"))
run.faults(images=500)
"""

import random
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Self

import orjson

from tests.faults.disk import Disk, Image, Kept
from tests.faults.trace import ANSWER, Step, record, watched
from tests.faults.truth import Acknowledged, Truth
from tests.faults.workload import TOLD
from tests.integration.cli.processes import environment

__all__ = ["Phase", "PowerCut", "Run"]

_DATABASE: Final = "ledger.db"
_VOLATILE: Final = ("-shm", "-writer", TOLD, ".log")
"""Made anew after a power cut, or not the product's: SQLite's index of its log, the lock of the one writer."""
_SENDS: Final = frozenset(("write", "writev", "sendto", "sendmsg"))
_IN_MEMORY: Final = Path("/dev/shm")


@dataclass(frozen=True, slots=True)
class Phase:
    """A program of the workload, with strace's injection; one that kills it must do so."""

    name: str
    flaw: str | None = None
    inject: str | None = None

    def run(self, folder: Path) -> list[Step]:
        """Run it, and give what it did."""
        command = [sys.executable, "-m", "tests.faults.workload", str(folder), self.name]
        killed = self.inject is not None and "SIGKILL" in self.inject
        flaws = [] if self.flaw is None else [self.flaw]
        variables = environment({"PYTHONDONTWRITEBYTECODE": "1"})
        return record([*command, *flaws], folder, variables, inject=self.inject, killed=killed)


@dataclass(frozen=True, slots=True)
class PowerCut:
    """A fault that an image showed."""

    step: int
    kept: Kept
    fault: str


@dataclass(frozen=True, slots=True)
class Run:
    """Programs that ran one after the other over one folder, and what was left of the ledger in the end."""

    folder: Path
    steps: list[Step]
    truth: Truth
    begins_with: Image = field(default_factory=dict)
    figures: Counter[str] = field(default_factory=Counter)

    @classmethod
    def record(cls, folder: Path, *phases: Phase) -> Self:
        """Run the phases in a folder that is made for them."""
        folder.mkdir()
        steps = [step for phase in phases for step in phase.run(folder)]
        with _scratch(folder) as copy:
            shutil.copytree(folder, copy, dirs_exist_ok=True)
            has_forks = any(phase.inject is not None for phase in phases)
            return cls(folder, steps, Truth(copy / _DATABASE, has_forks=has_forks))

    @classmethod
    def watch(cls, folder: Path, process: int, use: Callable[[], None]) -> Self:
        """Watch a server of the ledger in the folder while it is used, which must end it."""
        steps: list[Step] = []
        with watched(process, folder, steps):
            files = [file for file in folder.iterdir() if not file.name.endswith(_VOLATILE)]
            begins_with = {file.name: file.read_bytes() for file in files}
            use()
        with _scratch(folder) as copy:
            shutil.copy(folder / _DATABASE, copy)
            return cls(folder, steps, Truth(copy / _DATABASE, retries=False), begins_with)

    def moments(self) -> list[int]:
        """After which steps the disk may hold something else than before, or something was told."""
        disk = self._disk()
        return [number for number, step in enumerate(self.steps) if self._heard(step) or disk.take(step)]

    def _disk(self) -> Disk:
        return Disk(self.folder, _VOLATILE, begins_with=self.begins_with)

    def faults(self, images: int, seed: int = 20_240_427) -> Iterator[PowerCut]:
        """Open so many images, spread over all moments, and yield what is wrong with each."""
        chance = random.Random(seed)
        moments = self.moments()
        assert moments, "nothing was recorded"
        turns = Counter({moment: images // len(moments) for moment in moments})
        turns.update(chance.sample(moments, images % len(moments)))
        disk = self._disk()
        acknowledged = Acknowledged()
        self.figures["moments"] += len(moments)
        modes = self._modes(chance)
        with _scratch(self.folder) as scratch:
            for number, step in enumerate(self.steps):
                line = self._heard(step)
                if line is None:
                    disk.take(step)
                else:
                    acknowledged.hear(line)
                for _ in range(turns[number]):
                    kept = next(modes)
                    _write(scratch, disk.images(chance, kept))
                    self.figures[kept.value] += 1
                    for fault in self.truth.faults(scratch / _DATABASE, acknowledged):
                        yield PowerCut(number, kept, fault)

    @staticmethod
    def _modes(chance: random.Random) -> Iterator[Kept]:
        while True:
            modes = [Kept.ALL, Kept.NONE, Kept.FIRST, Kept.SOME, Kept.SOME]
            chance.shuffle(modes)
            yield from modes

    def _heard(self, step: Step) -> bytes | None:
        """The acknowledgement that the step is: from the beginning of the call that tells it."""
        call = step.call
        if step.ends or call.name not in _SENDS or call.path is None:
            return None
        if call.path == f"{self.folder}/{TOLD}":
            return call.data[0]
        if not call.path.startswith("socket:"):
            return None
        sent = b"".join(call.data)
        events = orjson.loads(sent[sent.index(ANSWER.encode()) :])["events"]
        return orjson.dumps({"events": [[event["position"], event["sha256"]] for event in events]})


def _write(folder: Path, image: Image) -> None:
    for old in folder.iterdir():
        old.unlink()
    for name, content in image.items():
        (folder / name).write_bytes(content)


@contextmanager
def _scratch(beside: Path) -> Iterator[Path]:
    """A folder in memory where there is one: an image's own syncs cost nothing there."""
    parent = _IN_MEMORY if _IN_MEMORY.is_dir() else beside.parent
    with tempfile.TemporaryDirectory(dir=parent, prefix="power-cut-") as scratch:
        yield Path(scratch)
