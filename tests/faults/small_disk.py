"""A disk so small that it is soon full: a tmpfs of a few megabytes, and a file on it that takes and gives the room."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

__all__ = ["SmallDisk", "mounted"]


@dataclass(frozen=True, slots=True)
class SmallDisk:
    """A folder of its own size."""

    folder: Path

    def fill(self, but: int = 0) -> None:
        """Leave so many bytes, in whole pages."""
        with self._ballast.open("ab", buffering=0) as ballast, suppress(OSError):
            while ballast.write(bytes(4096)):
                pass
        os.truncate(self._ballast, max(0, self._ballast.stat().st_size - but))

    def free(self) -> None:
        """Give the room back."""
        self._ballast.unlink()

    @property
    def _ballast(self) -> Path:
        return self.folder / "ballast"


@contextmanager
def mounted(folder: Path, megabytes: int = 8) -> Iterator[SmallDisk]:
    """A small disk, for as long as this lasts; where only root can have one, the test is skipped, but never in CI."""
    folder.mkdir()
    options = ["-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(folder)]
    done = subprocess.run(["mount", *options], check=False, capture_output=True, text=True)
    if done.returncode != 0:
        reason = f"a tmpfs cannot be mounted here: {done.stderr.strip()}"
        assert os.environ.get("CI") != "true", reason
        assert os.geteuid() != 0, reason
        pytest.skip(reason)
    try:
        yield SmallDisk(folder)
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)
