"""Idempotency keys that outlive the program: each write is kept under its key until its outcome is known.

    {"begun": "<key>", "method": "POST", "path": "/v1/…", "headers": {…}, "body": "…"}
    {"settled": "<key>"}

is what a file of keys holds, one JSON object a line. A write is in the file, and on the disk, before it is sent the
first time. A file whose writes are all settled is emptied.

Trust: the file holds what was to be recorded, personal data too, but no credential; it is readable by its owner alone.
Who can change it can have his own events sent by this program the next time it resumes.
"""

import fcntl
import json
import os
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from types import TracebackType
from typing import Any, Final, Protocol, Self

from sla_ledger_client.problem import KeyStoreUnusable
from sla_ledger_client.request import Request

__all__ = ["FileKeyStore", "KeyStore", "MemoryKeyStore", "PendingWrite"]

_ROOM_BYTES: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class PendingWrite:
    """A write that was begun, and whose outcome is not known yet."""

    key: str
    request: Request


class KeyStore(Protocol):
    """Where pending writes are kept. Its methods are called from any thread."""

    def begin(self, write: PendingWrite) -> PendingWrite | None:
        """Keep a write, durably once this returns; where its key is kept already, change nothing and return that."""

    def settle(self, key: str) -> None:
        """Forget a write, since its outcome is known. A loss of this costs a resumption, never an event."""

    def pending(self) -> Sequence[PendingWrite]:
        """The writes that are not settled, the oldest first."""


class MemoryKeyStore:
    """Keeps writes as long as the program runs: what a retry needs, and no more."""

    def __init__(self) -> None:
        self._writes: dict[str, PendingWrite] = {}

    def begin(self, write: PendingWrite) -> PendingWrite | None:
        """Keep a write."""
        kept = self._writes.setdefault(write.key, write)
        return None if kept is write else kept

    def settle(self, key: str) -> None:
        """Forget a write."""
        self._writes.pop(key, None)

    def pending(self) -> Sequence[PendingWrite]:
        """The writes that are not settled."""
        return tuple(self._writes.values())


class FileKeyStore:
    """Keeps writes in a file of one process, so that another run of the program can resume them."""

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self._path = Path(path)
        self._lock = Lock()
        try:
            is_new = not self._path.exists()
            self._file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
            if is_new:
                _sync_folder(self._path.parent)
            self._take()
            self._writes = self._read()
        except OSError as error:
            raise KeyStoreUnusable(f"{self._path} cannot be used: {error.strerror}") from error

    def begin(self, write: PendingWrite) -> PendingWrite | None:
        """Keep a write: it is on the disk when this returns. Raises KeyStoreUnusable where that is not possible."""
        with self._lock:
            kept = self._writes.get(write.key)
            if kept is not None:
                return kept
            end = os.fstat(self._file).st_size
            try:
                self._append(_to_wire(write))
                os.fsync(self._file)
            except OSError as error:
                # What the caller is told was not sent must not be sent by the next run.
                with suppress(OSError):
                    os.ftruncate(self._file, end)
                raise KeyStoreUnusable(f"{self._path} cannot be written: {error.strerror}; nothing was sent") from error
            self._writes[write.key] = write
            return None

    def settle(self, key: str) -> None:
        """Forget a write. A full disk does not make this fail: the answer it would hide is worth more."""
        with self._lock:
            if self._writes.pop(key, None) is None:
                return
            with suppress(OSError):
                if not self._writes:
                    os.ftruncate(self._file, 0)
                    return
                self._append({"settled": key})
                if os.fstat(self._file).st_size >= _ROOM_BYTES * (1 + len(self._writes)):
                    self._rewrite()

    def pending(self) -> Sequence[PendingWrite]:
        """The writes that are not settled, the oldest first."""
        with self._lock:
            return tuple(self._writes.values())

    def close(self) -> None:
        """Give the file back."""
        if self._file >= 0:
            os.close(self._file)
            self._file = -1

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _take(self) -> None:
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            # Another client may have replaced the file between its opening and its locking here.
            is_same = os.path.samestat(os.fstat(self._file), self._path.stat())
        except BlockingIOError:
            is_same = False
        if not is_same:
            self.close()
            raise KeyStoreUnusable(f"{self._path} is in use by another client: give each a file of its own")

    def _read(self) -> dict[str, PendingWrite]:
        writes: dict[str, PendingWrite] = {}
        for line in self._path.read_bytes().splitlines():
            # A line that a crash cut off was never acted upon: the write it names was not sent.
            with suppress(KeyError, TypeError, ValueError):
                told = json.loads(line)
                if "settled" in told:
                    writes.pop(told["settled"], None)
                else:
                    writes[told["begun"]] = _from_wire(told)
        return writes

    def _append(self, told: dict[str, Any]) -> None:
        # It begins a new line itself: the end of the file may be a line that a crash or a full disk cut off.
        line = b"\n" + json.dumps(told).encode() + b"\n"
        if os.write(self._file, line) != len(line):
            raise OSError(28, "the disk is full")

    def _rewrite(self) -> None:
        fresh = self._path.with_name(f"{self._path.name}.new")
        file = os.open(fresh, os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND | os.O_CLOEXEC, 0o600)
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        lines = "".join(json.dumps(_to_wire(write)) + "\n" for write in self._writes.values())
        os.write(file, lines.encode())
        os.fsync(file)
        fresh.replace(self._path)
        _sync_folder(self._path.parent)
        os.close(self._file)
        self._file = file


def _to_wire(write: PendingWrite) -> dict[str, Any]:
    request = write.request
    return {
        "begun": write.key,
        "method": request.method,
        "path": request.path,
        "headers": dict(request.headers),
        "body": request.body.decode("utf-8"),
    }


def _from_wire(told: dict[str, Any]) -> PendingWrite:
    body = told["body"].encode("utf-8")
    return PendingWrite(told["begun"], Request(told["method"], told["path"], (), told["headers"], body))


def _sync_folder(folder: Path) -> None:
    file = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(file)
    finally:
        os.close(file)
