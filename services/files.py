"""Files that are written whole or not at all."""

import os
from collections.abc import Iterable
from pathlib import Path

from schemas.problems import FileUnreadable

__all__ = ["write_file", "write_lines"]


def write_lines(path: Path, lines: Iterable[bytes], *, private: bool = False) -> int:
    """Write lines to a file in the place of what was there; returns how many.

    Nothing is there under this name until all of it is. `private` lets only its owner read it. Raises FileUnreadable
    where the file cannot be written.
    """
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    mode = 0o600 if private else 0o666
    count = 0
    try:
        opened = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
        try:
            with os.fdopen(opened, "wb") as file:
                for line in lines:
                    file.write(line + b"\n")
                    count += 1
                file.flush()
                os.fsync(file.fileno())
            unfinished.replace(path)
        except BaseException:
            unfinished.unlink(missing_ok=True)
            raise
    except OSError as error:
        raise FileUnreadable(path=str(path), reason=error.strerror or str(error)) from None
    return count


def write_file(path: Path, content: bytes) -> None:
    """Write a text that ends with a line end to a file in the same manner."""
    write_lines(path, [content.removesuffix(b"\n")])
