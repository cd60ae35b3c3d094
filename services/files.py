"""Files that are written whole or not at all."""

import os
from collections.abc import Iterable
from pathlib import Path
from typing import IO

from schemas.problems import FileUnreadable

__all__ = ["write_file", "write_lines"]


def write_lines(path: Path, lines: Iterable[bytes], *, private: bool = False) -> int:
    """Write lines to a file in the place of what was there; returns how many.

    Nothing is there under this name until all of it is; what is no file (a pipe, a device) is written to as it is.
    `private` lets only its owner read it. Raises FileUnreadable where the file cannot be written.
    """
    try:
        if path.exists() and not path.is_file():
            with path.open("wb") as stream:
                return _write(stream, lines)
        return _replace(path, lines, 0o600 if private else 0o666)
    except OSError as error:
        raise FileUnreadable(path=str(path), reason=error.strerror or str(error)) from None


def _replace(path: Path, lines: Iterable[bytes], mode: int) -> int:
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    opened = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    try:
        with os.fdopen(opened, "wb") as file:
            count = _write(file, lines)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise
    return count


def _write(file: IO[bytes], lines: Iterable[bytes]) -> int:
    count = 0
    for line in lines:
        file.write(line + b"\n")
        count += 1
    return count


def write_file(path: Path, content: bytes) -> None:
    """Write a text that ends with a line end to a file in the same manner."""
    write_lines(path, [content.removesuffix(b"\n")])
