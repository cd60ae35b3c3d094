"""A disk that loses its power: what it may hold at any moment, given what programs wrote and what they synced.

What was written is on the disk for certain once a sync of its file, begun after the write had ended, has ended well.
Until then it may be there, or not, or in part: in any order, by sectors, torn within one; and the file may have grown
without its data, which then reads as zeros or as anything. Names are like data: a file made, removed or renamed is so
for certain once its folder was synced. After a failed sync the kernel counts as written what was not, so no later sync
of the same writes helps (`Change.stranded`); writing them again does.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import Final

from tests.faults.trace import Call, Step

__all__ = ["Disk", "Image", "Kept", "UnknownCallError"]

SECTOR_BYTES: Final = 512

Image = dict[str, bytes]
"""The files of the folder by name."""

_WRITES: Final = frozenset(("write", "pwrite64"))
_SYNCS: Final = frozenset(("fsync", "fdatasync"))
_OPENS: Final = frozenset(("open", "openat", "creat"))


class UnknownCallError(Exception):
    """A program did to a file what this disk does not model: the proof would be worth nothing."""


class Kept(Enum):
    """Which of the changes that were not synced a power cut leaves."""

    ALL = "all"
    NONE = "none"
    FIRST = "first"  # a random number of the first, the last of them torn
    SOME = "some"  # random sectors, in each file and of the names


@dataclass(eq=False, slots=True)
class Change:
    """A write at an offset, a truncation to a size (`data` is None), or of a name to a file or nothing."""

    offset: int = 0
    data: bytes | None = None
    name: str = ""
    file: "File | None" = None
    ended: bool = False
    synced: bool = False
    stranded: bool = False


@dataclass(eq=False, slots=True)
class Synced:
    """What is on the disk for certain at the bottom, and in order the changes since."""

    changes: list[Change] = field(default_factory=list)

    def covered(self) -> list[Change]:
        """The changes that a sync begun now is about."""
        return [change for change in self.changes if change.ended and not change.synced and not change.stranded]


@dataclass(eq=False, slots=True)
class File(Synced):
    """A file's data."""

    base: bytearray = field(default_factory=bytearray)

    def settle(self) -> None:
        """Put what is synced to the bottom, up to the first change that is not."""
        while self.changes and self.changes[0].synced:
            _apply(self.base, self.changes.pop(0), 0)

    def content(self, kept: Kept, chance: random.Random) -> bytes:
        """What the disk may hold of it."""
        if not self.changes:
            return bytes(self.base)
        content = bytearray(self.base)
        fill = chance.choice((0, None))
        likely = chance.choice((0.05, 0.5, 0.95))
        first = chance.randint(0, len(self.changes))
        largest = len(content)
        for number, change in enumerate(self.changes):
            if change.synced or kept is Kept.ALL:
                _apply(content, change, fill)
            elif kept is Kept.FIRST and number < first:
                _apply(content, _torn(change, chance) if number == first - 1 else change, fill)
            elif kept is Kept.SOME:
                for part in _parts(change, likely, chance):
                    _apply(content, part, fill)
            largest = max(largest, len(content), change.offset + len(change.data or b""))
        if kept is Kept.SOME and chance.random() < 0.25:
            _grow(content, chance.randint(len(content), largest), fill)
        return bytes(content)


@dataclass(eq=False, slots=True)
class Folder(Synced):
    """The names of the folder."""

    base: dict[str, File] = field(default_factory=dict)

    def settle(self) -> None:
        """Put what is synced to the bottom, up to the first change that is not."""
        while self.changes and self.changes[0].synced:
            _rename(self.base, self.changes.pop(0))

    def names(self, kept: Kept, chance: random.Random) -> dict[str, File]:
        """Which files the disk may have under which names; each name's changes are kept up to some one of them."""
        names = dict(self.base)
        lost: set[str] = set()
        likely = chance.choice((0.05, 0.5, 0.95))
        for change in self.changes:
            if not change.synced and (
                kept is Kept.NONE or change.name in lost or (kept is not Kept.ALL and chance.random() > likely)
            ):
                lost.add(change.name)
                continue
            _rename(names, change)
        return names


