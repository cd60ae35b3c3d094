"""Sorting more lines than memory holds: sorted runs on disk, merged as they are read.

A line is bytes without a line feed, and lines sort as bytes, so whoever adds one puts its key first.
Memory is one run while lines come in and one line a run while they go out, whatever their number.

Trust: the runs lie in a folder that only its owner can enter, and hold what the source holds,
people's names included. They are gone once the sort is closed; a process that is killed leaves them
to the system's temporary folder.
"""

import heapq
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import Self

RUN_BYTES = 1024 * 1024
MERGED_AT_ONCE = 64


class ExternalSort:
    """Lines that come in any order and go out in the order of their bytes; equal lines all stay.

    Args:
        run_bytes: how much is sorted in memory before it is written down.
    """

    def __init__(self, run_bytes: int = RUN_BYTES) -> None:
        assert run_bytes > 0
        self._folder = TemporaryDirectory(prefix="sla-ledger-sort-")
        self._run_bytes = run_bytes
        self._pending: list[bytes] = []
        self._pending_bytes = 0
        self._runs: list[Path] = []
        self._written = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def add(self, line: bytes) -> None:
        """Take one line. It must hold no line feed."""
        assert b"\n" not in line, "a line of an external sort holds no line feed"
        self._pending.append(line + b"\n")
        self._pending_bytes += len(line) + 1
        if self._pending_bytes >= self._run_bytes:
            self._write_pending()

    def __iter__(self) -> Iterator[bytes]:
        """Every line taken so far, in order. May be asked for again."""
        if self._pending:
            self._write_pending()
        with ExitStack() as files:
            for line in heapq.merge(*(files.enter_context(run.open("rb")) for run in self._runs)):
                yield line[:-1]

    def close(self) -> None:
        """Remove what lies on disk. Nothing can be read afterwards."""
        self._pending.clear()
        self._folder.cleanup()

    def _write_pending(self) -> None:
        self._pending.sort()
        self._runs.append(self._write_run(self._pending))
        self._pending.clear()
        self._pending_bytes = 0
        if len(self._runs) == MERGED_AT_ONCE:
            self._merge_runs()

    def _merge_runs(self) -> None:
        """Make one run of all, so that the number of open files stays bounded."""
        runs = self._runs
        with ExitStack() as files:
            merged = self._write_run(heapq.merge(*(files.enter_context(run.open("rb")) for run in runs)))
        for run in runs:
            run.unlink()
        self._runs = [merged]

    def _write_run(self, lines: Iterable[bytes]) -> Path:
        path = Path(self._folder.name) / f"run-{self._written}"
        self._written += 1
        with path.open("wb") as file:
            file.writelines(lines)
        return path
