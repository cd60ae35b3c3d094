"""PostgreSQL's disk is full: writes are refused by name, reads go on, and with room again so do writes."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.faults.small_disk import SmallDisk, mounted
from tests.postgres.pair import Furnished, Pair
from tests.scale import scaled
from tests.server.audit import Told, faults, feed, histories, marked_note
from tests.server.bodies import status
from tests.server.wire import Reply, new_key
from tests.servers.postgres import PostgresServer

DISK_MEGABYTES = 160
FILLINGS = 10
WRITERS = 8
PAGE_BYTES = 8192
LONG = "It happened again. " * 400


@pytest.fixture(scope="module")
def disk() -> Iterator[SmallDisk]:
    """A small disk, which another user than that of the tests can get at."""
    with TemporaryDirectory(prefix="sla-ledger-disk-") as folder:
        Path(folder).chmod(0o755)
        with mounted(Path(folder) / "disk", DISK_MEGABYTES) as disk:
            disk.folder.chmod(0o755)
            yield disk


@pytest.fixture(scope="module")
def furnished(disk: SmallDisk, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Furnished]:
    """A ledger whose tables, not the write-ahead log, lie on the small disk."""
    data = disk.folder / "data"
    data.mkdir(mode=0o700)
    with PostgresServer(data=data) as postgres:
        yield Furnished.make(postgres, tmp_path_factory.mktemp("furnished"))


def note(pair: Pair, number: int, mark: str) -> Reply:
    """An attachment of the mark, and beside it something long, so that tables grow."""
    with pair.wire(number % 2) as wire:
        path = f"/v1/incidents/{pair.incident}/events"
        wire.post(path, status(LONG))
        return wire.post(path, marked_note(mark), mark)


def test_on_a_full_disk_writes_are_507_reads_go_on_and_it_heals_without_a_restart(
    furnished: Furnished, disk: SmallDisk, tmp_path: Path
) -> None:
    told = []
    refused = 0
    with furnished.pair(tmp_path) as pair, ThreadPoolExecutor(WRITERS) as pool:
        for turn in range(scaled(FILLINGS, minimum=3)):
            disk.fill(but=turn % 4 * 32 * PAGE_BYTES)
            marks = [new_key() for _ in range(8 * WRITERS)]
            replies = list(pool.map(lambda one: note(pair, *one), enumerate(marks)))
            assert {reply.status for reply in replies} <= {201, 507}
            assert {reply.problem for reply in replies if reply.status == 507} <= {"storage-full"}
            refused += sum(reply.status == 507 for reply in replies)
            for number in range(2):
                with pair.wire(number) as wire:
                    for path in ("", "/timeline"):
                        assert wire.get(f"/v1/incidents/{pair.incident}{path}").status == 200
            disk.free()
            for number, (mark, reply) in enumerate(zip(marks, replies, strict=True)):
                answer = reply if reply.status == 201 else note(pair, number, mark)
                assert (answer.status, answer.replayed) == (201, False)
                told.append(Told.of(mark, answer.event))
        with pair.wire(0) as wire:
            written = feed(wire)
            found = faults(told, written, histories(wire, written))
    assert [fault for fault in found if "which nobody was told of" not in fault] == []
    print(f"{refused} of {len(told)} requests refused by a full disk")
    assert refused
