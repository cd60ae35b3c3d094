"""The faults that a library loaded before the C library makes, on command, in any program: see shim.c."""

import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from tests.tools import installed

__all__ = ["Shim"]


@dataclass(frozen=True, slots=True)
class Shim:
    """The library, and the files that it takes its orders from."""

    folder: Path

    @classmethod
    def build(cls, folder: Path) -> "Shim":
        """Compile it into a folder."""
        source = Path(__file__).with_name("shim.c")
        shim = cls(folder)
        compiler = installed("gcc", "gcc libc6-dev")
        command = [compiler, "-O2", "-Wall", "-Werror", "-shared", "-fPIC", "-o", str(shim._library), str(source)]
        done = subprocess.run(command, check=False, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return shim

    @property
    def variables(self) -> Mapping[str, str]:
        """What a program's environment must say for it to be under this shim's orders."""
        return {
            "LD_PRELOAD": str(self._library),
            "FAULT_SYNC": str(self._sync),
            "FAULT_CLOCK": str(self._clock),
        }

    def slow(self, by: timedelta) -> Mapping[str, str]:
        """The same, with each sync taking so much longer."""
        return {**self.variables, "FAULT_DELAY": str(round(by / timedelta(microseconds=1)))}

    def fail_next_sync(self) -> None:
        """The next sync of a write-ahead log fails."""
        self._sync.touch()

    def has_failed(self) -> bool:
        """Whether the sync that was to fail has done so."""
        return not self._sync.exists()

    def set_clock(self, by: timedelta) -> None:
        """From now on the wall clock is off by so much."""
        new = self._clock.with_suffix(".new")
        new.write_text(str(int(by.total_seconds())), "ascii")
        new.replace(self._clock)

    @property
    def _library(self) -> Path:
        return self.folder / "shim.so"

    @property
    def _sync(self) -> Path:
        return self.folder / "fail-next-sync"

    @property
    def _clock(self) -> Path:
        return self.folder / "clock"
