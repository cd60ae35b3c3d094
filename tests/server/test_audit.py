"""What the harnesses' audit finds wrong, each fault planted in what a server told and wrote in memory."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from hashlib import sha256

import pytest

from tests.server.audit import Told, Written, faults

BASE = 2


@dataclass
class Scene:
    """What clients were told, and what the server has."""

    told: list[Told]
    written: list[Written]
    pages: dict[str, list[bytes]]

    def faults(self) -> list[str]:
        return faults(self.told, self.written, self.pages, BASE)


def scene() -> Scene:
    """A contract with three incidents of three events, of which the first two events are older than the harness."""
    written = [_written(1, "C-001", 1, None), _written(2, "INC-2026-000001", 1, "old")]
    told = []
    for number in (1, 2, 3):
        subject = f"INC-2026-{number:06}"
        for version in (1, 2, 3):
            if (number, version) == (1, 1):
                continue
            mark = f"m{number}{version}"
            written.append(_written(len(written) + 1, subject, version, mark))
            last = written[-1]
            told.append(Told(mark, last.id, subject, last.position, version, last.sha256))
    pages = {f"INC-2026-{n:06}": [w.state for w in written if w.subject.endswith(f"{n:06}")] for n in (1, 2, 3)}
    return Scene(told, written, pages)


def _written(position: int, subject: str, version: int, mark: str | None) -> Written:
    kind = "contract.registered.v1" if mark is None else "incident.evidence-attached.v1"
    digest = None if mark is None else sha256(mark.encode()).hexdigest()
    state = f"{subject} {version} {mark}".encode()
    return Written(position, position - 1, state, f"id-{position}", subject, kind, version, "C-001", digest)


def test_nothing_is_wrong_with_what_is_right() -> None:
    assert scene().faults() == []


def lost(scene: Scene) -> None:
    scene.written.pop()
    scene.pages["INC-2026-000003"].pop()


def lost_between(scene: Scene) -> None:
    del scene.written[5]


def other_bytes(scene: Scene) -> None:
    scene.written[4] = replace(scene.written[4], state=b"other")


def another_position(scene: Scene) -> None:
    scene.told[2] = replace(scene.told[2], position=scene.told[3].position)


def another_version(scene: Scene) -> None:
    scene.told[2] = replace(scene.told[2], version=7)


def another_event(scene: Scene) -> None:
    scene.told[2] = replace(scene.told[2], id="id-99")


def recorded_twice(scene: Scene) -> None:
    last = scene.written[-1]
    twin = replace(last, position=last.position + 1, index=last.index + 1, version=last.version + 1, id="twin")
    scene.written.append(twin)
    scene.pages[last.subject].append(twin.state)


def never_told(scene: Scene) -> None:
    scene.told.pop()


def number_left_out(scene: Scene) -> None:
    renamed = "INC-2026-000004"
    last = "INC-2026-000003"
    scene.written = [replace(one, subject=renamed) if one.subject == last else one for one in scene.written]
    scene.told = [replace(one, subject=renamed) if one.subject == last else one for one in scene.told]
    scene.pages[renamed] = scene.pages.pop(last)


def version_left_out(scene: Scene) -> None:
    scene.written[-1] = replace(scene.written[-1], version=9)


def index_given_twice(scene: Scene) -> None:
    scene.written[-1] = replace(scene.written[-1], index=scene.written[-2].index)


def another_page(scene: Scene) -> None:
    scene.pages["INC-2026-000002"].reverse()


@pytest.mark.parametrize(
    "plant",
    [
        another_event,
        another_page,
        another_position,
        another_version,
        index_given_twice,
        lost,
        lost_between,
        never_told,
        number_left_out,
        other_bytes,
        recorded_twice,
        version_left_out,
    ],
    ids=lambda plant: plant.__name__,
)
def test_a_planted_fault_is_found(plant: Callable[[Scene], None]) -> None:
    spoilt = scene()
    plant(spoilt)
    assert spoilt.faults() != []
