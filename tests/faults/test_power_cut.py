"""Whenever the power is cut, what was acknowledged is there when the ledger is opened again."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.faults.power import Phase, Run
from tests.scale import scaled
from tests.server.bodies import status
from tests.server.support import found

IMAGES = 5_000
"""At scale 1, over all the runs that nothing else happens to."""
IMAGES_AFTER_A_FAULT = 250
"""At scale 1, of each run in which a process was killed or a sync failed."""
IMAGES_OF_A_SERVER = 1_000
IMAGES_OF_A_CONTROL = 400

FOUND = Phase("found")
SYNCS_UNTIL_KILLED = (1, 3, 6)
# Of the syncs of that phase the second is the folder's, whose failure SQLite does not hear of.
SYNCS_THAT_FAIL = (1, 3, 7, 22, 23)


def check(run: Run, images: int) -> None:
    """No image lacks anything."""
    faults = list(run.faults(images))
    print(f"{dict(run.figures)}: {len(faults)} faults in {images} images")
    assert faults == []


def test_nothing_acknowledged_is_lost(tmp_path: Path) -> None:
    images = scaled(IMAGES)
    runs = (
        Run.record(tmp_path / "one-by-one", FOUND, Phase("append")),
        Run.record(tmp_path / "groups", FOUND, Phase("groups"), Phase("groups_again")),
        Run.record(tmp_path / "resets", FOUND, Phase("resets")),
    )
    for number, run in enumerate(runs):
        check(run, images // len(runs) + (number < images % len(runs)))


def test_nothing_that_a_server_answered_is_lost(tmp_path: Path) -> None:
    folder = tmp_path / "served"
    folder.mkdir()
    with found(folder).open() as desk:

        def use() -> None:
            def report(number: int) -> None:
                with desk.wire() as wire:
                    for _ in range(20):
                        assert wire.post(f"/v1/incidents/{desk.incident}/events", status(f"{number}")).status == 201

            with ThreadPoolExecutor(8) as pool:
                list(pool.map(report, range(8)))
            assert desk.server.stop() == 0

        run = Run.watch(folder, desk.server.pid, use)
    assert sum(step.call.path is not None and step.call.path.startswith("socket:") for step in run.steps) == 2 * 160
    check(run, scaled(IMAGES_OF_A_SERVER))


@pytest.mark.parametrize("sync", SYNCS_UNTIL_KILLED)
def test_what_a_killed_process_left_is_answered_only_once_it_is_durable(tmp_path: Path, sync: int) -> None:
    kill = f"fsync,fdatasync:signal=SIGKILL:when={sync}"
    run = Run.record(tmp_path / "run", FOUND, Phase("cut_short", inject=kill), Phase("retry"))
    check(run, scaled(IMAGES_AFTER_A_FAULT, minimum=100))


@pytest.mark.parametrize(
    ("phase", "sync"), [*(("persist", sync) for sync in SYNCS_THAT_FAIL), ("persist_beside", 1), ("persist_beside", 4)]
)
def test_a_failed_sync_that_the_kernel_forgets_loses_nothing(tmp_path: Path, phase: str, sync: int) -> None:
    fail = f"fsync,fdatasync:error=EIO:when={sync}"
    run = Run.record(tmp_path / "run", FOUND, Phase(phase, inject=fail), Phase("persist"))
    check(run, scaled(IMAGES_AFTER_A_FAULT, minimum=25))


@pytest.mark.parametrize("flaw", ["never-synced", "seldom-synced", "told-too-early"])
def test_the_controls_lose(tmp_path: Path, flaw: str) -> None:
    run = Run.record(tmp_path / "run", FOUND, Phase("cut_short", flaw))
    lost = next(run.faults(IMAGES_OF_A_CONTROL), None)
    assert lost is not None, f"{IMAGES_OF_A_CONTROL} images, and the control was not found out"
    assert "acknowledged" in lost.fault


def test_the_control_that_answers_what_no_sync_covers_loses(tmp_path: Path) -> None:
    kill = "fsync,fdatasync:signal=SIGKILL:when=6"
    run = Run.record(tmp_path / "run", FOUND, Phase("cut_short", inject=kill), Phase("peek"))
    assert next(run.faults(4 * IMAGES_OF_A_CONTROL), None) is not None
