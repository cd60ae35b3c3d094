"""One process at a time records in a ledger of one file: whoever comes second is told who was first.

SQLite lets writers take turns, but two servers over one file would number, judge and stamp past each other's memory.
Of a ledger in PostgreSQL nothing is locked here: several processes record in it at once, each under the head row's
lock.
The kernel lets go of the lock when its process ends, however it ends. Keys, readers and whoever confirms the clock
write beside the holder without it.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager

from ledger.drivers.urls import is_postgres, sqlite_path
from schemas.problems import LedgerLocked, StorageFailed

__all__ = ["writer_lock"]


@contextmanager
def writer_lock(url: str) -> Iterator[None]:
    """Be the only process that records in the ledger of this URL, if it lies in a file.

    Raises LedgerLocked with the holder's process id, StorageFailed, UnsupportedDatabase.

    The lock is a file beside the database, which stays: removed, two processes could hold two of them. It lies beside
    the file itself, whichever link names it. A database that cannot be there has none.
    """
    if is_postgres(url):
        yield
        return
    path = sqlite_path(url)
    if not path.parent.is_dir():
        yield
        return
    try:
        descriptor = os.open(f"{path.resolve()}-writer", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except OSError as error:
        raise StorageFailed(database=url, reason=error.strerror or str(error)) from error
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.pread(descriptor, 20, 0).decode("ascii", "replace").strip()
            raise LedgerLocked(database=url, pid=holder or "?") from None
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
        yield
    finally:
        os.close(descriptor)
