"""Which process is writing: the kernel knows who holds the lock that SQLite's writers exclude each other by.

SQLite locks byte 120 of the `-shm` file for its one writer (sqlite.org/walformat.html, "WAL locks"). The lock is looked
up in the kernel's table, because opening that file and closing it again would drop this process's own locks on it.
"""

from pathlib import Path
from typing import Final

__all__ = ["writing_process"]

_WRITE_LOCK_BYTE: Final = 120
_KERNEL_TABLE: Final = Path("/proc/locks")


def writing_process(database: Path) -> int | None:
    """The id of the process that holds the database's write lock; None where there is none or it cannot be told."""
    try:
        inode = Path(f"{database}-shm").stat().st_ino
        table = _KERNEL_TABLE.read_text("ascii")
    except OSError:
        return None
    for line in table.splitlines():
        holder = _holder(line, inode)
        if holder is not None:
            return holder
    return None


def _holder(line: str, inode: int) -> int | None:
    """The process in a line `1: POSIX  ADVISORY  WRITE 4711 fe:00:1234 120 120`, if the lock is the writer's."""
    fields = line.split()
    if len(fields) != 8 or fields[1] != "POSIX" or fields[3] != "WRITE":
        return None
    first, last = fields[6], fields[7]
    if fields[5].rpartition(":")[2] != str(inode) or not first.isdecimal() or not last.isdecimal():
        return None
    holds = int(first) <= _WRITE_LOCK_BYTE <= int(last)
    return int(fields[4]) if holds and int(fields[4]) > 0 else None
