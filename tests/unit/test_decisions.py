"""Every library that the project names has a decision that says why, listed in the index."""

import re
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from tests.checkout import ROOT, pyproject

FOLDER = ROOT / "docs/decisions"
FILES = sorted(FOLDER.glob("[0-9]*.md"))
FIELDS = ["State", "Libraries", "Licence", "Upkeep", "Considered"]


def fields(path: Path) -> dict[str, str]:
    rows = re.findall(r"^\| (\w+) \| (.+) \|$", path.read_text(encoding="utf-8"), re.MULTILINE)
    return dict(rows)


def named() -> set[str]:
    """The libraries of pyproject.toml, in all its lists."""
    project = pyproject()
    asked = project["project"]["dependencies"] + project["build-system"]["requires"]
    for group in project["dependency-groups"].values():
        asked += [entry for entry in group if isinstance(entry, str)]
    return {Requirement(text).name for text in asked}


def test_every_library_has_a_decision() -> None:
    decided = {word for path in FILES for word in re.findall(r"[\w.-]+", fields(path)["Libraries"])}
    assert named()
    assert named() - decided == set()


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name[:4])
def test_a_decision_has_every_field_and_stands_in_the_index(path: Path) -> None:
    assert list(fields(path)) == FIELDS
    assert f"({path.name})" in (FOLDER / "README.md").read_text(encoding="utf-8")


def test_decisions_are_numbered_without_a_gap() -> None:
    numbers = [int(path.name[:4]) for path in FILES]
    assert numbers == list(range(1, len(FILES) + 1))
