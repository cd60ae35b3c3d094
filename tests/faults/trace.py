"""What processes did to the files of one folder, as strace recorded it.

Each call has a beginning and an end, and those of several threads overlap: a write may be on the disk from its
beginning, a sync has happened at its end. Paths are told by strace itself (`-y`), data whole and in hex (`-xx`).
"""

import re
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.tools import family, installed

__all__ = ["ANSWER", "Call", "Step", "record", "watched"]

_CALLS: Final = (
    "open,openat,openat2,creat,write,pwrite64,writev,pwritev,pwritev2,fsync,fdatasync,sync_file_range,msync,"
    "truncate,ftruncate,fallocate,unlink,unlinkat,rename,renameat,renameat2,link,linkat,symlink,symlinkat,"
    "sendto,sendmsg,mmap,sendfile,splice,copy_file_range,io_uring_setup"
)
ANSWER: Final = '{"events":[{"id":'
"""How the body of the answer to an accepted append begins; it is sent by one call."""

_WHOLE: Final = 1 << 24
"""Strings longer than this would be cut, and are refused."""

_line = re.compile(r"(\d+) +(.*)").fullmatch
_begun = re.compile(r"(\w+)\((.*?)(?: <unfinished \.\.\.>|\) += (-?\d+|0x[0-9a-f]+|\?)(.*))").fullmatch
_resumed = re.compile(r"<\.\.\. (\w+) resumed>(.*)\) += (-?\d+|0x[0-9a-f]+|\?)(.*)").fullmatch
_hex = re.compile(r'"((?:\\x[0-9a-f]{2})*)"(\.\.\.)?')
_fd = re.compile(r"^(?:\d+|AT_FDCWD)<((?:\\x[0-9a-f]{2}|[^>])*)>(\(deleted\))?")


@dataclass(eq=False, slots=True)
class Call:
    """A call of the kernel: its name, the arguments as strace prints them with data taken out, and the data."""

    process: int
    name: str
    arguments: str
    data: tuple[bytes, ...]
    result: int | None = None

    @property
    def failed(self) -> bool:
        """Whether it ended with an error, or never; told by its last step."""
        return self.result is None or self.result < 0

    @property
    def path(self) -> str | None:
        """The file that the first argument is a descriptor of."""
        found = _fd.match(self.arguments)
        return None if found is None or found[2] else _text(found[1])

    @property
    def named(self) -> tuple[str, ...]:
        """The paths among the arguments."""
        return tuple(one.decode() for one in self.data)

    @property
    def mapped(self) -> str | None:
        """The file that `mmap` maps, where it can be written through the mapping."""
        parts = self.arguments.split(", ")
        if "PROT_WRITE" not in parts[2] or "MAP_SHARED" not in parts[3]:
            return None
        found = _fd.match(parts[4])
        return None if found is None else _text(found[1])

    @property
    def number(self) -> int:
        """The last argument: the offset of a write, the size of a truncation."""
        return int(self.arguments.rpartition(", ")[2])


@dataclass(frozen=True, slots=True)
class Step:
    """A call begins or ends."""

    call: Call
    ends: bool


def record(
    command: Sequence[str], folder: Path, env: Mapping[str, str], *, inject: str | None = None, killed: bool = False
) -> list[Step]:
    """Run a program to its end and give the steps that name a file in the folder; `inject` is strace's.

    The program must end well, or with `killed` by SIGKILL.
    """
    log = folder.with_name(f"{folder.name}.strace")
    # A filter in the kernel lets through what is not watched, at a fraction of the time; it injects no signal.
    filtered = "--seccomp-bpf" if inject is None else f"--inject={inject}"
    done = subprocess.run(
        [*_strace(log), filtered, *command],
        env=dict(env),
        check=False,
        capture_output=True,
        text=True,
    )
    expected = -9 if killed else 0
    assert done.returncode == expected, f"ended with {done.returncode}, not {expected}: {done.stdout}{done.stderr}"
    return _taken(log, folder)


@contextmanager
def watched(process: int, folder: Path, steps: list[Step]) -> Iterator[None]:
    """Watch a process that runs already, and those it has started, until they end.

    Gives the steps that name a file in the folder or send `ANSWER`.
    """
    log = folder.with_name(f"{folder.name}.strace")
    command = [*_strace(log), *(f"--attach={one}" for one in family(process))]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as strace:
        assert strace.stderr is not None
        assert "attached" in strace.stderr.readline()
        yield
        strace.communicate()
    steps += _taken(log, folder)


def _strace(log: Path) -> list[str]:
    told = ",".join(f"?{call}" for call in _CALLS.split(","))
    limit = f"--string-limit={_WHOLE}"
    return [installed("strace"), "--follow-forks", "-y", "-xx", limit, f"--trace={told}", f"--output={log}"]


def _taken(log: Path, folder: Path) -> list[Step]:
    """The steps that strace has written down, and its file put away."""
    steps = list(_steps(log.read_text("ascii"), (_escaped(str(folder)), _escaped(ANSWER))))
    log.unlink()
    return steps


def _steps(text: str, marks: tuple[str, ...]) -> Iterator[Step]:
    """The steps that tell one of the marks, in order; a call that is told in one line begins and ends there."""
    open_calls: dict[int, Call] = {}
    for line in text.splitlines():
        split = _line(line)
        assert split is not None, line[:200]
        process, rest = int(split[1]), split[2]
        if rest.startswith(("+++", "---", "strace:")):
            continue
        resumed = _resumed(rest)
        if resumed is not None:
            call = open_calls.pop(process, None)
            if call is not None:
                assert call.name == resumed[1], line[:200]
                call.result = _result(resumed[3])
                yield Step(call, ends=True)
            continue
        if not any(mark in rest for mark in marks):
            continue
        begun = _begun(rest)
        assert begun is not None, line[:200]
        call = _call(process, begun[1], begun[2])
        if begun[3] is None:
            open_calls[process] = call
            yield Step(call, ends=False)
        else:
            call.result = _result(begun[3])
            yield Step(call, ends=False)
            yield Step(call, ends=True)


def _call(process: int, name: str, arguments: str) -> Call:
    strings: list[bytes] = []

    def take(found: re.Match[str]) -> str:
        assert not found[2], "strace has cut a string short"
        strings.append(_bytes(found[1]))
        return "DATA"

    return Call(process, name, _hex.sub(take, arguments), tuple(strings))


def _result(told: str) -> int | None:
    return None if told == "?" else int(told, 0)


def _escaped(text: str) -> str:
    return "".join(f"\\x{byte:02x}" for byte in text.encode())


def _bytes(escaped: str) -> bytes:
    return bytes.fromhex(escaped.replace("\\x", ""))


def _text(escaped: str) -> str:
    return _bytes(escaped).decode() if escaped.startswith("\\x") else escaped