class Disk:
    """The files of one folder, but for those that a database makes anew after a power cut (`volatile` endings)."""

    def __init__(
        self, folder: Path, volatile: tuple[str, ...] = ("-shm",), *, begins_with: Image | None = None
    ) -> None:
        """Begin with an empty folder, or with files that are there for certain."""
        self._prefix = f"{folder}/"
        self._path = str(folder)
        self._volatile = volatile
        self._now = {name: File(base=bytearray(data)) for name, data in (begins_with or {}).items()}
        self._folder = Folder(base=dict(self._now))
        self._covered: dict[Call, tuple[File | Folder, list[Change]]] = {}
        self._begun: dict[Call, Change] = {}

    def take(self, step: Step) -> bool:
        """Take the next step; tells whether it may have changed what a power cut leaves. Raises UnknownCallError."""
        call = step.call
        if call.name in _SYNCS and call.path is not None:
            return self._sync(step)
        if call.name in _OPENS:
            return step.ends and self._open(call)
        if call.name == "mmap":
            if call.mapped is not None and self._name(call.mapped) is not None:
                raise UnknownCallError(f"{call.mapped} is mapped to be written to")
            return False
        if call.name == "unlink":
            name = self._name(call.named[0])
            return name is not None and step.ends and not call.failed and self._unlink(name)
        if call.name in {*_WRITES, "ftruncate"}:
            assert call.path is not None
            name = self._name(call.path)
            return name is not None and self._write(step, self._now[name])
        raise UnknownCallError(f"{call.name}({call.arguments})")

    def images(self, chance: random.Random, kept: Kept) -> Image:
        """One of the images that a power cut now may leave."""
        names = self._folder.names(kept, chance)
        return {name: file.content(kept, chance) for name, file in names.items()}

    def _name(self, path: str) -> str | None:
        """The file's name in the folder; None for one elsewhere and for one that is made anew anyway."""
        if not path.startswith(self._prefix) or path.endswith(self._volatile):
            return None
        return path.removeprefix(self._prefix)

    def _open(self, call: Call) -> bool:
        name = self._name(call.named[0])
        if name is None or call.failed:
            return False
        if "O_TRUNC" in call.arguments or call.name == "creat":
            raise UnknownCallError(f"{name} is truncated by opening it")
        if name in self._now:
            return False
        assert "O_CREAT" in call.arguments, f"{name} was there before the recording"
        self._now[name] = File()
        self._folder.changes.append(Change(name=name, file=self._now[name], ended=True))
        return True

    def _unlink(self, name: str) -> bool:
        del self._now[name]
        self._folder.changes.append(Change(name=name, ended=True))
        return True

    def _write(self, step: Step, file: File) -> bool:
        call = step.call
        if not step.ends:
            if call.name == "write":
                raise UnknownCallError("a write without an offset")
            change = Change(offset=call.number, data=call.data[0] if call.data else None)
            self._begun[call] = change
            file.changes.append(change)
            return True
        change = self._begun.pop(call)
        change.ended = True
        if call.failed:
            file.changes.remove(change)
        elif change.data is not None:
            change.data = change.data[: call.result]
        return call.failed

    def _sync(self, step: Step) -> bool:
        call = step.call
        assert call.path is not None
        if not step.ends:
            name = self._name(call.path)
            target = self._folder if call.path == self._path else None if name is None else self._now[name]
            if target is not None:
                self._covered[call] = target, target.covered()
            return False
        if call not in self._covered:
            return False
        target, covered = self._covered.pop(call)
        for change in covered:
            change.synced = not call.failed
            change.stranded = call.failed and call.result is not None
        target.settle()
        return True


def _apply(content: bytearray, change: Change, fill: int | None) -> None:
    """Write or truncate; what lies between is `fill`, or anything."""
    if change.data is None:
        _grow(content, change.offset, 0)
        del content[change.offset :]
        return
    _grow(content, change.offset, fill)
    content[change.offset : change.offset + len(change.data)] = change.data


def _grow(content: bytearray, size: int, fill: int | None) -> None:
    missing = size - len(content)
    if missing > 0:
        content += bytes(missing) if fill is not None else random.Random(size).randbytes(missing)


def _parts(change: Change, likely: float, chance: random.Random) -> Iterator[Change]:
    """The sectors of a write that are kept, each with this likelihood."""
    if change.data is None:
        if chance.random() < likely:
            yield change
        return
    at = change.offset
    end = at + len(change.data)
    while at < end:
        following = min(end, (at // SECTOR_BYTES + 1) * SECTOR_BYTES)
        if chance.random() < likely:
            yield Change(at, change.data[at - change.offset : following - change.offset])
        at = following


def _torn(change: Change, chance: random.Random) -> Change:
    """The beginning of a write, cut anywhere."""
    if change.data is None:
        return change
    return Change(change.offset, change.data[: chance.randint(0, len(change.data))])


def _rename(names: dict[str, File], change: Change) -> None:
    if change.file is None:
        names.pop(change.name, None)
    else:
        names[change.name] = change.file
