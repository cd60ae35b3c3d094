"""The modelled disk loses what a disk loses, and keeps what it keeps."""

import random
from pathlib import Path

import pytest

from tests.faults.disk import Disk, Image, Kept, UnknownCallError
from tests.faults.trace import Call, Step

FOLDER = Path("/data")
PAGE = bytes(range(256)) * 16


def call(name: str, arguments: str, *data: bytes, result: int = 0) -> Call:
    """A call that ended so."""
    return Call(1, name, arguments, data, result)


def do(disk: Disk, *calls: Call) -> None:
    """Take calls from their beginning to their end."""
    for one in calls:
        disk.take(Step(one, ends=False))
        disk.take(Step(one, ends=True))


def made(name: str = "a") -> Call:
    """A file is made."""
    return call("openat", "AT_FDCWD</>, DATA, O_RDWR|O_CREAT", f"/data/{name}".encode(), result=3)


def written(data: bytes, offset: int = 0, name: str = "a") -> Call:
    """Data is written to it."""
    return call("pwrite64", f"3</data/{name}>, DATA, {len(data)}, {offset}", data, result=len(data))


def synced(path: str = "/data/a", result: int = 0) -> Call:
    """A file or the folder is synced."""
    return call("fsync", f"3<{path}>", result=result)


def images(disk: Disk, kept: Kept) -> list[Image]:
    """Some of those that a power cut may leave."""
    chance = random.Random(1)
    return [disk.images(chance, kept) for _ in range(200)]


def begun() -> Disk:
    """A disk with a file that is there for certain, with one page in it."""
    disk = Disk(FOLDER)
    do(disk, made(), written(PAGE), synced(), synced("/data"))
    return disk


def test_what_was_synced_is_kept_whatever_else_is_lost() -> None:
    disk = begun()
    for kept in Kept:
        assert all(image == {"a": PAGE} for image in images(disk, kept))


def test_what_was_not_synced_is_kept_or_lost_or_torn() -> None:
    disk = begun()
    do(disk, written(PAGE[::-1]))
    assert images(disk, Kept.ALL)[0] == {"a": PAGE[::-1]}
    assert images(disk, Kept.NONE)[0] == {"a": PAGE}
    for kept in (Kept.FIRST, Kept.SOME):
        assert len({image["a"] for image in images(disk, kept)}) > 10


def test_a_file_may_have_grown_without_its_data_and_kept_its_size_despite_a_truncation() -> None:
    disk = begun()
    do(disk, call("ftruncate", "3</data/a>, 0"), written(PAGE, len(PAGE)))
    sizes = {len(image["a"]) for image in images(disk, Kept.SOME)}
    assert 0 in sizes
    assert len(PAGE) in sizes
    assert 2 * len(PAGE) in sizes


def test_a_name_is_certain_only_once_its_folder_was_synced() -> None:
    disk = Disk(FOLDER)
    do(disk, made(), written(PAGE), synced())
    assert images(disk, Kept.NONE)[0] == {}
    do(disk, synced("/data"), call("unlink", "DATA", b"/data/a"))
    assert images(disk, Kept.NONE)[0] == {"a": PAGE}
    assert images(disk, Kept.ALL)[0] == {}
    do(disk, synced("/data"))
    assert images(disk, Kept.NONE)[0] == {}


def test_a_sync_covers_only_what_was_written_before_it_began() -> None:
    disk = begun()
    sync, late = synced(), written(PAGE[::-1])
    disk.take(Step(sync, ends=False))
    do(disk, late)
    disk.take(Step(sync, ends=True))
    assert images(disk, Kept.NONE)[0] == {"a": PAGE}


def test_after_a_failed_sync_the_same_writes_are_never_certain_until_they_are_made_again() -> None:
    disk = begun()
    do(disk, written(PAGE[::-1]), synced(result=-1), synced())
    assert images(disk, Kept.NONE)[0] == {"a": PAGE}
    do(disk, written(PAGE[::-1]), synced())
    assert images(disk, Kept.NONE)[0] == {"a": PAGE[::-1]}


@pytest.mark.parametrize(
    "unknown",
    [
        call("fallocate", "3</data/a>, 0, 0, 4096"),
        call("write", "3</data/a>, DATA, 1", b"x", result=1),
        call("mmap", "NULL, 4096, PROT_READ|PROT_WRITE, MAP_SHARED, 3</data/a>, 0"),
        call("rename", "DATA, DATA", b"/data/a", b"/data/b"),
    ],
)
def test_what_is_not_modelled_is_refused(unknown: Call) -> None:
    with pytest.raises(UnknownCallError):
        do(begun(), unknown)
