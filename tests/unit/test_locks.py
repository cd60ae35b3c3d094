"""The locks hold what pyproject.toml asks for, pinned by version and hash, and agree."""

import re
from collections.abc import Iterator

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.checkout import ROOT, pyproject

DEV = "requirements-dev.lock"
RUNTIME = "requirements.lock"
BUILD = "requirements-build.lock"


def locked(text: str) -> dict[str, list[str]]:
    """Each name in a lock with the versions it may take (several where they differ by platform).

    Raises ValueError at a requirement that is not pinned by `==` or has no SHA-256.
    """
    versions: dict[str, list[str]] = {}
    for entry in _entries(text):
        match = re.fullmatch(r"([A-Za-z0-9._-]+)==([^\s;]+)( ; [^\\]+)?((?: --hash=sha256:[0-9a-f]{64})+)", entry)
        if match is None:
            raise ValueError(f"not pinned by version and hash: {entry[:60]}")
        versions.setdefault(canonicalize_name(match[1]), []).append(match[2])
    return versions


def _entries(text: str) -> Iterator[str]:
    whole = text.replace(" \\\n", " ")
    for line in whole.splitlines():
        if line and not line.startswith("#"):
            yield " ".join(line.split())


def read(name: str) -> dict[str, list[str]]:
    return locked((ROOT / name).read_text(encoding="utf-8"))


def group(name: str) -> list[str]:
    """The requirements of a dependency group, those it includes among them."""
    asked: list[str] = []
    for entry in pyproject()["dependency-groups"][name]:
        asked += group(entry["include-group"]) if isinstance(entry, dict) else [entry]
    return asked


def unmet(asked: list[str], lock: dict[str, list[str]]) -> list[str]:
    """The requirements that a lock does not hold, or holds in a version that they do not allow."""
    return [
        text
        for text, requirement in ((text, Requirement(text)) for text in asked)
        if not any(map(requirement.specifier.contains, lock.get(canonicalize_name(requirement.name), [])))
    ]


@pytest.mark.parametrize(
    ("lock", "groups", "with_runtime"),
    [(RUNTIME, [], True), (BUILD, ["build"], False), (DEV, ["dev"], True)],
)
def test_a_lock_holds_what_the_project_asks_for(lock: str, groups: list[str], with_runtime: bool) -> None:
    asked = [text for name in groups for text in group(name)]
    if with_runtime:
        asked += pyproject()["project"]["dependencies"]
    assert asked
    assert unmet(asked, read(lock)) == []


@pytest.mark.parametrize("lock", [RUNTIME, BUILD])
def test_what_runs_is_what_was_tested(lock: str) -> None:
    tested = read(DEV)
    assert {name: versions for name, versions in read(lock).items() if tested.get(name) != versions} == {}


def test_the_builder_is_the_one_that_pip_would_fetch() -> None:
    assert unmet(pyproject()["build-system"]["requires"], read(BUILD)) == []


def test_no_lock_names_where_artifacts_come_from() -> None:
    for name in (RUNTIME, BUILD, DEV):
        assert re.search(r"https?://|--index|--find-links", (ROOT / name).read_text(encoding="utf-8")) is None


def test_what_a_lock_lacks_or_holds_in_another_version_is_found() -> None:
    lock = {"orjson": ["3.13.0"]}
    assert unmet(["orjson>=3,<4"], lock) == []
    assert unmet(["orjson>=4", "jiter"], lock) == ["orjson>=4", "jiter"]


@pytest.mark.parametrize("text", ["orjson>=3 \\\n    --hash=sha256:" + "0" * 64, "orjson==3.13.0\n"])
def test_a_lock_without_exact_versions_or_hashes_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not pinned"):
        locked(text)
